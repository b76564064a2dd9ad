"""Name and address of guests, forgotten some months after their last request closed.

A guest has no account in which to ask for it. Requests and what was decided stay, for the register and for
counting, under a name that tells nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime, time

from sqlalchemy import ColumnElement, exists, func, or_, select

from portal.access import appeal_states, forgetting, request_states
from portal.access.appeal_rows import Appeal
from portal.access.models import ClockEvent, ClockKind, Request
from portal.accounts import erasing
from portal.accounts.actors import PORTAL
from portal.accounts.models import Person
from portal.core import clock, dated
from portal.core.db import db
from portal.jobs.handlers import Claim
from portal.rights.models import Grant

JOB = "access.guest_data"
EVERY_SECONDS = 3600
MOST_AT_ONCE = 100


def retire(claim: Claim) -> Callable[[], None]:
    """Forget the guests whose time is over; what is returned does it."""
    return _retire


def _retire() -> None:
    for person in _over():
        forgetting.forget(person.id)
        erasing.take_out(PORTAL, person, "accounts.guest_gone")


def _over() -> Sequence[Person]:
    """Return guests with nothing running, whose last request, appeal and leave ended before that day."""
    conditions = _is_over(_before())
    locked = db.session.scalars(
        select(Person.id)
        .where(*conditions)
        .order_by(Person.guest_since, Person.id)
        .limit(MOST_AT_ONCE)
        .with_for_update()
    ).all()
    # What others wrote while the lock was waited for is not seen by the statement that waited.
    still = select(Person).where(Person.id.in_(locked), *conditions)
    return db.session.scalars(still.execution_options(populate_existing=True)).all()


def _is_over(before: datetime) -> list[ColumnElement[bool]]:
    """Say in SQL that somebody is a guest with nothing running, and that all ended before the instant."""
    return [
        Person.guest_since < before,
        Person.erased_at.is_(None),
        ~exists().where(Request.person_id == Person.id, _is_young(before)),
        ~exists().where(
            Request.person_id == Person.id,
            Appeal.request_id == Request.id,
            or_(Appeal.status.in_(appeal_states.OPEN_VALUES), Appeal.decided_at >= before),
        ),
        # While leave runs, its end is still to be told of; where it was taken away, they can appeal.
        ~exists().where(Grant.person_id == Person.id, func.coalesce(Grant.revoked_at, Grant.until) >= before),
    ]


def _is_young(before: datetime) -> ColumnElement[bool]:
    """Say of which requests the time is not over: those open, and those that came or closed since."""
    closed_since = exists().where(
        ClockEvent.request_id == Request.id,
        ClockEvent.kind == ClockKind.STOP.value,
        ClockEvent.at >= before,
    )
    open_values = [status.value for status in request_states.OPEN]
    return or_(Request.status.in_(open_values), Request.submitted_at >= before, closed_since)


def _before() -> datetime:
    """Return the first instant, in Việt Nam, of the day that lies so many months back."""
    today = clock.today()
    months = today.year * 12 + today.month - 1 - int(dated.value(dated.GUEST_DATA_MONTHS))
    year, month = months // 12, months % 12 + 1
    day = min(today.day, calendar.monthrange(year, month)[1])
    return datetime.combine(today.replace(year=year, month=month, day=day), time(), clock.LOCAL)
