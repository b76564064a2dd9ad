"""Where leave stands: what is written down decides, and the clock; nothing waits for a job.

There is no way back out of any end: other leave is another grant.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from portal.core import clock
from portal.core.errors import ConflictError
from portal.rights.models import Grant


class GrantState(StrEnum):
    """Where one grant stands at an instant."""

    PENDING = "pending"
    """It has not begun."""
    ACTIVE = "active"
    USED_UP = "used_up"
    """Every page that it counts has been looked at; those of today stay open until the day is over."""
    REVOKED = "revoked"
    EXPIRED = "expired"


class GrantAct(StrEnum):
    """What moves a grant."""

    BEGIN = "begin"
    """The clock reaches its first instant."""
    END = "end"
    """The clock reaches its end."""
    SPEND = "spend"
    """The last page that it counts is looked at."""
    REVOKE = "revoke"
    """Who decides takes it back."""


TRANSITIONS: dict[tuple[GrantState, GrantAct], GrantState] = {
    (GrantState.PENDING, GrantAct.BEGIN): GrantState.ACTIVE,
    (GrantState.PENDING, GrantAct.REVOKE): GrantState.REVOKED,
    (GrantState.ACTIVE, GrantAct.SPEND): GrantState.USED_UP,
    (GrantState.ACTIVE, GrantAct.END): GrantState.EXPIRED,
    (GrantState.ACTIVE, GrantAct.REVOKE): GrantState.REVOKED,
    (GrantState.USED_UP, GrantAct.END): GrantState.EXPIRED,
    (GrantState.USED_UP, GrantAct.REVOKE): GrantState.REVOKED,
}


def of(grant: Grant, at: datetime | None = None) -> GrantState:
    """Return where the grant stands at an aware instant, now where none is given."""
    instant = at or clock.now()
    if grant.revoked_at is not None:
        return GrantState.REVOKED
    if instant >= grant.until:
        return GrantState.EXPIRED
    if instant < grant.valid_from:
        return GrantState.PENDING
    is_used_up = grant.page_budget is not None and grant.pages_used >= grant.page_budget
    return GrantState.USED_UP if is_used_up else GrantState.ACTIVE


def check(grant: Grant, act: GrantAct) -> None:
    """Raise unless the act is possible from where the grant stands now.

    Raises:
        ConflictError: it was revoked before, or has ended by itself.
    """
    state = of(grant)
    if (state, act) not in TRANSITIONS:
        raise ConflictError("already_revoked" if state is GrantState.REVOKED else "grant_ended_already")
