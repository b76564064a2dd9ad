"""Who of the staff is away, from which day to which: their requests are offered to others meanwhile.

Nothing moves by itself: an absence is a hint, and its end is asked of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, exists, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import InstrumentedAttribute

from portal.accounts import delegations, people
from portal.accounts.actors import Actor
from portal.accounts.roles import STAFF, Permission, Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import Base, Instant, db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.ids import new_id


class Absence(Base):
    """From which day to which one of the staff is away; never changed but for being ended early."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("from_day <= to_day", name="days"),
        Index("ix_absences_person_to_day", "person_id", "to_day"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    from_day: Mapped[date]
    to_day: Mapped[date]
    """The last day of it in Việt Nam."""
    noted_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    noted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    """When it was struck out; it counts no more from then on."""


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """An absence as it is shown."""

    id: str
    person_id: str
    name: str
    from_day: date
    to_day: date


def note(actor: Actor, person_id: str, from_day: date | None, to_day: date | None) -> AbsenceView:
    """Write down that somebody of the staff is away: oneself, or, as administrator, anybody.

    Raises:
        NotAllowedError: it is somebody else, and the actor does not manage people.
        NotFoundError: there is no such person.
        InvalidError: the person is not of the staff, or the days do not fit.
    """
    if actor.id != person_id:
        actor.must(Permission.MANAGE_PEOPLE)
    person = people.by_id(person_id)
    if Role(person.role) not in STAFF:
        raise InvalidError("cannot_be_lent_to", fields={"person": "cannot_be_lent_to"})
    begins, ends = delegations.period(from_day, to_day)
    row = Absence(person_id=person.id, from_day=begins, to_day=ends, noted_by=actor.id)
    db.session.add(row)
    db.session.flush()
    trail.record(
        actor, "absence.note", "person", person.id, from_day=begins.isoformat(), to_day=ends.isoformat()
    )
    return _views([row])[0]


def strike(actor: Actor, absence_id: str) -> None:
    """Strike an absence out: the person is here again, or stays.

    Raises:
        NotFoundError: there is none for the actor.
        ConflictError: it is over.
    """
    row = db.session.scalar(select(Absence).where(Absence.id == absence_id).with_for_update())
    if row is None or not (row.person_id == actor.id or actor.may(Permission.MANAGE_PEOPLE)):
        raise NotFoundError("not_found")
    if row.ended_at is not None or row.to_day < clock.today():
        raise ConflictError("absence_is_over")
    row.ended_at = clock.now()
    db.session.flush()
    trail.record(actor, "absence.strike", "person", row.person_id, absence=row.id)


def of(actor: Actor) -> list[AbsenceView]:
    """Return who is or will be away, to the staff; the next first.

    Raises:
        NotAllowedError: the actor is not of the staff.
    """
    if not actor.is_staff:
        raise NotAllowedError("staff_only")
    rows = db.session.scalars(
        select(Absence)
        .where(Absence.ended_at.is_(None), Absence.to_day >= clock.today())
        .order_by(Absence.from_day, Absence.id)
        .limit(delegations.MOST_SHOWN)
    ).all()
    return _views(rows)


def away() -> dict[str, date]:
    """Return who is away today, by id, and until when."""
    rows = db.session.scalars(select(Absence).where(*_today()).order_by(Absence.to_day))
    return {row.person_id: row.to_day for row in rows}


def is_away(person_id: InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """Return the SQL condition that the person of a column is away today."""
    return exists().where(Absence.person_id == person_id, *_today())


def _today() -> tuple[ColumnElement[bool], ...]:
    today = clock.today()
    return Absence.ended_at.is_(None), Absence.from_day <= today, Absence.to_day >= today


def _views(rows: Sequence[Absence]) -> list[AbsenceView]:
    names = people.names([row.person_id for row in rows])
    return [
        AbsenceView(row.id, row.person_id, names.get(row.person_id, ""), row.from_day, row.to_day)
        for row in rows
    ]
