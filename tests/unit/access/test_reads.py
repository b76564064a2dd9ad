"""The log of reading: a row before the page, none for what is public, and pages counted exactly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from portal.access import copies, decisions
from portal.accounts.actors import ANONYMOUS, PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.catalogue import pages, records
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.rights import grant_states, grants, reads
from portal.rights.grant_states import GrantState
from portal.rights.grants import Scope, Terms
from portal.rights.levels import Level
from portal.rights.models import Read
from portal.rights.reads import Use
from tests.unit.access.conftest import REASON, Desk, Shelf

People = dict[str, Actor]

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def held() -> Iterator[None]:
    with clock.held_at(NOW):
        yield


def granted(people: People, desk: Desk, document: str, **terms: object) -> str:
    item = desk.ask(document)
    with transaction():
        given = decisions.grant(
            people["approver"],
            item.id,
            REASON,
            terms=Terms(**terms),  # type: ignore[arg-type]
        ).grant
    assert given is not None
    return given.id


def ids(document: str) -> list[str]:
    return [page.id for page in pages.of_document(document)]


def noted() -> list[tuple[str, str, str]]:
    """Return person, page and use of every row, in the order they were written."""
    rows = db.session.execute(select(Read.person_id, Read.page_id, Read.use).order_by(Read.id)).all()
    return [(row.person_id, row.page_id, row.use) for row in rows]


def test_what_everybody_may_read_is_read_unobserved(people: People, shelf: Shelf) -> None:
    (first, *_) = ids(shelf.document(Level.OPEN))
    for actor in (ANONYMOUS, people["citizen"], people["archivist"]):
        for use in (Use.PAGE, Use.IMAGE, Use.TEXT, Use.THUMBNAIL):
            pages.opened(actor, first, use)
    assert noted() == []


def test_each_use_of_a_closed_page_is_noted_once_a_day_for_readers_and_staff(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document = shelf.document()
    grant_id, (first, second) = desk.grant(document), ids(document)
    citizen, archivist = people["citizen"], people["archivist"]
    for _ in range(3):
        pages.seen(citizen, first, Use.PAGE)
        pages.opened(citizen, first, Use.IMAGE)
        pages.opened(citizen, second, Use.THUMBNAIL)
        pages.opened(archivist, first, Use.IMAGE)
    assert noted() == [
        (citizen.id, first, "page"),
        (citizen.id, first, "image"),
        (citizen.id, second, "thumbnail"),
        (archivist.id, first, "image"),
    ]
    rows = db.session.scalars(select(Read).order_by(Read.id)).all()
    assert [row.grant_id for row in rows] == [grant_id] * 3 + [None]
    assert [row.role for row in rows] == ["citizen"] * 3 + ["archivist"]
    assert {(row.node_id, row.day, row.at) for row in rows} == {(document, clock.today(), NOW)}
    with clock.held_at(NOW + DAY):
        pages.opened(citizen, first, Use.IMAGE)
    assert len(noted()) == 5


def test_a_day_is_a_day_of_viet_nam(people: People, shelf: Shelf) -> None:
    (first, *_) = ids(shelf.document())
    for hour in (16, 17):
        with clock.held_at(NOW.replace(hour=hour)):
            pages.opened(people["archivist"], first, Use.IMAGE)
    days = db.session.scalars(select(Read.day).order_by(Read.day)).all()
    assert [day.isoformat() for day in days] == ["2026-11-22", "2026-11-23"]


@pytest.mark.parametrize("published", [True, False])
def test_staff_who_look_at_what_is_not_public_are_noted(
    people: People, shelf: Shelf, published: bool
) -> None:
    level = Level.WITHHELD if published else Level.OPEN
    (first, *_) = ids(shelf.document(level, published=published))
    pages.seen(people["archivist"], first, Use.TEXT)
    assert noted() == [(people["archivist"].id, first, "text")]


def test_nothing_is_noted_of_what_was_not_shown(people: People, shelf: Shelf) -> None:
    (first, *_) = ids(shelf.document())
    for actor in (ANONYMOUS, people["citizen"]):
        with pytest.raises(NotFoundError):
            pages.opened(actor, first, Use.IMAGE)
    assert noted() == []


def test_what_cannot_be_noted_is_not_shown(people: People, shelf: Shelf, desk: Desk) -> None:
    document = shelf.document()
    grant_id, (first, *_) = desk.grant(document), ids(document)
    desk.build(grant_id)
    with transaction() as session:
        session.execute(text("ALTER TABLE reads RENAME TO reads_away"))
    for actor in (people["citizen"], people["archivist"]):
        for use in (Use.PAGE, Use.IMAGE, Use.TEXT, Use.THUMBNAIL):
            with pytest.raises((UnavailableError, OperationalError)):
                pages.opened(actor, first, use)
    with pytest.raises(OperationalError), transaction():
        copies.hand_out(people["citizen"], grant_id)


def test_a_log_that_takes_no_row_refuses_the_page_in_words(
    people: People, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    (first, *_) = ids(shelf.document())
    monkeypatch.setattr(reads, "note", broken)
    with pytest.raises(UnavailableError, match="reading_not_noted"):
        pages.opened(people["archivist"], first, Use.IMAGE)


def test_a_copy_handed_out_is_noted(people: People, shelf: Shelf, desk: Desk) -> None:
    grant_id = desk.grant(shelf.document())
    desk.build(grant_id)
    for _ in range(2):
        with transaction():
            copies.hand_out(people["citizen"], grant_id)
    assert noted() == [(people["citizen"].id, reads.WHOLE, "copy")]


def test_copies_of_two_documents_on_one_day_are_two_rows(people: People, shelf: Shelf, desk: Desk) -> None:
    for document in (shelf.document(), shelf.document()):
        grant_id = desk.grant(document)
        desk.build(grant_id)
        with transaction():
            copies.hand_out(people["citizen"], grant_id)
    assert len(noted()) == 2


def test_a_command_at_the_machine_leaves_a_line_in_the_trail(shelf: Shelf) -> None:
    (first, *_) = ids(shelf.document())
    machine = Actor(id=None, role=Role.ADMINISTRATOR, name=PORTAL.name, is_machine=True)
    pages.seen(machine, first, Use.PAGE)
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "page.read")).one()
    assert (line.object_kind, line.object_id, line.actor_kind) == ("page", first, "machine")


# Leave that counts pages.


def test_each_page_counts_once_a_day_whatever_is_had_of_it(people: People, shelf: Shelf, desk: Desk) -> None:
    document, citizen = shelf.document(page_count=3), people["citizen"]
    grant = grants.by_id(granted(people, desk, document, scope=Scope.VIEW, page_budget=3))
    first, *_ = ids(document)
    for use in (Use.PAGE, Use.IMAGE, Use.TEXT, Use.PAGE):
        pages.opened(citizen, first, use)
    assert grants.by_id(grant.id).pages_used == 1
    with clock.held_at(NOW + DAY):
        pages.opened(citizen, first, Use.IMAGE)
    assert grants.by_id(grant.id).pages_used == 2


def test_what_is_used_up_closes_at_once_and_pages_of_today_stay_open(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(page_count=4), people["citizen"]
    grant_id = granted(people, desk, document, scope=Scope.VIEW, page_budget=2)
    first, second, third, _ = ids(document)
    pages.opened(citizen, first, Use.PAGE)
    pages.opened(citizen, second, Use.PAGE)
    assert grant_states.of(grants.by_id(grant_id)) is GrantState.USED_UP
    for use in (Use.PAGE, Use.IMAGE, Use.TEXT, Use.THUMBNAIL):
        with pytest.raises(NotFoundError):
            pages.opened(citizen, third, use)
        assert pages.opened(citizen, first, use)
    assert [page.id for page in records.show(citizen, document).pages] == [first, second]
    assert grants.by_id(grant_id).pages_used == 2
    with clock.held_at(NOW + DAY):
        with pytest.raises(NotFoundError):
            pages.opened(citizen, first, Use.IMAGE)
        assert not records.show(citizen, document).sight.sees_content


def test_a_small_image_costs_no_page_and_is_there_once_the_page_was_looked_at(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(), people["citizen"]
    grant_id = granted(people, desk, document, scope=Scope.VIEW, page_budget=1)
    first, *_ = ids(document)
    with pytest.raises(NotFoundError):
        pages.opened(citizen, first, Use.THUMBNAIL)
    pages.known(citizen, first)
    assert grants.by_id(grant_id).pages_used == 0
    pages.opened(citizen, first, Use.PAGE)
    assert pages.opened(citizen, first, Use.THUMBNAIL).mark
    assert grants.by_id(grant_id).pages_used == 1


def test_leave_that_counts_nothing_goes_before_leave_that_counts(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(page_count=3), people["citizen"]
    counting = granted(people, desk, document, scope=Scope.VIEW, page_budget=1, pages=(1, 2))
    free = granted(people, desk, document, pages=(2, 3))
    first, second, third = ids(document)
    leaves = [pages.opened(citizen, one, Use.IMAGE).leave for one in (third, second, first)]
    assert [leave.id if leave else None for leave in leaves] == [free, free, counting]
    assert grants.by_id(counting).pages_used == 1


def test_an_access_that_is_used_up_can_be_asked_for_again_and_taken_back(
    people: People, shelf: Shelf, desk: Desk
) -> None:
    document, citizen = shelf.document(), people["citizen"]
    grant_id = granted(people, desk, document, scope=Scope.VIEW, page_budget=1)
    first, *_ = ids(document)
    pages.opened(citizen, first, Use.PAGE)
    again = granted(people, desk, document, pages=(2, 2))
    assert again != grant_id
    desk.revoke(grant_id)
    with pytest.raises(NotFoundError):
        pages.opened(citizen, first, Use.PAGE)


def test_rows_say_nothing_but_ids(app: Flask) -> None:
    """No name, mail address, title or text: those stand where they can be changed and erased."""
    assert {column.name for column in Read.__table__.columns} == {
        *("id", "person_id", "role", "grant_id", "node_id", "page_id", "use", "day", "at")
    }
    assert db.session.scalar(select(func.count()).select_from(Read)) == 0
