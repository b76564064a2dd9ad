"""What waits for an operator: batches at work, and batches in which something can be tried again.

The queries begin at the waiting and failed pages, by the index of states; what is read and done
costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import CompoundSelect, func, select, union

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.ingest import failures, forecast
from portal.ingest.models import Batch, Scan, ScanState
from portal.jobs import pauses
from portal.jobs.models import Lane
from portal.rights import policy


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a batch is."""

    id: str
    name: str
    created_at: datetime
    files_waiting: int
    """Files whose pages are not counted yet."""
    waiting: int
    read: int
    """Pages that are read or blank."""
    failed: int
    is_paused: bool = False
    """Whether nothing more of it is read until somebody lets it go on."""
    ready_at: datetime | None = None
    """When it will be read, where that can be said."""

    @property
    def done(self) -> int:
        return self.read + self.failed

    @property
    def total(self) -> int:
        return self.done + self.waiting

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return not self.files_waiting and not self.waiting


def at_work(actor: Actor, paging: Paging) -> Listing[BatchProgress]:
    """Return the batches that the machine still reads, oldest first."""
    uncounted = select(Scan.batch_id).where(Scan.state == ScanState.RECEIVED.value)
    unread = (
        select(Scan.batch_id).join(Page, Page.scan_id == Scan.id).where(Page.state == PageState.WAITING.value)
    )
    found = _listing(actor, union(uncounted, unread), paging)
    return replace(found, rows=_foreseen(found.rows))


def in_trouble(actor: Actor, paging: Paging) -> Listing[BatchProgress]:
    """Return the batches in which something failed that can be tried again, oldest first."""
    files = select(Scan.batch_id).where(*failures.files())
    pages = select(Scan.batch_id).join(Page, Page.scan_id == Scan.id).where(*failures.pages())
    return _listing(actor, union(files, pages), paging)


def progress(actor: Actor, batch_ids: Sequence[str]) -> list[BatchProgress]:
    """Return how far those of the batches are that the actor may know of, in the order given."""
    actor.must(Permission.TAKE_IN)
    known = policy.describable(actor, Batch.holding_id.expression)
    rows = db.session.scalars(select(Batch).where(Batch.id.in_(batch_ids), known)).all()
    found = {one.id: one for one in _foreseen(_progress(rows))}
    return [found[one] for one in batch_ids if one in found]


def _listing(actor: Actor, ids: CompoundSelect[tuple[str]], paging: Paging) -> Listing[BatchProgress]:
    actor.must(Permission.TAKE_IN)
    where = (Batch.id.in_(ids), policy.describable(actor, Batch.holding_id.expression))
    total = db.session.scalar(select(func.count()).select_from(Batch).where(*where)) or 0
    rows = db.session.scalars(
        select(Batch)
        .where(*where)
        .order_by(Batch.created_at, Batch.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_progress(rows), paging, total)


def _foreseen(rows: Sequence[BatchProgress]) -> list[BatchProgress]:
    """Return the same with when each will be read."""
    if all(row.is_settled for row in rows):
        return list(rows)
    now = forecast.circumstances()
    return [row if row.is_settled else replace(row, ready_at=forecast.of_batch(row.id, now)) for row in rows]


def _progress(rows: Sequence[Batch]) -> list[BatchProgress]:
    ids = [row.id for row in rows]
    uncounted = dict(
        db.session.execute(
            select(Scan.batch_id, func.count())
            .where(Scan.batch_id.in_(ids), Scan.state == ScanState.RECEIVED.value)
            .group_by(Scan.batch_id)
        ).all()
    )
    pages: dict[str, dict[str, int]] = {}
    counted = db.session.execute(
        select(Scan.batch_id, Page.state, func.count())
        .join(Page, Page.scan_id == Scan.id)
        .where(Scan.batch_id.in_(ids))
        .group_by(Scan.batch_id, Page.state)
    )
    for batch_id, state, number in counted:
        pages.setdefault(batch_id, {})[state] = number

    is_all_paused = pauses.is_paused(Lane.READ)
    paused = pauses.of_all(ids)

    def one(row: Batch) -> BatchProgress:
        states = pages.get(row.id, {})
        return BatchProgress(
            row.id,
            row.name,
            row.created_at,
            uncounted.get(row.id, 0),
            states.get(PageState.WAITING, 0),
            states.get(PageState.READ, 0) + states.get(PageState.BLANK, 0),
            states.get(PageState.FAILED, 0),
            is_all_paused or row.id in paused,
        )

    return [one(row) for row in rows]
