"""Lists of the register: what is out, what is late, what is open, and what is closed."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.ingest.takeout_rows import Takeout
from portal.ingest.takeout_states import TakeoutState
from portal.rights import policy


class Shown(StrEnum):
    """Which entries a list shows."""

    OUT = "out"
    """Out of the store, the first expected first; those that are late stand above."""
    OVERDUE = "overdue"
    INCOMPLETE = "incomplete"
    CLOSED = "closed"


def listing(actor: Actor, shown: Shown, paging: Paging) -> Listing[Takeout]:
    """Return entries that the actor may know of."""
    actor.must(Permission.TAKE_IN)
    where = _where(actor, shown)
    order = Takeout.number.desc() if shown is Shown.CLOSED else Takeout.due_on
    total = db.session.scalar(select(func.count()).select_from(Takeout).where(*where)) or 0
    rows = db.session.scalars(
        select(Takeout).where(*where).order_by(order, Takeout.id).limit(paging.per_page).offset(paging.offset)
    ).all()
    return Listing(rows, paging, total)


def counts(actor: Actor) -> dict[Shown, int]:
    """Return how many entries each list has."""
    actor.must(Permission.TAKE_IN)
    return {
        one: db.session.scalar(select(func.count()).select_from(Takeout).where(*_where(actor, one))) or 0
        for one in Shown
    }


def of_fonds(actor: Actor, fonds_id: str) -> list[Takeout]:
    """Return the newest entries of a fonds that a batch can be scanned from; a hundred at most."""
    actor.must(Permission.TAKE_IN)
    policy.require_description(actor, fonds_id)
    rows = (
        select(Takeout)
        .where(Takeout.fonds_id == fonds_id, Takeout.state != TakeoutState.STRUCK.value)
        .order_by(Takeout.number.desc())
        .limit(100)
    )
    return list(db.session.scalars(rows))


def _where(actor: Actor, shown: Shown) -> tuple[ColumnElement[bool], ...]:
    known = policy.describable(actor, Takeout.fonds_id.expression)
    if shown is Shown.OUT:
        return known, Takeout.state == TakeoutState.OUT.value
    if shown is Shown.OVERDUE:
        return known, Takeout.state == TakeoutState.OUT.value, Takeout.due_on < clock.today()
    if shown is Shown.INCOMPLETE:
        return known, Takeout.state == TakeoutState.INCOMPLETE.value
    closed = [TakeoutState.BACK.value, TakeoutState.SETTLED.value, TakeoutState.STRUCK.value]
    return known, Takeout.state.in_(closed)
