"""Where a rule that grants by itself can go, and who may move it there: one table.

`advance` is the only writer of its state.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from portal.access import powers
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.powers import Power
from portal.access.request_states import Who
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.errors import ConflictError, InvalidError

S = AutoState


class AutoAct(StrEnum):
    """What can be done to a rule."""

    APPROVE = "approve"
    """By a second person: neither who proposed it, nor in their name."""
    DECLINE = "decline"
    END = "end"
    """Before its last day; what was granted by it stays until its own end."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    to: AutoState
    who: Who
    needs_reason: bool = False
    is_second: bool = False
    """Whether whoever proposed it may not."""


TRANSITIONS: dict[tuple[AutoState, AutoAct], Move] = {
    (S.PROPOSED, AutoAct.APPROVE): Move(S.IN_FORCE, Who.HEAD, is_second=True),
    (S.PROPOSED, AutoAct.DECLINE): Move(S.DECLINED, Who.HEAD, needs_reason=True),
    (S.IN_FORCE, AutoAct.END): Move(S.ENDED, Who.HEAD, needs_reason=True),
}

NEEDED = {Who.STAFF: Permission.HANDLE, Who.HEAD: Permission.DECIDE}


def advance(row: AutoRule, act: AutoAct, actor: Actor, proposers: Set[str], reason: str = "") -> Power:
    """Move a rule by an act; return by what the actor did it.

    Args:
        proposers: who stands behind the proposal; those who act by their leave are held back with them.

    Raises:
        ConflictError: the act is not possible from where the rule stands.
        NotAllowedError: it is not for the actor to do it, or needs a second person.
        InvalidError: the act needs a reason, and there is none.
    """
    move = TRANSITIONS.get((AutoState(row.state), act))
    if move is None:
        raise ConflictError("auto_rule_stands_elsewhere")
    power = powers.must(actor, NEEDED[move.who], "", lambda one: _held_back(move, one, proposers))
    if move.needs_reason and not reason:
        raise InvalidError("missing", fields={"reason": "missing"})
    row.state = move.to.value
    return power


def possible(state: AutoState, actor: Actor) -> frozenset[AutoAct]:
    """Return what somebody with the actor's powers can do to a rule that stands so.

    Who proposed it is not asked here.
    """
    return frozenset(
        act
        for (start, act), move in TRANSITIONS.items()
        if start is state and actor.id is not None and actor.may(NEEDED[move.who])
    )


def _held_back(move: Move, person_id: str, proposers: Set[str]) -> str:
    return "own_rule" if move.is_second and person_id in proposers else ""
