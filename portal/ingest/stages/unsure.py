"""Sixth stage: number and day of a letterhead, where they are hand-written, are marked as unsure.

Clerks write both by hand into printed forms, and an engine for print guesses there. A
guess stays in the text, for it may help, but its confidence says that nobody should
trust it; what looks printed keeps the engine's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from portal.catalogue.readings import Word
from portal.ingest.ocr.lines import Line, letters

CAP = 50.0
"""What an unsure word gets at most; below 60 a word counts as unsure."""

HEAD = 0.45
"""Share of the page in which number and day stand."""

SURE = 85.0
TALLER = 1.15
"""Height of printed figures, at most, against the printed words beside them."""

NUMBER = re.compile(r"\d{1,5}[a-z]?")
NUMBER_LABELS = ("so", "s6")
DAY_LABEL = "ngay"
MONTH_LABEL = "thang"
YEAR_LABEL = "nam"


def marked(lines: Sequence[Line], height: int) -> list[Line]:
    """Return the lines with little confidence in hand-written numbers and days.

    Args:
        height: of the picture that was read, in px.
    """
    return [_marked(line) if line.bottom < HEAD * height else line for line in lines]


def _marked(line: Line) -> Line:
    slots = {*_number(line.words), *_date(line.words)}
    if not slots:
        return line
    printed = [word[4] for place, word in enumerate(line.words) if place not in slots and letters(word[0])]
    tallest = TALLER * max(printed, default=0)
    words = [
        _capped(word) if place in slots and not _is_printed(word, tallest) else word
        for place, word in enumerate(line.words)
    ]
    return replace(line, words=words)


def _number(words: Sequence[Word]) -> set[int]:
    """Return the places of the words from "Số:" to the slash of the number."""
    label = letters(words[0][0])
    if not label.startswith(NUMBER_LABELS) or len(words) == 1:
        return set()
    slash = next((place for place, word in enumerate(words) if "/" in word[0]), None)
    if slash is None or slash > 4:
        return set()
    places = set(range(1, slash))
    if len(label) > 2:
        places.add(0)
    if letters(words[slash][0].split("/")[0]):
        places.add(slash)
    return places


def _date(words: Sequence[Word]) -> set[int]:
    """Return the places of the words that say day and month in "ngày … tháng … năm"."""
    bare = [letters(word[0]) for word in words]
    day = _first(bare, DAY_LABEL)
    year = _first(bare, YEAR_LABEL)
    if day is None or year is None or not day < year <= day + 6:
        return set()
    # The labels themselves are sure, unless figures stick to them.
    return {place for place in range(day, year) if bare[place] not in (DAY_LABEL, MONTH_LABEL)}


def _first(bare: Sequence[str], label: str) -> int | None:
    return next((place for place, word in enumerate(bare) if label in word), None)


def _is_printed(word: Word, tallest: float) -> bool:
    first = word[0].split("/")[0].casefold()
    return NUMBER.fullmatch(first) is not None and word[5] >= SURE and word[4] <= tallest


def _capped(word: Word) -> Word:
    return (*word[:5], min(CAP, word[5]))
