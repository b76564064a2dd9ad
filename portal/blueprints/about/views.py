"""Views of the pages that the footer leads to. They read settings, no records."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template, send_file

from portal.core import house
from portal.core.errors import NotFoundError
from portal.web import guards, headers

blueprint = Blueprint("about", __name__)


@blueprint.get("/lien-he")
@guards.public
def contact() -> str:
    """Say how to reach the archive."""
    return render_template("about/contact.html", settings=house.settings())


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
    path = Path(house.settings().emblem)
    if not house.settings().emblem or not path.is_file():
        raise NotFoundError("not_found")
    response = send_file(path, max_age=3600)
    response.headers["Content-Security-Policy"] = headers.SANDBOX
    return response
