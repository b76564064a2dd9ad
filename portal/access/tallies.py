"""How many requests came in a year, of what kind, what came of them, in how many days: without names.

Counted when asked, over the requests of one year; nothing of it is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from statistics import median

from sqlalchemy import ColumnElement, func, select

from portal.access.models import ClockEvent, ClockKind, Request
from portal.access.rule_rows import ServiceType
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.workdays import Calendar

UNKNOWN, OPEN = "-", "open"
EARLIEST = 2000


@dataclass(frozen=True, slots=True)
class Tally:
    """The requests of one month, kind or outcome."""

    key: str
    """Month as 2026-03, code of the service, or resolution; UNKNOWN and OPEN where there is none."""
    came: int
    ended: int
    late: int
    """Answered after their last day, or not yet although it has passed."""
    median_days: float | None
    """Working days from the day of asking to the end; None where nothing has ended."""
    most_days: int | None
    """Within so many working days nine of ten ended."""
    median_own: float | None
    most_own: int | None
    """The same two without the days on which the archive waited for the reader."""

    @property
    def late_share(self) -> float:
        """Per cent of all that came."""
        return 100 * self.late / self.came if self.came else 0.0


@dataclass(frozen=True, slots=True)
class Year:
    """All that is counted of a year."""

    year: int
    whole: Tally
    months: Sequence[Tally]
    """All twelve, also those in which nothing came."""
    kinds: Sequence[Tally]
    outcomes: Sequence[Tally]


@dataclass(frozen=True, slots=True)
class _Case:
    month: str
    kind: str
    outcome: str
    days: int | None
    waited: int
    """Working days of it on which the reader had the word."""
    is_late: bool


def of_year(actor: Actor, year: int) -> Year:
    """Count the requests that came in a year of Việt Nam's calendar.

    Raises:
        NotAllowedError: the actor does not handle requests.
    """
    actor.must(Permission.HANDLE)
    cases = _cases(year)
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    return Year(
        year,
        _tally("", cases),
        [_tally(month, [case for case in cases if case.month == month]) for month in months],
        _by(cases, lambda case: case.kind),
        _by(cases, lambda case: case.outcome),
    )


def years(actor: Actor) -> list[int]:
    """Return the years from which there are requests, and this one, the latest first."""
    actor.must(Permission.HANDLE)
    first = db.session.scalar(select(func.min(Request.submitted_at)))
    this = clock.today().year
    return list(range(this, (first.astimezone(clock.LOCAL).year if first else this) - 1, -1))


def _cases(year: int) -> list[_Case]:
    begin, end = (datetime.combine(date(one, 1, 1), time(), clock.LOCAL) for one in (year, year + 1))
    ended_on = (
        select(func.max(ClockEvent.on_day))
        .where(ClockEvent.request_id == Request.id, ClockEvent.kind == ClockKind.STOP.value)
        .correlate(Request)
        .scalar_subquery()
    )
    came = (Request.submitted_at >= begin, Request.submitted_at < end)
    rows = db.session.execute(
        select(
            Request.id,
            Request.submitted_at,
            Request.resolution,
            Request.due_on,
            ServiceType.code,
            ended_on.label("ended"),
        )
        .outerjoin(ServiceType, ServiceType.id == Request.service_id)
        .where(*came)
    )
    calendar, today = workdays.current(), clock.today()
    waited = _waited(calendar, came)
    found = []
    for row in rows:
        asked = row.submitted_at.astimezone(clock.LOCAL).date()
        ended = row.ended if row.resolution else None
        last = ended or (today if row.resolution is None else None)
        found.append(
            _Case(
                f"{asked.year}-{asked.month:02d}",
                row.code or UNKNOWN,
                row.resolution or OPEN,
                _days(calendar, asked, ended),
                waited.get(row.id, 0),
                bool(row.due_on and last and last > row.due_on),
            )
        )
    return found


def _waited(calendar: Calendar, came: Sequence[ColumnElement[bool]]) -> Mapping[str, int]:
    """Return by request for how many working days the archive waited for its reader, until it ended."""
    kinds = (ClockKind.PAUSE.value, ClockKind.RESUME.value, ClockKind.STOP.value)
    events = db.session.execute(
        select(ClockEvent.request_id, ClockEvent.kind, ClockEvent.on_day)
        .join(Request, Request.id == ClockEvent.request_id)
        .where(ClockEvent.kind.in_(kinds), *came)
        .order_by(ClockEvent.request_id, ClockEvent.id)
    )
    since: dict[str, date] = {}
    found: defaultdict[str, int] = defaultdict(int)
    for event in events:
        if event.kind == ClockKind.PAUSE.value:
            since[event.request_id] = event.on_day
        elif event.request_id in since:
            found[event.request_id] += calendar.between(since.pop(event.request_id), event.on_day)
    return found


def _days(calendar: Calendar, asked: date, ended: date | None) -> int | None:
    return calendar.between(asked, ended) if ended else None


def _by(cases: Sequence[_Case], key_of: Callable[[_Case], str]) -> list[Tally]:
    keys = sorted({key_of(case) for case in cases})
    found = [_tally(key, [case for case in cases if key_of(case) == key]) for key in keys]
    return sorted(found, key=lambda tally: (-tally.came, tally.key))


def _tally(key: str, cases: Sequence[_Case]) -> Tally:
    days = sorted(case.days for case in cases if case.days is not None)
    own = sorted(max(0, case.days - case.waited) for case in cases if case.days is not None)
    return Tally(
        key,
        len(cases),
        sum(case.outcome != OPEN for case in cases),
        sum(case.is_late for case in cases),
        *_middle_and_most(days),
        *_middle_and_most(own),
    )


def _middle_and_most(days: Sequence[int]) -> tuple[float | None, int | None]:
    """Return within how many days half of them ended, and nine of ten; `days` are in their order."""
    return (float(median(days)), days[ceil(0.9 * len(days)) - 1]) if days else (None, None)
