"""Take back a batch that was sent to the wrong fonds, and bring it back while there is time.

After `batches.open_batch` and `scans.take_in`, before anybody described or published. Everything of
the batch is gone from sight at once, for everybody; rows and originals stay until the last day of
restoring, and after it until they are purged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields, outbox
from portal.catalogue.models import Kind, Node, Page, PageState
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import repeats, scans
from portal.ingest.batch_states import Act, advance
from portal.ingest.models import Batch, Scan, ScanState
from portal.rights import policy, protections
from portal.rights.models import Protection

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A batch that was withdrawn, without anything of what was in it."""

    id: str
    name: str
    at: datetime
    by: str
    reason: str
    restore_until: datetime

    @property
    def can_come_back(self) -> bool:
        return clock.now() < self.restore_until


@dataclass(frozen=True, slots=True)
class Extent:
    """What would be withdrawn: the name of the batch and how much it holds."""

    name: str
    files: int
    pages: int


def extent(actor: Actor, batch_id: str) -> Extent:
    """Return what would be withdrawn.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    batch = _open(actor, batch_id)
    files = select(func.count()).select_from(Scan).where(Scan.batch_id == batch.id)
    pages = (
        select(func.count()).select_from(Page).join(Node, Node.id == Page.document_id).where(_inside(batch))
    )
    return Extent(batch.name, db.session.scalar(files) or 0, db.session.scalar(pages) or 0)


def objection(actor: Actor, batch_id: str) -> str | None:
    """Return the code of why the batch cannot be withdrawn, None where it can.

    Raises:
        NotFoundError: as `extent`.
    """
    return _objection(_open(actor, batch_id))


def withdraw(actor: Actor, batch_id: str, reason: str) -> None:
    """Take everything of the batch out of sight, at once and for everybody.

    Raises:
        NotFoundError: as `extent`.
        InvalidError: the reason is missing or too long.
        ConflictError: it is withdrawn or closed already, or somebody has worked with its documents.
    """
    batch = _open(actor, batch_id, is_held=True)
    reason = fields.required("reason", reason, LONGEST_REASON)
    protections.hold_below(_path(batch))
    code = _objection(batch)
    if code is not None:
        raise ConflictError(code)
    advance(batch, Act.WITHDRAW)
    now = clock.now()
    batch.withdrawn_at, batch.withdrawn_by, batch.withdraw_reason = now, actor.id, reason
    batch.restore_until = now + timedelta(days=int(dated.value(dated.RESTORE_DAYS)))
    number = protections.remove(_path(batch), now)
    protections.close_in_search(batch.holding_id, outbox.note_tree(batch.holding_id))
    trail.record(
        actor,
        "batch.withdraw",
        "batch",
        batch.id,
        documents=number - 1,
        restore_until=batch.restore_until.isoformat(),
    )


def restore(actor: Actor, batch_id: str) -> None:
    """Bring a withdrawn batch back as it was; what was not read yet is read now.

    Raises:
        NotFoundError: there is no such withdrawn batch for the actor.
        ConflictError: it is too late, or its files came again meanwhile, or they only repeat files of a batch
            that was withdrawn too.
    """
    batch = _withdrawn(actor, batch_id, is_held=True)
    if batch.restore_until is None or clock.now() >= batch.restore_until:
        raise ConflictError("restore_too_late")
    if repeats.came_again(batch):
        raise ConflictError("batch_came_again")
    if repeats.of_withdrawn(batch):
        raise ConflictError("batch_repeats_withdrawn")
    advance(batch, Act.RESTORE)
    # What had lost all its pages before it was withdrawn stays away.
    number = protections.put_back(_path(batch), _instant(batch))
    batch.withdrawn_at = batch.withdrawn_by = batch.restore_until = None
    outbox.note_tree(batch.holding_id)
    _read_on(batch)
    trail.record(actor, "batch.restore", "batch", batch.id, documents=number - 1)


def show(actor: Actor, batch_id: str) -> Withdrawn:
    """Return what may be told of a withdrawn batch.

    Raises:
        NotFoundError: there is no such withdrawn batch for the actor.
    """
    return _views([_withdrawn(actor, batch_id)])[0]


def listing(actor: Actor, paging: Paging) -> Listing[Withdrawn]:
    """Return the batches that were withdrawn, the latest first."""
    actor.must(Permission.TAKE_IN)
    where = (Batch.withdrawn_at.is_not(None), policy.describable(actor, Batch.fonds_id.expression))
    total = db.session.scalar(select(func.count()).select_from(Batch).where(*where)) or 0
    rows = db.session.scalars(
        select(Batch)
        .where(*where)
        .order_by(Batch.withdrawn_at.desc(), Batch.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_views(rows), paging, total)


def _views(rows: Sequence[Batch]) -> list[Withdrawn]:
    names = people.names([row.withdrawn_by for row in rows if row.withdrawn_by])
    return [
        Withdrawn(
            row.id,
            row.name,
            row.withdrawn_at,
            names.get(row.withdrawn_by or "", ""),
            row.withdraw_reason,
            row.restore_until,
        )
        for row in rows
        if row.withdrawn_at and row.restore_until
    ]


def _open(actor: Actor, batch_id: str, *, is_held: bool = False) -> Batch:
    """Return a batch that the actor may see; a withdrawn one is seen by nobody."""
    actor.must(Permission.TAKE_IN)
    batch = db.session.get(Batch, batch_id, with_for_update=is_held or None)
    if batch is None:
        raise NotFoundError("not_found")
    if batch.withdrawn_at is not None:
        policy.require_description(actor, batch.fonds_id)
        raise ConflictError("batch_withdrawn")
    policy.require_description(actor, batch.holding_id)
    return batch


def _withdrawn(actor: Actor, batch_id: str, *, is_held: bool = False) -> Batch:
    actor.must(Permission.TAKE_IN)
    batch = db.session.get(Batch, batch_id, with_for_update=is_held or None)
    if batch is None or batch.withdrawn_at is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.fonds_id)
    return batch


def _objection(batch: Batch) -> str | None:
    """Look at all documents of the batch; the first thing that somebody did with one of them counts."""
    holds_pages = Node.kind.in_((Kind.DOCUMENT.value, Kind.RESERVE.value))
    documents = select(Node.id).where(_inside(batch), holds_pages)
    scanned = select(Scan.document_id).where(
        Scan.batch_id == batch.id,
        Scan.document_id.is_not(None),
        Scan.state != ScanState.DUPLICATE.value,
    )
    inside = set(db.session.scalars(documents))
    if not set(db.session.scalars(scanned)) <= inside | repeats.of_others(batch):
        return "batch_arranged"
    touched = select(Protection.published_at, Protection.set_by).where(
        Protection.path.like(_path(batch) + "%"),
        Protection.published_at.is_not(None) | Protection.set_by.is_not(None),
    )
    found = db.session.execute(touched).all()
    # Only what is published can be asked for, so what was never published was never requested.
    if any(row.published_at for row in found) or trail.has_any("document.publish", "document", inside):
        return "batch_was_public"
    if found:
        return "batch_decided_on"
    described = exists().where(_inside(batch), Node.described_at.is_not(None))
    if db.session.scalar(select(described)):
        return "batch_described"
    elsewhere = repeats.relied_on(batch.id).where(Scan.document_id.in_(documents))
    return "batch_shared" if db.session.scalar(select(elsewhere)) else None


def _read_on(batch: Batch) -> None:
    """Have read what was not read yet: jobs that came up meanwhile did nothing."""
    mine = (Scan.batch_id == batch.id, Scan.state != ScanState.DUPLICATE.value)
    for scan_id in db.session.scalars(select(Scan.id).where(*mine, Scan.state == ScanState.RECEIVED.value)):
        scans.split_again(scan_id)
    waiting = (
        select(Page.id)
        .join(Scan, Scan.id == Page.scan_id)
        .where(*mine, Page.state == PageState.WAITING.value)
    )
    for page_id in db.session.scalars(waiting):
        scans.read_again(page_id)


def _instant(batch: Batch) -> datetime:
    if batch.withdrawn_at is None:
        raise ConflictError("batch_not_withdrawn")
    return batch.withdrawn_at


def _path(batch: Batch) -> str:
    return protections.of(batch.holding_id).path


def _inside(batch: Batch) -> ColumnElement[bool]:
    return Node.path.like(_path(batch) + "%")
