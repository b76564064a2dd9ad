"""Where originals that left the store can go: one table. That they are late is no state, but a query."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError


class TakeoutState(StrEnum):
    """Where originals that left the store are."""

    OUT = "out"
    BACK = "back"
    """All sheets are back, in their order."""
    INCOMPLETE = "incomplete"
    """They are back, but something is missing, damaged or out of order."""
    SETTLED = "settled"
    """What was wrong is made good, or it was written down why it cannot be."""
    STRUCK = "struck"
    """Entered by mistake: nothing left the store."""


class TakeoutAct(StrEnum):
    """What can be done to an entry."""

    RETURN = "return"
    RETURN_INCOMPLETE = "return_incomplete"
    SETTLE = "settle"
    STRIKE = "strike"


TRANSITIONS: dict[tuple[TakeoutState, TakeoutAct], TakeoutState] = {
    (TakeoutState.OUT, TakeoutAct.RETURN): TakeoutState.BACK,
    (TakeoutState.OUT, TakeoutAct.RETURN_INCOMPLETE): TakeoutState.INCOMPLETE,
    (TakeoutState.OUT, TakeoutAct.STRIKE): TakeoutState.STRUCK,
    (TakeoutState.INCOMPLETE, TakeoutAct.SETTLE): TakeoutState.SETTLED,
}


def next_state(state: str, act: TakeoutAct) -> str:
    """Return the state that the act leads to.

    Raises:
        ConflictError: the act is not possible from there.
    """
    target = TRANSITIONS.get((TakeoutState(state), act))
    if target is None:
        raise ConflictError("takeout_stands_elsewhere")
    return target.value
