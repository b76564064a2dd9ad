"""What the staff see of purges: which wait, which are done, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.purging import bases, extents, sight, states
from portal.purging.extents import Extent
from portal.purging.rows import Purge, PurgeBasis, PurgeKind, PurgeState, Tombstone, Trace
from portal.purging.states import PurgeAct
from portal.rights import policy
from portal.storage import backups
from portal.storage.models import BackupCopy

MOST_SEEN = 20
"""Records of a purge that are offered to be looked at."""


class Shown(StrEnum):
    """Which purges a list shows."""

    WAITING = "waiting"
    """They wait for a second person."""
    DONE = "done"
    """They are decided: at work or done."""
    NOT_DONE = "not_done"
    """Declined, taken back, or nobody confirmed them in time."""


@dataclass(frozen=True, slots=True)
class PurgeView:
    """A purge as the staff see it; of what went there are only numbers and digests."""

    row: Purge
    basis: PurgeBasis
    proposer: str
    confirmer: str
    ender: str
    acts: frozenset[PurgeAct]


@dataclass(frozen=True, slots=True)
class Remains:
    """What is known of what went."""

    numbers: dict[Trace, int]
    bytes: int
    """Of originals that are gone."""
    shared: int
    """Originals that stay, for something else is made of them, too."""
    backups: Sequence[BackupCopy]
    """Those that still hold it."""


def listing(actor: Actor, shown: Shown, paging: Paging) -> Listing[PurgeView]:
    """Return purges, those that wait by their age, the others by the latest."""
    actor.must(Permission.PROPOSE_PURGE)
    where = _where(shown) & sight.known_to(actor)
    order = Purge.proposed_at if shown is Shown.WAITING else Purge.proposed_at.desc()
    total = db.session.scalar(select(func.count()).select_from(Purge).where(where)) or 0
    rows = db.session.scalars(
        select(Purge).where(where).order_by(order, Purge.id).limit(paging.per_page).offset(paging.offset)
    ).all()
    return Listing(_views(actor, rows), paging, total)


def counts(actor: Actor) -> dict[Shown, int]:
    """Return how many purges each list has."""
    actor.must(Permission.PROPOSE_PURGE)
    known = sight.known_to(actor)
    return {
        one: db.session.scalar(select(func.count()).select_from(Purge).where(_where(one), known)) or 0
        for one in Shown
    }


def show(actor: Actor, purge_id: str) -> PurgeView:
    """Return one.

    Raises:
        NotFoundError: there is no such purge that the actor may know of.
    """
    actor.must(Permission.PROPOSE_PURGE)
    row = db.session.scalar(select(Purge).where(Purge.id == purge_id, sight.known_to(actor)))
    if row is None:
        raise NotFoundError("not_found")
    return _views(actor, [row])[0]


def extent(actor: Actor, row: Purge) -> Extent | None:
    """Return what would go by a purge that waits; None where what it names is not there (any more)."""
    try:
        return extents.of(actor, PurgeKind(row.kind), row.object_id)
    except (NotFoundError, ConflictError):
        return None


def seen(actor: Actor, of: Extent | None) -> Sequence[str]:
    """Return the first records of what would go that the actor can look at; none that is held back."""
    return [one for one in (of.records if of else ())[:MOST_SEEN] if policy.sight(actor, one).sees_content]


def remains(actor: Actor, purge_id: str) -> Remains:
    """Return what is known of what went by a purge that was confirmed.

    Raises:
        NotFoundError: there is no such purge.
    """
    row = show(actor, purge_id).row
    of = Tombstone.purge_id == row.id
    found = dict(
        db.session.execute(select(Tombstone.kind, func.count()).where(of).group_by(Tombstone.kind)).all()
    )
    originals = db.session.execute(
        select(Tombstone.sha256, Tombstone.is_shared, func.max(Tombstone.size))
        .where(of, Tombstone.sha256 != "")
        .group_by(Tombstone.sha256, Tombstone.is_shared)
    ).all()
    return Remains(
        {one: found[one.value] for one in Trace if one.value in found},
        sum(size or 0 for _, is_shared, size in originals if not is_shared),
        sum(1 for _, is_shared, _ in originals if is_shared),
        _backups(row),
    )


def _backups(row: Purge) -> Sequence[BackupCopy]:
    """Return the backups that were begun before it was done: what went may be in each of them."""
    end = row.done_at or clock.now()
    return backups.holding(datetime.min.replace(tzinfo=end.tzinfo), end)


def _where(shown: Shown) -> ColumnElement[bool]:
    is_proposed, is_late = Purge.state == PurgeState.PROPOSED.value, Purge.until <= clock.now()
    if shown is Shown.WAITING:
        return is_proposed & ~is_late
    if shown is Shown.DONE:
        return Purge.state.in_([PurgeState.CONFIRMED.value, PurgeState.DONE.value])
    return Purge.state.in_([PurgeState.DECLINED.value, PurgeState.WITHDRAWN.value]) | (is_proposed & is_late)


def _views(actor: Actor, rows: Sequence[Purge]) -> list[PurgeView]:
    names = people.names(
        [one for row in rows for one in (row.proposed_by, row.confirmed_by, row.ended_by) if one]
    )
    return [
        PurgeView(
            row,
            bases.by_id(row.basis_id),
            names.get(row.proposed_by, ""),
            names.get(row.confirmed_by or "", ""),
            names.get(row.ended_by or "", ""),
            frozenset() if row.is_overdue else states.possible(row, actor),
        )
        for row in rows
    ]
