"""Views of the pages that the footer leads to. They show what the installation says of itself, no records."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, send_file

from portal.core import house
from portal.core.errors import NotFoundError
from portal.storage import originals
from portal.web import guards, headers, identity

blueprint = Blueprint("about", __name__)


@blueprint.get("/lien-he")
@guards.public
def contact() -> str:
    """Say how to reach the archive."""
    return render_template("about/contact.html")


@blueprint.get("/quyen-rieng-tu")
@guards.public
def privacy() -> str:
    """Say what the portal keeps of its readers, why, and who sees it."""
    return render_template("about/privacy.html")


@blueprint.get("/kha-nang-tiep-can")
@guards.public
def accessibility() -> str:
    """Say what was done for people who use the site differently, and what is still lacking."""
    return render_template("about/accessibility.html")


@blueprint.get("/tai-lieu-tiep-can-co-dieu-kien")
@guards.public
def conditional() -> str:
    """Explain the access levels, and how to ask."""
    return render_template("about/conditional.html")


@blueprint.get("/so-do-trang")
@guards.public
def sitemap() -> str:
    """List where everything is."""
    return render_template("about/sitemap.html")


@blueprint.get("/bieu-trung")
@guards.public
def emblem() -> Response:
    """Hand out the province's emblem, where the installation has one."""
    kept, brought = identity.current().emblem, house.settings().emblem
    if kept:
        response = send_file(originals.path(kept), mimetype="image/png")
    elif brought and Path(brought).is_file():
        response = send_file(Path(brought))
    else:
        raise NotFoundError("not_found")
    response.headers["Content-Security-Policy"] = headers.SANDBOX
    return response
