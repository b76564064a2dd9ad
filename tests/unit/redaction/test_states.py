"""Where a redacted version can go, by whose hand: every state × act × person."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from portal.access import redaction_states
from portal.access.redaction_states import TRANSITIONS, RedactionAct, Who
from portal.accounts.actors import Actor, Lent
from portal.accounts.roles import Permission, Role
from portal.catalogue.redaction_rows import Redaction, RedactionState
from portal.core.errors import PortalError

LINES = {
    ("draft", "change"): ("draft", "maker"),
    ("draft", "offer"): ("offered", "maker"),
    ("draft", "withdraw"): ("withdrawn", "maker"),
    ("offered", "recall"): ("draft", "maker"),
    ("offered", "send_back"): ("returned", "second"),
    ("offered", "confirm"): ("confirmed", "second"),
    ("returned", "change"): ("returned", "maker"),
    ("returned", "offer"): ("offered", "maker"),
    ("returned", "withdraw"): ("withdrawn", "maker"),
    ("confirmed", "withdraw"): ("withdrawn", "staff"),
}
"""The table once more, as people would write it down."""


def test_the_table_is_as_it_was_agreed() -> None:
    written = {
        (start.value, act.value): (move.to.value, move.who.value)
        for (start, act), move in TRANSITIONS.items()
    }
    assert written == LINES


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("is_maker", [True, False], ids=["maker", "second"])
def test_every_state_takes_the_acts_of_the_table_and_no_others(role: Role, is_maker: bool) -> None:
    for state, act in product(RedactionState, RedactionAct):
        row = Redaction(state=state.value, made_by="maker00000")
        actor = Actor("maker00000" if is_maker else "second0000", role)
        line = LINES.get((state.value, act.value))
        who = {Who.MAKER.value: is_maker, Who.SECOND.value: not is_maker, Who.STAFF.value: True}
        allowed = line is not None and who[line[1]] and actor.may(Permission.HANDLE)
        assert redaction_states.may(actor, row, act) is allowed
        if allowed:
            assert line is not None
            redaction_states.advance(actor, row, act)
            assert row.state == line[0]
        else:
            with pytest.raises(PortalError):
                redaction_states.advance(actor, row, act)
            assert row.state == state.value


def test_what_the_maker_lent_makes_nobody_a_second_person() -> None:
    row = Redaction(state=RedactionState.OFFERED.value, made_by="maker00000")

    def helper(giver_id: str) -> Actor:
        paper = Lent(
            "paper00000", giver_id, "Ai đó", "tuq", date(2026, 12, 31), frozenset({Permission.HANDLE})
        )
        return Actor("helper0000", Role.OPERATOR, lent=(paper,))

    assert not redaction_states.may(helper("maker00000"), row, RedactionAct.CONFIRM)
    assert redaction_states.may(helper("other00000"), row, RedactionAct.CONFIRM)
