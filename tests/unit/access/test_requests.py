"""Asking for documents, and who may look at what was asked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.access import decisions, requests
from portal.access.models import Request
from portal.access.states import RequestState
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import documents
from portal.core.clock import held_at, read_instant
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, PortalError
from portal.core.paging import Paging
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf


def test_a_request_gets_a_number_of_its_year_counted_from_one(shelf: Shelf, desk: Desk) -> None:
    first, second, third = shelf.document(), shelf.document(), shelf.document()
    with held_at(read_instant("2026-12-31T10:00")):
        desk.ask(first)
        desk.ask(second, by="other")
    with held_at(read_instant("2027-01-01T00:00")):
        desk.ask(third)
    numbers = db.session.scalars(select(Request.number).order_by(Request.submitted_at, Request.number))
    assert list(numbers) == ["YC-2026-000001", "YC-2026-000002", "YC-2027-000001"]


def test_a_request_that_fails_uses_up_no_number(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    good, other = shelf.document(), shelf.document()
    desk.ask(good)
    with pytest.raises(ConflictError):
        desk.ask(good)
    desk.ask(other)
    numbers = db.session.scalars(select(Request.number)).all()
    assert {number[-6:] for number in numbers} == {"000001", "000002"}


def test_nobody_can_ask_without_signing_in(shelf: Shelf) -> None:
    document = shelf.document()
    with pytest.raises(NotAllowedError), transaction():
        requests.submit(ANONYMOUS, [document], PURPOSE)


@pytest.mark.parametrize("purpose", ["", "ngắn quá", " " * 30, "x" * 2001])
def test_a_purpose_has_ten_to_two_thousand_characters(
    shelf: Shelf, people: dict[str, Actor], purpose: str
) -> None:
    document = shelf.document()
    with pytest.raises(InvalidError) as caught, transaction():
        requests.submit(people["citizen"], [document], purpose)
    assert "purpose" in caught.value.fields


def test_a_request_asks_for_one_to_fifty_documents(shelf: Shelf, people: dict[str, Actor]) -> None:
    for wanted in ([], [f"{number:010d}" for number in range(51)]):
        with pytest.raises(InvalidError) as caught, transaction():
            requests.submit(people["citizen"], wanted, PURPOSE)
        assert "documents" in caught.value.fields


def test_a_document_named_twice_is_asked_for_once(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        asked = requests.submit(people["citizen"], [document, document], PURPOSE)
    assert [item.document_id for item in asked.items] == [document]


def refusal(actor: Actor, document_id: str) -> PortalError:
    with pytest.raises(PortalError) as caught, transaction():
        requests.submit(actor, [document_id], PURPOSE)
    return caught.value


@pytest.mark.parametrize("asker", ["citizen", "archivist"])
def test_withheld_and_unpublished_documents_answer_like_unknown_ones(
    shelf: Shelf, people: dict[str, Actor], asker: str
) -> None:
    unknown = refusal(people[asker], "0000000000")
    for document in (
        shelf.document(Level.WITHHELD),
        shelf.document(published=False),
        shelf.document(Level.OPEN, published=False),
    ):
        error = refusal(people[asker], document)
        assert (type(error), error.code, error.values) == (type(unknown), unknown.code, unknown.values)
        assert isinstance(error, NotFoundError)


def test_one_unknown_document_refuses_the_whole_request(shelf: Shelf, desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk.ask(shelf.document(), "0000000000")
    assert db.session.scalars(select(Request)).all() == []


def test_an_open_document_needs_no_request(shelf: Shelf, people: dict[str, Actor]) -> None:
    assert refusal(people["citizen"], shelf.document(Level.OPEN)).code == "already_open"


def test_a_document_without_pages_cannot_be_asked_for_yet(shelf: Shelf, people: dict[str, Actor]) -> None:
    assert refusal(people["citizen"], shelf.document(page_count=0)).code == "no_pages_yet"


def test_who_waits_for_a_decision_cannot_ask_again_but_others_can(shelf: Shelf, desk: Desk) -> None:
    document = shelf.document()
    desk.ask(document)
    with pytest.raises(ConflictError) as caught:
        desk.ask(document)
    assert caught.value.code == "already_asked"
    desk.ask(document, by="other")


def test_who_has_leave_cannot_ask_again_until_it_ends(shelf: Shelf, desk: Desk) -> None:
    document = shelf.document()
    grant_id = desk.grant(document)
    with pytest.raises(ConflictError) as caught:
        desk.ask(document)
    assert caught.value.code == "already_granted"
    desk.revoke(grant_id)
    assert desk.ask(document).state == "submitted"


def test_a_refused_person_can_ask_again(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> None:
    document = shelf.document()
    item = desk.ask(document)
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
    assert desk.ask(document).state == "submitted"


def test_only_the_requester_and_those_who_handle_requests_see_one(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with transaction():
        request_id = requests.submit(people["citizen"], [document], PURPOSE).id
    for reader in ("citizen", "archivist", "approver"):
        assert requests.show(people[reader], request_id).purpose == PURPOSE
    for stranger in (people["other"], people["operator"], people["administrator"], ANONYMOUS):
        with pytest.raises(NotFoundError):
            requests.show(stranger, request_id)


def test_the_title_of_a_record_that_was_withheld_leaves_the_request(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document(title="Tên sẽ bị giữ kín")
    with transaction():
        request_id = requests.submit(people["citizen"], [document], PURPOSE).id
    assert requests.show(people["citizen"], request_id).items[0].title == "Tên sẽ bị giữ kín"
    with transaction():
        documents.set_level(people["archivist"], document, Level.WITHHELD, "Bí mật đời tư")
    assert requests.show(people["citizen"], request_id).items[0].title is None


def test_the_queue_shows_the_oldest_undecided_request_first_to_approvers_only(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    with held_at(read_instant("2026-11-20T09:00")):
        desk.ask(shelf.document(title="Cũ"))
    with held_at(read_instant("2026-11-21T09:00")):
        decided = desk.ask(shelf.document(title="Đã quyết"))
    with held_at(read_instant("2026-11-22T09:00")):
        desk.ask(shelf.document(title="Mới"))
    with transaction():
        decisions.refuse(people["approver"], decided.id, REASON)
    queue = requests.waiting(people["approver"], Paging())
    assert [row.items[0].title for row in queue.rows] == ["Cũ", "Mới"]
    assert queue.total == 2
    for other in ("citizen", "operator", "archivist", "administrator"):
        with pytest.raises(NotAllowedError):
            requests.waiting(people[other], Paging())


def test_people_see_their_own_requests_latest_first(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    with held_at(read_instant("2026-11-20T09:00")):
        desk.ask(shelf.document(title="Trước"))
    with held_at(read_instant("2026-11-21T09:00")):
        desk.ask(shelf.document(title="Sau"))
    desk.ask(shelf.document(), by="other")
    own = requests.mine(people["citizen"], Paging())
    assert [row.items[0].title for row in own.rows] == ["Sau", "Trước"]
    assert {row.state for row in own.rows} == {RequestState.SUBMITTED}


def test_asking_leaves_a_line_in_the_trail_and_a_notice(shelf: Shelf, people: dict[str, Actor]) -> None:
    document = shelf.document()
    with transaction():
        asked = requests.submit(people["citizen"], [document], PURPOSE)
    (line,) = trail.of("request", asked.id)
    assert (line.action, line.actor_id) == ("request.submit", people["citizen"].id)
    assert line.details["items"] == [{"item": asked.items[0].id, "document": document}]
    assert PURPOSE not in str(line.details)
    (notice,) = notices.of(people["citizen"], Paging()).rows
    assert asked.due_on is not None
    due = asked.due_on.strftime("%d/%m/%Y")
    assert (notice.template, notice.values) == ("request_received", {"number": asked.number, "due": due})
