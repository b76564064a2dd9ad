"""Where a request can go, who may move it there, and what that does to its clock: one table.

`advance` is the only writer of a request's status. What was decided is told apart from it, by
`resolution`; what became of a single document by `states`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.access import powers
from portal.access.models import ItemState, Request, RequestStatus, Resolution
from portal.access.powers import Power
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.errors import ConflictError, InvalidError, NotAllowedError

S = RequestStatus


class RequestAct(StrEnum):
    """What can be done to a request as a whole."""

    TAKE = "take"
    """Somebody of the staff takes it up."""
    CHANGE = "change"
    """The reader writes the purpose anew."""
    ASK_READER = "ask_reader"
    """The archive cannot go on without the reader's answer."""
    ANSWER = "answer"
    GO_ON = "go_on"
    """The staff go on without an answer, or after others were consulted."""
    CONSULT = "consult"
    """Another office is asked for its opinion; the reader's clock runs on."""
    EXTEND = "extend"
    DECIDE = "decide"
    """Follows by itself when the last document is decided."""
    TRANSFER = "transfer"
    """Another archive has what was asked for, and gets the request."""
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    """Follows by itself when the reader has not answered in time."""
    REOPEN = "reopen"
    """A mistake is made good: the request is worked on again, by a new clock."""
    REVISE = "revise"
    """Follows by itself when an appeal was right: something is decided anew, by a new clock."""


class Who(StrEnum):
    """Who may do an act."""

    READER = "reader"
    """The person who asked."""
    STAFF = "staff"
    """Whoever handles requests."""
    HEAD = "head"
    """Whoever decides on them."""
    PORTAL = "portal"
    """It follows from something else; nobody does it by itself."""


class Effect(StrEnum):
    """What an act does to the clock."""

    NONE = "none"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    to: RequestStatus | None
    """None where the status stays."""
    who: Who
    effect: Effect = Effect.NONE
    needs_reason: bool = False


_UNDECIDED = (S.RECEIVED, S.IN_REVIEW, S.CONSULTING, S.AWAITING_READER)
_AT_WORK = (S.RECEIVED, S.IN_REVIEW, S.CONSULTING)

TRANSITIONS: dict[tuple[RequestStatus, RequestAct], Move] = {
    (S.RECEIVED, RequestAct.TAKE): Move(S.IN_REVIEW, Who.STAFF),
    (S.AWAITING_READER, RequestAct.ANSWER): Move(S.IN_REVIEW, Who.READER, Effect.RESUME),
    (S.AWAITING_READER, RequestAct.GO_ON): Move(S.IN_REVIEW, Who.STAFF, Effect.RESUME, needs_reason=True),
    (S.AWAITING_READER, RequestAct.LAPSE): Move(S.LAPSED, Who.PORTAL, Effect.STOP),
    (S.IN_REVIEW, RequestAct.CONSULT): Move(S.CONSULTING, Who.STAFF, needs_reason=True),
    (S.CONSULTING, RequestAct.GO_ON): Move(S.IN_REVIEW, Who.STAFF, needs_reason=True),
    **{
        (status, RequestAct.ASK_READER): Move(S.AWAITING_READER, Who.STAFF, Effect.PAUSE, needs_reason=True)
        for status in (S.RECEIVED, S.IN_REVIEW)
    },
    **{(status, RequestAct.CHANGE): Move(None, Who.READER) for status in (S.RECEIVED, S.AWAITING_READER)},
    **{
        (status, RequestAct.EXTEND): Move(None, Who.HEAD, Effect.EXTEND, needs_reason=True)
        for status in _AT_WORK
    },
    **{
        (status, RequestAct.TRANSFER): Move(S.TRANSFERRED, Who.HEAD, Effect.STOP, needs_reason=True)
        for status in _AT_WORK
    },
    **{(status, RequestAct.DECIDE): Move(S.DECIDED, Who.PORTAL, Effect.STOP) for status in _UNDECIDED},
    **{(status, RequestAct.WITHDRAW): Move(S.WITHDRAWN, Who.READER, Effect.STOP) for status in _UNDECIDED},
    **{
        (status, RequestAct.REOPEN): Move(S.IN_REVIEW, Who.HEAD, Effect.START, needs_reason=True)
        for status in (S.LAPSED, S.TRANSFERRED)
    },
    **{
        (status, RequestAct.REVISE): Move(S.IN_REVIEW, Who.PORTAL, Effect.START)
        for status in (S.DECIDED, S.LAPSED, S.TRANSFERRED)
    },
}

