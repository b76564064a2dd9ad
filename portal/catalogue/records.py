"""A record as one actor may see it: the public description first, the rest as rights allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue import closing, pages, tree
from portal.catalogue.closing import Overtaken
from portal.catalogue.models import DocumentType, Kind, Node, Page
from portal.core import ids
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.core.partial import PartialDate
from portal.rights import opening, policy, protections
from portal.rights.opening import Lapse
from portal.rights.policy import Sight


@dataclass(frozen=True, slots=True)
class Crumb:
    """A node above, as far as the actor may know of it."""

    id: str
    code: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class StaffNotes:
    """What only staff see of a record."""

    working_title: str
    own_level: str
    reason: str
    version: int
    holding: bool
    """Whether it still stands in the holding file of its batch."""
    overtaken: Overtaken | None = None
    """Its dates were corrected, and by its closure period another day would follow."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as one actor may see it. `title` is empty where nobody has described it yet."""

    id: str
    kind: str
    code: str
    title: str
    number: str
    issued_on: PartialDate | None
    issuer: str
    type_code: str
    type_name: str
    date_from: date | None
    date_to: date | None
    extent_mm: int | None
    """Of a fonds: how much shelf it fills, in millimetres."""
    on_paper_only: bool
    is_described: bool
    crumbs: Sequence[Crumb]
    sight: Sight
    pages: Sequence[Page]
    """Those that are for the actor: not even the number of the others is public."""
    notes: StaffNotes | None
    lapse: Lapse | None = None
    """When it opens by itself and by which rule; None where it is open, or nobody has named a day."""

    @property
    def opens_on(self) -> date | None:
        return self.lapse.day if self.lapse else None


def show(actor: Actor, node_id: str) -> RecordView:
    """Return the record if the actor may know of it.

    Raises:
        NotFoundError: the actor may not, or there is no such record; the two look alike.
    """
    sight = policy.require_description(actor, node_id)
    node = tree.by_id(node_id)
    kind = db.session.get(DocumentType, node.type_code) if node.type_code else None
    above = tree.ancestors(actor, node)
    return RecordView(
        id=node.id,
        kind=node.kind,
        code=node.code,
        title=node.title,
        number=node.number,
        issued_on=node.issued,
        issuer=node.issuer,
        type_code=node.type_code or "",
        type_name=kind.name if kind else "",
        date_from=node.date_from,
        date_to=node.date_to,
        extent_mm=node.extent_mm,
        on_paper_only=node.on_paper_only,
        is_described=node.is_described,
        crumbs=[crumb(actor, one) for one in above],
        sight=sight,
        pages=pages.visible(sight, node.id) if node.holds_pages else (),
        notes=_notes(node) if actor.is_staff else None,
        lapse=opening.lapses([node.id]).get(node.id),
    )


def crumb(actor: Actor, node: Node) -> Crumb:
    """Return a node as a step of a path. A working title may be the name of a file: for staff only."""
    title = node.title or (node.working_title if actor.is_staff else "")
    return Crumb(node.id, node.code, title, node.kind)


def place(actor: Actor, node_id: str) -> Crumb:
    """Return a fonds or a file to stay in.

    Raises:
        NotFoundError: it is something else, the actor may not know of it, or there is none.
    """
    if not ids.is_id(node_id):
        raise NotFoundError("not_found")
    policy.require_description(actor, node_id)
    node = tree.by_id(node_id)
    if node.kind not in (Kind.FONDS, Kind.FILE):
        raise NotFoundError("not_found")
    return crumb(actor, node)


def strip(record: RecordView, paging: Paging) -> Listing[Page]:
    """Return the pages of a record that are shown at once; past the end, the last ones."""
    total = len(record.pages)
    here = Paging(min(paging.page, max(1, -(-total // paging.per_page))), paging.per_page)
    return Listing(record.pages[here.offset : here.offset + here.per_page], here, total)


def titles(actor: Actor, node_ids: Sequence[str]) -> dict[str, Node]:
    """Return the rows of those nodes that the actor may know of, by two queries."""
    allowed = [one for one, seen in policy.sights(actor, node_ids).items() if seen.sees_description]
    return {node.id: node for node in db.session.scalars(select(Node).where(Node.id.in_(allowed)))}


def _notes(node: Node) -> StaffNotes:
    row = protections.of(node.id)
    parent = db.session.get(Node, node.parent_id) if node.parent_id else None
    return StaffNotes(
        working_title=node.working_title,
        own_level=row.level or "",
        reason=row.reason,
        version=node.version,
        holding=parent is not None and parent.kind == Kind.HOLDING,
        overtaken=closing.overtaken(node),
    )
