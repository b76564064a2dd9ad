"""One act on many requests is many acts: each by the rules for one, each told by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.access import bulk, drafts, duplicates, handling, queues, requests
from portal.access.bulk import Bulk, Order
from portal.access.models import RequestStatus
from portal.access.proposals import Proposal
from portal.access.queues import NOBODY, Filters, Queue
from portal.access.results import RequestView
from portal.access.states import Act
from portal.accounts import notices
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.catalogue import pages
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, PortalError
from portal.core.paging import Paging
from portal.rights import grants, reads
from portal.rights.reads import Seen, Use
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, delay

LEAVE = Proposal(Act.GRANT, REASON)


@pytest.fixture
def colleague(people: dict[str, Actor]) -> Actor:
    """A second archivist, who has set no level."""
    with transaction():
        return accounts.create(PORTAL, "hai@example.vn", Role.ARCHIVIST, name="Người hai").actor


def ask(shelf: Shelf, person: Actor, *document_ids: str) -> RequestView:
    with transaction():
        return requests.submit(person, list(document_ids) or [shelf.document()], PURPOSE)


def all_of(actor: Actor, chosen: list[RequestView], order: Order) -> list[str]:
    """Do it with each and return the codes of what was refused."""
    found = []
    for one in chosen:
        try:
            with transaction():
                bulk.carry_out(actor, one.id, order)
            found.append("")
        except PortalError as error:
            found.append(error.code)
    return found


def offered(actor: Actor, *asked: RequestView) -> frozenset[str]:
    with transaction():
        return frozenset(drafts.offer(actor, item.id, LEAVE).id for one in asked for item in one.items)


def test_each_row_stands_by_itself(shelf: Shelf, people: dict[str, Actor]) -> None:
    first, taken, own = (ask(shelf, people[by]) for by in ("citizen", "other", "archivist"))
    with transaction():
        handling.take(people["approver"], taken.id)
    told = all_of(people["archivist"], [first, taken, own], Order(Bulk.TAKE))
    assert told == ["", "request_stands_elsewhere", "not_for_you"]
    assert requests.show(people["archivist"], first.id).assigned_to == people["archivist"].id


def test_many_are_signed_each_with_its_own_second_pair_of_eyes(
    shelf: Shelf, people: dict[str, Actor], colleague: Actor
) -> None:
    free, own, drafted, unseen = (ask(shelf, people[by]) for by in ("citizen", "approver", "other", "other"))
    seen = offered(colleague, free, own) | offered(people["approver"], drafted)
    offered(colleague, unseen)
    told = all_of(people["approver"], [free, own, drafted, unseen], Order(Bulk.SIGN, drafts=seen))
    assert told == ["", "own_request", "own_draft", "draft_changed"]
    rows = [requests.show(colleague, one.id) for one in (free, own, drafted, unseen)]
    states = [row.items[0].standing for row in rows]
    assert states == ["granted", "proposed", "proposed", "proposed"]


def test_of_one_request_all_drafts_are_signed_or_none(
    shelf: Shelf, people: dict[str, Actor], colleague: Actor
) -> None:
    asked = ask(shelf, people["citizen"], shelf.document(), shelf.document())
    with transaction():
        one = drafts.offer(colleague, asked.items[0].id, LEAVE)
        two = drafts.offer(people["approver"], asked.items[1].id, LEAVE)
    order = Order(Bulk.SIGN, drafts=frozenset({one.id, two.id}))
    assert all_of(people["approver"], [asked], order) == ["own_draft"]
    shown = requests.show(colleague, asked.id)
    assert [item.standing for item in shown.items] == ["proposed", "proposed"]


def test_who_does_not_decide_signs_nothing_and_puts_nothing_off(
    shelf: Shelf, people: dict[str, Actor], colleague: Actor
) -> None:
    asked = ask(shelf, people["citizen"])
    seen = offered(colleague, asked)
    archivist = people["archivist"]
    assert all_of(archivist, [asked], Order(Bulk.SIGN, drafts=seen)) == ["not_permitted"]
    assert all_of(archivist, [asked], Order(Bulk.EXTEND, days=1, reason=REASON, term_id=delay())) == [
        "not_for_you"
    ]
    for stranger in ("citizen", "operator", "administrator"):
        assert all_of(people[stranger], [asked], Order(Bulk.TAKE)) == ["not_permitted"]


def test_many_are_assigned_and_put_off(shelf: Shelf, people: dict[str, Actor], colleague: Actor) -> None:
    chosen = [ask(shelf, people[by]) for by in ("citizen", "other")]
    assert all_of(people["approver"], chosen, Order(Bulk.ASSIGN, person_id=colleague.id or "")) == ["", ""]
    assert all_of(people["approver"], chosen, Order(Bulk.EXTEND, days=2, reason=REASON, term_id=delay())) == [
        "",
        "",
    ]
    now = [requests.show(colleague, one.id) for one in chosen]
    assert {one.assigned_to for one in now} == {colleague.id}
    assert all(later.due_on > before.due_on for later, before in zip(now, chosen, strict=True))  # type: ignore[operator]


def test_readers_are_reminded_once_a_day(shelf: Shelf, people: dict[str, Actor]) -> None:
    waiting, other = ask(shelf, people["citizen"]), ask(shelf, people["other"])
    with transaction():
        handling.ask_reader(people["archivist"], waiting.id, "Bạn cần trang nào?")
    order = Order(Bulk.REMIND)
    assert all_of(people["archivist"], [waiting, other], order) == ["", "nobody_was_asked"]
    assert all_of(people["archivist"], [waiting], order) == ["reminded_today"]
    told = [one.template for one in notices.of(people["citizen"], Paging()).rows]
    assert told.count("request_lapses_soon") == 1


def test_not_more_than_a_hundred_are_chosen() -> None:
    with pytest.raises(InvalidError, match="nothing_chosen"):
        bulk.check([])
    with pytest.raises(InvalidError, match="too_many_chosen"):
        bulk.check([f"{number:010d}" for number in range(bulk.MOST_ROWS + 1)])
    assert bulk.check(["b", "a", "b"]) == ["b", "a"]


def test_what_is_granted_is_to_be_delivered_until_it_was_fetched(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    grant_id = desk.grant(document)
    approver = people["approver"]
    assert queues.counts(approver)[Queue.TO_DELIVER] == 1
    assert queues.of(approver, Queue.TO_DELIVER, Paging()).total == 1
    desk.build(grant_id)
    grant = grants.by_id(grant_id)
    with transaction():
        page_id = pages.of_document(document)[0].id
        reads.note(people["citizen"], Seen(document, page_id, Use.PAGE, grant))
    assert queues.counts(approver)[Queue.TO_DELIVER] == 1
    with transaction():
        reads.note(people["citizen"], Seen(document, reads.WHOLE, Use.COPY, grant))
    assert queues.counts(approver)[Queue.TO_DELIVER] == 0


def test_queues_are_narrowed(shelf: Shelf, people: dict[str, Actor]) -> None:
    archivist, document = people["archivist"], shelf.document()
    first, second = ask(shelf, people["citizen"], document), ask(shelf, people["other"])
    with transaction():
        handling.take(archivist, first.id)

    def found(queue: Queue = Queue.ALL, **wanted: object) -> list[str]:
        rows = queues.of(archivist, queue, Paging(), Filters(**wanted)).rows  # type: ignore[arg-type]
        return [one.number for one in rows]

    assert found(number=second.number[-3:]) == [second.number]
    assert found(assigned=archivist.id) == [first.number]
    assert found(assigned=NOBODY) == [second.number]
    assert found(due_by=date(2020, 1, 1)) == []
    assert found(due_by=clock.today() + timedelta(days=60)) == [first.number, second.number]
    assert found(service="conditional") == [first.number, second.number]
    assert found(service="copy") == []
    fonds = _fonds_of(document)
    assert found(fonds=fonds) == [first.number]
    with transaction():
        requests.withdraw(people["citizen"], first.id)
    assert found(Queue.CLOSED, outcome="withdrawn") == [first.number]
    assert found(Queue.CLOSED, outcome="granted") == []


def test_other_requests_for_the_same_record_are_noticed(shelf: Shelf, people: dict[str, Actor]) -> None:
    document, approver = shelf.document(), people["approver"]
    before = ask(shelf, people["citizen"], document)
    with transaction():
        requests.withdraw(people["citizen"], before.id)
    of_other, now = ask(shelf, people["other"], document), ask(shelf, people["citizen"], document)
    of_staff = ask(shelf, people["archivist"], document)
    found = duplicates.of(approver, requests.show(approver, now.id))
    assert [(one.number, one.is_same_person, one.is_open) for one in found] == [
        (before.number, True, False),
        (of_staff.number, False, True),
        (of_other.number, False, True),
    ]
    # What lies behind one's own request is not shown, not even as a twin of another.
    seen = duplicates.of(people["archivist"], requests.show(people["archivist"], now.id))
    assert of_staff.number not in {one.number for one in seen}
    with pytest.raises(NotAllowedError):
        duplicates.of(people["archivist"], of_staff)
    assert now.status is RequestStatus.RECEIVED


def test_signing_where_no_draft_waits_says_so(shelf: Shelf, people: dict[str, Actor]) -> None:
    asked = ask(shelf, people["citizen"])
    with pytest.raises(ConflictError, match="no_draft_waits"), transaction():
        bulk.carry_out(people["approver"], asked.id, Order(Bulk.SIGN))


def _fonds_of(document: str) -> str:
    return db.session.get_one(Node, document).path.split("/")[1]
