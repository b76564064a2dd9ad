"""Views for programs. The form of the answers is kept stable; see docs/cli.md."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from portal.catalogue import finding
from portal.catalogue.finding import Hit
from portal.core.paging import Paging
from portal.search import engine
from portal.web import actors, guards, texts
from portal.web.forms import clean

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

LONGEST_QUERY = 300


@blueprint.get("/search")
@guards.public
def search() -> Response:
    """Search with the rights of whoever calls."""
    found = finding.search(
        actors.current(),
        clean(request.args.get("q"))[:LONGEST_QUERY],
        Paging.read(request.args.get("page"), request.args.get("per_page")),
        fonds=request.args.get("fonds") or None,
        exact=request.args.get("exact") == "1",
    )
    return jsonify(total=found.total, engine=engine.NAME, results=[_result(hit) for hit in found.hits])


def _result(hit: Hit) -> dict[str, object]:
    """Return one result; `page` and `number` are null for a hit in the description alone."""
    if hit.page_id:
        url = url_for("reading.page", page_id=hit.page_id)
    else:
        url = url_for("reading.record", record_id=hit.document_id)
    return {
        "document": hit.document_id,
        "page": hit.page_id or None,
        "number": hit.page_number or None,
        "title": texts.title_of(hit.title, hit.document_id),
        "access": hit.level,
        "snippet": hit.snippet,
        "url": url,
    }
