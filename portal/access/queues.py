"""What waits for the staff, as queries over status and due day: nothing here is written down anywhere.

Each queue is one condition on an index (`ix_requests_status_due`), so counting costs with what is open,
never with what was ever asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.orm import selectinload

from portal.access import clockwork, request_states, results
from portal.access.models import Item, ItemState, Request, RequestStatus
from portal.access.results import RequestView
from portal.access.rule_rows import ServiceType
from portal.accounts import absences
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.rights import grants
from portal.rights.grants import Scope
from portal.rights.models import Grant, Read
from portal.rights.reads import Use


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
    TO_DELIVER = "to_deliver"
    """A copy was granted that nobody fetched yet, or that is still being made."""
    CLOSED = "closed"
    """Nothing is left to do."""


_NOT_OPEN = frozenset({Queue.TO_DELIVER, Queue.CLOSED})
NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a queue; an empty value narrows nothing."""

    number: str = ""
    """Part of the number of the request."""
    due_by: date | None = None
    assigned: str = ""
    """Id of who works on it, or NOBODY."""
    service: str = ""
    """Code of the kind of service."""
    outcome: str = ""
    """What came of it; goes with CLOSED."""
    fonds: str = ""
    """Id of the fonds that one of the records is of."""


NOTHING = Filters()


def counts(actor: Actor) -> dict[Queue, int]:
    """Return how many requests stand in each queue; what is over is not counted."""
    actor.must(Permission.HANDLE)
    today = clock.today()
    of_open = [queue for queue in Queue if queue not in _NOT_OPEN]
    columns = [func.count().filter(_condition(queue, actor, today)).label(queue.value) for queue in of_open]
    row = db.session.execute(select(*columns).select_from(Request).where(_is_open())).one()
    found = {queue: int(row._mapping[queue.value]) for queue in of_open}
    to_deliver = select(func.count()).select_from(Request)
    found[Queue.TO_DELIVER] = (
        db.session.scalar(to_deliver.where(_condition(Queue.TO_DELIVER, actor, today))) or 0
    )
    return found


def of(actor: Actor, queue: Queue, paging: Paging, filters: Filters = NOTHING) -> Listing[RequestView]:
    """Return the requests of a queue, the one that is due first before others; what stands still last."""
    actor.must(Permission.HANDLE)
    which = _condition(queue, actor, clock.today()) & _narrowed(filters)
    if queue not in _NOT_OPEN:
        which &= _is_open()
    first = [Request.due_on.is_(None), Request.due_on, Request.submitted_at]
    rows = db.session.scalars(
        select(Request)
        .where(which)
        .options(selectinload(Request.items))
        .order_by(*([Request.submitted_at.desc()] if queue is Queue.CLOSED else first), Request.number)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Request).where(which))
    return Listing(results.of(actor, rows), paging, total or 0)


def _is_open() -> ColumnElement[bool]:
    return Request.status.in_([status.value for status in request_states.OPEN])


def _condition(queue: Queue, actor: Actor, today: date) -> ColumnElement[bool]:
    runs, others = Request.status.in_(clockwork.RUNNING), Request.person_id != (actor.id or "")
    return {
        Queue.ALL: _is_open(),
        Queue.NEW: Request.status == RequestStatus.RECEIVED.value,
        Queue.MINE: Request.assigned_to == (actor.id or ""),
        Queue.DUE_TODAY: runs & (Request.due_on == today),
        Queue.OVERDUE: runs & (Request.due_on < today),
        # Whoever asked is not told of drafts, nor who works on it.
        Queue.TO_SIGN: others
        & exists().where(Item.request_id == Request.id, Item.state == ItemState.PROPOSED.value),
        Queue.AWAY: others & absences.is_away(Request.assigned_to),
        Queue.AWAITING_READER: Request.status == RequestStatus.AWAITING_READER.value,
        Queue.TO_DELIVER: _waits_for_its_copy(),
        Queue.CLOSED: ~_is_open(),
    }[queue]


def _waits_for_its_copy() -> ColumnElement[bool]:
    return exists().where(
        Item.request_id == Request.id,
        Item.state == ItemState.GRANTED.value,
        Grant.id == Item.grant_id,
        Grant.scope == Scope.VIEW_AND_COPY.value,
        grants.is_in_force(),
        ~exists().where(Read.grant_id == Grant.id, Read.use == Use.COPY.value),
    )


def _narrowed(filters: Filters) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    if filters.number:
        found.append(Request.number.contains(filters.number.upper(), autoescape=True))
    if filters.due_by is not None:
        found.append(Request.due_on <= filters.due_by)
    if filters.assigned:
        who = None if filters.assigned == NOBODY else filters.assigned
        found.append(Request.assigned_to.is_(None) if who is None else Request.assigned_to == who)
    if filters.service:
        of_kind = select(ServiceType.id).where(ServiceType.code == filters.service)
        found.append(Request.service_id.in_(of_kind))
    if filters.outcome:
        found.append(Request.resolution == filters.outcome)
    if filters.fonds:
        inside = Node.path.startswith(f"/{filters.fonds}/", autoescape=True)
        found.append(exists().where(Item.request_id == Request.id, Node.id == Item.node_id, inside))
    return and_(true(), *found)
