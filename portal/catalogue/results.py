"""Judge the hits of an index again, as SQL has them now, and read what the actor may see of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue import findable, records
from portal.catalogue.models import Node, Page, PageState, PageText
from portal.catalogue.records import Crumb
from portal.catalogue.snippets import Cutter, Piece
from portal.core.db import db
from portal.core.partial import PartialDate
from portal.rights import policy
from portal.rights.policy import NOTHING, Sight
from portal.search.documents import Hit, Query, Side, page_id

UNSURE = ("fair", "poor")
"""Qualities of a text with which the reader is told to look at the image."""


@dataclass(frozen=True, slots=True)
class OtherPage:
    """Another page of a document found, below the best."""

    id: str
    number: int


@dataclass(frozen=True, slots=True)
class Result:
    """One document found, by the best of its things, with what the actor may read of it."""

    document_id: str
    page_id: str | None
    """None where the description matched, not the text of a page."""
    page_number: int | None
    title: str
    """Empty where nobody has described the document yet."""
    working_title: str
    """For staff only; empty for everybody else."""
    number: str
    """Number and symbol of the document."""
    issued_on: PartialDate | None
    issuer: str
    picture_id: str | None
    """The page whose small image stands beside it; None where the actor may see none."""
    access: str
    """Effective level: open, conditional or withheld."""
    side: Side
    snippet: Sequence[Piece]
    place: Sequence[Crumb]
    """The nodes above the document, the fonds first, as far as the actor may know of them."""
    others: Sequence[OtherPage] = ()
    """Other pages of the document that matched, the next best ones."""
    more: int = 0
    """How many things of the document matched beside the one shown."""
    is_unsure: bool = False
    """Whether the machine was unsure of the text that matched."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """What SQL knows of the hits of one page, read by a handful of queries."""

    pages: Mapping[str, Page]
    nodes: Mapping[str, Node]
    first_pages: Mapping[str, str]
    """Document id → id of its first page, of those documents whose pages the actor may see."""
    texts: Mapping[str, tuple[str, str]]
    """Text and quality of the pages that the actor may read."""
    sights: Mapping[str, Sight]
    type_names: Mapping[str, str]
    places: Mapping[str, Crumb]
    """Nodes above the documents that the actor may know of, by id."""


def judged(actor: Actor, query: Query, side: Side, hits: Sequence[Hit]) -> list[Result]:
    """Return those hits that the actor may see, as SQL has them now."""
    if not hits:
        return []
    rows = _read(actor, hits)
    cutter = Cutter(query)
    results = (_result(actor, cutter, side, hit, rows) for hit in hits)
    return [result for result in results if result is not None]


def _read(actor: Actor, hits: Sequence[Hit]) -> _Rows:
    """Read what is needed to judge and show the hits; whose page it is says SQL, not the index."""
    page_ids = [one for hit in hits for key in (hit.key, *hit.others) if (one := page_id(key))]
    pages = {page.id: page for page in db.session.scalars(select(Page).where(Page.id.in_(page_ids)))}
    record_ids = {hit.document_id for hit in hits if not hit.page_id}
    document_ids = record_ids | {page.document_id for page in pages.values()}
    nodes = db.session.scalars(select(Node).where(Node.id.in_(document_ids))).all()
    above = {one for node in nodes for one in _above(node)}
    sights = policy.sights(actor, document_ids | above)
    # The index knows the originals: what was found there says nothing to who sees a redacted version.
    readable = [
        one.id
        for one in pages.values()
        if sights.get(one.document_id, NOTHING).shows_original(one.id, one.number)
    ]
    texts = db.session.execute(
        select(PageText.page_id, PageText.text, PageText.quality).where(
            PageText.page_id.in_(readable), PageText.is_current
        )
    )
    pictured = [one for one in record_ids if sights.get(one, NOTHING).sees_content]
    firsts = db.session.execute(
        select(Page.document_id, Page.id).where(
            Page.document_id.in_(pictured), Page.number == 1, Page.state != PageState.WAITING.value
        )
    )
    return _Rows(
        pages=pages,
        # A page that was set aside stands in no document, though the index may not know it yet.
        nodes={node.id: node for node in nodes if node.is_document},
        first_pages={of: one for of, one in firsts if sights[of].pictures(one, 1)},
        texts={row.page_id: (row.text, row.quality) for row in texts},
        sights=sights,
        type_names=findable.type_names(),
        places=_places(actor, [one for one in above if sights.get(one, NOTHING).sees_description]),
    )


def _above(node: Node) -> list[str]:
    """Return the ids of the nodes above, the fonds first."""
    return node.path.strip("/").split("/")[:-1]


def _places(actor: Actor, node_ids: Sequence[str]) -> dict[str, Crumb]:
    rows = db.session.scalars(select(Node).where(Node.id.in_(node_ids)))
    return {row.id: records.crumb(actor, row) for row in rows}


def _result(actor: Actor, cutter: Cutter, side: Side, hit: Hit, rows: _Rows) -> Result | None:
    page = rows.pages.get(hit.page_id) if hit.page_id else None
    node = rows.nodes.get(page.document_id if page else hit.document_id)
    if node is None or (hit.page_id and page is None):
        return None
    sight = rows.sights.get(node.id, NOTHING)
    if not (sight.shows_original(page.id, page.number) if page else sight.sees_description):
        return None
    others = _others(hit, node, rows)
    snippet, quality = _quoted(cutter, page, others, rows) or (
        cutter.cut(_description(actor, node, rows.type_names)),
        "",
    )
    return Result(
        document_id=node.id,
        page_id=page.id if page else None,
        page_number=page.number if page else None,
        title=node.title,
        working_title=node.working_title if actor.is_staff else "",
        number=node.number,
        issued_on=node.issued,
        issuer=node.issuer,
        picture_id=_picture(page, sight) if page else rows.first_pages.get(node.id),
        access=sight.level.value,
        side=side,
        snippet=snippet,
        place=[rows.places[one] for one in _above(node) if one in rows.places],
        others=others,
        more=hit.more if sight.sees_content and not sight.is_partial else 0,
        is_unsure=quality in UNSURE,
    )


def _picture(page: Page, sight: Sight) -> str | None:
    return page.id if sight.pictures(page.id, page.number) else None


def _quoted(
    cutter: Cutter, page: Page | None, others: Sequence[OtherPage], rows: _Rows
) -> tuple[list[Piece], str] | None:
    """Return the snippet of the text of the page that was found, and the quality of that text.

    Where the description was found, of the best page that answers, too: what it says tells more than the
    facts that stand beside it anyway. None where there is no such page.
    """
    if page:
        text, quality = rows.texts.get(page.id, ("", ""))
        return cutter.cut(text), quality
    text, quality = rows.texts.get(others[0].id, ("", "")) if others else ("", "")
    snippet = cutter.cut(text)
    return (snippet, quality) if any(piece.is_match for piece in snippet) else None


def _others(hit: Hit, node: Node, rows: _Rows) -> list[OtherPage]:
    """Return the other pages of the document that matched, as far as the actor may read them."""
    sight = rows.sights.get(node.id, NOTHING)
    pages = (rows.pages.get(page_id(key) or "") for key in hit.others)
    return [
        OtherPage(page.id, page.number)
        for page in pages
        if page and page.document_id == node.id and sight.shows_original(page.id, page.number)
    ]


def _description(actor: Actor, node: Node, type_names: Mapping[str, str]) -> str:
    describe = findable.staff_description if actor.is_staff else findable.public_description
    return describe(node, type_names.get(node.type_code or "", ""))
