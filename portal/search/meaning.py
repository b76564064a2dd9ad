"""What was perhaps meant, where little was found: the query with words that the index knows.

A word nobody wrote becomes one with another letter, a long one also one with two (`slips`); what
was written as one word becomes two, and what fell apart one. The neighbours decide which fits.
Only words of things that may be returned now are offered, so that what was closed or
removed gives nothing away. Nothing is ever searched for instead of what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from portal.search import analysis, noise, slips
from portal.search.plan import LONG_QUERY, Plan
from portal.search.source import Mask, Source, Terms, first_by_ties

LEAST_LETTERS = 3
"""Letters of a word from which on one that is near is not just any other."""

MOST_UNKNOWN = 2
"""Unknown words for which a known one is looked for."""

LOOKED_THROUGH = 5
"""Things in which the spelling of a word is looked up."""


class Known(Protocol):
    """The words of those things of an index that the asker may be told of, however the query is narrowed."""

    def times(self, term: str, field: Terms = Terms.FOLDED) -> int:
        """Return in how many things a term stands."""

    def has(self, word: str) -> bool:
        """Tell whether a word stands anywhere, be it where the asker may not look; quick."""

    def beginning(self, stem: str) -> Iterable[str]:
        """Give the words that begin so, be they where the asker may not look."""

    def texts(self, word: str) -> Iterator[Sequence[str]]:
        """Yield the exact words of a few things in which a word stands."""


def nearest(known: Known, plan: Plan) -> str:
    """Return the query with a known word for each unknown one; empty where there is none for some."""
    if plan.expression is not None or not plan.sequence or len(plan.sequence) > LONG_QUERY:
        return ""
    said, folded = _joined(known, list(plan.sequence), list(plan.folded))
    unknown = [place for place, word in enumerate(folded) if not known.times(word)]
    # A numeral that is nowhere is another number, not a slip.
    if len(unknown) > MOST_UNKNOWN or any(_has_digit(folded[place]) for place in unknown):
        return ""
    for place in unknown:
        instead = _instead(known, folded, place)
        if not instead:
            return ""
        said[place] = " ".join(_spelling(known, word) for word in instead)
    return " ".join(said) if said != list(plan.sequence) else ""


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


class KnownOnArrays:
    """The words of those things of an index on arrays that may be returned."""

    def __init__(self, source: Source, may: Mask) -> None:
        self._source = source
        self._may = may

    def times(self, term: str, field: Terms = Terms.FOLDED) -> int:
        return int(np.count_nonzero(self._may[self._source.postings(field, term).numbers]))

    def has(self, word: str) -> bool:
        return self._source.has(Terms.FOLDED, word)

    def beginning(self, stem: str) -> Iterable[str]:
        return self._source.beginning(Terms.FOLDED, stem)

    def texts(self, word: str) -> Iterator[Sequence[str]]:
        numbers = self._source.postings(Terms.FOLDED, word).numbers
        first = first_by_ties(self._source, numbers[self._may[numbers]], LOOKED_THROUGH)
        return (self._source.words(int(number)) for number in first)


def _joined(known: Known, said: list[str], folded: list[str]) -> tuple[list[str], list[str]]:
    """Return the words, exact and folded, with the two in one that never stand side by side and are one word.

    Where other words were typed, the one has to stand beside one of them somewhere.
    """
    best, worth = -1, 0
    for place in range(len(folded) - 1):
        first, second = folded[place : place + 2]
        one = first + second
        beside = _beside([one], folded, place, place + 2)
        if _has_digit(one) or not known.times(one) or (not beside and len(one) < LEAST_LETTERS):
            continue
        fits = sum(known.times(pair, Terms.PAIRS) for pair in beside) if beside else 1
        if fits > worth and not known.times(f"{first}_{second}", Terms.PAIRS):
            best, worth = place, fits
    if best < 0:
        return said, folded
    one = folded[best] + folded[best + 1]
    said = [*said[:best], _spelling(known, one), *said[best + 2 :]]
    return said, [*folded[:best], one, *folded[best + 2 :]]


def _beside(words: Sequence[str], folded: Sequence[str], start: int, end: int) -> list[str]:
    """Return the pairs that words make with their neighbours, standing for those from start to end."""
    before = [f"{folded[start - 1]}_{words[0]}"] if start else []
    return before + ([f"{words[-1]}_{folded[end]}"] if end < len(folded) else [])


def _instead(known: Known, folded: Sequence[str], place: int) -> list[str]:
    """Return the word or the two words nearest to one that is unknown; its neighbours decide first."""
    best, worth = [""], (0, 0)
    for others in (_near(known, folded[place]), _farther(known, folded[place])):
        for other in others:
            beside = _beside(other, folded, place, place + 1)
            fits = sum(known.times(pair, Terms.PAIRS) for pair in beside)
            now = (fits, min(map(known.times, other)))
            if now > worth:
                best, worth = other, now
        if worth != (0, 0):
            break
    return [one for one in best if one]


def _spelling(known: Known, word: str) -> str:
    """Return how a folded word is mostly written."""
    written: dict[str, int] = {}
    for text in known.texts(word):
        for exact in text:
            if analysis.fold_word(exact) == word:
                written[exact] = written.get(exact, 0) + 1
    return max(written, key=lambda exact: (written[exact], exact), default=word)


def _near(known: Known, word: str) -> Iterator[list[str]]:
    """Yield known words with one other letter, and the two known neighbours that were written as one."""
    for other in noise.variants(word, known.has, LEAST_LETTERS):
        yield [other]
    for place in range(1, len(word)):
        first, second = word[:place], word[place:]
        if known.times(f"{first}_{second}", Terms.PAIRS):
            yield [first, second]


def _farther(known: Known, word: str) -> Iterator[list[str]]:
    """Yield known words with two slips."""
    for other in slips.near(word, known.beginning):
        yield [other]
