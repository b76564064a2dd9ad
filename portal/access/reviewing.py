"""Refusals whose day of review has come: looked at again, and then open, or closed until another day.

What waits is asked of the day, never written down: refused, the day is here, and not everybody may read the
record meanwhile. Whoever keeps it closed names the next day; the look itself is kept as a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from portal.access import addresses, drafts, opened, powers, reasons, results
from portal.access.models import Item, ItemState, Request
from portal.access.results import RuleView
from portal.access.review_rows import RefusalReview
from portal.accounts import notices, people
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents, records
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.core.wording import day_of
from portal.rights import opening, policy
from portal.rights.levels import Level
from portal.rights.opening import Lapse

REASON_LEAST, REASON_MOST = 5, 2000


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a refusal that stayed closed."""

    at: datetime
    name: str
    review_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """A refusal, and what to know of it before it is looked at again."""

    item_id: str
    request_id: str
    number: str
    person_name: str
    position: int
    document_id: str
    title: str | None
    """None where the actor may not know of the record."""
    review_on: date
    decided_at: datetime | None
    reason: str
    rule: RuleView | None
    lapse: Lapse | None
    """When the record opens by itself; None where nobody named a day."""
    looks: Sequence[Look] = ()
    """The looks before, the latest first."""


def count(actor: Actor) -> int:
    """Return how many refusals wait to be looked at again by the actor."""
    actor.must(Permission.HANDLE)
    found = db.session.scalar(select(func.count()).select_from(Item).join(Request).where(_waits(actor)))
    return found or 0


def waiting(actor: Actor, paging: Paging) -> Listing[Case]:
    """Return the refusals whose day of review has come, the oldest day first.

    Raises:
        NotAllowedError: the actor does not handle requests.
    """
    rows = db.session.scalars(
        select(Item)
        .join(Request)
        .where(_waits(actor))
        .order_by(Item.review_on, Item.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_cases(actor, rows), paging, count(actor))


def show(actor: Actor, item_id: str) -> Case:
    """Return one refusal that waits, with the looks before.

    Raises:
        NotFoundError: it does not wait, or is of the actor, or of whoever alone lends them the right.
        NotAllowedError: the actor does not handle requests.
    """
    actor.must(Permission.HANDLE)
    row = db.session.scalar(select(Item).join(Request).where(Item.id == item_id, _waits(actor)))
    if row is None:
        raise NotFoundError("not_found")
    return _cases(actor, [row])[0]


def looks_at(item_id: str) -> Sequence[RefusalReview]:
    """Return the looks at one refusal, the first one first."""
    return db.session.scalars(
        select(RefusalReview).where(RefusalReview.item_id == item_id).order_by(RefusalReview.at)
    ).all()


def keep_closed(actor: Actor, item_id: str, review_on: date | None, reason: str) -> None:
    """Write down that a record stays closed, and when that is looked at next; the reader is told.

    Raises:
        NotAllowedError: the actor does not handle requests, or asked for it.
        NotFoundError: there is no such document of a request.
        InvalidError: the reason is missing, or the day is not to come.
        ConflictError: somebody looked at it meanwhile, or it is open.
    """
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    if review_on is None or review_on <= clock.today():
        raise InvalidError("review_day_needed", fields={"review_on": "review_day_needed"})
    item, due_on = _held(actor, item_id)
    looked = RefusalReview(
        item_id=item.id, looked_by=_id(actor), due_on=due_on, review_on=review_on, reason=text
    )
    item.review_on = review_on
    db.session.add(looked)
    db.session.flush()
    trail.record(
        actor,
        "item.stays_closed",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        before=due_on.isoformat(),
        after=review_on.isoformat(),
    )
    notices.tell(
        item.request.person_id,
        "refusal_stands",
        addresses.of_request(item.request_id),
        number=item.request.number,
        position=item.position,
        until=day_of(review_on),
        reason=text,
    )


def open_record(actor: Actor, item_id: str, reason: str) -> None:
    """Open the record that was refused to everybody, and tell all who were refused it.

    Raises:
        NotAllowedError: the actor may not set levels, does not handle requests, or asked for it.
        NotFoundError: there is no such document of a request.
        InvalidError: the reason is missing.
        ConflictError: somebody looked at it meanwhile, or it stays closed by its file or fonds, or is not
            published.
    """
    actor.must(Permission.SET_ACCESS)
    text = reasons.clean("opening_reason", reason, REASON_LEAST, 500)
    item, _due_on = _held(actor, item_id)
    documents.set_level(actor, item.node_id, Level.OPEN, text)
    sight = policy.sights(ANONYMOUS, [item.node_id]).get(item.node_id)
    if sight is None or not sight.is_public:
        raise ConflictError("review_still_closed")
    trail.record(actor, "item.opened", "item", item.id, request=item.request_id, document=item.node_id)
    opened.tell(item.node_id)


def _held(actor: Actor, item_id: str) -> tuple[Item, date]:
    """Return the document of a request, its row locked, and the day of review that has come."""
    actor.must(Permission.HANDLE)
    item = drafts.locked(item_id)
    powers.must(actor, Permission.HANDLE, item.request.person_id)
    waits = db.session.scalar(select(Item.review_on).join(Request).where(Item.id == item_id, _waits(actor)))
    if waits is None:
        raise ConflictError("review_is_done")
    return item, waits


def _waits(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL that a refusal waits to be looked at again by the actor."""
    return (
        (Item.state == ItemState.REFUSED.value)
        & (Item.review_on <= clock.today())
        & Request.person_id.not_in(powers.held_back(actor, Permission.HANDLE))
        & ~policy.readable(ANONYMOUS, Item.node_id.expression)
    )


def _cases(actor: Actor, rows: Sequence[Item]) -> list[Case]:
    """Return refusals as the actor may see them, by a handful of queries however many they are."""
    nodes = [row.node_id for row in rows]
    known, lapses = records.titles(actor, nodes), opening.lapses(nodes)
    rules = results.rules([row.term_id for row in rows if row.term_id])
    looks = db.session.scalars(
        select(RefusalReview)
        .where(RefusalReview.item_id.in_([row.id for row in rows]))
        .order_by(RefusalReview.at.desc())
    ).all()
    names = people.names([*(row.request.person_id for row in rows), *(look.looked_by for look in looks)])
    return [
        Case(
            item_id=row.id,
            request_id=row.request_id,
            number=row.request.number,
            person_name=names.get(row.request.person_id, ""),
            position=row.position,
            document_id=row.node_id,
            title=known[row.node_id].title if row.node_id in known else None,
            review_on=row.review_on,
            decided_at=row.decided_at,
            reason=row.reason,
            rule=rules.get(row.term_id or ""),
            lapse=lapses.get(row.node_id),
            looks=[
                Look(one.at, names.get(one.looked_by, ""), one.review_on, one.reason)
                for one in looks
                if one.item_id == row.id
            ],
        )
        for row in rows
        if row.review_on is not None
    ]


def _id(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    return actor.id
