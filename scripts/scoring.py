"""Errors of a text against what is truly written; the same for us and for others.

Hand-written tokens (number and day) are left out. Order-free errors come from the best
assignment of lines, so a line that joins two columns still costs; text in another order
does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

HEADER_LINES = 12

NUMBER = re.compile(r"(S[ốôỐ]\s*[:;.]?)\s*[^\s/]{0,6}\s*/")
DAY = re.compile(r"(,?\s*ngày)\s*\S{1,4}\s*(tháng)")


@dataclass(frozen=True)
class Score:
    """Errors of one text against the truth; counts, so that they add up."""

    length: int
    in_order: int
    order_free: int
    words: int
    words_found: int

    @property
    def cer(self) -> float:
        return self.in_order / max(1, self.length)

    @property
    def free_cer(self) -> float:
        return self.order_free / max(1, self.length)

    @property
    def recall(self) -> float:
        return self.words_found / max(1, self.words)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Score)))


NOTHING = Score(0, 0, 0, 0, 0)


def score(truth: str, text: str) -> Score:
    """Count the errors of a text against the truth, hand-written tokens left out of both."""
    expected, found = _lines(truth), _lines(text)
    wanted, seen = Counter(_words(expected)), Counter(_words(found))
    return Score(
        length=len(" ".join(expected)),
        in_order=Levenshtein.distance(" ".join(expected), " ".join(found)),
        order_free=_best_assignment(expected, found),
        words=wanted.total(),
        words_found=(wanted & seen).total(),
    )


def _best_assignment(expected: Sequence[str], found: Sequence[str]) -> int:
    """Return the least distance over all ways to pair lines; a line without a partner costs its length."""
    size = len(expected) + len(found)
    costs = numpy.zeros((size, size))
    for row in range(size):
        for column in range(size):
            one = expected[row] if row < len(expected) else ""
            other = found[column] if column < len(found) else ""
            costs[row, column] = Levenshtein.distance(one, other)
    rows, columns = linear_sum_assignment(costs)
    return int(costs[rows, columns].sum())


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    lines = [line for line in lines if line]
    head = [DAY.sub(r"\1 \2", NUMBER.sub(r"\1 /", line)) for line in lines[:HEADER_LINES]]
    return head + lines[HEADER_LINES:]


def _words(lines: Sequence[str]) -> list[str]:
    return re.findall(r"[^\W_]+", " ".join(lines))


def figures(one: Score) -> dict[str, float]:
    """Return the rates as a report shows them."""
    return {
        "cer": round(one.cer, 4),
        "cer_order_free": round(one.free_cer, 4),
        "word_recall": round(one.recall, 4),
    }
