"""Many ids, so many at a time as fit into one query and one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 200


def of(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids a part at a time, in order."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def gathered(verb: Callable[[Sequence[str]], Sequence[T]], ids: Sequence[str]) -> list[T]:
    """Return all that a verb answers about the ids, asked a part at a time."""
    return [one for part in of(ids) for one in verb(part)]
