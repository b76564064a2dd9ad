"""When an archive has outgrown its engine, by what was measured.

The figures stand in `capacity.toml`, with how they were taken. Between two sizes the time is
taken to grow evenly; behind the last it is taken to grow as it did before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIGURES = Path(__file__).with_name("capacity.toml")


@dataclass(frozen=True, slots=True)
class Measured:
    """How fast an engine found at one size."""

    pages: int
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """What one engine can hold."""

    most_ms: float
    """The 95th percentile above which people notice that they wait."""
    measured: Sequence[Measured]
    """By size, the smallest first; at least two."""
    next_engine: str
    """Which engine to take then."""

    def p95_ms(self, pages: int) -> float:
        """Return the 95th percentile of a search to be expected with so many pages, in milliseconds."""
        rows = self.measured
        place = next((number for number, row in enumerate(rows) if row.pages >= pages), len(rows) - 1)
        low, high = (rows[place - 1], rows[place]) if place else (Measured(0, 0.0), rows[0])
        slope = (high.p95_ms - low.p95_ms) / (high.pages - low.pages)
        return max(0.0, low.p95_ms + slope * (pages - low.pages))

    def is_outgrown(self, pages: int) -> bool:
        """Tell whether people wait longer than they should."""
        return self.p95_ms(pages) > self.most_ms


@cache
def of(engine: str) -> Capacity | None:
    """Return the figures of an engine; None where it was never measured."""
    known = tomllib.loads(FIGURES.read_text(encoding="utf-8"))["engine"].get(engine)
    if known is None:
        return None
    rows = [Measured(int(pages), float(p95)) for pages, p95 in known["p95_ms_by_pages"]]
    return Capacity(float(known["most_ms"]), rows, str(known["next"]))
