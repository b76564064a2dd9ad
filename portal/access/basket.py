"""The basket: records that a person puts aside, to ask for them together.

Of visitors who have not signed in the web storey keeps the ids (`web.baskets`) and merges them when they do.
What was put aside is a note of the reader to themselves: the trail begins where something is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.requests import MOST_DOCUMENTS
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import Base, Instant, db
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.rights import policy

MOST = MOST_DOCUMENTS
"""As many as one request can ask for."""

MOST_OF_VISITOR = 30
"""Their ids travel in a cookie."""


class BasketItem(Base):
    """One record that a person put aside."""

    __tablename__ = "basket_items"
    __table_args__ = (
        Index("uq_basket_items_person_node", "person_id", "node_id", unique=True),
        Index("ix_basket_items_person_place", "person_id", "added_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    added_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


def of(actor: Actor) -> list[str]:
    """Return the ids in the actor's basket, in the order in which they were put in.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    return _ids(_person(actor))


def rows_of(person_id: str) -> Sequence[BasketItem]:
    """Return what a person put aside, for the file of what is held of them."""
    return db.session.scalars(
        select(BasketItem)
        .where(BasketItem.person_id == person_id)
        .order_by(BasketItem.added_at, BasketItem.id)
    ).all()


def add(actor: Actor, node_ids: Sequence[str]) -> int:
    """Put records into the actor's basket; return how many more fit. What is in it already counts once.

    Raises:
        NotAllowedError: nobody is signed in.
        NotFoundError: none of them is a record that everybody may know of.
        ConflictError: they do not fit all; then none is put in.
    """
    person_id = _locked(actor)
    held = _ids(person_id)
    wanted = fitting(held, node_ids, MOST)
    for node_id in wanted[len(held) :]:
        db.session.add(BasketItem(person_id=person_id, node_id=node_id))
        # One after the other: their order is that of their ids.
        db.session.flush()
    return MOST - len(wanted)


def fitting(held: Sequence[str], node_ids: Sequence[str], most: int) -> list[str]:
    """Return a basket with more records put in, as long as it may be.

    Args:
        held: the ids in it already.
        node_ids: those to put in; what is not public is passed over, as what does not exist is.

    Raises:
        NotFoundError: none of them is a record that everybody may know of.
        ConflictError: they do not fit all.
    """
    known = public(node_ids)
    if not known:
        raise NotFoundError("not_found")
    wanted = list(dict.fromkeys([*held, *known]))
    if len(wanted) > max(most, len(held)):
        raise ConflictError("basket_full", most=most)
    return wanted


def remove(actor: Actor, node_ids: Sequence[str]) -> None:
    """Take records out of the actor's basket; what is not in it is passed over.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    person_id = _person(actor)
    db.session.execute(
        delete(BasketItem).where(BasketItem.person_id == person_id, BasketItem.node_id.in_(node_ids))
    )


def merge(actor: Actor, node_ids: Sequence[str]) -> int:
    """Put what a visitor chose into the basket of who they turn out to be; return how many did not fit."""
    person_id = _locked(actor)
    held = _ids(person_id)
    more = [one for one in public(node_ids) if one not in held]
    room = max(0, MOST - len(held))
    for node_id in more[:room]:
        db.session.add(BasketItem(person_id=person_id, node_id=node_id))
        db.session.flush()
    return len(more) - len(more[:room])


def forget(person_id: str) -> None:
    """Empty the basket of a person who has asked to be erased."""
    db.session.execute(delete(BasketItem).where(BasketItem.person_id == person_id))


def public(node_ids: Sequence[str]) -> list[str]:
    """Return those of which everybody may know, each once: staff put nothing else into a basket, either."""
    seen = policy.sights(ANONYMOUS, node_ids)
    return [one for one in dict.fromkeys(node_ids) if seen.get(one, policy.NOTHING).sees_description]


def _ids(person_id: str) -> list[str]:
    return [row.node_id for row in rows_of(person_id)]


def _locked(actor: Actor) -> str:
    """Return who it is, their row locked, so that two tabs cannot put in more than fits."""
    person_id = _person(actor)
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    return person_id


def _person(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    actor.must(Permission.REQUEST)
    return actor.id
