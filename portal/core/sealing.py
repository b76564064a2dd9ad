"""Personal data at rest: sealed by AES-GCM with a key that lies in neither database nor backups.

The key is another one than that of the sessions (`Settings.data_keys`). What seals and what
digests is derived from it, so that no value is used for two ends. Whoever keeps a sealed cell
keeps the id of its key beside it: after a change of keys what was sealed before stays readable
for as long as the older key stands in the file.
"""

from __future__ import annotations

import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag  # noqa: TID251 - the one adapter of ciphers
from cryptography.hazmat.primitives import hashes  # noqa: TID251
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: TID251
from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: TID251

from portal.core import house
from portal.core.errors import UnavailableError

NONCE = 12
KEY_ID_BYTES = 8


class UnsealableError(UnavailableError):
    """The key is gone, or what was sealed is not what stands here."""

    def __init__(self) -> None:
        super().__init__("unsealable")


def seal(plain: bytes, context: str) -> bytes:
    """Seal some bytes by the key in use.

    Args:
        context: where they will stand, as table.column:id; elsewhere they cannot be opened.
    """
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_derived(_keys()[0], "seal")).encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, key_id: str, context: str) -> bytes:
    """Return what was sealed.

    Raises:
        UnsealableError: its key is not here, or it was altered or moved.
    """
    key = next((key for key in _keys() if id_of(key) == key_id), None)
    if key is None:
        raise UnsealableError
    try:
        return AESGCM(_derived(key, "seal")).decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise UnsealableError from None


def present_id() -> str:
    """Return the id of the key in use, to be kept beside what it seals."""
    return id_of(_keys()[0])


def known_ids() -> list[str]:
    """Return the ids of all keys that are here, the one in use first."""
    return [id_of(key) for key in _keys()]


def id_of(key: bytes) -> str:
    """Return the name of a key, which tells nothing of it."""
    return _derived(key, "id")[:KEY_ID_BYTES].hex()


def digests(text: str, kind: str) -> list[str]:
    """Return the keyed digest of a text by every key, the one in use first, each of 64 characters.

    Without the key a digest of twelve digits would be guessed in seconds.
    """
    message = f"{kind}:{text}".encode()
    return [hmac.digest(_derived(key, "digest"), message, "sha256").hex() for key in _keys()]


def _keys() -> tuple[bytes, ...]:
    return house.settings().data_keys


@cache
def _derived(key: bytes, use: str) -> bytes:
    return HKDF(
        algorithm=hashes.SHA256(), length=32, salt=None, info=f"personal data: {use}".encode()
    ).derive(key)
