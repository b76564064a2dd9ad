"""What this process had better do next: work that lies near to what it has at hand.

To open a file costs as much as a tenth of reading a page, so whoever has just opened one
goes on with its first pages. It is a hint in the memory of one child, no promise: the
ledger is asked as always, and work that is more urgent goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Nearby:
    """Jobs of one kind that go ahead of all with the same or a higher number of priority."""

    kind: str
    subjects: tuple[str, ...]
    ahead_of: int


_kept: Nearby | None = None


def suggest(kind: str, subjects: Sequence[str], ahead_of: int) -> None:
    """Keep in mind what to do next; what was kept before is forgotten."""
    global _kept
    _kept = Nearby(kind, tuple(subjects), ahead_of) if subjects else None


def kept() -> Nearby | None:
    """Return what is in mind."""
    return _kept


def claimed(kind: str, subject: str) -> None:
    """Forget what was claimed; everything, if something else was."""
    global _kept
    if _kept is None:
        return
    rest = tuple(one for one in _kept.subjects if one != subject)
    is_near = kind == _kept.kind and len(rest) < len(_kept.subjects)
    _kept = replace(_kept, subjects=rest) if is_near and rest else None
