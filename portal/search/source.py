"""What an index on arrays must give: postings, columns and the words of its things, by number.

Whoosh's segments and the index in memory both give it, and `evaluation` finds in either.
Numbers of things run from 0 to below `size`; later ones were written later.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from portal.search.documents import Facet

Numbers = NDArray[np.int64]
"""Numbers of things, rising."""

Mask = NDArray[np.bool_]
"""For each thing whether."""

Weights = NDArray[np.float64]


class Terms(StrEnum):
    """Fields of terms."""

    EXACT = "exact"
    FOLDED = "folded"
    PAIRS = "pairs"
    TITLE = "title"
    TITLE_PAIRS = "title_pairs"
    NUMBER = "number"
    UNDER = "under"
    WITHHELD = "withheld"


DESCRIPTION = 40
"""Words that a text has at least; descriptions are shorter."""

MOST_RARITIES = 50_000
"""Terms of one source whose rarity is kept."""

YES = "1"
"""The one term of `Terms.WITHHELD`."""


class Postings(NamedTuple):
    """In which things a term stands, rising, and how often in each; as narrow as the source keeps them."""

    numbers: NDArray[np.integer[Any]]
    times: NDArray[np.floating[Any]]


class Column(NamedTuple):
    """One value for each thing, as a place in a list of all values; the empty one stands for none."""

    places: NDArray[np.int64]
    values: Sequence[str]


class Things(Protocol):
    """What must be known of things to put them in order, to group and to count them."""

    def days(self) -> NDArray[np.int64]:
        """Return the day of issue of each thing as yyyymmdd; 0 where it is not known."""

    def documents(self) -> NDArray[np.int64]:
        """Return for each thing a number that it shares with the other things of its document."""

    def ties(self) -> NDArray[np.int64]:
        """Return for each thing the number by which equals come; see `tie`."""

    def column(self, facet: Facet) -> Column:
        """Return the values of one facet."""

    def words(self, number: int) -> list[str]:
        """Return the exact words of one thing in order."""

    def title(self, number: int) -> list[str]:
        """Return the folded words of the title of one thing in order."""

    def key(self, number: int) -> str:
        """Return the key of one thing."""

    def document_id(self, number: int) -> str:
        """Return the id of the document that a thing belongs to."""


class Source(Things, Protocol):
    """One index as it stood at one moment."""

    size: int
    alive: Mask
    """What was not replaced or removed."""

    def postings(self, field: Terms, term: str) -> Postings:
        """Return where a term stands; empty where it is nowhere. What is not alive may be among it."""

    def beginning(self, field: Terms, stem: str) -> Iterator[str]:
        """Yield the terms that begin so, rising. Some may stand in nothing that is alive."""

    def has(self, field: Terms, term: str) -> bool:
        """Tell whether a term stands anywhere; quick."""

    def lengths(self) -> Weights:
        """Return how many words each thing has."""

    def title_lengths(self) -> Weights:
        """Return how many words the title of each thing has."""

    def measure(self) -> Measure:
        """Return how common its terms are; always the same of one source."""


def empty_postings() -> Postings:
    """Return the postings of a term that stands nowhere."""
    return Postings(np.zeros(0, np.int64), np.zeros(0))


def places_in(numbers: NDArray[np.integer[Any]], wanted: NDArray[np.integer[Any]]) -> tuple[Numbers, Mask]:
    """Return for each of the wanted its place among rising numbers, and whether it is there at all."""
    # Of one width, else numpy copies the longer of the two.
    places = np.searchsorted(numbers, wanted.astype(numbers.dtype))
    places[places == len(numbers)] = 0
    return places, numbers[places] == wanted if len(numbers) else np.zeros(len(wanted), np.bool_)


def tie(key: str) -> int:
    """Return the number by which things come that are equally good.

    It says nothing but which thing it is. The order of writing would tell what was written, or
    closed, in between.
    """
    return zlib.crc32(key.encode())


def first_by_ties(things: Things, numbers: Numbers, most: int) -> Numbers:
    """Return at most so many of the numbers, by ties: which are left out says nothing of other things."""
    if len(numbers) <= most:
        return numbers
    return numbers[np.argsort(things.ties()[numbers], kind="stable")[:most]]


class Measure:
    """How common terms are, and how long things, over those of a source that are measured.

    Kept with the source, since the same words are asked for again and again.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._among = _measured(source)
        self._count = int(np.count_nonzero(self._among))
        self._rarities: dict[tuple[Terms, str], float] = {}
        self.mean_length = float(source.lengths()[self._among].mean()) if self._count else 0.0

    def is_of(self, source: Source) -> bool:
        """Tell whether it is this very source that was measured, not one of which it is a copy."""
        return self._source is source

    def rarity(self, field: Terms, term: str) -> float:
        """Return the inverse document frequency of a term."""
        known = self._rarities.get((field, term))
        if known is None:
            if len(self._rarities) >= MOST_RARITIES:
                self._rarities.clear()
            holding = np.count_nonzero(self._among[self._source.postings(field, term).numbers])
            known = self._rarities[field, term] = idf(self._count, int(holding))
        return known

    def rarity_of(self, held: Mask) -> float:
        """Return the inverse document frequency of whatever stands in these."""
        return idf(self._count, int(np.count_nonzero(self._among & held)))


def idf(count: int, holding: int) -> float:
    """Return the inverse document frequency of a term that so many of so many things hold."""
    return math.log(1 + (count - holding + 0.5) / (holding + 0.5))


def _measured(source: Source) -> Mask:
    """Return the things over which rarity and length are measured: texts that are alive.

    What was removed is left out, so that what once was public tells nothing any more. Of
    descriptions there are as many as documents; they would make every word of a title common.
    """
    texts: Mask = source.alive & (source.lengths() >= DESCRIPTION)
    return texts if texts.any() else source.alive
