"""Signing for somebody does not get round the second pair of eyes: not one's own, and not the giver's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.access import (
    appeals,
    assigning,
    correspondence,
    decisions,
    drafts,
    handling,
    queues,
    requests,
    verdicts,
)
from portal.access.models import ItemState, RequestStatus
from portal.access.proposals import Proposal
from portal.access.queues import Queue
from portal.access.results import ItemView, RequestView
from portal.access.states import Act
from portal.access.verdicts import Verdict, VerdictsRefusedError
from portal.accounts import absences, delegations
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor, Form
from portal.accounts.delegations import Giving
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.rights import policy
from tests.unit.access.conftest import REASON, Desk, Shelf

LEAVE = Proposal(Act.GRANT, REASON)


def lend(giver: Actor, delegate: Actor, *permissions: Permission) -> Actor:
    """Lend from today on, and return the delegate as they are now."""
    today = clock.today()
    with transaction():
        delegations.give(
            giver,
            Giving(
                giver.id or "",
                delegate.id or "",
                frozenset(permissions or (Permission.DECIDE,)),
                Form.TUQ,
                today,
                today + timedelta(days=5),
                "Giấy ủy quyền số 12",
            ),
        )
    return acting(delegate)


def acting(person: Actor) -> Actor:
    return accounts.lending.acting(accounts.by_id(person.id or ""))


@pytest.fixture
def deputy(people: dict[str, Actor]) -> Actor:
    """An archivist who has set no level and signs for the approver."""
    with transaction():
        person = accounts.create(PORTAL, "hai@example.vn", Role.ARCHIVIST, name="Người hai").actor
    return lend(people["approver"], person)


def asked_of(people: dict[str, Actor], item: ItemView, by: str = "citizen") -> RequestView:
    (found,) = [
        one for one in requests.mine(people[by], Paging()).rows if item.id in {each.id for each in one.items}
    ]
    return found


def test_a_delegate_decides_in_the_name_of_who_lent_it(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        granted = decisions.grant(deputy, item.id, REASON)
    assert granted.standing == "granted"
    assert granted.signature is not None
    assert (granted.signature.name, granted.signature.giver, granted.signature.form) == (
        "Người hai", "Người approver", "TUQ",
    )  # fmt: skip
    (line,) = [one for one in trail.of("item", item.id) if one.action == "request.grant"]
    assert (line.actor_id, line.details["delegation"]) == (deputy.id, deputy.lent[0].id)
    assert asked_of(people, item).items[0].signature is None


def test_a_delegate_signs_what_a_third_one_drafted(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        draft = drafts.offer(people["archivist"], item.id, LEAVE)
    with transaction():
        assert decisions.sign(deputy, item.id, draft.id).standing == "granted"
    (line,) = [one for one in trail.of("item", item.id) if one.action == "draft.sign"]
    assert line.details["for"] == people["approver"].id


@pytest.mark.parametrize("way", ["sign", "grant", "board"])
def test_what_the_giver_drafted_nobody_signs_for_them(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor, way: str
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        draft = drafts.offer(people["approver"], item.id, LEAVE)
    if way != "sign":
        with transaction():
            drafts.recall(people["approver"], item.id, draft.id)
    with pytest.raises((NotAllowedError, VerdictsRefusedError)) as refused, transaction():
        match way:
            case "sign":
                decisions.sign(deputy, item.id, draft.id)
            case "grant":
                decisions.grant(deputy, item.id, REASON)
            case _:
                verdicts.carry_out(deputy, asked_of(people, item).id, [Verdict(item.id, LEAVE)])
    code = refused.value.rows[item.id].code if way == "board" else refused.value.code  # type: ignore[union-attr]
    assert code == "giver_own_draft"
    assert not policy.sight(people["citizen"], item.document_id).sees_content


@pytest.mark.parametrize("way", ["sign", "grant", "refuse"])
def test_who_drafted_signs_in_nobodys_name(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor, way: str
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        draft = drafts.offer(deputy, item.id, LEAVE)
    if way != "sign":
        with transaction():
            drafts.recall(deputy, item.id, draft.id)
    verbs = {
        "sign": lambda: decisions.sign(deputy, item.id, draft.id),
        "grant": lambda: decisions.grant(deputy, item.id, REASON),
        "refuse": lambda: decisions.refuse(deputy, item.id, REASON),
    }
    with pytest.raises(NotAllowedError, match="own_draft"), transaction():
        verbs[way]()


def test_nobody_decides_on_their_own_request_by_what_was_lent(
    shelf: Shelf, people: dict[str, Actor], deputy: Actor
) -> None:
    with transaction():
        asked = requests.submit(deputy, [shelf.document()], "Nghiên cứu lịch sử địa phương")
    for verb in (
        lambda: decisions.grant(deputy, asked.items[0].id, REASON),
        lambda: handling.extend(deputy, asked.id, 1, REASON),
        lambda: handling.take(deputy, asked.id),
    ):
        with pytest.raises(NotAllowedError), transaction():
            verb()


def test_nobody_decides_on_the_request_of_who_lent_it(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document(), by="approver")
    asked = asked_of(people, item, "approver")
    with pytest.raises(NotAllowedError, match="giver_own_request"), transaction():
        decisions.grant(deputy, item.id, REASON)
    with pytest.raises(NotAllowedError, match="not_for_you"), transaction():
        handling.extend(deputy, asked.id, 1, REASON)


def test_what_the_giver_closed_nobody_opens_for_them(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        accounts.change_role(people["administrator"], people["archivist"].id or "", Role.APPROVER)
    with transaction():
        delegations.revoke(people["approver"], deputy.lent[0].id)
    second = lend(acting(people["archivist"]), deputy)
    with pytest.raises(NotAllowedError, match="giver_set_the_level"), transaction():
        decisions.grant(second, item.id, REASON)


def test_of_two_givers_one_who_is_free_stands_behind_it(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    with transaction():
        other = accounts.create(PORTAL, "ba@example.vn", Role.APPROVER, name="Người ba").actor
    both = lend(other, deputy)
    item = desk.ask(shelf.document(), by="approver")
    with transaction():
        granted = decisions.grant(both, item.id, REASON)
    assert granted.signature is not None
    assert granted.signature.giver == "Người ba"


def test_another_role_does_not_free_who_drafted_for_somebody(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        draft = drafts.offer(deputy, item.id, LEAVE)
    with transaction():
        accounts.change_role(people["administrator"], deputy.id or "", Role.APPROVER)
    with pytest.raises(NotAllowedError, match="own_draft"), transaction():
        decisions.sign(acting(deputy), item.id, draft.id)


def test_an_operator_handles_for_an_archivist_but_not_the_archivists_request(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    operator = lend(people["archivist"], people["operator"], Permission.HANDLE)
    of_reader, of_giver = desk.ask(shelf.document()), desk.ask(shelf.document(), by="archivist")
    with transaction():
        assert handling.take(operator, asked_of(people, of_reader).id).status is RequestStatus.IN_REVIEW
    theirs = asked_of(people, of_giver, "archivist")
    for verb in (
        lambda: handling.take(operator, theirs.id),
        lambda: drafts.offer(operator, of_giver.id, LEAVE),
        lambda: correspondence.note(operator, theirs.id, "Xem giúp"),
        lambda: assigning.assign(operator, theirs.id, None),
    ):
        with pytest.raises(NotAllowedError), transaction():
            verb()
    with pytest.raises(NotFoundError):
        requests.show(operator, theirs.id)
    with pytest.raises(NotAllowedError), transaction():
        decisions.grant(operator, of_reader.id, REASON)


def test_who_is_away_gets_nothing_and_their_work_stands_apart(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    archivist, approver = people["archivist"], people["approver"]
    item = desk.ask(shelf.document())
    asked = asked_of(people, item)
    with transaction():
        handling.take(archivist, asked.id)
        absences.note(archivist, archivist.id or "", clock.today(), clock.today() + timedelta(days=3))
    assert queues.counts(approver)[Queue.AWAY] == 1
    assert archivist.id not in assigning.colleagues(approver)
    assert archivist.id in assigning.colleagues(approver, archivist.id)
    with transaction():
        assigning.assign(approver, asked.id, approver.id)
    assert queues.counts(approver)[Queue.AWAY] == 0
    with pytest.raises(ConflictError, match="is_away"), transaction():
        assigning.assign(approver, asked.id, archivist.id)
    assert requests.show(approver, asked.id).items[0].state is ItemState.SUBMITTED


def test_no_delegate_of_whoever_refused_decides_the_appeal(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], deputy: Actor
) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
    with transaction():
        appeal = appeals.submit(
            people["citizen"], asked_of(people, item).id, [item.id], "Tôi cần cho luận văn"
        )
    with pytest.raises(NotAllowedError, match="appeal_involved"), transaction():
        appeals.take(deputy, appeal.id)
    with transaction():
        third = accounts.create(PORTAL, "ba@example.vn", Role.APPROVER, name="Người ba").actor
    with transaction():
        assert appeals.take(third, appeal.id).id == appeal.id
