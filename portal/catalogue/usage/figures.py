"""Look at how the search was used in a period: counts by day or month, and what was not found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.usage import keeping
from portal.catalogue.usage.counting import COUNTED
from portal.catalogue.usage.models import SearchCount, SearchMiss
from portal.core.db import db

MOST_MISSES = 500
"""Texts that are listed, those asked most often."""


@dataclass(frozen=True, slots=True)
class Line:
    """Searches of a day, a month or a whole period."""

    first: date
    counts: Counter[str] = field(default_factory=Counter)
    """Columns of the table of counts and values of surface and size → searches."""

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


@dataclass(frozen=True, slots=True)
class Miss:
    """A text that found nothing."""

    text: str
    times: int
    days: int
    last: date


def by_day(actor: Actor, first: date, last: date) -> list[Line]:
    """Return the days of a period on which anybody searched, in order.

    Raises:
        NotAllowedError: the actor does not look after what is found.
    """
    actor.must(Permission.ARRANGE)
    rows = db.session.scalars(
        select(SearchCount)
        .where(SearchCount.day.between(first, last))
        .order_by(SearchCount.day, SearchCount.surface, SearchCount.size)
    )
    lines: dict[date, Line] = {}
    for row in rows:
        counts = lines.setdefault(row.day, Line(row.day)).counts
        counts.update({name: getattr(row, name) for name in COUNTED})
        counts.update({row.surface: row.times, row.size: row.times})
    return list(lines.values())


def by_month(days: Sequence[Line]) -> list[Line]:
    """Return the same by months."""
    lines: dict[date, Line] = {}
    for day in days:
        month = day.first.replace(day=1)
        lines.setdefault(month, Line(month)).counts.update(day.counts)
    return list(lines.values())


def total(first: date, lines: Sequence[Line]) -> Line:
    """Return all lines in one."""
    return Line(first, sum((line.counts for line in lines), start=Counter()))


def misses(actor: Actor, first: date, last: date) -> list[Miss]:
    """Return the texts that found nothing in a period and were asked for often enough, the most asked first.

    Raises:
        NotAllowedError: the actor does not look after what is found.
    """
    actor.must(Permission.ARRANGE)
    times = func.sum(SearchMiss.times)
    rows = db.session.execute(
        select(SearchMiss.text, times, func.count(), func.max(SearchMiss.day))
        .where(SearchMiss.day.between(first, last))
        .group_by(SearchMiss.text)
        # Of today there are texts that few asked for; they are nobody's to see.
        .having(func.max(SearchMiss.times) >= keeping.least_times())
        .order_by(times.desc(), SearchMiss.text)
        .limit(MOST_MISSES)
    )
    return [Miss(*row) for row in rows]
