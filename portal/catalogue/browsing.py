"""Walk the archive without a query: down the tree, by agency, by year, each place with its numbers.

Every count is of what the actor may know of at this moment, so that closing a record takes it out of
the numbers too. A count stops at `MOST_COUNTED`: what it costs does not grow with the archive.
Comes after `tree` and `rights`; the pages of the area `browsing` show it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all

from portal.accounts.actors import Actor
from portal.catalogue import agencies, tree
from portal.catalogue.models import Agency, Kind, Node
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import DEEPEST_PAGE, Listing, Paging
from portal.rights import policy

MOST_COUNTED = 1000
PER_PAGE = 25
DECADE = 10


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are: exact, or "more than" where counting stopped."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A place in the tree as one actor may see it, and what is shown open below it."""

    node: Node
    level: str
    """Effective access level."""
    documents: Count | None
    """Documents below that the actor may know of; None for a document."""
    inside: Listing[Branch] | None = None
    """The first page of what lies below, where the place is open."""


@dataclass(frozen=True, slots=True)
class AgencyView:
    """A body that made records, those before and after it, and its fonds."""

    agency: Agency
    successor: Agency | None
    predecessors: Sequence[Agency]
    fonds: Sequence[Branch] = field(default=())


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A body that made records, and how many of its fonds the actor may know of."""

    agency: Agency
    fonds: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of years in which documents were issued. A year is a span of one."""

    first: int
    last: int
    documents: Count


def fonds(actor: Actor, paging: Paging, opened: Collection[str] = ()) -> Listing[Branch]:
    """Return one page of the fonds in Vietnamese order, those among `opened` with what lies inside."""
    rows = tree.fonds(actor)
    here = rows[paging.offset : paging.offset + paging.per_page]
    return Listing(_branches(actor, here, opened), paging, len(rows))


def inside(actor: Actor, node_id: str, paging: Paging, opened: Collection[str] = ()) -> Listing[Branch]:
    """Return one page of what lies in a fonds or a file, those among `opened` with what lies inside.

    Raises:
        NotFoundError: the actor may not know of the node, or there is none.
    """
    policy.require_description(actor, node_id)
    listing = tree.children(actor, node_id, paging)
    return Listing(_branches(actor, listing.rows, opened), paging, listing.total)


def of_agency(actor: Actor, agency_id: str) -> AgencyView:
    """Return an agency with its fonds and its neighbours in time as far as the actor may know of them.

    Raises:
        NotFoundError: there is no such agency, or nothing of it that the actor may know of.
    """
    row, known = agencies.by_id(agency_id), fonds_by_agency(actor)
    if not _may_know(actor, row, known):
        raise NotFoundError("not_found")
    successor = agencies.by_id(row.successor_id) if row.successor_id else None
    return AgencyView(
        agency=row,
        successor=successor if successor and _may_know(actor, successor, known) else None,
        predecessors=[one for one in agencies.predecessors(agency_id) if _may_know(actor, one, known)],
        fonds=_branches(actor, _fonds_of(actor, agency_id)),
    )


def all_agencies(actor: Actor) -> list[AgencyRow]:
    """Return the agencies that the actor may know of, in Vietnamese order.

    Staff know all; others those of which they may know a fonds, for the name of an agency
    can tell what is withheld.
    """
    known = fonds_by_agency(actor)
    return [
        AgencyRow(row, known.get(row.id, 0)) for row in agencies.listing() if _may_know(actor, row, known)
    ]


def fonds_by_agency(actor: Actor) -> Mapping[str, int]:
    """Return how many fonds of each agency the actor may know of, by agency id."""
    rows = db.session.execute(
        select(Node.agency_id, func.count())
        .where(Node.agency_id.is_not(None), *_known_fonds(actor))
        .group_by(Node.agency_id)
    )
    return {agency_id: number for agency_id, number in rows if agency_id}


def decades(actor: Actor) -> list[Span]:
    """Return the decades from which the actor may know documents, the oldest first."""
    return _spans(actor, date.min, date.max, DECADE)


def years(actor: Actor, first: int, last: int) -> list[Span]:
    """Return the years of a stretch from which the actor may know documents, the oldest first."""
    return _spans(actor, date(first, 1, 1), date(last, 12, 31), 1)


def of_year(actor: Actor, year: int, paging: Paging) -> Listing[Node]:
    """Return one page of the documents issued in the year, by day, then in Vietnamese order."""
    where = _issued(actor, date(year, 1, 1), date(year, 12, 31))
    return _documents(select(Node).where(*where).order_by(Node.issued_on, Node.sort_key, Node.id), paging)


