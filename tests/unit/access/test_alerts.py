"""Unusual reading is told once a day, and the log is forgotten when its years are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.access import alerts
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.audit.models import AuditEvent
from portal.catalogue import pages, readlog
from portal.core import clock
from portal.core.dated import DatedValue
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.rights.models import Read, ReadAlert
from portal.rights.reads import Use
from tests.unit.access.conftest import Desk, Shelf, run

People = dict[str, Actor]
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held() -> Iterator[None]:
    with clock.held_at(NOW):
        yield


def set_value(key: str, value: str) -> None:
    with transaction():
        row = db.session.scalars(select(DatedValue).where(DatedValue.key == key)).one()
        row.value = value


def look(actor: Actor, document: str, use: Use = Use.PAGE) -> None:
    for page in [page.id for page in pages.of_document(document)]:
        pages.opened(actor, page, use)


def told(actor: Actor) -> list[str]:
    return [notice.template for notice in notices.of(actor, Paging(1, 50)).rows]


def test_unusual_reading_is_told_once_a_day_to_those_who_read_the_trail(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document = shelf.document(page_count=4)
    desk.grant(document)
    set_value("reads_per_hour", "3")
    look(people["citizen"], document)
    for _ in range(2):
        run(alerts.watch)
    for role in ("approver", "administrator"):
        assert told(people[role]).count("bulk_reading") == 1, role
    assert "bulk_reading" not in told(people["citizen"]) + told(people["archivist"])
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "reads.alert")).one()
    assert (line.object_id, line.details) == (people["citizen"].id, {"pages": 4, "most": 3})
    (alert,) = readlog.alerts(people["approver"])
    assert (alert.person_id, alert.pages, alert.most) == (people["citizen"].id, 4, 3)
    with clock.held_at(NOW + timedelta(days=1)):
        look(people["citizen"], document)
        run(alerts.watch)
    assert len(readlog.alerts(people["approver"])) == 2


def test_as_much_as_is_usual_and_small_images_are_no_alert(people: People, shelf: Shelf, desk: Desk) -> None:
    document = shelf.document(page_count=3)
    desk.grant(document)
    set_value("reads_per_hour", "3")
    for use in Use.PAGE, Use.IMAGE, Use.TEXT:
        look(people["citizen"], document, use)
    more = shelf.document(page_count=5)
    desk.grant(more)
    look(people["citizen"], more, Use.THUMBNAIL)
    run(alerts.watch)
    assert db.session.scalar(select(func.count()).select_from(ReadAlert)) == 0


def test_what_is_longer_ago_than_an_hour_does_not_count(people: People, shelf: Shelf) -> None:
    document = shelf.document(page_count=4)
    set_value("staff_reads_per_hour", "3")
    look(people["archivist"], document)
    with clock.held_at(NOW + timedelta(minutes=61)):
        run(alerts.watch)
    assert readlog.alerts(people["approver"]) == []


def test_staff_have_a_measure_of_their_own_and_nobody_is_told_of_themselves(
    people: People, shelf: Shelf
) -> None:
    document = shelf.document(page_count=4)
    set_value("reads_per_hour", "1")
    look(people["approver"], document)
    run(alerts.watch)
    assert readlog.alerts(people["administrator"]) == []
    set_value("staff_reads_per_hour", "2")
    run(alerts.watch)
    assert "bulk_reading" in told(people["administrator"])
    assert "bulk_reading" not in told(people["approver"])


def test_rows_go_when_their_years_are_over(people: People, shelf: Shelf) -> None:
    set_value("read_log_years", "2")
    look(people["archivist"], shelf.document())
    with clock.held_at(datetime(2028, 12, 31, 3, 0, tzinfo=UTC)):
        run(alerts.watch)
        assert db.session.scalar(select(func.count()).select_from(Read)) == 2
    with clock.held_at(datetime(2029, 1, 1, 3, 0, tzinfo=UTC)):
        run(alerts.watch)
        assert db.session.scalar(select(func.count()).select_from(Read)) == 0


def test_the_log_tells_by_record_and_by_person_what_was_had_each_day(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, other = shelf.document(page_count=3), shelf.document()
    desk.grant(document)
    look(people["citizen"], document)
    with clock.held_at(NOW + timedelta(hours=1)):
        look(people["archivist"], document, Use.THUMBNAIL)
        look(people["archivist"], other, Use.TEXT)
    by_record = readlog.of_record(people["approver"], document, Paging(1, 50))
    assert [(line.person_name, line.role, line.pages, list(line.uses)) for line in by_record.rows] == [
        ("Người archivist", "archivist", 3, [Use.THUMBNAIL]),
        ("Người citizen", "citizen", 3, [Use.PAGE]),
    ]
    by_person = readlog.of_person(people["administrator"], str(people["archivist"].id), Paging(1, 1))
    assert by_person.total == 2
    assert len(by_person.rows) == 1
    rows = list(readlog.rows_of_person(people["approver"], str(people["citizen"].id)))
    assert sorted(row.page_number or 0 for row in rows) == [1, 2, 3]
    assert {row.use for row in rows} == {Use.PAGE}


def test_years_are_counted_without_anybody(people: People, shelf: Shelf, desk: Desk) -> None:
    assert readlog.years(people["approver"]) == []
    document = shelf.document(page_count=2)
    desk.grant(document)
    desk.grant(document, by="other")
    for use in (Use.PAGE, Use.IMAGE):
        look(people["citizen"], document, use)
    look(people["other"], document)
    look(people["archivist"], document)
    with clock.held_at(datetime(2027, 3, 1, tzinfo=UTC)):
        last, first = readlog.years(people["approver"])
    assert (last.year, last.readers, last.pages) == (2027, 0, 0)
    assert (first.year, first.readers, first.pages, first.records) == (2026, 2, 4, 1)
    assert (first.copies, first.staff, first.staff_pages) == (0, 1, 2)
    assert first.year == date(2026, 1, 1).year


@pytest.mark.parametrize("role", ["citizen", "operator", "archivist"])
def test_only_those_who_read_the_trail_read_the_log(people: People, shelf: Shelf, role: str) -> None:
    document, actor = shelf.document(), people[role]
    own = str(actor.id)
    for ask in (
        lambda: readlog.of_record(actor, document, Paging(1, 50)),
        lambda: readlog.of_person(actor, own, Paging(1, 50)),
        lambda: list(readlog.rows_of_record(actor, document)),
        lambda: list(readlog.rows_of_person(actor, own)),
        lambda: readlog.alerts(actor),
        lambda: readlog.years(actor),
    ):
        with pytest.raises(NotAllowedError):
            ask()


def test_an_unknown_record_or_person_is_not_found(people: People) -> None:
    with pytest.raises(NotFoundError):
        readlog.of_record(people["approver"], "0000000000", Paging(1, 50))
    with pytest.raises(NotFoundError):
        readlog.of_person(people["approver"], "0000000000", Paging(1, 50))
