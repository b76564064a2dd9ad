"""What may be told about appeals: plain values, and lists of what waits for the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from portal.access import appeal_states, powers
from portal.access.appeal_rows import Appeal, AppealStatus
from portal.access.appeal_states import AppealAct
from portal.access.models import Request
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import records
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging


@dataclass(frozen=True, slots=True)
class AppealItemView:
    """One decision that an appeal is about."""

    item_id: str
    document_id: str
    title: str | None
    """The public title; None where the actor may no longer know of it."""
    position: int
    reason: str
    """Why it was refused or ended."""
    ended_at: datetime
    is_overturned: bool | None


@dataclass(frozen=True, slots=True)
class AppealView:
    """An appeal as its reader and the staff see it."""

    id: str
    number: str
    request_id: str
    request_number: str
    person_id: str
    person_name: str
    text: str
    submitted_at: datetime
    status: AppealStatus
    due_on: date
    answer: str
    decided_at: datetime | None
    acts: frozenset[AppealAct]
    """What the actor can do to it as it stands; whether they stand behind the decision is asked then."""
    items: tuple[AppealItemView, ...]

    @property
    def is_open(self) -> bool:
        return self.status in appeal_states.OPEN

    @property
    def is_overdue(self) -> bool:
        """Tell whether the answer is late: from the day after the last one on."""
        return self.is_open and self.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many appeals wait for the staff."""

    open: int
    overdue: int


def show(actor: Actor, appeal_id: str) -> AppealView:
    """Return an appeal to its reader and to those who handle requests, apart from their own.

    Raises:
        NotFoundError: there is no such appeal, or it is not for the actor; the two look alike.
    """
    row = db.session.get(Appeal, appeal_id)
    if row is None or not is_for(actor, db.session.get_one(Request, row.request_id)):
        raise NotFoundError("not_found")
    return of(actor, [row])[0]


def of_request(actor: Actor, request_id: str) -> list[AppealView]:
    """Return the appeals of a request, oldest first; none to whom the request is not for."""
    request = db.session.get(Request, request_id)
    if request is None or not is_for(actor, request):
        return []
    rows = db.session.scalars(
        select(Appeal).where(Appeal.request_id == request_id).order_by(Appeal.submitted_at, Appeal.number)
    ).all()
    return of(actor, rows)


def waiting(actor: Actor, paging: Paging) -> Listing[AppealView]:
    """Return the appeals that are not decided, the one that is due first before others."""
    actor.must(Permission.HANDLE)
    rows = db.session.scalars(
        select(Appeal)
        .where(_is_open())
        .options(selectinload(Appeal.items))
        .order_by(Appeal.due_on, Appeal.number)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(of(actor, rows), paging, _count(_is_open()))


def counts(actor: Actor) -> Waiting:
    """Return how many appeals wait, and how many of them are late."""
    actor.must(Permission.HANDLE)
    return Waiting(_count(_is_open()), _count(_is_open() & (Appeal.due_on < clock.today())))


def of(actor: Actor, rows: Sequence[Appeal]) -> list[AppealView]:
    """Return the appeals as the actor may see them, by a handful of queries however many they are."""
    ids = {row.request_id for row in rows}
    requests = {row.id: row for row in db.session.scalars(select(Request).where(Request.id.in_(ids)))}
    known = records.titles(actor, [one.item.node_id for row in rows for one in row.items])
    names = people.names([request.person_id for request in requests.values()])
    return [_view(actor, row, requests[row.request_id], known, names) for row in rows]


def is_for(actor: Actor, request: Request) -> bool:
    """Tell whether an appeal of the request is for the actor to see."""
    if actor.id is not None and request.person_id == actor.id:
        return True
    return powers.may(actor, Permission.HANDLE, request.person_id)


def _view(
    actor: Actor, row: Appeal, request: Request, known: dict[str, Node], names: dict[str, str]
) -> AppealView:
    return AppealView(
        id=row.id,
        number=row.number,
        request_id=request.id,
        request_number=request.number,
        person_id=request.person_id,
        person_name=names.get(request.person_id, ""),
        text=row.text,
        submitted_at=row.submitted_at,
        status=AppealStatus(row.status),
        due_on=row.due_on,
        answer=row.answer,
        decided_at=row.decided_at,
        acts=appeal_states.possible(AppealStatus(row.status), actor, request.person_id),
        items=tuple(
            AppealItemView(
                one.item_id,
                one.item.node_id,
                known[one.item.node_id].title if one.item.node_id in known else None,
                one.item.position,
                one.reason,
                one.ended_at,
                one.is_overturned,
            )
            for one in sorted(row.items, key=lambda one: one.item.position)
        ),
    )


def _is_open() -> ColumnElement[bool]:
    return Appeal.status.in_(appeal_states.OPEN_VALUES)


def _count(which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Appeal).where(which)) or 0