def undated(actor: Actor, paging: Paging) -> Listing[Node]:
    """Return one page of the documents whose description gives no date, in Vietnamese order."""
    where = (
        Node.kind == Kind.DOCUMENT.value,
        Node.issued_on.is_(None),
        Node.described_at.is_not(None),
        policy.describable(actor, Node.id.expression),
    )
    return _documents(select(Node).where(*where).order_by(Node.sort_key, Node.id), paging)


def documents_below(actor: Actor, node_id: str) -> Count:
    """Count the documents below a node that the actor may know of.

    Raises:
        NotFoundError: the actor may not know of the node, or there is none.
    """
    policy.require_description(actor, node_id)
    return _counts_below(actor, [tree.by_id(node_id)])[node_id]


def _fonds_of(actor: Actor, agency_id: str) -> Sequence[Node]:
    where = (Node.agency_id == agency_id, *_known_fonds(actor))
    return db.session.scalars(
        select(Node).where(*where).order_by(Node.sort_key, Node.id).limit(tree.MOST_FONDS_LISTED)
    ).all()


def _known_fonds(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Node.kind == Kind.FONDS.value, policy.describable(actor, Node.id.expression)


def _may_know(actor: Actor, agency: Agency, known: Mapping[str, int]) -> bool:
    return actor.is_staff or agency.id in known


def _counts_below(actor: Actor, nodes: Sequence[Node]) -> dict[str, Count]:
    """Count below the nodes, a page of them by one query; each count stops at the most by itself."""
    counts: dict[str, Count] = {}
    for start in range(0, len(nodes), PER_PAGE):
        totals = [
            select(literal(node.id), func.count()).select_from(_below(actor, node.path).subquery())
            for node in nodes[start : start + PER_PAGE]
        ]
        rows = db.session.execute(union_all(*totals))
        counts |= {node_id: _stopped(total) for node_id, total in rows}
    return counts


def _below(actor: Actor, path: str) -> Select[Any]:
    known = policy.describable_below(actor, path).subquery()
    return (
        select(Node.id)
        .join(known, known.c.node_id == Node.id)
        .where(Node.kind == Kind.DOCUMENT.value)
        .limit(MOST_COUNTED + 1)
    )


def _branches(actor: Actor, nodes: Sequence[Node], opened: Collection[str] = ()) -> list[Branch]:
    sights = policy.sights(actor, [node.id for node in nodes])
    counts = _counts_below(actor, [node for node in nodes if not node.holds_pages])
    return [
        Branch(
            node=node,
            level=sights[node.id].level.value,
            documents=counts.get(node.id),
            inside=None
            if node.holds_pages or node.id not in opened
            else inside(actor, node.id, Paging(1, PER_PAGE), opened),
        )
        for node in nodes
    ]


def _spans(actor: Actor, start: date, end: date, length: int) -> list[Span]:
    """Go from one stretch that holds something to the next; those that are empty cost nothing."""
    spans: list[Span] = []
    while (day := _earliest(actor, start, end)) is not None:
        first = day.year - day.year % length
        last = first + length - 1
        until = min(end, date(last, 12, 31))
        spans.append(Span(first, last, _count(select(Node.id).where(*_issued(actor, day, until)))))
        start = date(last + 1, 1, 1)
    return spans


def _earliest(actor: Actor, start: date, end: date) -> date | None:
    return db.session.scalar(
        select(Node.issued_on).where(*_issued(actor, start, end)).order_by(Node.issued_on).limit(1)
    )


def _issued(actor: Actor, start: date, end: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Node.issued_on >= start,
        Node.issued_on <= end,
        Node.kind == Kind.DOCUMENT.value,
        policy.describable(actor, Node.id.expression),
    )


def _documents(rows: Select[Node], paging: Paging) -> Listing[Node]:
    most = DEEPEST_PAGE * paging.per_page
    total = _total(rows.with_only_columns(Node.id).order_by(None), most)
    here = db.session.scalars(rows.limit(paging.per_page).offset(paging.offset)).all()
    return Listing(here, paging, total)


def _count(ids: Select[Any]) -> Count:
    return _stopped(_total(ids, MOST_COUNTED + 1))


def _stopped(total: int) -> Count:
    return Count(min(total, MOST_COUNTED), is_more=total > MOST_COUNTED)


def _total(ids: Select[Any], most: int) -> int:
    return db.session.scalar(select(func.count()).select_from(ids.limit(most).subquery())) or 0
