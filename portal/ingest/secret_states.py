"""What can become of a document that is held back as a state secret."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError


class HoldState(StrEnum):
    """Where a document that was held back is."""

    HELD = "held"
    RELEASED = "released"
    """Somebody who answers for it found that it is no state secret (any more); it was read anew."""
    PURGED = "purged"
    """Nothing of it is left in the portal."""


class HoldAct(StrEnum):
    """What can be done to it."""

    RELEASE = "release"
    PURGE = "purge"


TRANSITIONS: dict[tuple[HoldState, HoldAct], HoldState] = {
    (HoldState.HELD, HoldAct.RELEASE): HoldState.RELEASED,
    (HoldState.HELD, HoldAct.PURGE): HoldState.PURGED,
}


def next_state(state: str, act: HoldAct) -> str:
    """Return the state that the act leads to.

    Raises:
        ConflictError: the document is not held back any more.
    """
    target = TRANSITIONS.get((HoldState(state), act))
    if target is None:
        raise ConflictError("secret_not_held")
    return target.value
