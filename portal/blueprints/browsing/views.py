"""Views for who has no query: the tree of fonds, files and documents; agencies; years."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.blueprints.browsing.opened import Opened
from portal.catalogue import browsing, documents, records
from portal.core import clock
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.web import actors, guards

blueprint = Blueprint("browsing", __name__)

FIRST_YEAR = documents.EARLIEST.year


@blueprint.get("/cay")
@guards.public
def fonds() -> str:
    """Show the tree from its roots, opened where the address says so."""
    opened = Opened.read("browsing.fonds")
    listing = browsing.fonds(actors.current(), _paging(), opened.ids)
    return render_template("browsing/fonds.html", listing=listing, opened=opened)


@blueprint.get("/cay/<id:node_id>")
@guards.public
def node(node_id: str) -> str | Response:
    """Show what lies in a fonds or a file; a document has a page of its own."""
    actor = actors.current()
    record = records.show(actor, node_id)
    if record.kind in ("document", "reserve"):
        return redirect(url_for("reading.record", record_id=node_id))
    opened = Opened.read("browsing.node", node_id=node_id)
    listing = browsing.inside(actor, node_id, _paging(), opened.ids)
    number = browsing.documents_below(actor, node_id)
    return render_template(
        "browsing/node.html", record=record, listing=listing, opened=opened, documents=number
    )


@blueprint.get("/co-quan")
@guards.public
def all_agencies() -> str:
    """List the bodies whose records the archive holds."""
    return render_template("browsing/agencies.html", rows=browsing.all_agencies(actors.current()))


@blueprint.get("/co-quan/<id:agency_id>")
@guards.public
def agency(agency_id: str) -> str:
    """Show a body, those before and after it, and its fonds."""
    return render_template("browsing/agency.html", shown=browsing.of_agency(actors.current(), agency_id))


@blueprint.get("/nam")
@guards.public
def decades() -> str:
    """List the decades from which there are documents."""
    return render_template("browsing/decades.html", spans=browsing.decades(actors.current()))


@blueprint.get("/nam/<int:first>-<int:last>")
@guards.public
def years(first: int, last: int) -> str:
    """List the years of a decade from which there are documents."""
    _require_year(first)
    if first % browsing.DECADE or last != first + browsing.DECADE - 1:
        raise NotFoundError("not_found")
    spans = browsing.years(actors.current(), first, last)
    return render_template("browsing/years.html", spans=spans, first=first, last=last)


@blueprint.get("/nam/<int:year>")
@guards.public
def year(year: int) -> str:
    """List the documents issued in a year."""
    _require_year(year)
    listing = browsing.of_year(actors.current(), year, _paging())
    first = year - year % browsing.DECADE
    return render_template(
        "browsing/year.html",
        listing=listing,
        year=year,
        first=first,
        last=first + browsing.DECADE - 1,
        neighbours=[one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= clock.today().year],
    )


@blueprint.get("/nam/khong-ro")
@guards.public
def undated() -> str:
    """List the documents whose description gives no date."""
    return render_template("browsing/undated.html", listing=browsing.undated(actors.current(), _paging()))


def _paging() -> Paging:
    return Paging(Paging.read(request.args.get("page")).page, browsing.PER_PAGE)


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= clock.today().year:
        raise NotFoundError("not_found")
