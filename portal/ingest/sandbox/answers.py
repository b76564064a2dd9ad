"""What a child may say: a small JSON object, and the pixels of a page as they are.

Pixels travel raw, so that no decoder of ours ever opens what a child made. A child that
was taken over by the file it read can say anything, so every field is looked at.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from PIL import Image

from portal.catalogue.readings import (
    LANGUAGES,
    LONGEST_CODE,
    MEASURES,
    MOST_CODES,
    OUR_CODES,
    QUALITIES,
    SECRET_MARKS,
    Measures,
    Reading,
    Word,
    view_size,
)
from portal.core.messages.ingest import MESSAGES
from portal.ingest.sandbox.process import LENGTHS, LyingError
from portal.ingest.signing import LONGEST_NAME, MOST_SIGNATURES, STATES, UNBROKEN, Signature

CHANNELS = {"L": 1, "RGB": 3}
MOST_SIDE = 50_000
MOST_LETTERS = 2_000_000
MOST_WORDS = 100_000
LONGEST_WORD = 2_000
LARGEST_NUMBER = 10**9

FILE, PAGE, NOT_READY, OUTGROWN = "file", "page", "not_ready", "outgrown"
"""Whose fault a failure is: the file's, the page's, the engine's; or memory did not suffice."""

_LIKENESS = re.compile("([0-9a-f]{16})?")

SOURCES = ("ocr", "embedded", "blank")

Told = Mapping[str, object]


def packed(told: Told, image: Image.Image | None = None) -> bytes:
    """Return an answer as it is sent."""
    parts: dict[str, object] = dict(told)
    pixels = b""
    if image is not None:
        parts["image"] = [image.mode, image.width, image.height]
        pixels = image.tobytes()
    words = json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")
    return LENGTHS.pack(len(words), len(pixels)) + words + pixels


def of_reading(reading: Reading) -> Told:
    """Return a reading as plain values."""
    return {field.name: getattr(reading, field.name) for field in dataclasses.fields(Reading)}


def of_signatures(found: Sequence[Signature]) -> Told:
    """Return signatures as plain values."""
    return {"signatures": [dataclasses.astuple(one) for one in found]}


def signatures(told: Told) -> list[Signature]:
    """Return the signatures of an answer.

    Raises:
        LyingError: a field is missing, of another type, or out of bounds.
    """
    found = told.get("signatures")
    if not isinstance(found, list) or len(found) > MOST_SIGNATURES:
        _lie()
    return [_signature(one) for one in found]


def _signature(value: object) -> Signature:
    if not isinstance(value, list) or len(value) != 4:
        _lie()
    signer, signed_at, state, is_trusted = value
    if state not in STATES or not isinstance(is_trusted, bool) or (is_trusted and state != UNBROKEN):
        _lie()
    return Signature(_text(signer, LONGEST_NAME), _text(signed_at, 40), str(state), is_trusted)


def told(words: bytes) -> Told:
    """Return what an answer says.

    Raises:
        LyingError: it is no JSON object.
    """
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        _lie()
    if not isinstance(found, dict):
        _lie()
    return found


def failure(told: Told) -> tuple[str, str, dict[str, object]] | None:
    """Return whose fault, code and values of a failure; None where there was none.

    Raises:
        LyingError: there is no such failure.
    """
    if "fault" not in told:
        return None
    fault, code, values = told["fault"], told.get("code"), told.get("values")
    if fault not in (FILE, PAGE, NOT_READY, OUTGROWN) or not isinstance(fault, str):
        _lie()
    if not isinstance(code, str) or code not in MESSAGES or not isinstance(values, dict):
        _lie()
    if not all(f"%({key})s" in MESSAGES[code] for key in values):
        _lie()
    return fault, code, {key: number(value) for key, value in values.items()}


def number(value: object, least: int = -LARGEST_NUMBER, most: int = LARGEST_NUMBER) -> int:
    """Return a whole number within bounds.

    Raises:
        LyingError: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        _lie()
    return value


def image(told: Told, pixels: bytearray) -> Image.Image:
    """Return the picture of an answer.

    Raises:
        LyingError: mode, size and bytes do not fit each other.
    """
    about = told.get("image")
    if not isinstance(about, list) or len(about) != 3 or about[0] not in CHANNELS:
        _lie()
    mode = str(about[0])
    width, height = (number(side, 1, MOST_SIDE) for side in about[1:])
    if len(pixels) != width * height * CHANNELS[mode]:
        _lie()
    return Image.frombuffer(mode, (width, height), pixels, "raw", mode, 0, 1)


def reading(told: Told, view: tuple[int, int]) -> Reading:
    """Return the reading of an answer whose view has that width and height.

    Raises:
        LyingError: a field is missing, of another type, or out of bounds.
    """
    fields: dict[str, object] = {}
    for field in dataclasses.fields(Reading):
        value = told.get(field.name)
        if field.name in _OF_FIELD:
            fields[field.name] = _OF_FIELD[field.name](value)
        elif field.type == "str":
            fields[field.name] = _text(value, MOST_LETTERS)
        else:
            fields[field.name] = number(value, 0)
    found = Reading(**fields)  # type: ignore[arg-type]  # each was looked at
    if found.source not in SOURCES or found.dpi < 1:
        _lie()
    if not all(1 <= side <= MOST_SIDE for side in (found.width, found.height)):
        _lie()
    if view_size(found.width, found.height) != view:
        _lie()
    if found.language not in LANGUAGES or found.quality not in QUALITIES:
        _lie()
    if not _LIKENESS.fullmatch(found.likeness) or found.secret not in ("", *SECRET_MARKS):
        _lie()
    return found


def _measures(value: object) -> Measures:
    if not isinstance(value, dict) or not set(value) <= set(MEASURES):
        _lie()
    return {name: number(one, 0) for name, one in value.items()}


def _codes(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_CODES:
        _lie()
    found = [_text(one, LONGEST_CODE) for one in value]
    if not all(one.startswith(OUR_CODES) for one in found):
        _lie()
    return found


def _words(value: object) -> list[Word]:
    if not isinstance(value, list) or len(value) > MOST_WORDS:
        _lie()
    return [_word(one) for one in value]


_OF_FIELD: Mapping[str, Callable[[object], object]] = {
    "words": _words,
    "measures": _measures,
    "codes": _codes,
}


def _word(value: object) -> Word:
    if not isinstance(value, list) or len(value) != 6:
        _lie()
    text, left, top, width, height, confidence = value
    if not isinstance(confidence, int | float) or not math.isfinite(confidence):
        _lie()
    return (
        _text(text, LONGEST_WORD),
        number(left),
        number(top),
        number(width, 0),
        number(height, 0),
        min(100.0, max(0.0, float(confidence))),
    )


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        _lie()
    # Half letters cannot be kept in any encoding, and PostgreSQL keeps no zeros.
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _lie() -> NoReturn:
    raise LyingError
