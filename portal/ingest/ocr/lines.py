"""Lines of words as an engine saw them, and what the stages after it ask of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.catalogue.readings import Word
from portal.search import analysis


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one line, from left to right. Boxes are in px of the picture that was read."""

    paragraph: tuple[int, int, int]
    """Equal for lines of one paragraph."""
    number: int
    """Within the paragraph, from 1."""
    words: list[Word]

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(word[0] for word in self.words)

    @property
    def left(self) -> int:
        """Px from the left edge to the first word."""
        return min(word[1] for word in self.words)

    @property
    def right(self) -> int:
        """Px from the left edge to the end of the line."""
        return max(word[1] + word[3] for word in self.words)

    @property
    def top(self) -> int:
        """Px from the upper edge to the highest letter."""
        return min(word[2] for word in self.words)

    @property
    def bottom(self) -> int:
        """Px from the upper edge to the lowest letter."""
        return max(word[2] + word[4] for word in self.words)

    @property
    def middle(self) -> float:
        """Px from the upper edge to the middle of the usual word; one smudge does not move it."""
        return statistics.median(word[2] + word[4] / 2 for word in self.words)

    @property
    def height(self) -> float:
        """Height in px of the usual word."""
        return statistics.median(word[4] for word in self.words)

    def moved(self, across: int, down: int) -> Line:
        """Return the line so many px further right and down."""
        words = [
            (text, left + across, top + down, width, height, confidence)
            for text, left, top, width, height, confidence in self.words
        ]
        return replace(self, words=words)


def usual_height(lines: Sequence[Line]) -> float:
    """Return the height in px of the usual word; there must be one."""
    words = [word for line in lines for word in line.words]
    return statistics.median([word[4] for word in words if letters(word[0])] or [word[4] for word in words])


@lru_cache(maxsize=4_000)
def letters(text: str) -> str:
    """Return the bare letters and digits of a text, without marks and case; each stage asks anew."""
    return "".join(filter(str.isalnum, analysis.fold(text)))
