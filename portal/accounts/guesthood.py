"""People without an account, who proved an address and asked for something; and how they get an account.

A guest has no password, no link and no token, so nobody can sign in as one.
"""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts import own, people
from portal.accounts.actors import PORTAL
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError


def of(email: str, name: str, locale: str) -> Person:
    """Return who has the proved address: an account, a guest known before, or a new guest.

    Raises:
        NotFoundError: the account is closed.
    """
    # Whoever is being erased at this moment is not found any more when the lock is there.
    person = db.session.scalar(
        select(Person)
        .where(Person.email == email.strip().casefold())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if person is None:
        person = people.create(PORTAL, email, Role.CITIZEN, name=name)
        person.guest_since = clock.now()
    elif person.disabled_at is not None:
        raise NotFoundError("link_is_over")
    if person.guest_since is not None:
        people.name_as(person, name)
        person.locale = locale
    db.session.flush()
    return person


def become_account(person: Person, name: str, password: str, locale: str) -> None:
    """Make an account of a guest: all that they asked for is theirs in it.

    Raises:
        InvalidError: the password does not fit.
    """
    own.set_password(person, password)
    people.name_as(person, name)
    person.locale, person.guest_since = locale, None
    db.session.flush()
    trail.record(person.actor, "accounts.end_guest", "person", person.id)
