"""Views that machines ask."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, send_from_directory
from flask import current_app as app

from portal.web import guards, health

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@guards.public
def healthz() -> tuple[Response, int]:
    """Say whether the portal is well: 503 only if nobody can read, so that a proxy keeps readers coming.

    Numbers only: nothing here tells what is in the archive.
    """
    found = health.look()
    return jsonify(found), 503 if found["status"] == "down" else 200


@blueprint.get("/robots.txt")
@guards.public
def robots() -> Response:
    """Tell robots what to leave alone."""
    closed = ("/tim-kiem", "/api/", "/dang-nhap", "/vao/", "/yeu-cau", "/ban-sao/", "/en/tim-kiem")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/favicon.ico")
@guards.public
def favicon() -> Response:
    """Hand out the mark of the portal to browsers that ask in the old way."""
    return send_from_directory(app.static_folder or "", "favicon.svg", mimetype="image/svg+xml")
