"""Opening by date: exactly on the day, for everybody and on every way, and with word to those refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.access import askable, decisions, opened, requests
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.catalogue import documents, indexing, records
from portal.catalogue.models import Node
from portal.catalogue.search_rows import OutboxEntry
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError
from portal.mail.models import Message
from portal.rights import opening, policy, protections
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Shelf, run

DAY = date(2031, 3, 1)
BASIS = "Luật Lưu trữ, điều 30"
BEFORE = datetime(2031, 2, 28, 23, 59, 59, tzinfo=clock.LOCAL)
FIRST = datetime(2031, 3, 1, 0, 0, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def record(shelf: Shelf) -> str:
    document_id = shelf.document()
    with transaction():
        documents.set_opening(shelf.people["archivist"], document_id, DAY, BASIS)
    return document_id


def listed(document_id: str) -> bool:
    """Tell whether a list asked in SQL holds the record as one whose pages everybody may read."""
    readable = policy.readable(ANONYMOUS, Node.id.expression)
    return db.session.scalar(select(Node.id).where(Node.id == document_id, readable)) is not None


def test_a_record_opens_with_the_first_instant_of_its_day_and_not_before(record: str) -> None:
    with clock.held_at(BEFORE):
        assert not policy.sight(ANONYMOUS, record).sees_content
        assert not listed(record)
        assert records.show(ANONYMOUS, record).opens_on == DAY
    with clock.held_at(FIRST):
        assert policy.sight(ANONYMOUS, record).is_public
        assert listed(record)
        assert policy.effective_level(record) is Level.OPEN
        assert records.show(ANONYMOUS, record).opens_on is None


def test_the_strictest_level_on_the_path_holds_it_closed(record: str, shelf: Shelf) -> None:
    node = db.session.get_one(Node, record)
    above = node.path.strip("/").split("/")[0]
    with transaction():
        documents.set_level(shelf.people["archivist"], above, Level.CONDITIONAL, "Cả phông")
    assert opening.lapses([record]) == {}
    with clock.held_at(FIRST):
        assert not policy.sight(ANONYMOUS, record).sees_content
        assert not listed(record)
    later = DAY + timedelta(days=40)
    with transaction():
        documents.set_opening(shelf.people["archivist"], above, later, BASIS)
    assert {one: lapse.day for one, lapse in opening.lapses([record, above]).items()} == {
        record: later,
        above: later,
    }


def test_what_opened_is_written_down_once_and_those_refused_are_told(
    record: str, shelf: Shelf, people: dict[str, Actor]
) -> None:
    with transaction():
        item = requests.submit(people["citizen"], [record], PURPOSE).items[0]
        requests.submit(people["other"], [record], PURPOSE)
    with transaction():
        decisions.refuse(people["approver"], item.id, REASON)
    with clock.held_at(BEFORE):
        run(opened.follow)
    assert told() == []
    while indexing.drain():
        pass
    with clock.held_at(FIRST):
        run(opened.follow)
        run(opened.follow)
    assert told() == [people["citizen"].id]
    lines = [line for line in trail.of("document", record) if line.action == "access.open_by_date"]
    assert [line.details for line in lines] == [{"opened_on": "2031-03-01", "basis": BASIS}]
    assert protections.of(record).own_level is Level.OPEN
    assert db.session.scalar(select(OutboxEntry.target).where(OutboxEntry.target == record)) == record


def told() -> list[str]:
    rows = db.session.scalars(select(Message).where(Message.template == "record_opened"))
    return [row.person_id for row in rows]


def test_whoever_wants_it_learns_when_it_opens(record: str, shelf: Shelf, people: dict[str, Actor]) -> None:
    wanted = askable.of(people["citizen"], [record, shelf.document()])
    assert [one.opens_on for one in wanted] == [DAY, None]


def test_a_record_that_is_not_published_opens_to_nobody(shelf: Shelf, people: dict[str, Actor]) -> None:
    document_id = shelf.document(published=False)
    with transaction():
        documents.set_opening(people["archivist"], document_id, DAY, BASIS)
    with clock.held_at(FIRST):
        assert not policy.sight(ANONYMOUS, document_id).sees_description
        run(opened.follow)
        assert told() == []


def test_closing_again_takes_the_day_away(record: str, shelf: Shelf) -> None:
    archivist = shelf.people["archivist"]
    with transaction():
        documents.set_level(archivist, record, Level.CONDITIONAL, "Lý do khác")
    assert opening.of(record) == (DAY, BASIS), "the same level keeps its day"
    with clock.held_at(FIRST), transaction():
        documents.set_level(archivist, record, Level.CONDITIONAL, "Có khiếu nại")
    with clock.held_at(FIRST):
        assert not policy.sight(ANONYMOUS, record).sees_content
    with transaction():
        documents.set_level(archivist, record, Level.WITHHELD, "Có khiếu nại")
    assert opening.of(record) == (None, "")


def test_a_day_is_to_come_and_names_its_rule(record: str, shelf: Shelf, people: dict[str, Actor]) -> None:
    archivist = people["archivist"]
    with pytest.raises(InvalidError, match="day_not_to_come"), transaction():
        documents.set_opening(archivist, record, clock.today(), BASIS)
    with pytest.raises(InvalidError, match="missing"), transaction():
        documents.set_opening(archivist, record, DAY, " ")
    with pytest.raises(NotAllowedError), transaction():
        documents.set_opening(people["approver"], record, DAY, BASIS)
    withheld = shelf.document(Level.WITHHELD)
    with pytest.raises(ConflictError, match="no_level_to_lapse"), transaction():
        documents.set_opening(archivist, withheld, DAY, BASIS)
    with transaction():
        documents.set_opening(archivist, record, None, "")
    assert opening.lapses([record]) == {}
