"""Where an asked-for document can go from where it is; a request's state follows from its items.

That a grant has ended by itself is no state: it is asked of the clock (`results.Standing`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.access.models import Item, ItemState
from portal.core.errors import ConflictError


class Act(StrEnum):
    """What can be done to an item."""

    OFFER = "offer"
    """By the staff: a decision is drafted."""
    RETURN = "return"
    """By whoever should sign it, or by whoever drafted it."""
    GRANT = "grant"
    GRANT_BY_RULE = "grant_by_rule"
    """By the portal, as it comes in: two people have approved a rule that covers it."""
    REFUSE = "refuse"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"
    """By the requester, while nothing is decided."""
    LAPSE = "lapse"
    """With its request, which the reader left without an answer."""
    TRANSFER = "transfer"
    """To another archive, by itself or with its request."""
    NOT_HELD = "not_held"
    ALREADY_OPEN = "already_open"
    REOPEN = "reopen"
    """With its request, which lapsed or was transferred by mistake."""
    REVISE = "revise"
    """An appeal was right: it is decided anew."""


TRANSITIONS: dict[tuple[ItemState, Act], ItemState] = {
    (ItemState.SUBMITTED, Act.OFFER): ItemState.PROPOSED,
    (ItemState.PROPOSED, Act.RETURN): ItemState.SUBMITTED,
    (ItemState.PROPOSED, Act.GRANT): ItemState.GRANTED,
    (ItemState.PROPOSED, Act.REFUSE): ItemState.REFUSED,
    (ItemState.PROPOSED, Act.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.PROPOSED, Act.LAPSE): ItemState.LAPSED,
    (ItemState.PROPOSED, Act.TRANSFER): ItemState.TRANSFERRED,
    (ItemState.PROPOSED, Act.NOT_HELD): ItemState.NOT_HELD,
    (ItemState.PROPOSED, Act.ALREADY_OPEN): ItemState.ALREADY_OPEN,
    (ItemState.SUBMITTED, Act.GRANT): ItemState.GRANTED,
    (ItemState.SUBMITTED, Act.GRANT_BY_RULE): ItemState.GRANTED,
    (ItemState.SUBMITTED, Act.REFUSE): ItemState.REFUSED,
    (ItemState.SUBMITTED, Act.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.SUBMITTED, Act.LAPSE): ItemState.LAPSED,
    (ItemState.SUBMITTED, Act.TRANSFER): ItemState.TRANSFERRED,
    (ItemState.SUBMITTED, Act.NOT_HELD): ItemState.NOT_HELD,
    (ItemState.SUBMITTED, Act.ALREADY_OPEN): ItemState.ALREADY_OPEN,
    (ItemState.LAPSED, Act.REOPEN): ItemState.SUBMITTED,
    (ItemState.TRANSFERRED, Act.REOPEN): ItemState.SUBMITTED,
    (ItemState.GRANTED, Act.REVOKE): ItemState.REVOKED,
    (ItemState.REFUSED, Act.REVISE): ItemState.SUBMITTED,
    (ItemState.REVOKED, Act.REVISE): ItemState.SUBMITTED,
    (ItemState.NOT_HELD, Act.REVISE): ItemState.SUBMITTED,
}


class RequestState(StrEnum):
    """What became of a request's documents, in one word; how far the work is tells its status."""

    SUBMITTED = "submitted"
    """Nothing is decided yet."""
    IN_DECISION = "in_decision"
    """Some documents are decided, others wait."""
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    """What was granted has been taken back."""
    NOT_HELD = "not_held"
    ALREADY_OPEN = "already_open"
    WITHDRAWN = "withdrawn"
    """The requester has taken all of it back."""
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"


OPEN = frozenset({ItemState.SUBMITTED, ItemState.PROPOSED})
"""Nothing is decided yet."""

OPEN_VALUES = [state.value for state in OPEN]

DROPPED = {
    ItemState.WITHDRAWN: RequestState.WITHDRAWN,
    ItemState.LAPSED: RequestState.LAPSED,
    ItemState.TRANSFERRED: RequestState.TRANSFERRED,
}
"""What ends a document without a decision, and the state of a request in which nothing else is left."""


_HEAVIEST_FIRST = (ItemState.REVOKED, ItemState.REFUSED, ItemState.NOT_HELD, ItemState.ALREADY_OPEN)
"""What a request without leave is called by, of several: what its reader has most to ask about."""


def advance(item: Item, act: Act) -> None:
    """Move the item by the act; the one place where an item's state changes.

    Raises:
        ConflictError: the act is not possible from the item's present state.
    """
    target = TRANSITIONS.get((ItemState(item.state), act))
    if target is None:
        raise ConflictError("not_granted" if act is Act.REVOKE else "already_decided")
    item.state = target.value


def of_items(states: Iterable[ItemState]) -> RequestState:
    """Return the state of a request from those of its items; of several, the dropped do not count."""
    found = set(states)
    for dropped, state in DROPPED.items():
        if found == {dropped}:
            return state
        found.discard(dropped)
    decided = found - OPEN
    if found & OPEN or not found:
        return RequestState.IN_DECISION if decided else RequestState.SUBMITTED
    if ItemState.GRANTED in found:
        # What everybody may read is had as well.
        is_all = found <= {ItemState.GRANTED, ItemState.ALREADY_OPEN}
        return RequestState.GRANTED if is_all else RequestState.PARTLY_GRANTED
    return next(RequestState(state.value) for state in _HEAVIEST_FIRST if state in found)
