"""The legal clock of a request: started, paused while the reader is asked, extended, stopped.

What happened is kept as events, and the due day follows from them and the calendar of working days
by one function, `fold`. The columns of the request hold what it says, so that queries can
ask for what is due; what is overdue is always asked of the day, never written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from portal.access import addresses
from portal.access.models import ClockEvent, ClockKind, Request, RequestStatus
from portal.accounts import notices
from portal.accounts.actors import PORTAL, Actor
from portal.audit import trail
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.wording import day_of
from portal.core.workdays import Calendar, Special
from portal.jobs.handlers import Claim

JOB = "access.recount"
EVERY_SECONDS = 3600
MOST_AT_ONCE = 500
"""Keeps the transaction short; what is left over is counted at the next look."""


RUNNING = [
    status.value for status in (RequestStatus.RECEIVED, RequestStatus.IN_REVIEW, RequestStatus.CONSULTING)
]
"""While a request stands so, its clock runs."""


class Why(StrEnum):
    """Why a day counts, or does not."""

    COUNTED = "counted"
    OFF = "off"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day after the request came in, and whether it counted."""

    day: date
    why: Why
    special: Special | None
    """What sets the day apart in the calendar; nothing on an ordinary weekday or weekend."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clock stands after its events."""

    started_on: date | None = None
    due_on: date | None = None
    """None while it is paused, or never started."""
    remaining: int | None = None
    """Worked days that were left when it was paused."""
    paused_since: date | None = None
    stopped_on: date | None = None
    pauses: tuple[tuple[date, date], ...] = ()
    """Day of the question and day of the answer of each pause that is over."""


def fold(events: Sequence[ClockEvent], calendar: Calendar) -> Standing:
    """Return where the clock stands after events in their order.

    A pause begins with the day of the question, which counts still, and ends with the day of the answer,
    which does not: what was left is counted from the day after. So a question answered on the
    same day changes nothing.
    """
    now = Standing()
    for event in events:
        day, due = event.on_day, now.due_on
        match ClockKind(event.kind):
            case ClockKind.START:
                now = Standing(started_on=day, due_on=calendar.due(day, event.days))
            case ClockKind.PAUSE if due is not None:
                now = replace(now, due_on=None, paused_since=day, remaining=calendar.between(day, due))
            case ClockKind.RESUME if now.paused_since is not None and now.remaining is not None:
                now = replace(
                    now,
                    due_on=_later(calendar, day, now.remaining),
                    paused_since=None,
                    remaining=None,
                    pauses=(*now.pauses, (now.paused_since, day)),
                )
            case ClockKind.EXTEND if due is not None:
                now = replace(now, due_on=calendar.after(due, event.days))
            case ClockKind.STOP:
                now = replace(now, stopped_on=day, paused_since=None, remaining=None)
    return now


def counted(standing: Standing, calendar: Calendar) -> list[CountedDay]:
    """Return each day from the first that could count to the due day, and why it counted or did not."""
    if standing.started_on is None or standing.due_on is None:
        return []
    return [
        CountedDay(one.day, _why(one.day, standing, is_worked=one.is_worked), one.special)
        for one in calendar.walk(standing.started_on, standing.due_on)
    ]


def explained(request_id: str) -> list[CountedDay]:
    """Return how the due day of a request was counted, day by day; empty while there is none."""
    calendar = workdays.current()
    return counted(fold(events_of(request_id), calendar), calendar)


def start(row: Request, days: int, actor: Actor, reason: str = "") -> None:
    """Start the clock anew: so many worked days after today."""
    _note(row, ClockKind.START, actor, days=days, reason=reason)


def pause(row: Request, actor: Actor) -> None:
    """Stand still while the reader is asked."""
    _note(row, ClockKind.PAUSE, actor)


def resume(row: Request, actor: Actor, reason: str = "") -> None:
    """Go on with what was left."""
    _note(row, ClockKind.RESUME, actor, reason=reason)


def extend(row: Request, days: int, actor: Actor, reason: str, term_id: str = "") -> None:
    """Add worked days, for a reason in words and, where the rules have one, by its code."""
    _note(row, ClockKind.EXTEND, actor, days=days, reason=reason, term_id=term_id)


