"""The filter that every search carries. It has no default: who searches must say what to leave out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a search may return. `rights.policy.visibility` makes it; tests make their own."""

    not_under: frozenset[str]
    """Ids of nodes that were closed and may still stand in the index as open."""
    fonds: str | None = None
    """Id of the fonds, or of a file in it, to stay in; None searches all."""
    withheld: bool = False
    """Whether records whose existence is not public may be returned."""
