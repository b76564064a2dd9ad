"""A year as twelve months of weeks, for the eye."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.core.workdays import Calendar, Special

WEEKS = calendar.Calendar(calendar.MONDAY)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month."""

    number: int
    kind: str
    """What it is: the kind of a special day, `weekend`, or empty for a day of work."""
    special: Special | None


Month = Sequence[Sequence[Day | None]]
"""Weeks from Monday on; nothing stands where a week reaches into the next month."""


def of(year: int, days: Sequence[Special]) -> list[Month]:
    """Return the twelve months of a year that has these special days."""
    known = Calendar({one.day: one for one in days})
    return [
        [
            [_day(known, day) if day.month == month else None for day in week]
            for week in WEEKS.monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]


def _day(known: Calendar, day: date) -> Day:
    special = known.specials.get(day)
    if special is not None:
        return Day(day.day, special.kind.value, special)
    return Day(day.day, "" if known.is_worked(day) else "weekend", None)
