"""Where a redacted version can go, and who may move it there: one table.

`advance` is the only writer of its state. Whoever made a version is never the second person.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.access import powers
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.redaction_rows import Redaction, RedactionState
from portal.core.errors import ConflictError, NotAllowedError

S = RedactionState


class RedactionAct(StrEnum):
    """What can be done to a redacted version."""

    CHANGE = "change"
    """Boxes are drawn, moved or taken away, and the pages made."""
    OFFER = "offer"
    """It is to be looked at by a second person."""
    RECALL = "recall"
    """Its maker goes on drawing."""
    SEND_BACK = "send_back"
    CONFIRM = "confirm"
    """A second person has compared it with the original."""
    WITHDRAW = "withdraw"
    """Nobody sees it from now on, whatever leave there is for it."""


class Who(StrEnum):
    """Who may do an act."""

    MAKER = "maker"
    """Whoever made the version."""
    SECOND = "second"
    """Whoever handles requests and did not make it."""
    STAFF = "staff"
    """Whoever handles requests."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    to: RedactionState
    who: Who
    needs_reason: bool = False


A = RedactionAct

TRANSITIONS: dict[tuple[RedactionState, RedactionAct], Move] = {
    (S.DRAFT, A.CHANGE): Move(S.DRAFT, Who.MAKER),
    (S.DRAFT, A.OFFER): Move(S.OFFERED, Who.MAKER),
    (S.DRAFT, A.WITHDRAW): Move(S.WITHDRAWN, Who.MAKER),
    (S.OFFERED, A.RECALL): Move(S.DRAFT, Who.MAKER),
    (S.OFFERED, A.SEND_BACK): Move(S.RETURNED, Who.SECOND, needs_reason=True),
    (S.OFFERED, A.CONFIRM): Move(S.CONFIRMED, Who.SECOND),
    (S.RETURNED, A.CHANGE): Move(S.RETURNED, Who.MAKER),
    (S.RETURNED, A.OFFER): Move(S.OFFERED, Who.MAKER),
    (S.RETURNED, A.WITHDRAW): Move(S.WITHDRAWN, Who.MAKER),
    # Whoever sees that something is still to be read closes it at once; who decides is told.
    (S.CONFIRMED, A.WITHDRAW): Move(S.WITHDRAWN, Who.STAFF, needs_reason=True),
}


def may(actor: Actor, row: Redaction, act: RedactionAct) -> bool:
    """Tell whether the act is possible from where the version stands, and for the actor to do."""
    move = TRANSITIONS.get((RedactionState(row.state), act))
    return move is not None and _is_one(actor, row, move.who)


def advance(actor: Actor, row: Redaction, act: RedactionAct) -> Move:
    """Move the version by the act and return the line of the table that says so.

    Raises:
        ConflictError, NotAllowedError: as `check`.
    """
    move = check(actor, row, act)
    row.state = move.to.value
    return move


def check(actor: Actor, row: Redaction, act: RedactionAct) -> Move:
    """Return the line of the table by which the actor may do the act now.

    Raises:
        ConflictError: the act is not possible from where the version stands.
        NotAllowedError: it is not for the actor to do it.
    """
    actor.must(Permission.HANDLE)
    move = TRANSITIONS.get((RedactionState(row.state), act))
    if move is None:
        raise ConflictError("redaction_stands_elsewhere")
    if not _is_one(actor, row, move.who):
        raise NotAllowedError("own_redaction" if move.who is Who.SECOND else "redaction_of_others")
    return move


def _is_one(actor: Actor, row: Redaction, who: Who) -> bool:
    if actor.id is None or not actor.may(Permission.HANDLE):
        return False
    return {
        Who.MAKER: actor.id == row.made_by,
        Who.SECOND: powers.is_second(actor, Permission.HANDLE, row.made_by),
        Who.STAFF: True,
    }[who]
