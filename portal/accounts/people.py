"""Make, find, disable people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import select

from portal.accounts import passwords
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError

MOST_PEOPLE_LISTED = 500
EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"]{1,64}@[^@\s\x00-\x1f<>\"]{1,185}")


def create(
    actor: Actor,
    email: str,
    role: Role,
    *,
    name: str = "",
    password: str | None = None,
    is_demo: bool = False,
) -> Person:
    """Make an account. Without a password its holder signs in by a one-time link.

    Raises:
        InvalidError: the address or the password cannot be used.
        ConflictError: there is an account with that address.
    """
    if not actor.is_machine:
        actor.must(Permission.MANAGE_PEOPLE)
    address = _address(email)
    if by_email(address) is not None:
        raise ConflictError("email_taken", fields={"email": "email_taken"})
    if password is not None:
        passwords.check_strength(password, Role(role))
    row = Person(
        email=address,
        name=name.strip() or address.split("@", 1)[0],
        role=Role(role).value,
        password_hash=passwords.digest(password) if password else None,
        is_demo=is_demo,
    )
    db.session.add(row)
    db.session.flush()
    trail.record(actor, "people.create", "person", row.id, role=row.role)
    return row


def disable(actor: Actor, person_id: str) -> None:
    """End a person's sessions and let them sign in no more. The row stays, for the trail names it.

    Raises:
        ConflictError: it is the last administrator, or the actor's own account.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    row = by_id(person_id)
    if row.id == actor.id:
        raise ConflictError("not_oneself")
    if row.role == Role.ADMINISTRATOR and _other_administrators(row.id) == 0:
        raise ConflictError("last_administrator")
    row.disabled_at = clock.now()
    row.session_epoch += 1
    db.session.flush()
    trail.record(actor, "people.disable", "person", row.id)


def by_id(person_id: str) -> Person:
    """Return a person.

    Raises:
        NotFoundError: there is no such person.
    """
    row = db.session.get(Person, person_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def by_email(email: str) -> Person | None:
    """Return the person with that address, however it is written."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().casefold()))


def actor_of(email: str) -> Actor:
    """Return the person with that address as the actor of verbs (`--as EMAIL`).

    Raises:
        NotFoundError: there is no such person, or they are disabled.
    """
    row = by_email(email)
    if row is None or row.disabled_at is not None:
        raise NotFoundError("no_such_person")
    return row.actor


def ids_of(role: Role) -> Sequence[str]:
    """Return the ids of all active people of a role."""
    return db.session.scalars(
        select(Person.id).where(Person.role == role.value, Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()


def names(person_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of people by id, by one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}


def listing(actor: Actor) -> Sequence[Person]:
    """Return all people for those who manage them, staff and citizens, by name."""
    actor.must(Permission.MANAGE_PEOPLE)
    return db.session.scalars(
        select(Person).order_by(Person.role, Person.email).limit(MOST_PEOPLE_LISTED)
    ).all()


def _address(email: str) -> str:
    address = email.strip().casefold()
    if len(address) > 254 or EMAIL.fullmatch(address) is None:
        raise InvalidError("bad_email", fields={"email": "bad_email"})
    return address


def _other_administrators(person_id: str) -> int:
    rows = db.session.scalars(
        select(Person.id).where(
            Person.role == Role.ADMINISTRATOR.value, Person.disabled_at.is_(None), Person.id != person_id
        )
    )
    return len(rows.all())
