"""Check what people typed into the fields of the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from datetime import date

from portal.core.errors import ConflictError, InvalidError

LONGEST_EXTENT = 100_000_000
"""A hundred kilometres of shelf, in millimetres: more than any archive of a province keeps."""


def required(name: str, text: str, most: int) -> str:
    """Return the text, NFC and trimmed.

    Raises:
        InvalidError: it is empty or longer than `most` characters; `fields` names the input.
    """
    clean = optional(name, text, most)
    if not clean:
        raise InvalidError("missing", fields={name: "missing"})
    return clean


def optional(name: str, text: str, most: int) -> str:
    """Return the text, NFC and trimmed, empty if nothing was typed.

    Raises:
        InvalidError: it is longer than `most` characters.
    """
    clean = " ".join(unicodedata.normalize("NFC", text).replace("\x00", "").split())
    if len(clean) > most:
        raise InvalidError("too_long", fields={name: "too_long"}, most=most)
    return clean


def choice(name: str, text: str, allowed: Container[str]) -> str:
    """Return the text where it is one of those allowed.

    Raises:
        InvalidError: it is none of them; `fields` names the input.
    """
    if text not in allowed:
        raise InvalidError("missing", fields={name: "missing"})
    return text


def in_order(first: date | None, last: date | None) -> None:
    """Raise InvalidError where a period ends before it begins."""
    if first is not None and last is not None and last < first:
        raise InvalidError(
            "dates_reversed", fields={"valid_to": "dates_reversed", "date_to": "dates_reversed"}
        )


def extent(millimetres: int | None) -> int | None:
    """Return the extent of a fonds in millimetres of shelf; None where nobody has recorded it.

    Raises:
        InvalidError: it is no length, or longer than `LONGEST_EXTENT`.
    """
    if millimetres is not None and not 0 < millimetres <= LONGEST_EXTENT:
        raise InvalidError("bad_extent", fields={"extent_mm": "bad_extent"})
    return millimetres


def same_version(now: int, seen: int) -> None:
    """Raise ConflictError where the row is no longer the one that the person saw."""
    if now != seen:
        raise ConflictError("changed_meanwhile")
