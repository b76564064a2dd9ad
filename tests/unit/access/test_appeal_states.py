"""Where an appeal can go: every status, every act, everybody, against a table written by hand."""

from __future__ import annotations

import itertools

import pytest

from portal.access import appeal_states
from portal.access.appeal_rows import Appeal, AppealStatus
from portal.access.appeal_states import AppealAct
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.roles import Role
from portal.core.errors import ConflictError, InvalidError, NotAllowedError

S, A = AppealStatus, AppealAct
READER = "reader0000"

ALLOWED = {
    "submitted": {"take": "in_review", "extend": "", "withdraw": "withdrawn"},
    "in_review": {
        "extend": "", "uphold": "upheld", "overturn": "overturned", "part": "partly", "withdraw": "withdrawn",
    },
    "upheld": {}, "overturned": {}, "partly": {}, "withdrawn": {},
}  # fmt: skip
BY_HEAD = {A.TAKE, A.EXTEND, A.UPHOLD, A.OVERTURN, A.PART}
MAY = {
    "reader": {A.WITHDRAW},
    "other": set(),
    "operator": set(),
    "archivist": set(),
    "approver": BY_HEAD,
    "administrator": set(),
    "anonymous": set(),
    "portal": set(),
}
ACTORS = {
    "reader": Actor(READER, Role.CITIZEN),
    "other": Actor("other00000", Role.CITIZEN),
    **{
        role: Actor(f"{role:0<10}"[:10], Role(role))
        for role in ("operator", "archivist", "approver", "administrator")
    },
    "anonymous": ANONYMOUS,
    "portal": PORTAL,
}


@pytest.mark.parametrize("who", MAY)
@pytest.mark.parametrize(("status", "act"), list(itertools.product(S, A)))
def test_each_act_from_each_status_is_for_whom_the_table_says(status: S, act: A, who: str) -> None:
    row = Appeal(status=status.value)
    goes: dict[str, str] = ALLOWED[status.value]
    possible = appeal_states.possible(status, ACTORS[who], READER)
    assert (act in possible) == (act.value in goes and act in MAY[who])
    if act.value not in goes:
        with pytest.raises(ConflictError):
            appeal_states.advance(row, act, ACTORS[who], READER, "vì thế")
    elif act not in MAY[who]:
        with pytest.raises(NotAllowedError):
            appeal_states.advance(row, act, ACTORS[who], READER, "vì thế")
    else:
        appeal_states.advance(row, act, ACTORS[who], READER, "vì thế")
        assert row.status == (goes[act.value] or status.value)
        return
    assert row.status == status.value


@pytest.mark.parametrize(
    ("status", "act"), [line for line in appeal_states.TRANSITIONS if line[1] in BY_HEAD]
)
def test_nobody_looks_at_an_appeal_of_their_own(status: S, act: A) -> None:
    approver = ACTORS["approver"]
    assert approver.id is not None
    with pytest.raises(NotAllowedError):
        appeal_states.advance(Appeal(status=status.value), act, approver, approver.id, "vì thế")


@pytest.mark.parametrize(
    ("status", "act"), [line for line, move in appeal_states.TRANSITIONS.items() if move.needs_reason]
)
def test_what_needs_a_reason_is_not_done_without(status: S, act: A) -> None:
    with pytest.raises(InvalidError):
        appeal_states.advance(Appeal(status=status.value), act, ACTORS["approver"], READER)
