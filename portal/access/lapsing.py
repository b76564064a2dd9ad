"""A request lapses whose reader does not answer: after one reminder, on a day that was told beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from portal.access import course, drafts, states
from portal.access.models import Request, RequestStatus
from portal.access.request_states import RequestAct
from portal.access.states import Act
from portal.accounts.actors import PORTAL
from portal.core import clock, dated, workdays
from portal.core.db import db
from portal.core.wording import day_of
from portal.jobs.handlers import Claim

JOB = "access.lapse"
EVERY_SECONDS = 3600
MOST_AT_ONCE = 200
"""Keeps the transaction short; what is left over is looked at the next time."""


def last_day(row: Request) -> date:
    """Return the last day in Việt Nam on which the reader can answer the question that is open.

    Raises:
        ValueError: no question is open.
    """
    if row.paused_since is None:
        raise ValueError("nobody was asked")
    return workdays.current().after(row.paused_since, course.service_of(row).pause_days_most)


def lapse(claim: Claim) -> Callable[[], None]:
    """Remind once, and let lapse what was not answered by its last day."""
    return _lapse


def _lapse() -> None:
    today = clock.today()
    for request_id in _to_do(today):
        row = course.locked(request_id)
        if row.paused_since is None:
            continue  # answered meanwhile
        last = last_day(row)
        if last < today:
            course.move(PORTAL, row, RequestAct.LAPSE)
            course.move_items(row, states.OPEN, Act.LAPSE)
            drafts.drop(PORTAL, row)
            course.tell(row, "request_lapsed")
        else:
            row.lapse_told_at = clock.now()
            course.tell(row, "request_lapses_soon", until=day_of(last))


def _to_do(today: date) -> list[str]:
    """Return the requests that lapse or whose reader is reminded now, the longest waiting first.

    All that wait are looked at, however many were reminded already: those must not stand before others.
    """
    ahead, calendar = int(dated.value(dated.REQUEST_REMINDER_DAYS)), workdays.current()
    found: list[str] = []
    for row in db.session.scalars(
        select(Request)
        .where(Request.status == RequestStatus.AWAITING_READER.value, Request.paused_since < today)
        .order_by(Request.paused_since, Request.number)
    ).all():
        last = last_day(row)
        is_near = row.lapse_told_at is None and calendar.between(today, last) <= ahead
        if last < today or is_near:
            found.append(row.id)
        if len(found) == MOST_AT_ONCE:
            break
    return found
