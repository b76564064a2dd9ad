"""Withdrawing a request, asking again, and knowing ahead when leave ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.access import decisions, expiry, holding, requests
from portal.access.models import Item
from portal.access.states import RequestState
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.rights import grants
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, run

People = dict[str, Actor]


def request_of(item_id: str) -> str:
    return db.session.get_one(Item, item_id).request_id


def test_what_is_withdrawn_waits_for_nobody(people: People, shelf: Shelf, desk: Desk) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        shown = requests.withdraw(people["citizen"], request_of(item.id))
    assert shown.state is RequestState.WITHDRAWN
    assert requests.waiting(people["approver"], Paging()).total == 0
    with pytest.raises(ConflictError), transaction():
        decisions.grant(people["approver"], item.id, REASON)
    with pytest.raises(ConflictError), transaction():
        requests.withdraw(people["citizen"], request_of(item.id))


def test_what_was_decided_stays_decided(people: People, shelf: Shelf, desk: Desk) -> None:
    first = desk.ask(shelf.document(), shelf.document())
    with transaction():
        decisions.grant(people["approver"], first.id, REASON)
        shown = requests.withdraw(people["citizen"], request_of(first.id))
    assert [item.standing for item in shown.items] == ["granted", "withdrawn"]


def test_withdrawing_locks_items_in_one_order(people: People, shelf: Shelf, desk: Desk) -> None:
    item = desk.ask(shelf.document(), shelf.document())
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with transaction():
            requests.withdraw(people["citizen"], request_of(item.id))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    # Only this reading asks for items by their state; SQLite leaves the word of the lock out.
    (locking,) = [
        one for one in sent if "FROM request_items WHERE" in one and "request_items.state IN" in one
    ]
    assert "ORDER BY request_items.position" in locking


@pytest.mark.parametrize("key", ["other", "approver", "administrator"])
def test_only_the_requester_withdraws_or_asks_again(
    people: People, shelf: Shelf, desk: Desk, key: str
) -> None:
    item = desk.ask(shelf.document())
    with pytest.raises(NotFoundError), transaction():
        requests.withdraw(people[key], request_of(item.id))
    with pytest.raises(NotFoundError), transaction():
        requests.ask_again(people[key], item.id)


def test_a_refused_document_is_asked_for_again_with_the_same_purpose(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    item = desk.ask(shelf.document())
    with pytest.raises(ConflictError), transaction():
        requests.ask_again(people["citizen"], item.id)
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
        again = requests.ask_again(people["citizen"], item.id)
    assert again.purpose == PURPOSE
    assert requests.asked_in(people["other"], item.id) is None
    assert [one.document_id for one in again.items] == [item.document_id]
    assert again.id != request_of(item.id)


def test_leave_that_holds_cannot_be_asked_for_again_and_ended_leave_can(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    grant_id = desk.grant(shelf.document())
    (leave,) = holding.of(people["citizen"])
    with pytest.raises(ConflictError), transaction():
        requests.ask_again(people["citizen"], leave.item_id)
    with clock.held_at(grants.by_id(grant_id).until), transaction():
        requests.ask_again(people["citizen"], leave.item_id)


def test_leave_is_listed_by_its_end_until_its_end(people: People, shelf: Shelf, desk: Desk) -> None:
    late, soon = desk.grant(shelf.document()), desk.grant(shelf.document())
    with transaction():
        grants.by_id(soon).until = clock.now() + timedelta(days=2)
    first, second = holding.of(people["citizen"])
    assert (first.until, second.until) == (grants.by_id(soon).until, grants.by_id(late).until)
    assert first.days_left == 2
    assert holding.of(people["other"]) == []
    with clock.held_at(first.until):
        assert [one.item_id for one in holding.of(people["citizen"])] == [second.item_id]
    with pytest.raises(NotAllowedError):
        holding.of(ANONYMOUS)


def test_the_end_is_told_ahead_once(people: People, shelf: Shelf, desk: Desk) -> None:
    grant_id = desk.grant(shelf.document())
    until = grants.by_id(grant_id).until

    def told() -> list[str]:
        run(expiry.announce)
        return [one.template for one in notices.of(people["citizen"], Paging()).rows]

    with clock.held_at(until - timedelta(days=8)):
        assert "grant_ends_soon" not in told()
    with clock.held_at(until - timedelta(days=7)):
        assert told().count("grant_ends_soon") == 1
        assert told().count("grant_ends_soon") == 1
    with clock.held_at(until):
        assert told().count("grant_ended") == 1


def test_short_leave_is_not_told_of_twice_at_once(people: People, shelf: Shelf, desk: Desk) -> None:
    item = desk.ask(shelf.document())
    with transaction():
        decisions.grant(people["approver"], item.id, REASON, clock.now() + timedelta(days=3))
    run(expiry.announce)
    templates = [one.template for one in notices.of(people["citizen"], Paging()).rows]
    assert "grant_ends_soon" not in templates
