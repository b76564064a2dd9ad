"""Where a rule that grants at once can go: every state, every act, everybody, against a table by hand."""

from __future__ import annotations

import itertools

import pytest

from portal.access import auto_states
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.auto_states import AutoAct
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.roles import Role
from portal.core.errors import ConflictError, InvalidError, NotAllowedError

S, A = AutoState, AutoAct
ALLOWED = {
    "proposed": {"approve": "in_force", "decline": "declined"},
    "in_force": {"end": "ended"},
    "declined": {}, "ended": {},
}  # fmt: skip
NOBODY: frozenset[str] = frozenset()
ACTORS = {
    **{
        role: Actor(f"{role:0<10}"[:10], Role(role))
        for role in ("citizen", "operator", "archivist", "approver", "administrator")
    },
    "anonymous": ANONYMOUS,
    "portal": PORTAL,
}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize(("state", "act"), list(itertools.product(S, A)))
def test_each_act_from_each_state_is_for_whom_the_table_says(state: S, act: A, who: str) -> None:
    row = AutoRule(state=state.value)
    goes: dict[str, str] = ALLOWED[state.value]
    assert (act in auto_states.possible(state, ACTORS[who])) == (act.value in goes and who == "approver")
    if act.value not in goes:
        with pytest.raises(ConflictError):
            auto_states.advance(row, act, ACTORS[who], NOBODY, "vì thế")
    elif who != "approver":
        with pytest.raises(NotAllowedError):
            auto_states.advance(row, act, ACTORS[who], NOBODY, "vì thế")
    else:
        assert auto_states.advance(row, act, ACTORS[who], NOBODY, "vì thế") is None
        assert row.state == goes[act.value]
        return
    assert row.state == state.value


def test_who_proposed_declines_and_ends_but_does_not_approve() -> None:
    approver, row = ACTORS["approver"], AutoRule(state="proposed")
    with pytest.raises(NotAllowedError) as caught:
        auto_states.advance(row, A.APPROVE, approver, {approver.id or ""})
    assert (caught.value.code, row.state) == ("own_rule", "proposed")
    auto_states.advance(row, A.DECLINE, approver, {approver.id or ""}, "vì thế")
    assert row.state == "declined"


@pytest.mark.parametrize(
    ("state", "act"), [line for line, move in auto_states.TRANSITIONS.items() if move.needs_reason]
)
def test_what_needs_a_reason_is_not_done_without(state: S, act: A) -> None:
    row = AutoRule(state=state.value)
    with pytest.raises(InvalidError):
        auto_states.advance(row, act, ACTORS["approver"], NOBODY)
    assert row.state == state.value
