"""Make, find, disable people, and give them another role."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.errors import HeaderParseError
from email.headerregistry import Address

from sqlalchemy import select

from portal.accounts import keys, lending, passwords
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core import clock, collation
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.search import analysis

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
    address = clean_address(email)
    if by_email(address) is not None:
        raise ConflictError("email_taken", fields={"email": "email_taken"})
    if password is not None:
        passwords.check_strength(password, Role(role))
    row = Person(
        email=address,
        role=Role(role).value,
        password_hash=passwords.digest(password) if password else None,
        is_demo=is_demo,
    )
    name_as(row, name.strip() or address.split("@", 1)[0])
    db.session.add(row)
    db.session.flush()
    trail.record(actor, "people.create", "person", row.id, role=row.role)
    return row


def disable(actor: Actor, person_id: str) -> None:
    """End a person's sessions, links and tokens, and let them sign in no more.

    The row stays, for the trail names it.

    Raises:
        ConflictError: it is the last administrator, or the actor's own account.
    """
    row = _another(actor, person_id)
    _keep_an_administrator(row)
    row.disabled_at = clock.now()
    row.session_epoch += 1
    keys.end_links(row)
    keys.end_tokens(row)
    db.session.flush()
    trail.record(actor, "people.disable", "person", row.id)


def enable(actor: Actor, person_id: str) -> None:
    """Let a disabled person sign in again, with the password and the role they had.

    Raises:
        ConflictError: the account is not disabled, was erased, or it is the actor's own.
    """
    row = _another(actor, person_id)
    if row.erased_at is not None:
        raise ConflictError("erased")
    if row.disabled_at is None:
        raise ConflictError("not_disabled")
    row.disabled_at = None
    db.session.flush()
    trail.record(actor, "people.enable", "person", row.id)


def change_role(actor: Actor, person_id: str, role: Role) -> None:
    """Give a person another role; it holds from their next click on.

    Raises:
        ConflictError: it is the last administrator, or the actor's own account.
    """
    row = _another(actor, person_id)
    before, after = row.role, Role(role).value
    if before == after:
        return
    _keep_an_administrator(row)
    row.role = after
    db.session.flush()
    trail.record(actor, "people.change_role", "person", row.id, before=before, after=after)


def name_as(row: Person, name: str) -> None:
    """Write a person's name, and with it what lists are ordered and searched by."""
    row.name = " ".join(name.split())
    row.sort_key = collation.person_key(row.name)
    row.folded = analysis.fold(f"{row.name} {row.email}")


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
    return lending.acting(row)


def ids_of(role: Role) -> Sequence[str]:
    """Return the ids of all active people of a role."""
    return db.session.scalars(
        select(Person.id).where(Person.role == role.value, Person.disabled_at.is_(None)).order_by(Person.id)
    ).all()


def names(person_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of people by id, by one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}


def clean_address(email: str) -> str:
    """Return an e-mail address as it is kept.

    Raises:
        InvalidError: the text is no address.
    """
    address = email.strip().casefold()
    if len(address) > 254 or EMAIL.fullmatch(address) is None or not _can_be_written_to(address):
        raise InvalidError("bad_email", fields={"email": "bad_email"})
    return address


def _can_be_written_to(address: str) -> bool:
    """Tell whether a mail can be headed with the address; else its letter could never go out."""
    try:
        Address(addr_spec=address)
    except (ValueError, HeaderParseError, AttributeError, IndexError):
        return False
    return address.isascii()


def _another(actor: Actor, person_id: str) -> Person:
    """Return a person whom the actor may manage; nobody manages themselves."""
    actor.must(Permission.MANAGE_PEOPLE)
    row = by_id(person_id)
    if row.id == actor.id:
        raise ConflictError("not_oneself")
    return row


def _keep_an_administrator(row: Person) -> None:
    if row.role == Role.ADMINISTRATOR and row.disabled_at is None and _other_administrators(row.id) == 0:
        raise ConflictError("last_administrator")


def _other_administrators(person_id: str) -> int:
    """Count the others. Their rows are locked, in one order, so that no two close each other at once."""
    rows = db.session.scalars(
        select(Person.id)
        .where(Person.role == Role.ADMINISTRATOR.value, Person.disabled_at.is_(None))
        .order_by(Person.id)
        .with_for_update()
    )
    return len([found for found in rows if found != person_id])
