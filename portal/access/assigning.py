"""Who works on a request, and what becomes of it when that person leaves."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from portal.access import course, powers, request_states, results
from portal.access.models import Request, RequestStatus
from portal.access.results import RequestView
from portal.accounts import absences
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError

OPEN = [status.value for status in request_states.OPEN]


def assign(actor: Actor, request_id: str, person_id: str | None) -> RequestView:
    """Give an open request to somebody of the staff, or, with nobody named, back to all.

    Raises:
        NotFoundError: there is no such request, or no such person who may handle it.
        NotAllowedError: the actor may not handle requests, or one of the two asked for it.
        ConflictError: the request is no longer open.
    """
    actor.must(Permission.HANDLE)
    row = course.locked(request_id)
    power = powers.must(actor, Permission.HANDLE, row.person_id)
    if RequestStatus(row.status) not in request_states.OPEN:
        raise ConflictError("request_stands_elsewhere")
    if person_id is not None:
        person = db.session.get(Person, person_id)
        if person is None or person.disabled_at is not None or not person.actor.may(Permission.HANDLE):
            raise NotFoundError("not_found")
        if row.person_id == person.id:
            raise NotAllowedError("own_request")
        if person.id != row.assigned_to and person.id in absences.away():
            raise ConflictError("is_away")
    before, row.assigned_to = row.assigned_to, person_id
    db.session.flush()
    trail.record(
        actor, "request.assign", "request", row.id, before=before, after=person_id, **powers.told(power)
    )
    return results.of(actor, [row])[0]


def colleagues(actor: Actor, keep: str | None = None) -> dict[str, str]:
    """Return the names of all who may be given a request, by id, in order of names.

    Who is away is left out, but for `keep`, who has it already.
    """
    actor.must(Permission.HANDLE)
    roles = [role.value for role in Role if Permission.HANDLE in PERMISSIONS[role]]
    rows = db.session.scalars(
        select(Person)
        .where(Person.role.in_(roles), Person.disabled_at.is_(None))
        .order_by(Person.sort_key, Person.id)
    )
    gone = absences.away().keys() - {keep}
    return {row.id: row.name for row in rows if row.id not in gone}


def open_work(person_id: str) -> int:
    """Return how many open requests a person works on."""
    return db.session.scalar(select(func.count()).select_from(Request).where(_unfinished(person_id))) or 0


def hand_over(actor: Actor, giver_id: str, heir: Person) -> int:
    """Give the open requests of one who leaves to another; tell how many.

    A request of the heir's own goes back to all.

    Raises:
        InvalidError: the other person may not handle requests.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    if not heir.actor.may(Permission.HANDLE):
        raise InvalidError("heir_cannot", fields={"heir": "heir_cannot"})
    rows = db.session.scalars(
        select(Request).where(_unfinished(giver_id)).order_by(Request.id).with_for_update()
    ).all()
    for row in rows:
        row.assigned_to = heir.id if row.person_id != heir.id else None
        trail.record(actor, "request.hand_over", "request", row.id, before=giver_id, after=row.assigned_to)
    db.session.flush()
    return len(rows)


def _unfinished(person_id: str) -> ColumnElement[bool]:
    return (Request.assigned_to == person_id) & Request.status.in_(OPEN)
