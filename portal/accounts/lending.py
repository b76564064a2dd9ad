"""What one of the staff lends to another, and what somebody may do today by what was lent to them.

Only what a role carries is lent, so nothing is lent on, and the end is asked of the day at every look.
Before `delegations`, which writes the rows; after it `actors`, which carry what is lent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.actors import Actor, Lent
from portal.accounts.models import Person
from portal.accounts.roles import LENDABLE, PERMISSIONS, STAFF, Permission, Role
from portal.core import clock
from portal.core.db import Base, Instant, Text, db
from portal.core.ids import new_id

DELEGATES = [role.value for role in Role if role in STAFF and role is not Role.ADMINISTRATOR]
"""Who manages accounts decides nothing: else two administrators could lend each other what neither has."""


class Delegation(Base):
    """What one of the staff lends to another; never changed but for being ended early."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("form IN ('KT','TL','TUQ')", name="form"),
        CheckConstraint("from_day <= to_day", name="days"),
        CheckConstraint("giver_id <> delegate_id", name="two"),
        CheckConstraint("lends_handle OR lends_decide", name="something"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        Index("ix_delegations_delegate_to_day", "delegate_id", "to_day"),
        Index("ix_delegations_giver_to_day", "giver_id", "to_day"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    giver_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    delegate_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    lends_handle: Mapped[bool]
    lends_decide: Mapped[bool]
    form: Mapped[str] = mapped_column(String(3))
    from_day: Mapped[date]
    to_day: Mapped[date]
    """The last day of it in Việt Nam."""
    basis: Mapped[str] = mapped_column(Text(300))
    """Number and day of the paper, and the law it stands on."""
    reason: Mapped[str] = mapped_column(Text(500), default="")
    given_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant())
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))

    @property
    def permissions(self) -> frozenset[Permission]:
        lends = {Permission.HANDLE: self.lends_handle, Permission.DECIDE: self.lends_decide}
        return frozenset(permission for permission, is_lent in lends.items() if is_lent)


def lendable(actor: Actor) -> frozenset[Permission]:
    """Return what the actor can lend: what the role carries, never what was lent to them."""
    return PERMISSIONS[actor.role] & LENDABLE if actor.role else frozenset()


def acting(person: Person) -> Actor:
    """Return a person as the actor of verbs, with what is lent to them today."""
    actor = person.actor
    if actor.role is None or actor.role.value not in DELEGATES:
        return actor
    return replace(actor, lent=_lent_to(person.id))


def by_ids(delegation_ids: Sequence[str]) -> dict[str, Delegation]:
    """Return delegations by their ids, whether or not they hold today."""
    rows = db.session.scalars(select(Delegation).where(Delegation.id.in_(set(delegation_ids))))
    return {row.id: row for row in rows}


def _lent_to(person_id: str) -> tuple[Lent, ...]:
    """Return what holds today; what its giver has no longer, by role or by leaving, is lent no longer."""
    today = clock.today()
    rows = db.session.execute(
        select(Delegation, Person)
        .join(Person, Person.id == Delegation.giver_id)
        .where(
            Delegation.delegate_id == person_id,
            Delegation.revoked_at.is_(None),
            Delegation.from_day <= today,
            Delegation.to_day >= today,
        )
        .order_by(Delegation.given_at, Delegation.id)
    ).all()
    found = [
        Lent(row.id, person.id, person.name, row.form, row.to_day, row.permissions & lendable(person.actor))
        for row, person in rows
    ]
    return tuple(one for one in found if one.permissions)
