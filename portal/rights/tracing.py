"""The code that stands in every mark: from a photograph of a page it leads back to the leave behind it.

Nine signs that are not taken for each other, in threes: 7K3-F92-QXY. The last one is computed
from the others, so that a sign misread on a bad print is noticed and leads to nobody else.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select

from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError
from portal.rights.models import Grant

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXY"
"""Without 0, 1, I, L, O, U and Z. They are 29, a prime: so one wrong sign, and two that changed
places, always give another last sign."""

LENGTH = 9
GROUP = 3


def new_code() -> str:
    """Return a random code without hyphens, as it is kept."""
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return body + _last(body)


def shown(code: str) -> str:
    """Return a code as people read it, in groups of three."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str) -> str:
    """Return the code that somebody copied from a page, however it is spaced and in whatever case.

    Raises:
        InvalidError: it is no code: too short, too long, or with a sign misread.
    """
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH or set(code) - set(SIGNS) or _last(code[:-1]) != code[-1]:
        raise InvalidError("no_trace_code", fields={"code": "no_trace_code"})
    return code


def find(text: str) -> Grant:
    """Return the grant whose marks carry the code. Who may ask is for the caller (`access.traced`).

    Raises:
        InvalidError: it is no code.
        NotFoundError: no grant of this archive carries it.
    """
    row = db.session.scalar(select(Grant).where(Grant.trace == read(text)))
    if row is None:
        raise NotFoundError("unknown_trace_code")
    return row


def _last(body: str) -> str:
    return SIGNS[sum(place * SIGNS.index(sign) for place, sign in enumerate(body, start=1)) % len(SIGNS)]
