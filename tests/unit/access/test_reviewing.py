"""Refusals whose day of review has come: a queue asked of the day, and what is decided of each."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from portal.access import askable, decisions, requests, reviewing, taken_along, timeline
from portal.access.proposals import Proposal
from portal.access.review_rows import RefusalReview
from portal.access.states import Act
from portal.access.timeline import Happening
from portal.accounts import choices, delegations, lending
from portal.accounts.actors import ANONYMOUS, Actor, Form
from portal.accounts.choices import Choice
from portal.accounts.delegations import Giving
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.mail.models import Message
from portal.rights import policy
from portal.rights.levels import Level
from tests.unit.access.conftest import REASON, Desk, Shelf

DAY, NEXT = date(2031, 3, 1), date(2032, 3, 1)
BEFORE = datetime(2031, 2, 28, 23, 59, 59, tzinfo=clock.LOCAL)
FIRST = datetime(2031, 3, 1, 0, 0, 0, tzinfo=clock.LOCAL)
WHY = "Người được nhắc đến vẫn còn sống"
ALL = Paging(1, 25)


@pytest.fixture
def refused(shelf: Shelf, desk: Desk, people: dict[str, Actor]) -> str:
    """The document of a request that was refused until a day; return its id."""
    return refuse(desk, people, shelf.document())


def refuse(desk: Desk, people: dict[str, Actor], document_id: str, by: str = "citizen") -> str:
    item = desk.ask(document_id, by=by)
    with transaction():
        decisions.decide(people["approver"], item.id, Proposal(Act.REFUSE, REASON, review_on=DAY))
    return item.id


def waits(actor: Actor) -> list[str]:
    found = [case.item_id for case in reviewing.waiting(actor, ALL).rows]
    assert len(found) == reviewing.count(actor)
    return found


def told(template: str) -> list[str]:
    return list(db.session.scalars(select(Message.person_id).where(Message.template == template)))


def test_a_refusal_waits_from_the_first_instant_of_its_day(refused: str, people: dict[str, Actor]) -> None:
    with clock.held_at(BEFORE):
        assert waits(people["archivist"]) == []
        with pytest.raises(NotFoundError):
            reviewing.show(people["archivist"], refused)
    with clock.held_at(FIRST):
        assert waits(people["archivist"]) == [refused]
        assert reviewing.show(people["approver"], refused).review_on == DAY


def test_what_stays_closed_leaves_the_queue_until_its_next_day(
    refused: str, people: dict[str, Actor]
) -> None:
    with clock.held_at(FIRST):
        with transaction():
            reviewing.keep_closed(people["archivist"], refused, NEXT, WHY)
        assert waits(people["archivist"]) == []
        with pytest.raises(ConflictError, match="review_is_done"), transaction():
            reviewing.keep_closed(people["approver"], refused, NEXT, WHY)
    row = db.session.scalars(select(RefusalReview)).one()
    assert (row.due_on, row.review_on, row.reason) == (DAY, NEXT, WHY)
    assert row.looked_by == people["archivist"].id
    line = trail.of("item", refused)[-1]
    assert (line.action, line.details["before"], line.details["after"]) == (
        "item.stays_closed",
        "2031-03-01",
        "2032-03-01",
    )
    with clock.held_at(datetime(2032, 3, 1, tzinfo=clock.LOCAL)):
        assert waits(people["archivist"]) == [refused]
        (look,) = reviewing.show(people["archivist"], refused).looks
        assert (look.review_on, look.reason) == (NEXT, WHY)


def test_the_reader_learns_of_the_new_day_and_by_mail_where_wanted(
    refused: str, people: dict[str, Actor]
) -> None:
    citizen = people["citizen"]
    with clock.held_at(FIRST), transaction():
        reviewing.keep_closed(people["archivist"], refused, NEXT, WHY)
    message = db.session.scalars(select(Message).where(Message.template == "refusal_stands")).one()
    assert message.person_id == citizen.id
    assert (message.values["until"], message.values["reason"]) == ("01/03/2032", WHY)
    assert choices.goes_by_mail(citizen.id or "", "refusal_stands")
    with transaction():
        choices.choose(citizen, {Choice.REVIEWS: False})
    assert not choices.goes_by_mail(citizen.id or "", "refusal_stands")
    case = reviewing_case(people, refused)
    assert askable.of(citizen, [case.document_id])[0].review_on == NEXT
    steps = [step.what for step in timeline.of(citizen, case.request_id).steps]
    assert Happening.STAYS_CLOSED in steps
    taken = taken_along.request(citizen, requests.show(citizen, case.request_id))["documents"]
    assert isinstance(taken, list)
    assert taken[0]["looked_at_again_on"] == "2032-03-01"
    assert [(one["until"], one["reason"]) for one in taken[0]["stays_closed"]] == [("2032-03-01", WHY)]


def reviewing_case(people: dict[str, Actor], item_id: str) -> reviewing.Case:
    with clock.held_at(datetime(2032, 3, 1, tzinfo=clock.LOCAL)):
        return reviewing.show(people["archivist"], item_id)


def test_an_open_record_waits_no_longer_and_all_who_were_refused_are_told(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document_id = shelf.document()
    first = refuse(desk, people, document_id)
    second = refuse(desk, people, document_id, by="other")
    with clock.held_at(FIRST):
        assert sorted(waits(people["archivist"])) == sorted([first, second])
        with pytest.raises(NotAllowedError), transaction():
            reviewing.open_record(people["approver"], first, "Hết lý do đóng")
        with transaction():
            reviewing.open_record(people["archivist"], first, "Hết lý do đóng")
        assert waits(people["archivist"]) == []
        assert policy.sight(ANONYMOUS, document_id).is_public
    assert sorted(told("record_opened")) == sorted([people["citizen"].id, people["other"].id])
    assert trail.of("item", first)[-1].action == "item.opened"


def test_what_its_fonds_keeps_closed_is_not_said_to_be_open(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document_id = shelf.document()
    item_id = refuse(desk, people, document_id)
    above = documents.tree.by_id(document_id).fonds_id
    with transaction():
        documents.set_level(people["archivist"], above, Level.CONDITIONAL, "Cả phông")
    with (
        clock.held_at(FIRST),
        pytest.raises(ConflictError, match="review_still_closed"),
        transaction(),
    ):
        reviewing.open_record(people["archivist"], item_id, "Hết lý do đóng")
    assert told("record_opened") == []
    with clock.held_at(FIRST):
        assert waits(people["archivist"]) == [item_id]


def test_what_opened_by_other_ways_waits_for_nobody(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document_id = shelf.document()
    refuse(desk, people, document_id)
    with transaction():
        documents.set_opening(people["archivist"], document_id, DAY, "Luật Lưu trữ")
    with clock.held_at(FIRST):
        assert waits(people["archivist"]) == []


def test_nobody_looks_at_the_refusal_of_their_own_request(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item_id = refuse(desk, people, shelf.document(), by="archivist")
    with clock.held_at(FIRST):
        assert waits(people["archivist"]) == []
        for act in (
            lambda: reviewing.keep_closed(people["archivist"], item_id, NEXT, WHY),
            lambda: reviewing.open_record(people["archivist"], item_id, WHY),
            lambda: reviewing.keep_closed(people["operator"], item_id, NEXT, WHY),
            lambda: reviewing.waiting(people["administrator"], ALL),
            lambda: reviewing.count(people["citizen"]),
        ):
            with pytest.raises(NotAllowedError), transaction():
                act()
        assert waits(people["approver"]) == [item_id]


def test_who_acts_for_somebody_sees_nothing_of_their_refusals(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item_id = refuse(desk, people, shelf.document(), by="archivist")
    with clock.held_at(FIRST):
        lend(people["archivist"], people["operator"])
        delegate = lending.acting(db.session.get_one(Person, people["operator"].id))
        assert waits(delegate) == []
        with pytest.raises(NotFoundError):
            reviewing.show(delegate, item_id)
        lend(people["approver"], people["operator"])
        by_two = lending.acting(db.session.get_one(Person, people["operator"].id))
        assert waits(by_two) == [item_id], "the approver lends it as well"
        assert reviewing.show(by_two, item_id).person_name == people["archivist"].name


def lend(giver: Actor, delegate: Actor) -> None:
    day = clock.today()
    giving = Giving(
        giver.id or "",
        delegate.id or "",
        frozenset({Permission.HANDLE}),
        Form.TUQ,
        day,
        day,
        "GUQ 1/2031",
        "",
    )
    with transaction():
        delegations.give(giver, giving)


def test_a_reason_and_a_day_to_come_are_needed(refused: str, people: dict[str, Actor]) -> None:
    with clock.held_at(FIRST):
        for day, reason in ((None, WHY), (DAY, WHY), (NEXT, "  ")):
            with pytest.raises(InvalidError), transaction():
                reviewing.keep_closed(people["archivist"], refused, day, reason)
        assert waits(people["archivist"]) == [refused]
