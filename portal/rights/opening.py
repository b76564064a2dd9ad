"""Opening by date: a level that closes a record for a time lapses by itself on its day.

Decided when somebody looks: from the first instant of the day in Việt Nam a lapsed level closes nothing
any more (`policy`, in SQL, too). The index follows by job, and fails closed until then. Only what can
be asked for opens so; what is withheld is opened by people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError
from portal.rights import periods
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.rights.period_rows import ClosurePeriod
from portal.rights.protections import held, prefixes


def closes() -> ColumnElement[bool]:
    """Return the SQL condition that the level of a protection has not lapsed."""
    return Protection.opens_on.is_(None) | (Protection.opens_on > clock.today())


@dataclass(frozen=True, slots=True)
class Counted:
    """By what a day was counted."""

    period_id: str
    on: date
    """The last day of the record or its file, as it was known then."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """When a record opens by itself, and by which rule."""

    day: date
    basis: str
    period: ClosurePeriod | None
    """The closure period; None where somebody typed the day."""


def set_day(node_id: str, day: date | None, basis: str, counted: Counted | None = None) -> date | None:
    """Say on which day the node's own level lapses, and by which rule; None takes the day away.

    Args:
        counted: by what the day was counted, where nobody typed it.

    Returns the day before.

    Raises:
        NotFoundError: there is no such node.
        ConflictError: the node has no level of its own that could lapse.
        InvalidError: the day is not to come.
    """
    row = held(node_id)
    if row.own_level is not Level.CONDITIONAL:
        raise ConflictError("no_level_to_lapse")
    if day is not None and day <= clock.today():
        raise InvalidError("day_not_to_come", fields={"opens_on": "day_not_to_come"})
    before = row.opens_on
    row.forget_day()
    if day is not None:
        row.opens_on, row.opens_basis = day, basis
        row.period_id, row.counted_on = (counted.period_id, counted.on) if counted else (None, None)
    db.session.flush()
    return before


def of(node_id: str) -> tuple[date | None, str]:
    """Return when the node's own level lapses, and by which rule; None where it does not."""
    row = db.session.get(Protection, node_id)
    return (row.opens_on, row.opens_basis) if row else (None, "")


def counted_of(node_id: str) -> Counted | None:
    """Return by what the day of the node's own level was counted; None where somebody typed it."""
    row = db.session.get(Protection, node_id)
    if row is None or row.period_id is None or row.counted_on is None:
        return None
    return Counted(row.period_id, row.counted_on)


def lapses(node_ids: Collection[str]) -> dict[str, Lapse]:
    """Return when nodes open by themselves and by which rule, by three queries however many they are.

    A node opens when the last level on its path has lapsed. One that is closed by a level without a day
    is not in the answer, nor is one that is open.
    """
    rows = db.session.scalars(select(Protection).where(Protection.node_id.in_(node_ids))).all()
    paths = {path for row in rows for path in prefixes(row.path)}
    closing = db.session.scalars(
        select(Protection).where(Protection.path.in_(paths), Protection.level != Level.OPEN.value, closes())
    ).all()
    by_path = {row.path: row for row in closing}
    last: dict[str, tuple[date, Protection]] = {}
    for row in rows:
        above = [by_path[path] for path in prefixes(row.path) if path in by_path]
        known = [(one.opens_on, one) for one in above if one.opens_on is not None]
        if above and len(known) == len(above):
            last[row.node_id] = max(known, key=lambda pair: pair[0])
    named = periods.by_ids({one.period_id for _, one in last.values() if one.period_id})
    return {
        node_id: Lapse(day, one.opens_basis, named.get(one.period_id or ""))
        for node_id, (day, one) in last.items()
    }


def due(most: int) -> Sequence[Protection]:
    """Return the protections whose level has lapsed and still stands in its row, the oldest first."""
    return db.session.scalars(
        select(Protection)
        .where(Protection.opens_on <= clock.today(), Protection.level == Level.CONDITIONAL.value)
        .order_by(Protection.opens_on, Protection.node_id)
        .limit(most)
        .with_for_update()
    ).all()


def settle(row: Protection) -> None:
    """Write down as open what has lapsed; the clock said so already."""
    row.level, row.reason, row.set_by, row.set_at = Level.OPEN.value, row.opens_basis, None, clock.now()
    row.forget_day()
    db.session.flush()