OPEN = frozenset(_UNDECIDED)
"""Something is left to do for the archive or the reader."""


def advance(row: Request, act: RequestAct, actor: Actor, reason: str = "") -> Move:
    """Move a request by an act; return the line of the table, whose effect is for `clockwork`.

    Raises:
        ConflictError: the act is not possible from where the request stands.
        NotAllowedError: it is not for the actor to do it.
        InvalidError: the act needs a reason, and there is none.
    """
    move = line(row, act, actor)
    if move.needs_reason and not reason:
        raise InvalidError("missing", fields={"reason": "missing"})
    if move.to is not None:
        row.status = move.to.value
    return move


def line(row: Request, act: RequestAct, actor: Actor) -> Move:
    """Return the line of the table by which the actor may do the act now; nothing is moved yet.

    Raises:
        ConflictError: the act is not possible from where the request stands.
        NotAllowedError: it is not for the actor to do it.
    """
    move = TRANSITIONS.get((RequestStatus(row.status), act))
    if move is None:
        raise ConflictError("request_stands_elsewhere")
    if not is_for(move, row, actor):
        raise NotAllowedError("not_for_you")
    return move


def power_of(row: Request, act: RequestAct, actor: Actor) -> Power:
    """Return by what the actor does an act: the role, or what was lent; nobody but the staff needs any."""
    who = line(row, act, actor).who
    needed = {Who.STAFF: Permission.HANDLE, Who.HEAD: Permission.DECIDE}.get(who)
    return powers.must(actor, needed, row.person_id) if needed else None


def is_for(move: Move, row: Request, actor: Actor) -> bool:
    """Tell whether it is for the actor; nobody handles a request of their own."""
    match move.who:
        case Who.READER:
            return actor.id is not None and actor.id == row.person_id
        case Who.STAFF:
            return powers.may(actor, Permission.HANDLE, row.person_id)
        case Who.HEAD:
            return powers.may(actor, Permission.DECIDE, row.person_id)
        case Who.PORTAL:
            return True


def possible(row: Request, actor: Actor) -> frozenset[RequestAct]:
    """Return what the actor can do to the request as it stands."""
    return frozenset(
        act
        for (status, act), move in TRANSITIONS.items()
        if status == row.status and move.who is not Who.PORTAL and is_for(move, row, actor)
    )


def resolution(status: RequestStatus, items: Iterable[ItemState]) -> Resolution | None:
    """Return what came of a request, from where it stands and what was decided; None while it is open.

    Leave that was taken back later was granted all the same; what the reader withdrew counts only
    where nothing else is left.
    """
    if status in OPEN:
        return None
    if status is RequestStatus.LAPSED:
        return Resolution.LAPSED
    if status is RequestStatus.TRANSFERRED:
        return Resolution.TRANSFERRED
    found = {ItemState(state) for state in items} - {ItemState.WITHDRAWN, ItemState.LAPSED}
    if found & _GIVEN:
        is_all = found <= _GIVEN | {ItemState.ALREADY_OPEN}
        return Resolution.GRANTED if is_all else Resolution.PARTLY_GRANTED
    return next((result for state, result in _HEAVIEST_FIRST if state in found), Resolution.WITHDRAWN)


_GIVEN = frozenset({ItemState.GRANTED, ItemState.REVOKED})

_HEAVIEST_FIRST = (
    (ItemState.REFUSED, Resolution.REFUSED),
    (ItemState.NOT_HELD, Resolution.NOT_HELD),
    (ItemState.TRANSFERRED, Resolution.TRANSFERRED),
    (ItemState.ALREADY_OPEN, Resolution.ALREADY_OPEN),
)
"""What came of a request without leave, of several: what its reader has most to ask about."""
