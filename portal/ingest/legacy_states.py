"""Where a load of older descriptions can go from where it is."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError


class LoadState(StrEnum):
    """Where a load is."""

    BEGUN = "begun"
    """Some rows are in; who gives the same table again goes on."""
    DONE = "done"
    UNDOING = "undoing"
    """Some documents are back in their batch, as they came."""
    UNDONE = "undone"
    """Its batch is withdrawn."""


class LoadAct(StrEnum):
    """What can happen to a load."""

    FINISH = "finish"
    UNDO = "undo"
    """Begin, or go on with it."""
    END_UNDO = "end_undo"


TRANSITIONS: dict[tuple[LoadState, LoadAct], LoadState] = {
    (LoadState.BEGUN, LoadAct.FINISH): LoadState.DONE,
    (LoadState.BEGUN, LoadAct.UNDO): LoadState.UNDOING,
    (LoadState.DONE, LoadAct.UNDO): LoadState.UNDOING,
    (LoadState.UNDOING, LoadAct.UNDO): LoadState.UNDOING,
    (LoadState.UNDOING, LoadAct.END_UNDO): LoadState.UNDONE,
}


def next_state(state: str, act: LoadAct) -> str:
    """Return the state that the act leads to.

    Raises:
        ConflictError: the load is done, or was undone.
    """
    target = TRANSITIONS.get((LoadState(state), act))
    if target is None:
        raise ConflictError("load_is_over")
    return target.value
