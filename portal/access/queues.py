"""What waits for the staff, as queries over status and due day: nothing here is written down anywhere.

Each queue is one condition on an index (`ix_requests_status_due`), so counting costs with what is open,
never with what was ever asked.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import selectinload

from portal.access import clockwork, request_states, results
from portal.access.models import Item, ItemState, Request, RequestStatus
from portal.access.results import RequestView
from portal.accounts import absences
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Listing, Paging


class Queue(StrEnum):
    """One way to look at what is open."""

    ALL = "all"
    NEW = "new"
    """Nobody took it up yet."""
    MINE = "mine"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    TO_SIGN = "to_sign"
    """A draft waits for a signature."""
    AWAY = "away"
    """Whoever works on it is away today."""
    AWAITING_READER = "awaiting_reader"
    """The reader was asked; the clock stands still."""


def counts(actor: Actor) -> dict[Queue, int]:
    """Return how many requests stand in each queue, by one query."""
    actor.must(Permission.HANDLE)
    columns = [
        func.count().filter(_condition(queue, actor, clock.today())).label(queue.value) for queue in Queue
    ]
    row = db.session.execute(select(*columns).select_from(Request).where(_is_open())).one()
    return {queue: int(row._mapping[queue.value]) for queue in Queue}


def of(actor: Actor, queue: Queue, paging: Paging) -> Listing[RequestView]:
    """Return the requests of a queue, the one that is due first before others; what stands still last."""
    actor.must(Permission.HANDLE)
    which = _is_open() & _condition(queue, actor, clock.today())
    rows = db.session.scalars(
        select(Request)
        .where(which)
        .options(selectinload(Request.items))
        .order_by(Request.due_on.is_(None), Request.due_on, Request.submitted_at, Request.number)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Request).where(which))
    return Listing(results.of(actor, rows), paging, total or 0)


def _is_open() -> ColumnElement[bool]:
    return Request.status.in_([status.value for status in request_states.OPEN])


def _condition(queue: Queue, actor: Actor, today: date) -> ColumnElement[bool]:
    runs = Request.status.in_(clockwork.RUNNING)
    return {
        Queue.ALL: _is_open(),
        Queue.NEW: Request.status == RequestStatus.RECEIVED.value,
        Queue.MINE: Request.assigned_to == (actor.id or ""),
        Queue.DUE_TODAY: runs & (Request.due_on == today),
        Queue.OVERDUE: runs & (Request.due_on < today),
        Queue.TO_SIGN: exists().where(Item.request_id == Request.id, Item.state == ItemState.PROPOSED.value),
        Queue.AWAY: absences.is_away(Request.assigned_to),
        Queue.AWAITING_READER: Request.status == RequestStatus.AWAITING_READER.value,
    }[queue]
