"""Views of the public side: home, search, fonds, records, pages."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.access import marking, requests
from portal.blueprints.reading import bibliography, citing, drawing, listing, looking, shelf, suggested, way
from portal.blueprints.reading.way import Way
from portal.catalogue import figures, images, pages, places, records, suggesting, tree
from portal.catalogue.usage.counting import Surface
from portal.core.db import end_reading
from portal.core.errors import NotFoundError
from portal.core.paging import Paging
from portal.ingest import flagging
from portal.rights.reads import Use
from portal.web import actors, counting, flags, guards
from portal.web.asking import LONGEST_QUERY, Asked

blueprint = Blueprint("reading", __name__)

WIDTHS = tuple(width for width in images.WIDTHS if width != images.THUMBNAIL)
SECONDS_FOR_AN_IMAGE = 4.0
"""How long a reader waits for an image that has to be made first; usually it takes one."""

PAGES_PER_STRIP = 60


@blueprint.get("/")
@guards.public
def home() -> str:
    """Show one large search field, how to ask, what is new, and the fonds on their shelf."""
    known, placed = figures.latest(), tree.fonds(actors.current())
    return render_template(
        "reading/home.html",
        fonds=placed,
        figures=known,
        newest=figures.newest(known) if known else [],
        waiting=requests.days_of_oldest(),
        drawing=shelf.draw([one.extent_mm for one in placed]),
    )


@blueprint.get("/tim-kiem")
@guards.public
def search() -> str:
    """Search descriptions and pages."""
    actor = actors.current()
    asked = Asked.read(actor)
    found = asked.find(actor, Paging.read(request.args.get("page"))) if asked.query else None
    if found:
        counting.count(actor, Surface.PAGE, asked, found)
    fonds = tree.fonds(actor)
    return render_template(
        "reading/search.html",
        asked=asked,
        found=found,
        query=asked.query,
        fonds=fonds,
        fonds_by_id={one.id: one for one in fonds},
        fonds_code=asked.fonds_code,
        place=asked.place,
        is_exact=asked.is_exact,
        bars=drawing.bars(found.counts.years) if found else [],
        ways=way.to_each(asked, found) if found else [],
    )


@blueprint.get("/tim-kiem/ket-qua")
@guards.public
def result() -> WerkzeugResponse:
    """Lead on to one result of a search by its number; where there is none any more, to the list."""
    actor = actors.current()
    came = Way.read(actor)
    found = came.asked.find(actor, came.list_page)
    steps = {
        step.number: step.to(row)
        for step, row in zip(way.to_each(came.asked, found), found.rows, strict=True)
    }
    return redirect(steps.get(came.number, came.back))


@blueprint.get("/tim-kiem/goi-y")
@guards.public
def suggestions() -> Response:
    """Suggest public titles and numbers for what is being typed; the same whoever asks."""
    return suggested.answer(suggesting.suggest(request.args.get("q", "")[:LONGEST_QUERY]))


@blueprint.get("/tim-kiem.csv")
@guards.public
def search_table() -> Response:
    """Hand out the first results of a search as a table."""
    actor = actors.current()
    asked = Asked.read(actor)
    found = asked.find(actor, listing.PAGING)
    counting.count(actor, Surface.TABLE, asked, found)
    return listing.table(found.rows)


@blueprint.get("/tim-kiem.rss")
@guards.public
def search_feed() -> Response:
    """Hand out the first results of a search as a feed."""
    actor = actors.current()
    asked = Asked.read(actor)
    found = asked.find(actor, listing.PAGING)
    counting.count(actor, Surface.FEED, asked, found)
    return listing.feed(asked, found.rows)


@blueprint.get("/r/<id:record_id>")
@guards.public
def record(record_id: str) -> str | WerkzeugResponse:
    """Show a document: its description and what may be read of it; a fonds or a file stands in the tree."""
    actor = actors.current()
    shown = records.show(actor, record_id)
    if shown.kind not in ("document", "reserve"):
        return redirect(url_for("browsing.node", node_id=record_id))
    strip, came = records.strip(shown, Paging(_page_number(), PAGES_PER_STRIP)), Way.read(actor)
    query = came.asked.query
    return render_template(
        "reading/record.html",
        record=shown,
        strip=strip,
        way=came,
        query=query,
        found=places.counts(shown.sight, strip.rows, query),
        citation=citing.line(citing.of_record(shown)),
        address=url_for("reading.record", record_id=shown.id, _external=True),
    )


@blueprint.get("/p/<id:page_id>")
@guards.public
def page(page_id: str) -> str:
    """Show a page: the image with the found words boxed, the text beside it."""
    actor = actors.current()
    shown = pages.seen(actor, page_id, Use.PAGE)
    record = records.show(actor, shown.page.document_id)
    came = Way.read(actor)
    query = came.asked.query
    look = looking.look(shown.words, shown.text, query, request.args.get("hit"), request.args.get("at"))
    return render_template(
        "reading/page.html",
        flags=flagging.of_page(actor, page_id),
        flag_label=flags.label,
        flag_words=flags.words,
        shown=shown,
        record=record,
        way=came,
        query=query,
        look=look,
        nearest=places.nearest(shown.page, query, shown.sight),
        widths=WIDTHS,
        citation=citing.line(citing.of_page(record, page_id, shown.page.number)),
        address=url_for("reading.page", page_id=page_id, _external=True),
    )


@blueprint.get("/r/<id:record_id>/trich-dan.<any(bib, ris):ending>")
@guards.public
def record_citation(record_id: str, ending: str) -> Response:
    """Hand out how a document is cited, for a program that keeps literature."""
    shown = records.show(actors.current(), record_id)
    if shown.kind != "document":
        raise NotFoundError("not_found")
    return bibliography.file(citing.of_record(shown), ending)


@blueprint.get("/p/<id:page_id>/trich-dan.<any(bib, ris):ending>")
@guards.public
def page_citation(page_id: str, ending: str) -> Response:
    """Hand out how a page is cited, in the same forms."""
    actor = actors.current()
    shown = pages.known(actor, page_id).page
    record = records.show(actor, shown.document_id)
    return bibliography.file(citing.of_page(record, page_id, shown.number), ending)


@blueprint.get("/p/<id:page_id>/text")
@guards.public
def text(page_id: str) -> Response:
    """Hand out the text of a page."""
    return Response(
        pages.seen(actors.current(), page_id, Use.TEXT).text, content_type="text/plain; charset=utf-8"
    )


@blueprint.get("/p/<id:page_id>/words.json")
@guards.public
def words(page_id: str) -> Response:
    """Hand out the words of a page with their boxes in px of its image."""
    shown = pages.seen(actors.current(), page_id, Use.TEXT)
    return jsonify(
        page=page_id,
        width=shown.page.width,
        height=shown.page.height,
        words=[list(one) for one in shown.words],
    )


@blueprint.get("/p/<id:page_id>/image/<int:width>.jpg")
@guards.public
def image(page_id: str, width: int) -> Response:
    """Hand out the image of a page at one of three widths."""
    if width not in WIDTHS:
        raise NotFoundError("not_found")
    return _picture(page_id, width, Use.IMAGE)


@blueprint.get("/p/<id:page_id>/thumbnail.jpg")
@guards.public
def thumbnail(page_id: str) -> Response:
    """Hand out the small image of a page."""
    return _picture(page_id, images.THUMBNAIL, Use.THUMBNAIL)


def _picture(page_id: str, width: int, use: Use) -> Response:
    """Return the image as this reader may have it: under a grant it carries the grant's mark."""
    opened = pages.opened(actors.current(), page_id, use)
    mark, pixels = opened.mark, opened.pixels
    end_reading()
    jpeg = images.image(pixels, width, seconds=SECONDS_FOR_AN_IMAGE)
    if mark is not None:
        jpeg = marking.marked(jpeg, mark)
    return Response(jpeg, mimetype="image/jpeg")


def _page_number() -> int:
    return Paging.read(request.args.get("page")).page
