"""Opaque ids that stand in addresses for good."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u, so an id read aloud is not misheard."""

LENGTH = 10
"""50 bits. At 55 million pages one more id collides with chance 5e-8; the insert then
fails on the primary key and the job that made it runs again."""

PATTERN = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_id() -> str:
    """Return a random id of ten characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_id(text: str) -> bool:
    """Tell whether the text has the form of an id."""
    return PATTERN.fullmatch(text) is not None
