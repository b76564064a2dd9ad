"""Tokens by which programs ask the API with the rights of a person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from portal.accounts import keys, people
from portal.accounts.actors import PORTAL
from portal.accounts.models import Person, Token
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError

MOST_DAYS = 366


def make(email: str, name: str, days: int) -> str:
    """Return the secret of a new token for the person; it is shown this once.

    Args:
        days: how long it lasts; a token always ends.

    Raises:
        NotFoundError: there is no such person, or they are disabled.
        InvalidError: the token would last too long or not at all.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidError("token_days", most=MOST_DAYS)
    person = people.by_email(email)
    if person is None or person.disabled_at is not None:
        raise NotFoundError("no_such_person")
    secret = secrets.token_urlsafe(32)
    row = Token(
        digest=_digest(secret),
        person_id=person.id,
        name=name[:100],
        expires_at=clock.now() + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    trail.record(PORTAL, "accounts.make_token", "person", person.id, days=days)
    return secret


def revoke_all(email: str) -> int:
    """End all tokens of the person at once; tell how many there were.

    Raises:
        NotFoundError: there is no such person.
    """
    person = people.by_email(email)
    if person is None:
        raise NotFoundError("no_such_person")
    ended = keys.end_tokens(person)
    trail.record(PORTAL, "accounts.revoke_tokens", "person", person.id, number=ended)
    return ended


def holder(secret: str) -> Person | None:
    """Return whose token it is, None where it is unknown, has ended, or its person is disabled."""
    row = db.session.get(Token, _digest(secret))
    if row is None or row.expires_at <= clock.now():
        return None
    person = db.session.get(Person, row.person_id)
    return None if person is None or person.disabled_at is not None else person


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
