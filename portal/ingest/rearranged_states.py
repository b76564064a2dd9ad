"""Where a rearrangement of a batch can go from where it is: it stands until it is undone, and no further."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError
from portal.ingest.rearranging_rows import Rearrangement


class RearrangedState(StrEnum):
    """Where a rearrangement is."""

    STANDING = "standing"
    UNDONE = "undone"


class Act(StrEnum):
    """What can be done to it."""

    UNDO = "undo"


TRANSITIONS: dict[tuple[RearrangedState, Act], RearrangedState] = {
    (RearrangedState.STANDING, Act.UNDO): RearrangedState.UNDONE,
}


def of(row: Rearrangement) -> RearrangedState:
    """Return where the rearrangement is, by its dates."""
    return RearrangedState.STANDING if row.undone_at is None else RearrangedState.UNDONE


def advance(row: Rearrangement, act: Act) -> RearrangedState:
    """Return where the act leads; whoever asks writes the dates that say so.

    Raises:
        ConflictError: the act is not possible from where it is.
    """
    target = TRANSITIONS.get((of(row), act))
    if target is None:
        raise ConflictError("rearrangement_undone")
    return target
