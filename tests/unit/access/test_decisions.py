"""Granting, refusing and taking back: by whom, until when, and what follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.access import copies, decisions, requests
from portal.access.models import Item
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.models import Person
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents
from portal.core.clock import held_at
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.jobs.models import Job
from portal.rights import grants, policy, tracing
from portal.rights.levels import Level
from portal.rights.models import Grant
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def reads(actor: Actor, document_id: str) -> bool:
    return policy.sight(actor, document_id).sees_content


def promoted(person: Actor, role: Role) -> Actor:
    """The same person in another role."""
    with transaction():
        db.session.execute(update(Person).where(Person.id == person.id).values(role=role.value))
    return Actor(id=person.id, role=role, name=person.name)


def test_a_grant_opens_the_pages_to_its_holder_and_to_nobody_else(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    assert not reads(people["citizen"], document)
    desk.grant(document)
    assert reads(people["citizen"], document)
    assert not reads(people["other"], document)
    assert not reads(ANONYMOUS, document)


def test_a_grant_carries_name_number_and_time_of_issue_in_viet_nam(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with held_at(NOW):
        grant_id = desk.grant(document)
    given = grants.by_id(grant_id)
    trace = tracing.shown(given.trace)
    assert given.mark == f"Người citizen · YC-2026-000001 · 22/11/2026 10:00 · {trace}"


@pytest.mark.parametrize("role", ["citizen", "operator", "archivist", "administrator"])
def test_only_approvers_decide(shelf: Shelf, desk: Desk, people: dict[str, Actor], role: str) -> None:
    item = desk.ask(shelf.document(), by="other")
    for act in (decisions.grant, decisions.refuse):
        with pytest.raises(NotAllowedError), transaction():
            act(people[role], item.id, REASON)


def test_a_requester_cannot_decide_on_the_own_request(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    item = desk.ask(document, by="approver")
    for act in (decisions.grant, decisions.refuse):
        with pytest.raises(NotAllowedError) as caught, transaction():
            act(people["approver"], item.id, REASON)
        assert caught.value.code == "own_request"
    assert db.session.scalars(select(Grant)).all() == []


def test_who_set_the_level_cannot_decide(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    item = desk.ask(shelf.document(setter="archivist"))
    former_archivist = promoted(people["archivist"], Role.APPROVER)
    with pytest.raises(NotAllowedError) as caught, transaction():
        decisions.grant(former_archivist, item.id, REASON)
    assert caught.value.code == "set_the_level"
    assert db.session.scalars(select(Grant)).all() == []


def test_leave_needs_somebody_else_who_looked_at_the_document(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document(level=None)
    item = desk.ask(document)
    with pytest.raises(ConflictError, match="nobody_set_the_level"), transaction():
        decisions.grant(people["approver"], item.id, REASON)
    with transaction():
        documents.set_level(people["archivist"], document, Level.CONDITIONAL, "đã xem")
    with transaction():
        assert decisions.grant(people["approver"], item.id, REASON).standing == "granted"


def test_what_nobody_looked_at_can_be_refused(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    item = desk.ask(shelf.document(level=None))
    with transaction():
        assert decisions.refuse(people["approver"], item.id, "Chưa mô tả").standing == "refused"


def test_the_same_level_set_again_by_another_frees_nobody_who_set_it_before(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document(setter="archivist")
    with transaction():
        documents.set_level(people["administrator"], document, Level.CONDITIONAL, "Lý do viết rõ hơn")
    item = desk.ask(document)
    for setter in ("archivist", "administrator"):
        with pytest.raises(NotAllowedError) as caught, transaction():
            decisions.grant(promoted(people[setter], Role.APPROVER), item.id, REASON)
        assert caught.value.code == "set_the_level"


def test_who_closed_the_fonds_above_cannot_decide(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    document = shelf.document()
    fonds = documents.tree.by_id(document).fonds_id
    with transaction():
        documents.set_level(people["administrator"], fonds, Level.CONDITIONAL, "Cả phông có điều kiện")
    item = desk.ask(document)
    with pytest.raises(NotAllowedError) as caught, transaction():
        decisions.grant(promoted(people["administrator"], Role.APPROVER), item.id, REASON)
    assert caught.value.code == "set_the_level"


def test_without_a_given_end_a_grant_lasts_the_usual_days(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with held_at(NOW):
        grant_id = desk.grant(document)
    assert grants.by_id(grant_id).until == NOW + timedelta(days=30)


@pytest.mark.parametrize("away", [timedelta(seconds=-1), timedelta(0), timedelta(days=365, seconds=1)])
def test_an_end_lies_ahead_and_not_beyond_the_longest_length(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], away: timedelta
) -> None:
    item = desk.ask(shelf.document())
    with held_at(NOW), pytest.raises(InvalidError) as caught, transaction():
        decisions.grant(people["approver"], item.id, REASON, NOW + away)
    assert "until" in caught.value.fields


def test_the_longest_length_itself_is_allowed(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    item = desk.ask(shelf.document())
    with held_at(NOW), transaction():
        granted = decisions.grant(people["approver"], item.id, REASON, NOW + timedelta(days=365))
    assert granted.grant is not None
    assert granted.grant.until == NOW + timedelta(days=365)


@pytest.mark.parametrize("reason", ["", "ừ", "    ", "x" * 2001])
def test_a_decision_has_a_reason(shelf: Shelf, desk: Desk, people: dict[str, Actor], reason: str) -> None:
    item = desk.ask(shelf.document())
    for act in (decisions.grant, decisions.refuse):
        with pytest.raises(InvalidError) as caught, transaction():
            act(people["approver"], item.id, reason)
        assert "reason" in caught.value.fields


def test_what_is_decided_is_not_decided_again(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
    for act in (decisions.grant, decisions.refuse):
        with pytest.raises(ConflictError) as caught, transaction():
            act(people["approver"], item.id, REASON)
        assert caught.value.code == "already_decided"


def test_a_refused_request_gives_no_grant_and_no_copy(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    item = desk.ask(document)
    with transaction():
        refused = decisions.refuse(people["approver"], item.id, REASON)
    assert (refused.standing, refused.grant, refused.reason) == ("refused", None, REASON)
    assert not reads(people["citizen"], document)
    assert db.session.scalars(select(Grant)).all() == []
    assert db.session.scalars(select(Job).where(Job.kind == copies.JOB)).all() == []


def test_each_document_of_a_request_is_decided_by_itself(shelf: Shelf, people: dict[str, Actor]) -> None:
    first, second = shelf.document(), shelf.document()
    with transaction():
        asked = requests.submit(people["citizen"], [first, second], PURPOSE)
    with transaction():
        decisions.grant(people["approver"], asked.items[0].id, REASON)
    assert requests.show(people["citizen"], asked.id).state == "in_decision"
    with transaction():
        decisions.refuse(people["approver"], asked.items[1].id, REASON)
    assert requests.show(people["citizen"], asked.id).state == "partly_granted"
    assert reads(people["citizen"], first)
    assert not reads(people["citizen"], second)


@pytest.mark.parametrize("change", ["withhold", "open", "unpublish"])
def test_nothing_is_granted_for_a_record_that_changed_meanwhile(
    shelf: Shelf, desk: Desk, people: dict[str, Actor], change: str
) -> None:
    document = shelf.document()
    item = desk.ask(document)
    with transaction():
        if change == "unpublish":
            documents.unpublish(people["administrator"], document)
        else:
            level = Level.WITHHELD if change == "withhold" else Level.OPEN
            documents.set_level(people["administrator"], document, level, "Xem lại")
    with pytest.raises(ConflictError) as caught, transaction():
        decisions.grant(people["approver"], item.id, REASON)
    assert caught.value.code == "no_longer_conditional"
    assert (
        requests.show(people["approver"], db.session.get_one(Item, item.id).request_id).state == "submitted"
    )


def test_nothing_is_granted_to_a_closed_account(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        db.session.execute(update(Person).where(Person.id == people["citizen"].id).values(disabled_at=NOW))
    with pytest.raises(ConflictError) as caught, transaction():
        decisions.grant(people["approver"], item.id, REASON)
    assert caught.value.code == "requester_is_gone"


def test_an_unknown_item_or_grant_is_not_found(people: dict[str, Actor]) -> None:
    for act in (decisions.grant, decisions.refuse, decisions.revoke):
        with pytest.raises(NotFoundError), transaction():
            act(people["approver"], "0000000000", REASON)


def test_revoking_closes_the_pages_at_once(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    document = shelf.document()
    grant_id = desk.grant(document)
    desk.revoke(grant_id)
    assert not reads(people["citizen"], document)
    (asked,) = requests.mine(people["citizen"], Paging()).rows
    assert asked.items[0].standing == "revoked"
    assert asked.items[0].grant is not None
    assert asked.items[0].grant.revoke_reason == "Cấp nhầm người"


def test_only_approvers_revoke_and_only_once(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    grant_id = desk.grant(shelf.document())
    for role in ("citizen", "operator", "archivist", "administrator"):
        with pytest.raises(NotAllowedError), transaction():
            decisions.revoke(people[role], grant_id, REASON)
    desk.revoke(grant_id)
    with pytest.raises(ConflictError):
        desk.revoke(grant_id)


def test_a_grant_that_has_ended_cannot_be_revoked(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with held_at(NOW):
        grant_id = desk.grant(document)
    with held_at(NOW + timedelta(days=31)), pytest.raises(ConflictError) as caught:
        desk.revoke(grant_id)
    assert caught.value.code == "grant_ended_already"


def test_the_trail_holds_each_decision_and_no_reason(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    grant_id = desk.grant(document)
    desk.revoke(grant_id)
    item = db.session.scalars(select(Item)).one()
    lines = trail.of("item", item.id)
    assert [line.action for line in lines] == ["request.grant", "grant.revoke"]
    for line in lines:
        assert line.actor_id == people["approver"].id
        assert line.details["grant"] == grant_id
        assert line.details["document"] == document
        assert REASON not in str(line.details)


def test_the_requester_is_told_of_each_decision_without_the_title(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    desk.revoke(desk.grant(shelf.document(title="Hồ sơ nhạy cảm")))
    item = desk.ask(shelf.document(title="Hồ sơ nhạy cảm"))
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
    told = notices.of(people["citizen"], Paging()).rows
    assert {"request_granted", "grant_revoked", "request_refused"} <= {notice.template for notice in told}
    assert "nhạy cảm" not in str([notice.values for notice in told])
    assert notices.of(people["other"], Paging()).rows == []


def test_a_requester_who_set_the_level_is_no_second_pair_of_eyes(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item = desk.ask(shelf.document(setter="archivist"), by="archivist")
    with pytest.raises(ConflictError, match="nobody_set_the_level"), transaction():
        decisions.grant(people["approver"], item.id, REASON)
