"""Count tries by digest of what they are aimed at and where they come from, so that guessing slows down."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, func, select

from portal.accounts.models import SignInAttempt
from portal.core import clock, house
from portal.core.db import db

WINDOW = timedelta(minutes=10)
SECONDS = int(WINDOW.total_seconds())


def remember(*keys: str) -> None:
    """Count one try against each key; forget what is older than the window."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < clock.now() - WINDOW))
    for key in keys:
        db.session.add(SignInAttempt(key_digest=key))
    db.session.flush()


def are_too_many(most: Mapping[str, int]) -> bool:
    """Tell whether one of the keys has as many tries in the window as it may have."""
    return any(_number(key) >= limit for key, limit in most.items())


def forget(key: str) -> None:
    """Forget the tries against a key."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key_digest == key))


def key(kind: str, text: str) -> str:
    """Digest keyed by the house's secret, so that the table names no address to who steals it."""
    secret = house.settings().secret_key
    return hashlib.blake2b(
        f"{kind}:{text.strip().casefold()}".encode(), key=secret.encode()[:64], digest_size=32
    ).hexdigest()


def _number(key: str) -> int:
    since = clock.now() - WINDOW
    found = db.session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.key_digest == key, SignInAttempt.at >= since)
    )
    return found or 0
