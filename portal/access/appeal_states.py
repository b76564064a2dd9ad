"""Where an appeal can go, and who may move it there: one table.

`advance` is the only writer of its status.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.access import powers
from portal.access.appeal_rows import Appeal, AppealStatus
from portal.access.request_states import Who
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.errors import ConflictError, InvalidError, NotAllowedError

S = AppealStatus


class AppealAct(StrEnum):
    """What can be done to an appeal."""

    TAKE = "take"
    """Somebody who stands behind nothing of it takes it up."""
    EXTEND = "extend"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    PART = "part"
    """Some of what was decided stands, some does not."""
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the table."""

    to: AppealStatus | None
    """None where the status stays."""
    who: Who
    needs_reason: bool = False


TRANSITIONS: dict[tuple[AppealStatus, AppealAct], Move] = {
    (S.SUBMITTED, AppealAct.TAKE): Move(S.IN_REVIEW, Who.HEAD),
    **{
        (status, AppealAct.EXTEND): Move(None, Who.HEAD, needs_reason=True)
        for status in (S.SUBMITTED, S.IN_REVIEW)
    },
    (S.IN_REVIEW, AppealAct.UPHOLD): Move(S.UPHELD, Who.HEAD, needs_reason=True),
    (S.IN_REVIEW, AppealAct.OVERTURN): Move(S.OVERTURNED, Who.HEAD, needs_reason=True),
    (S.IN_REVIEW, AppealAct.PART): Move(S.PARTLY, Who.HEAD, needs_reason=True),
    **{(status, AppealAct.WITHDRAW): Move(S.WITHDRAWN, Who.READER) for status in (S.SUBMITTED, S.IN_REVIEW)},
}

OPEN = frozenset({S.SUBMITTED, S.IN_REVIEW})
OPEN_VALUES = [status.value for status in OPEN]

INVOLVED_MAY_NOT = frozenset({AppealAct.TAKE, AppealAct.UPHOLD, AppealAct.OVERTURN, AppealAct.PART})
"""Acts for which nobody may stand behind what the appeal is about; `appeals` asks who does."""


def advance(row: Appeal, act: AppealAct, actor: Actor, reader_id: str, reason: str = "") -> None:
    """Move an appeal by an act.

    Args:
        reader_id: who asked, and appeals.

    Raises:
        ConflictError: the act is not possible from where the appeal stands.
        NotAllowedError: it is not for the actor to do it.
        InvalidError: the act needs a reason, and there is none.
    """
    move = TRANSITIONS.get((AppealStatus(row.status), act))
    if move is None:
        raise ConflictError("appeal_stands_elsewhere")
    if not _is_for(move, actor, reader_id):
        raise NotAllowedError("not_for_you")
    if move.needs_reason and not reason:
        raise InvalidError("missing", fields={"answer": "missing"})
    if move.to is not None:
        row.status = move.to.value


def possible(status: AppealStatus, actor: Actor, reader_id: str) -> frozenset[AppealAct]:
    """Return what the actor can do to an appeal that stands so; who is involved is not asked here."""
    return frozenset(
        act
        for (start, act), move in TRANSITIONS.items()
        if start is status and _is_for(move, actor, reader_id)
    )


def _is_for(move: Move, actor: Actor, reader_id: str) -> bool:
    is_own = actor.id is not None and actor.id == reader_id
    return is_own if move.who is Who.READER else powers.may(actor, Permission.DECIDE, reader_id)
