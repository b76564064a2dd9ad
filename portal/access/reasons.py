"""Check the texts that people give: purposes and reasons."""

from __future__ import annotations

import unicodedata

from portal.core.errors import InvalidError


def clean(name: str, text: str, least: int, most: int) -> str:
    """Return the text, NFC and trimmed.

    Args:
        name: the form field, for the error.
        least: fewest characters.
        most: most characters.

    Raises:
        InvalidError: it is shorter or longer.
    """
    clean = unicodedata.normalize("NFC", text.replace("\x00", "")).strip()
    if len(clean) < least:
        raise InvalidError("too_short", fields={name: "too_short"}, least=least)
    if len(clean) > most:
        raise InvalidError("too_long", fields={name: "too_long"}, most=most)
    return clean
