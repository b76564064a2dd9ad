"""A purge goes where its table says, and for each step only whom the table names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from portal.accounts.actors import PORTAL, Actor, Lent
from portal.accounts.roles import Permission, Role
from portal.core.errors import ConflictError, NotAllowedError
from portal.purging.rows import Purge, PurgeState
from portal.purging.states import TRANSITIONS, PurgeAct, advance, possible

PROPOSER = Actor("proposer00", Role.APPROVER)
SECOND = Actor("second0000", Role.APPROVER)
ARCHIVIST = Actor("archivist0", Role.ARCHIVIST)


def row(state: PurgeState) -> Purge:
    return Purge(state=state.value, proposed_by=PROPOSER.id)


def who(act: PurgeAct) -> Actor:
    return {PurgeAct.WITHDRAW: PROPOSER, PurgeAct.FINISH: PORTAL}.get(act, SECOND)


@pytest.mark.parametrize(("state", "act"), list(product(PurgeState, PurgeAct)))
def test_a_purge_moves_by_its_table_alone(state: PurgeState, act: PurgeAct) -> None:
    one = row(state)
    move = TRANSITIONS.get((state, act))
    if move is None:
        with pytest.raises(ConflictError):
            advance(one, act, who(act))
        assert one.state == state.value
    else:
        advance(one, act, who(act))
        assert one.state == move.to.value


@pytest.mark.parametrize("act", [PurgeAct.CONFIRM, PurgeAct.DECLINE])
def test_nobody_decides_on_a_purge_of_their_own(act: PurgeAct) -> None:
    with pytest.raises(NotAllowedError, match="own_purge"):
        advance(row(PurgeState.PROPOSED), act, PROPOSER)


@pytest.mark.parametrize("act", [PurgeAct.CONFIRM, PurgeAct.DECLINE])
def test_an_archivist_proposes_and_never_confirms(act: PurgeAct) -> None:
    with pytest.raises(NotAllowedError, match="not_permitted"):
        advance(row(PurgeState.PROPOSED), act, ARCHIVIST)


def test_who_acts_by_leave_of_the_proposer_is_no_second_person() -> None:
    lent = Lent(
        "lent000000", "proposer00", "Người", "KT", date(2031, 1, 1), frozenset({Permission.CONFIRM_PURGE})
    )
    with pytest.raises(NotAllowedError, match="own_purge"):
        advance(row(PurgeState.PROPOSED), PurgeAct.CONFIRM, replace(ARCHIVIST, lent=(lent,)))


def test_others_do_not_take_a_proposal_back() -> None:
    with pytest.raises(NotAllowedError, match="purge_of_others"):
        advance(row(PurgeState.PROPOSED), PurgeAct.WITHDRAW, SECOND)


def test_only_the_job_says_that_it_is_done() -> None:
    with pytest.raises(NotAllowedError):
        advance(row(PurgeState.CONFIRMED), PurgeAct.FINISH, SECOND)


def test_what_is_offered_is_what_can_be_done() -> None:
    assert possible(row(PurgeState.PROPOSED), PROPOSER) == {PurgeAct.WITHDRAW}
    assert possible(row(PurgeState.PROPOSED), SECOND) == {PurgeAct.CONFIRM, PurgeAct.DECLINE}
    assert possible(row(PurgeState.PROPOSED), ARCHIVIST) == frozenset()
    assert possible(row(PurgeState.DONE), SECOND) == frozenset()
