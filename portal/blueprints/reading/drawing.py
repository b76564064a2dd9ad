"""How many documents found are of which year, as a drawing whose bars are links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the drawing of years."""

    first: int
    last: int
    count: int
    left: int
    height: int

    @property
    def name(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


BAR, GAP, HEIGHT = 14, 2, 60
"""Width of a bar, room between bars and height of the highest, in the units of the drawing."""

MOST_BARS = 30
DECADE = 10


def bars(years: Mapping[int, int]) -> Sequence[Bar]:
    """Return the drawing of how many documents are of which year; of many years by decades."""
    if not years:
        return []
    step = 1 if max(years) - min(years) < MOST_BARS else DECADE
    start = min(years) - min(years) % step
    counts = [
        (first, sum(years.get(year, 0) for year in range(first, first + step)))
        for first in range(start, max(years) + 1, step)
    ]
    most = max(count for _, count in counts)
    return [
        Bar(
            first,
            first + step - 1,
            count,
            place * (BAR + GAP),
            max(2, HEIGHT * count // most) if count else 0,
        )
        for place, (first, count) in enumerate(counts)
    ]
