"""Closure periods as they hold on a day, and the day on which one of them is over.

Rows are never rewritten (`access.period_making` adds and ends them): a record keeps the period that its
day was counted by.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights.period_rows import ClosurePeriod


def holding(on: date | None = None) -> Sequence[ClosurePeriod]:
    """Return the periods that can be chosen on the day (today where none is given), the shortest first."""
    day = on or clock.today()
    return db.session.scalars(
        select(ClosurePeriod)
        .where(
            ClosurePeriod.valid_from <= day,
            or_(ClosurePeriod.valid_to.is_(None), ClosurePeriod.valid_to >= day),
        )
        .order_by(ClosurePeriod.years, ClosurePeriod.code)
    ).all()


def by_id(period_id: str) -> ClosurePeriod:
    """Return a period, whether or not it holds today.

    Raises:
        NotFoundError: there is no such period.
    """
    row = db.session.get(ClosurePeriod, period_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def by_ids(period_ids: Collection[str]) -> dict[str, ClosurePeriod]:
    """Return periods by their ids, whether or not they hold today; no query where none is asked for."""
    if not period_ids:
        return {}
    rows = db.session.scalars(select(ClosurePeriod).where(ClosurePeriod.id.in_(period_ids)))
    return {row.id: row for row in rows}


def start_of(period: ClosurePeriod, last: date) -> date:
    """Return the day that the years are counted from: the last one known, or the last of its year."""
    return date(last.year, 12, 31) if period.by_year else last


def first_open_day(start: date, years: int) -> date:
    """Return the first day after so many calendar years, of which the starting day is no part.

    Closed is the same day of the last year to its end. Where that year has no such day (29 February),
    the last day of the month stands for it.
    """
    year = start.year + years
    last = date(year, start.month, min(start.day, monthrange(year, start.month)[1]))
    return last + timedelta(days=1)
