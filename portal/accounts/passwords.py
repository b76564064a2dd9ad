"""Digest and check passwords by argon2id with the parameters OWASP gives as the least."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.accounts.roles import STAFF, Role
from portal.core.errors import InvalidError

SHORTEST = 12
SHORTEST_FOR_STAFF = 15
LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""19 MiB, two passes, one lane: about 35 ms a check on a small machine, against 338 ms of the
library's default, which would let a few sign-ins at once starve two cores."""


def least_length(role: Role) -> int:
    """Return how many characters a password of the role has at least."""
    return SHORTEST_FOR_STAFF if role in STAFF else SHORTEST


def check_strength(password: str, role: Role) -> None:
    """Raise InvalidError unless the password is long enough for the role.

    Length only, no rules of composition (NIST SP 800-63B, OWASP ASVS 5.0 6.2).
    """
    least = least_length(role)
    if not least <= len(password) <= LONGEST:
        raise InvalidError(
            "password_length", fields={"password": "password_length"}, least=least, most=LONGEST
        )


def digest(password: str) -> str:
    """Return the digest to keep. The password is taken exactly as it was typed."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Tell whether the password is the kept one; where none is kept the same work is done in vain.

    So an unknown account takes as long to refuse as a known one.
    """
    try:
        return _hasher.verify(kept or _decoy(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher.hash("a password that nobody has")