def stop(row: Request, actor: Actor) -> None:
    """Stop for good: the due day stays as what was promised."""
    _note(row, ClockKind.STOP, actor)


def events_of(request_id: str) -> Sequence[ClockEvent]:
    """Return what happened to the clock of a request, in order."""
    return db.session.scalars(
        select(ClockEvent).where(ClockEvent.request_id == request_id).order_by(ClockEvent.id)
    ).all()


def extended_by(request_id: str) -> int:
    """Return by how many worked days the running clock was extended."""
    days = 0
    for event in events_of(request_id):
        if event.kind == ClockKind.START.value:
            days = 0
        days += event.days if event.kind == ClockKind.EXTEND.value else 0
    return days


def last_extension(request_id: str) -> ClockEvent | None:
    """Return the last extension of a request; None where there was none."""
    return next((one for one in reversed(events_of(request_id)) if one.kind == ClockKind.EXTEND.value), None)


def recount(claim: Claim) -> Callable[[], None]:
    """Count running clocks anew where the calendar was changed since; readers are told of another day."""
    return _recount


def _recount() -> None:
    calendar = workdays.current()
    known = db.session.scalars(select(Request.calendar_mark).where(_is_running()).distinct()).all()
    stale = [mark for mark in known if mark and _renewed(mark, calendar) != mark]
    running = db.session.scalars(
        select(Request)
        .where(_is_running(), Request.calendar_mark.in_(stale))
        .order_by(Request.due_on, Request.number)
        .limit(MOST_AT_ONCE)
        .with_for_update()
    ).all()
    for row in running:
        before, standing = row.due_on, fold(events_of(row.id), calendar)
        if standing.due_on == before:
            _hold(row, standing, calendar)
            continue
        _note(row, ClockKind.RECOUNT, PORTAL)
        trail.record(PORTAL, "request.recount", "request", row.id, before=str(before), after=str(row.due_on))
        if row.due_on is not None:
            notices.tell(
                row.person_id,
                "request_due_moved",
                addresses.of_request(row.id),
                number=row.number,
                due=day_of(row.due_on),
            )


def _renewed(mark: str, calendar: Calendar) -> str:
    """Return what a mark would be by the calendar as it is now."""
    first, *_, last = [int(part.partition(".")[0]) for part in mark.split("+")] * 2
    return calendar.mark(date(first, 1, 1), date(last, 12, 31))


def _is_running() -> ColumnElement[bool]:
    return Request.due_on.is_not(None) & Request.status.in_(RUNNING)


def _note(
    row: Request, kind: ClockKind, actor: Actor, days: int = 0, reason: str = "", term_id: str = ""
) -> None:
    """Write down an event, and on the request what follows from all of them."""
    calendar = workdays.current()
    event = ClockEvent(
        request_id=row.id,
        on_day=clock.today(),
        kind=kind.value,
        days=days,
        reason=reason,
        term_id=term_id or None,
        actor_id=actor.id,
    )
    standing = fold([*events_of(row.id), event], calendar)
    event.due_on = standing.due_on
    db.session.add(event)
    _hold(row, standing, calendar)
    db.session.flush()


def _hold(row: Request, standing: Standing, calendar: Calendar) -> None:
    row.due_on, row.remaining_days = standing.due_on, standing.remaining
    row.paused_since = standing.paused_since
    if standing.started_on is not None and standing.due_on is not None:
        row.calendar_mark = calendar.mark(standing.started_on, standing.due_on)


def _later(calendar: Calendar, day: date, remaining: int) -> date:
    """Return the due day of what was left; what was late already stays late by as much."""
    if remaining == 0 and not calendar.is_worked(day):
        # It was asked on the last day: the day of the answer is the last one, or the next worked day.
        return calendar.after(day, 1)
    return calendar.after(day, remaining)


def _why(day: date, standing: Standing, *, is_worked: bool) -> Why:
    if any(first < day <= last for first, last in standing.pauses):
        return Why.PAUSED
    return Why.COUNTED if is_worked else Why.OFF
