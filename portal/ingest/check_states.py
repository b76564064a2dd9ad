"""Where the look at a page can go: one table. `advance` is the only writer of its state."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import ConflictError
from portal.ingest.check_rows import CheckState, PageCheck

S = CheckState


class CheckAct(StrEnum):
    """What can be done to the look at a page."""

    ACCEPT = "accept"
    ASK_RESCAN = "ask_rescan"
    RESCAN = "rescan"
    """The paper was scanned again."""
    REJECT = "reject"
    REVISE = "revise"
    """Whoever decided goes back and decides anew."""


A = CheckAct

TRANSITIONS: dict[tuple[CheckState, CheckAct], CheckState] = {
    (S.WAITING, A.ACCEPT): S.ACCEPTED,
    (S.WAITING, A.ASK_RESCAN): S.RESCAN,
    (S.WAITING, A.REJECT): S.REJECTED,
    (S.RESCAN, A.RESCAN): S.RESCANNED,
    # The paper cannot be had again, or is no better.
    (S.RESCAN, A.REJECT): S.REJECTED,
    (S.ACCEPTED, A.REVISE): S.WAITING,
    (S.RESCAN, A.REVISE): S.WAITING,
    (S.REJECTED, A.REVISE): S.WAITING,
}


def advance(row: PageCheck, act: CheckAct) -> CheckState:
    """Move the look by the act and return where it stands now.

    Raises:
        ConflictError: the act is not possible from where it stands.
    """
    target = TRANSITIONS.get((CheckState(row.state), act))
    if target is None:
        raise ConflictError("check_stands_elsewhere")
    row.state = target.value
    return target


def may(row: PageCheck, act: CheckAct) -> bool:
    """Tell whether the act is possible from where the look stands."""
    return (CheckState(row.state), act) in TRANSITIONS
