"""Searches of a period as bars: all of them, and below in another colour those that found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.catalogue.usage.figures import Line

BAR, GAP, HEIGHT = 14, 2, 60
"""Width of a bar, room between bars and height of the highest, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day or month; heights in the units of the drawing."""

    left: int
    height: int
    nothing: int


def bars(steps: Sequence[date], lines: Sequence[Line]) -> list[Bar]:
    """Return a bar for each step that anybody searched on, where the step stands."""
    by_step = {line.first: line for line in lines}
    most = max((line["times"] for line in lines), default=0)
    return [
        Bar(place * (BAR + GAP), _height(line["times"], most), _height(line["none"], most))
        for place, step in enumerate(steps)
        if (line := by_step.get(step)) and line["times"]
    ]


def width(steps: Sequence[date]) -> int:
    """Return the width of the whole drawing."""
    return len(steps) * (BAR + GAP)


def _height(count: int, most: int) -> int:
    return max(2, HEIGHT * count // most) if count else 0
