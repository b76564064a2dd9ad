"""The fonds drawn as file spines on a shelf, to scale: each spine stands for the same number of documents.

The catalogue knows no shelf metres yet, so thickness is counted in documents, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_SPINES = 60
SPINE_WIDTH = 16
GAP_BETWEEN_FONDS = 14
HEIGHT = 150
BOARD = 8
_HEIGHTS = (132, 118, 126, 108, 138, 121, 113, 129)
"""In turn, so that the row stands unevenly and the same each time."""
COLOURS = 4


@dataclass(frozen=True, slots=True)
class Spine:
    """One file spine, in the units of the drawing."""

    left: int
    top: int
    height: int
    colour: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All spines, and what one of them stands for."""

    spines: Sequence[Spine]
    width: int
    documents_a_spine: int


def draw(counts: Sequence[int]) -> Drawing | None:
    """Return the drawing of fonds with so many documents each; None where there is nothing to draw."""
    total = sum(counts)
    if not total:
        return None
    each = -(-total // MOST_SPINES)
    spines: list[Spine] = []
    left = GAP_BETWEEN_FONDS
    for place, count in enumerate(counts):
        for _ in range(-(-count // each)):
            height = _HEIGHTS[len(spines) % len(_HEIGHTS)]
            spines.append(Spine(left, HEIGHT - BOARD - height, height, place % COLOURS))
            left += SPINE_WIDTH
        if count:
            left += GAP_BETWEEN_FONDS
    return Drawing(spines, left, each)
