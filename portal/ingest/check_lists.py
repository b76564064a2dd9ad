"""What waits for a second person: batches at work, with how many of their pages wait for a look or a rescan.

The numbers are read from the index of the looks; pages themselves are not counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.ingest import sampling, second_person
from portal.ingest.check_rows import CheckSample, CheckState, PageCheck
from portal.ingest.models import Batch
from portal.rights import policy


@dataclass(frozen=True, slots=True)
class BatchLooks:
    """A batch at work and its looks."""

    batch: Batch
    is_begun: bool
    """Whether anything was drawn yet."""
    waiting: int
    to_rescan: int
    is_mine: bool
    """Whether the actor may judge its pages."""


def at_work(actor: Actor, paging: Paging) -> Listing[BatchLooks]:
    """Return the batches that are neither closed nor withdrawn, oldest first."""
    actor.must(Permission.TAKE_IN)
    where = (
        Batch.closed_at.is_(None),
        Batch.withdrawn_at.is_(None),
        policy.describable(actor, Batch.holding_id.expression),
    )
    total = db.session.scalar(select(func.count()).select_from(Batch).where(*where)) or 0
    rows = db.session.scalars(
        select(Batch)
        .where(*where)
        .order_by(Batch.created_at, Batch.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_with_looks(actor, rows), paging, total)


def to_look_at(actor: Actor, paging: Paging) -> Listing[BatchLooks]:
    """Return those of them in which drawn pages wait for a look, oldest first; none that the actor opened."""
    actor.must(Permission.TAKE_IN)
    drawn = select(PageCheck.batch_id).where(PageCheck.state == CheckState.WAITING.value)
    where = (
        Batch.id.in_(drawn),
        Batch.closed_at.is_(None),
        Batch.withdrawn_at.is_(None),
        Batch.operator_id.is_distinct_from(actor.id),
        policy.describable(actor, Batch.holding_id.expression),
    )
    total = db.session.scalar(select(func.count()).select_from(Batch).where(*where)) or 0
    rows = db.session.scalars(
        select(Batch)
        .where(*where)
        .order_by(Batch.created_at, Batch.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_with_looks(actor, rows), paging, total)


def _with_looks(actor: Actor, batches: Sequence[Batch]) -> list[BatchLooks]:
    ids = [batch.id for batch in batches]
    begun = set(db.session.scalars(select(CheckSample.batch_id).where(CheckSample.batch_id.in_(ids))))
    counted = db.session.execute(
        select(PageCheck.batch_id, PageCheck.state, func.count())
        .where(
            PageCheck.batch_id.in_(ids),
            PageCheck.state.in_((CheckState.WAITING.value, CheckState.RESCAN.value)),
            sampling.counts(),
        )
        .group_by(PageCheck.batch_id, PageCheck.state)
    )
    numbers = {(batch_id, state): number for batch_id, state, number in counted}
    return [
        BatchLooks(
            batch=batch,
            is_begun=batch.id in begun,
            waiting=numbers.get((batch.id, CheckState.WAITING.value), 0),
            to_rescan=numbers.get((batch.id, CheckState.RESCAN.value), 0),
            is_mine=second_person.is_one(actor, batch),
        )
        for batch in batches
    ]
