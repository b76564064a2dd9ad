"""Where a purge can go, and what leads there: one table; `advance` is the only writer of its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.errors import ConflictError, NotAllowedError
from portal.purging.rows import Purge, PurgeState

S = PurgeState


class PurgeAct(StrEnum):
    """What can be done to a purge."""

    CONFIRM = "confirm"
    """By a second person; from then on nobody sees what goes, and nothing brings it back."""
    DECLINE = "decline"
    """By whoever may confirm."""
    WITHDRAW = "withdraw"
    """By whoever proposed it."""
    FINISH = "finish"
    """By the job, when no byte is left."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    to: PurgeState
    needs: Permission | None
    """What whoever does it must be able to do; None is the portal alone."""
    is_second: bool = False
    """Whether whoever proposed it, and whoever acts by their leave, may not."""
    is_own: bool = False
    """Whether it is for whoever proposed it alone."""


TRANSITIONS: dict[tuple[PurgeState, PurgeAct], Move] = {
    (S.PROPOSED, PurgeAct.CONFIRM): Move(S.CONFIRMED, Permission.CONFIRM_PURGE, is_second=True),
    (S.PROPOSED, PurgeAct.DECLINE): Move(S.DECLINED, Permission.CONFIRM_PURGE, is_second=True),
    (S.PROPOSED, PurgeAct.WITHDRAW): Move(S.WITHDRAWN, Permission.PROPOSE_PURGE, is_own=True),
    (S.CONFIRMED, PurgeAct.FINISH): Move(S.DONE, None),
}


def check(row: Purge, act: PurgeAct, actor: Actor) -> Move:
    """Return the line of the table by which the actor can move a purge.

    Raises:
        NotAllowedError: it is not for the actor to do it, or needs a second person.
        ConflictError: the act is not possible from where the purge stands.
    """
    move = TRANSITIONS.get((PurgeState(row.state), act))
    if move is None:
        raise ConflictError("purge_stands_elsewhere")
    code = _objection(move, row, actor)
    if code:
        raise NotAllowedError(code)
    return move


def advance(row: Purge, act: PurgeAct, actor: Actor) -> None:
    """Move a purge by an act.

    Raises:
        NotAllowedError, ConflictError: as `check`.
    """
    row.state = check(row, act, actor).to.value


def possible(row: Purge, actor: Actor) -> frozenset[PurgeAct]:
    """Return what the actor can do to a purge as it stands."""
    return frozenset(
        act
        for (start, act), move in TRANSITIONS.items()
        if start == row.state and move.needs is not None and not _objection(move, row, actor)
    )


def _objection(move: Move, row: Purge, actor: Actor) -> str:
    """Return the code of what holds the actor back, empty where nothing does."""
    if move.needs is None:
        return "" if actor.is_machine else "not_permitted"
    if actor.id is None or not actor.may(move.needs):
        return "not_permitted"
    if move.is_second and not actor.is_second(move.needs, row.proposed_by):
        return "own_purge"
    return "purge_of_others" if move.is_own and actor.id != row.proposed_by else ""
