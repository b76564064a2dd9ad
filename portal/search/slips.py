"""Words of an index with two slips of the hand: a letter too many, missing, wrong, or two changed about.

How long it takes does not grow with the index: of the words that begin as the one typed, or with one
slip in its first letters, a fixed number is looked at. Two slips within these first letters are not
looked for.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

LONG_WORD = 7
"""Letters from which on a word with two slips is still told from other words."""

MOST_SLIPS = 2

HEAD = 4
"""First letters of a word, of which at most one is taken for wrong."""

MOST_LOOKED_AT = 20_000
"""Words that are looked at for one that was typed; takes some 50 ms."""

Beginning = Callable[[str], Iterable[str]]
"""Gives the words of the index that begin so."""


def near(word: str, beginning: Beginning) -> list[str]:
    """Return words of the index with at most two slips, the nearest first; none for a short word.

    It asks for some 220 beginnings, and looks at `MOST_LOOKED_AT` words at most, whatever the index holds.
    """
    if len(word) < LONG_WORD or any(map(str.isdigit, word)):
        return []
    found: dict[str, int] = {}
    letters = frozenset(word)
    others = chain.from_iterable(map(beginning, dict.fromkeys(_heads(word))))
    for other in islice(others, MOST_LOOKED_AT):
        # Each slip adds or takes one letter at most.
        if abs(len(other) - len(word)) > MOST_SLIPS or len(letters.difference(other)) > MOST_SLIPS:
            continue
        if 0 < (slips := distance(word, other)) <= MOST_SLIPS:
            found[other] = slips
    return sorted(found, key=lambda other: (found[other], other))


def distance(one: str, other: str) -> int:
    """Return by how many slips two words differ; more than `MOST_SLIPS` are not counted to the end."""
    one, other = _unlike(one, other)
    older: list[int] = []
    above = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        row = [place + 1]
        for column, against in enumerate(other):
            best = min(above[column + 1] + 1, row[column] + 1, above[column] + (letter != against))
            if place and column and (letter, one[place - 1]) == (other[column - 1], against):
                best = min(best, older[column - 1] + 1)
            row.append(best)
        if min(row) > MOST_SLIPS:
            return MOST_SLIPS + 1
        older, above = above, row
    return above[-1]


def _unlike(one: str, other: str) -> tuple[str, str]:
    """Return two words without what both begin and end with."""
    shorter = min(len(one), len(other))
    start = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    end = 0
    while end < shorter - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _heads(word: str) -> Iterator[str]:
    """Yield the first letters as they are, then with one slip: those first of which there are few."""
    yield word[:HEAD]
    for place in range(HEAD):
        changed = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        yield changed[:HEAD]
        yield word[:place] + word[place + 1 : HEAD + 1]
    for place in range(HEAD):
        for letter in string.ascii_lowercase:
            yield word[:place] + letter + word[place + 1 : HEAD]
            yield word[:place] + letter + word[place : HEAD - 1]
