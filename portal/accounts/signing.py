"""Sign people in: by password, or by a one-time link that was printed on the server."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from portal.accounts import passwords, people, tries
from portal.accounts.actors import PORTAL
from portal.accounts.models import LoginLink, Person
from portal.audit import trail
from portal.core import clock, house
from portal.core.db import db
from portal.core.errors import NotAllowedError, NotFoundError, TooManyError

LINK_LASTS = timedelta(minutes=15)
"""ASVS 5.0 6.6: a one-time secret that travels another way lives minutes, not hours."""

TRIES_PER_ACCOUNT = 10
TRIES_PER_ORIGIN = 50


def by_password(email: str, password: str, origin: str) -> Person:
    """Return the person with that address and password. Failures are kept as rows: call it
    inside `transaction()` and commit also when it fails (`signing.remember_failure`).

    Args:
        origin: where the try comes from, an IP address; only its digest is kept.

    Raises:
        NotAllowedError: wrong address or password (not told apart), a disabled account, a demo
            account on a portal that others can reach.
        TooManyError: the account or its origin failed too often in the last minutes.
    """
    if is_throttled(email, origin):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    person = people.by_email(email)
    fits = passwords.matches(person.password_hash if person else None, password)
    if person is None or not fits or person.disabled_at is not None:
        raise NotAllowedError("wrong_sign_in", fields={"password": "wrong_sign_in"})
    refuse_demo_in_public(person)
    tries.forget(tries.key("account", email))
    trail.record(person.actor, "accounts.sign_in", "person", person.id, by="password")
    return person


def remember_failure(email: str, origin: str) -> None:
    """Count a failed try against the account and against its origin; forget old ones."""
    tries.remember(tries.key("account", email), tries.key("origin", origin))


def is_throttled(email: str, origin: str) -> bool:
    """Tell whether the account or its origin failed too often in the last minutes."""
    return tries.are_too_many(
        {tries.key("account", email): TRIES_PER_ACCOUNT, tries.key("origin", origin): TRIES_PER_ORIGIN}
    )


def make_link(email: str) -> str:
    """Return the secret of a new one-time link for the person.

    Raises:
        NotFoundError: there is no such person, or they are disabled.
    """
    person = people.by_email(email)
    if person is None or person.disabled_at is not None or person.guest_since is not None:
        raise NotFoundError("no_such_person")
    secret = secrets.token_urlsafe(24)
    db.session.add(
        LoginLink(digest=_digest(secret), person_id=person.id, expires_at=clock.now() + LINK_LASTS)
    )
    db.session.flush()
    trail.record(PORTAL, "accounts.make_link", "person", person.id)
    return secret


def is_open_link(secret: str) -> bool:
    """Tell whether the link could be used now; looking at it does not use it up."""
    return _open_link(secret) is not None


def by_link(secret: str) -> Person:
    """Use up a one-time link and return its person.

    Raises:
        NotFoundError: the link is unknown, used or too old.
        NotAllowedError: a demo account on a portal that others can reach.
    """
    link = _open_link(secret)
    if link is None:
        raise NotFoundError("link_is_over")
    person = people.by_id(link.person_id)
    if person.disabled_at is not None:
        raise NotFoundError("link_is_over")
    refuse_demo_in_public(person)
    link.used_at = clock.now()
    db.session.flush()
    trail.record(person.actor, "accounts.sign_in", "person", person.id, by="link")
    return person


def refuse_demo_in_public(person: Person) -> None:
    """Raise NotAllowedError for a demo account on a portal that others can reach."""
    if person.is_demo and not house.settings().is_for_this_machine_only:
        raise NotAllowedError("demo_is_local")


def _open_link(secret: str) -> LoginLink | None:
    link = db.session.get(LoginLink, _digest(secret))
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        return None
    return link


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
