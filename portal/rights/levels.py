"""Access levels, from open to withheld, and what each lets the public see."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How closed a node is. The effective level of a node is the strictest on its path."""

    OPEN = "open"
    """Description and pages are public."""
    CONDITIONAL = "conditional"
    """The description is public, the pages need a grant."""
    WITHHELD = "withheld"
    """Even the existence is not public."""

    @property
    def strictness(self) -> int:
        return _ORDER.index(self)


_ORDER = (Level.OPEN, Level.CONDITIONAL, Level.WITHHELD)


def strictest(levels: list[Level]) -> Level:
    """Return the strictest of the levels; of none, open."""
    return max(levels, key=lambda level: level.strictness, default=Level.OPEN)
