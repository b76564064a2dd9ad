"""How one looks at a page: the places a query has on it, the one looked at, the words of its text.

Places are counted from 1. Which one is looked at stands in the address, as `hit` (a number, or
`last`) or as `at` (left, top, width, height in px of the page image). A link by `at` outlives a new
reading of the page, for the image stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.catalogue import places
from portal.catalogue.readings import UNSURE, Word

MOST_PLACES = 500
"""A query of one common word would else box every line of a long page."""

LAST = "last"

Box = tuple[int, int, int, int]
"""left, top, width, height in px of the page image."""

_BOX = re.compile(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page something stands that one looks for; a box for each line of it."""

    number: int
    """0 for one that the address points at."""
    boxes: Sequence[Box]

    @property
    def at(self) -> str:
        return written(self.boxes[0])


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: a word that was read, or what stands between two."""

    text: str
    at: str = ""
    """Its box as it stands in addresses; empty for what is no word."""
    place: int = 0
    """Number of the place it belongs to."""
    is_here: bool = False
    is_unsure: bool = False
    is_first: bool = False
    """Whether the place that is looked at begins here."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it is looked at."""

    places: Sequence[Place]
    here: Place | None
    pieces: Sequence[Piece]


def look(words: Sequence[Word], text: str, query: str, hit: str | None, at: str | None) -> Look:
    """Return how the page is looked at.

    Args:
        words: what was read, in the order of the text.
        hit: which place is asked for; anything odd means the first.
        at: the box that is pointed at, which goes before `hit`.
    """
    written_words = [word[0] for word in words]
    found = places.runs(written_words, query) or places.runs(written_words, query, loosely=True)
    found = found[:MOST_PLACES]
    stops = [Place(number, _lines(words[start:end])) for number, (start, end) in enumerate(found, start=1)]
    pointed = read_box(at)
    here = Place(0, [pointed]) if pointed else _stop(stops, hit)
    numbers = {
        index: number for number, (start, end) in enumerate(found, start=1) for index in range(start, end)
    }
    return Look(stops, here, _pieces(words, text, numbers, here))


def read_box(text: str | None) -> Box | None:
    """Return the box that an address gives; None where it gives none that has a size."""
    found = _BOX.fullmatch(text or "")
    if found is None:
        return None
    left, top, width, height = map(int, found.groups())
    return (left, top, width, height) if width and height else None


def written(box: Box) -> str:
    """Return a box as it stands in addresses."""
    return ",".join(map(str, box))


def _stop(stops: Sequence[Place], hit: str | None) -> Place | None:
    if not stops:
        return None
    if hit == LAST:
        return stops[-1]
    number = int(hit) if hit and hit.isascii() and hit.isdigit() and len(hit) < 6 else 1
    return stops[min(max(number, 1), len(stops)) - 1]


def _lines(words: Sequence[Word]) -> list[Box]:
    """Return one box for each line that the words stand on."""
    boxes: list[Box] = []
    for _text, left, top, width, height, _confidence in words:
        box = (left, top, width, height)
        if boxes and _are_on_one_line(boxes[-1], box):
            boxes[-1] = _around(boxes[-1], box)
        else:
            boxes.append(box)
    return boxes


def _are_on_one_line(one: Box, other: Box) -> bool:
    middle = other[1] + other[3] / 2
    return one[1] <= middle <= one[1] + one[3] and other[0] >= one[0]


def _around(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def _pieces(words: Sequence[Word], text: str, numbers: dict[int, int], here: Place | None) -> list[Piece]:
    """Part the text at the words; a word that does not stand in it is passed over."""
    pieces: list[Piece] = []
    at, was_here = 0, False
    for index, word in enumerate(words):
        start = text.find(word[0], at)
        if start < 0 or not word[0]:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        number = numbers.get(index, 0)
        is_here = here is not None and (number == here.number if here.number else _holds(here, word))
        pieces.append(
            Piece(
                text=word[0],
                at=written(word[1:5]),
                place=number,
                is_here=is_here,
                is_unsure=word[5] < UNSURE,
                is_first=is_here and not was_here,
            )
        )
        at, was_here = start + len(word[0]), was_here or is_here
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def _holds(place: Place, word: Word) -> bool:
    """Tell whether the middle of the word lies in the place."""
    across, down = word[1] + word[3] / 2, word[2] + word[4] / 2
    return any(
        left <= across <= left + width and top <= down <= top + height
        for left, top, width, height in place.boxes
    )
