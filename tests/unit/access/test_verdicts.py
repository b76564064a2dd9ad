"""All documents of a request decided at once: all or none, each by the rules for one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import precedents, requests, verdicts
from portal.access.models import ItemState
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.access.verdicts import Verdict, VerdictsRefusedError
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import InvalidError, NotAllowedError, NotFoundError
from portal.rights import policy
from tests.unit.access.conftest import PURPOSE, REASON, Shelf


@pytest.fixture
def documents(shelf: Shelf) -> list[str]:
    return [shelf.document(title=f"Quyết định {number}") for number in (1, 2, 3)]


def asked(citizen: Actor, documents: list[str]) -> requests.RequestView:
    with transaction():
        return requests.submit(citizen, documents, PURPOSE)


def test_each_document_is_decided_as_its_verdict_says(documents: list[str], people: dict[str, Actor]) -> None:
    request = asked(people["citizen"], documents)
    first, second, _third = request.items
    with transaction():
        done = verdicts.carry_out(
            people["approver"],
            request.id,
            [
                Verdict(first.id, Proposal(Act.GRANT, REASON)),
                Verdict(second.id, Proposal(Act.REFUSE, "Không đúng mục đích")),
            ],
        )
    assert [item.state for item in done] == [ItemState.GRANTED, ItemState.REFUSED]
    now = requests.show(people["approver"], request.id)
    assert [item.standing for item in now.items] == ["granted", "refused", "submitted"]
    assert policy.sight(people["citizen"], documents[0]).sees_content
    assert not policy.sight(people["citizen"], documents[1]).sees_content


def test_where_one_verdict_cannot_be_carried_out_none_is(
    documents: list[str], people: dict[str, Actor]
) -> None:
    request = asked(people["citizen"], documents)
    first, second, third = request.items
    past = clock.now() - timedelta(days=1)
    with pytest.raises(VerdictsRefusedError) as refused, transaction():
        verdicts.carry_out(
            people["approver"],
            request.id,
            [
                Verdict(first.id, Proposal(Act.GRANT, REASON)),
                Verdict(second.id, Proposal(Act.REFUSE, "")),
                Verdict(third.id, Proposal(Act.GRANT, REASON, until=past)),
            ],
        )
    # All faults are told at once, each at its document.
    assert {one: error.code for one, error in refused.value.rows.items()} == {
        second.id: "too_short",
        third.id: "end_is_past",
    }
    now = requests.show(people["approver"], request.id)
    assert [item.standing for item in now.items] == ["submitted"] * 3
    assert not policy.sight(people["citizen"], documents[0]).sees_content
    assert [line.action for line in trail.of("item", first.id)] == []


def test_four_eyes_hold_for_each_document(shelf: Shelf, people: dict[str, Actor]) -> None:
    request = asked(people["approver"], [shelf.document()])
    with pytest.raises(VerdictsRefusedError) as refused, transaction():
        verdicts.carry_out(
            people["approver"], request.id, [Verdict(request.items[0].id, Proposal(Act.GRANT, REASON))]
        )
    assert refused.value.rows[request.items[0].id].code == "own_request"


def test_a_document_of_another_request_is_not_found(shelf: Shelf, people: dict[str, Actor]) -> None:
    mine = asked(people["citizen"], [shelf.document()])
    other = asked(people["other"], [shelf.document()])
    with pytest.raises(NotFoundError), transaction():
        verdicts.carry_out(
            people["approver"], mine.id, [Verdict(other.items[0].id, Proposal(Act.GRANT, REASON))]
        )
    with pytest.raises(InvalidError), transaction():
        verdicts.carry_out(people["approver"], mine.id, [])


@pytest.mark.parametrize("role", ["citizen", "operator", "archivist", "administrator"])
def test_only_those_who_decide_may(shelf: Shelf, people: dict[str, Actor], role: str) -> None:
    request = asked(people["citizen"], [shelf.document()])
    verdict = Verdict(request.items[0].id, Proposal(Act.REFUSE, REASON))
    with pytest.raises(NotAllowedError), transaction():
        verdicts.carry_out(people[role], request.id, [verdict])
    with pytest.raises(NotAllowedError):
        precedents.of_person(people[role], request)
    with pytest.raises(NotAllowedError):
        precedents.of_records(people[role], request)


def test_the_decider_sees_what_was_asked_and_decided_before(
    documents: list[str], people: dict[str, Actor]
) -> None:
    approver = people["approver"]
    earlier = asked(people["other"], documents[:1])
    with transaction():
        verdicts.carry_out(
            approver, earlier.id, [Verdict(earlier.items[0].id, Proposal(Act.REFUSE, "Chưa rõ lý do"))]
        )
    first = asked(people["citizen"], documents[1:2])
    now = asked(people["citizen"], documents[:1])
    assert [one.number for one in precedents.of_person(approver, now)] == [first.number]
    (past,) = precedents.of_records(approver, now)[documents[0]]
    assert (past.number, past.state, past.reason) == (earlier.number, "refused", "Chưa rõ lý do")
    # What still waits is no precedent, nor is what comes later a history.
    assert precedents.of_records(approver, first)[documents[1]] == []
    assert precedents.of_person(approver, earlier) == []
