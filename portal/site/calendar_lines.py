"""A year's special days as lines of text, for a form, a file and a terminal alike.

One day a line: `30/04/2026; nghỉ lễ; Ngày Chiến thắng; Reunification Day`. The name in English may be
left out. The kind is written in either language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from portal.core.errors import InvalidError
from portal.core.workdays import LONGEST_NAME, SATURDAY, DayKind, Special

DAY = "%d/%m/%Y"
MOST_BYTES = 100_000

WORDS = {
    DayKind.HOLIDAY: ("nghỉ lễ", "holiday"),
    DayKind.IN_LIEU: ("nghỉ bù", "in lieu"),
    DayKind.WORKING: ("làm bù", "worked"),
    DayKind.CLOSURE: ("đóng cửa", "closed"),
}
"""How each kind is written, in Vietnamese and in English."""

_KINDS = {word: kind for kind, words in WORDS.items() for word in words}


def written(days: Iterable[Special], locale: str = "vi") -> str:
    """Write the days as lines, in their order."""
    lines = [
        "; ".join(
            part for part in (f"{one.day:{DAY}}", word(one.kind, locale), one.name_vi, one.name_en) if part
        )
        for one in sorted(days, key=lambda one: one.day)
    ]
    return "".join(f"{line}\n" for line in lines)


def word(kind: DayKind, locale: str = "vi") -> str:
    """Return the word by which a kind is written in lines."""
    vietnamese, english = WORDS[kind]
    return vietnamese if locale == "vi" else english


def decoded(content: bytes) -> str:
    """Return the lines of a file.

    Raises:
        InvalidError: it is not in UTF-8, or far longer than a year.
    """
    if len(content) > MOST_BYTES:
        raise InvalidError("calendar_too_long")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError("calendar_not_utf8") from None


def read(year: int, text: str) -> list[Special]:
    """Read the lines of a year, in the order of their days; empty lines count for nothing.

    Raises:
        InvalidError: a line cannot be read, or a day stands there that cannot; `values` say which line.
    """
    if len(text) > MOST_BYTES:
        raise InvalidError("calendar_too_long", fields={"days": "calendar_too_long"})
    found: dict[date, Special] = {}
    for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), 1):
        if not line.strip():
            continue
        one = _day(year, number, line)
        if one.day in found:
            raise _wrong("calendar_day_twice", number, line, day=f"{one.day:{DAY}}")
        found[one.day] = one
    return [found[day] for day in sorted(found)]


def _day(year: int, number: int, line: str) -> Special:
    parts = [" ".join(part.split()) for part in line.split(";")]
    if not 3 <= len(parts) <= 4 or not parts[2]:
        raise _wrong("calendar_line", number, line)
    try:
        day = datetime.strptime(parts[0], DAY).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise _wrong("calendar_line_day", number, line) from None
    kind = _KINDS.get(parts[1].lower())
    if kind is None:
        raise _wrong("calendar_line_kind", number, line)
    if day.year != year:
        raise _wrong("calendar_other_year", number, line, year=year)
    if any(len(name) > LONGEST_NAME for name in parts[2:]):
        raise _wrong("calendar_name_long", number, line, most=LONGEST_NAME)
    is_weekend = day.weekday() >= SATURDAY
    if kind is DayKind.WORKING and not is_weekend:
        raise _wrong("calendar_worked_anyway", number, line)
    if kind is DayKind.IN_LIEU and is_weekend:
        raise _wrong("calendar_off_anyway", number, line)
    return Special(day, kind, parts[2], parts[3] if len(parts) == 4 else "")


def _wrong(code: str, number: int, line: str, **values: object) -> InvalidError:
    return InvalidError(code, fields={"days": code}, line=number, text=line.strip()[:80], **values)
