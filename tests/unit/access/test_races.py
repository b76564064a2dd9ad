"""Several people at the same moment: one number each, one decision each, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select, text

from portal.access import decisions, guest_data, requests
from portal.access.models import Item, Request
from portal.accounts import guesthood
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.catalogue import pages
from portal.core import clock
from portal.core.db import db, transaction
from portal.rights import grants
from portal.rights.grants import Scope, Terms
from portal.rights.models import Grant, Read
from portal.rights.reads import Use
from tests.fixtures.races import AT_ONCE, all_at_once, environment
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf, run

__all__ = ["environment"]


def test_requests_at_the_same_moment_get_numbers_of_their_own(
    app: Flask, shelf: Shelf, people: dict[str, Actor]
) -> None:
    documents = [shelf.document(page_count=1) for _ in range(AT_ONCE)]
    by_number = [people[key] for key in ("citizen", "other", "operator", "archivist", "approver", "citizen")]

    def ask(number: int) -> None:
        requests.submit(by_number[number], [documents[number]], PURPOSE)

    assert all_at_once(app, ask) == []
    numbers = db.session.scalars(select(Request.number).order_by(Request.number)).all()
    assert [int(number[-6:]) for number in numbers] == list(range(1, AT_ONCE + 1))


def test_of_administrators_who_close_each_other_one_stays(app: Flask, people: dict[str, Actor]) -> None:
    with transaction():
        names = [f"admin{number}@example.vn" for number in range(1, AT_ONCE)]
        made = [accounts.create(PORTAL, name, Role.ADMINISTRATOR).actor for name in names]
    ring = [people["administrator"], *made]

    def close_the_next(number: int) -> None:
        accounts.disable(ring[number], ring[(number + 1) % AT_ONCE].id or "")

    assert all_at_once(app, close_the_next) == ["last_administrator"]
    assert len(accounts.ids_of(Role.ADMINISTRATOR)) == 1


def test_the_same_person_asking_many_times_at_once_asks_once(
    app: Flask, shelf: Shelf, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    refusals = all_at_once(app, lambda _: requests.submit(people["citizen"], [document], PURPOSE) and None)
    assert refusals == ["already_asked"] * (AT_ONCE - 1)
    assert db.session.scalar(select(func.count()).select_from(Item)) == 1


def test_a_guest_who_asks_while_they_are_being_forgotten_stays(app: Flask, shelf: Shelf) -> None:
    document = shelf.document(page_count=1)
    with transaction():
        guest = guesthood.of("khach@vidu.vn", "Lê Thị Khách", "vi")
        guest.guest_since = clock.now() - timedelta(days=10 * 365)
        person_id = guest.id

    def forget() -> None:
        with app.app_context():
            run(guest_data.retire)

    clerk = threading.Thread(target=forget)
    with transaction():
        requests.submit(guesthood.of("khach@vidu.vn", "Lê Thị Khách", "vi").actor, [document], PURPOSE)
        clerk.start()
        while clerk.is_alive() and not _somebody_waits():
            clerk.join(0.02)
    clerk.join(60)
    assert accounts.by_id(person_id).email == "khach@vidu.vn"


def _somebody_waits() -> bool:
    """Tell whether somebody waits for a lock that a transaction holds; SQLite lets no second one begin."""
    if db.engine.dialect.name == "sqlite":
        return True
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(db.session.scalar(waiting))


def test_of_many_decisions_at_once_one_counts(
    app: Flask, shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item = desk.ask(shelf.document())

    def decide(number: int) -> None:
        act = decisions.grant if number % 2 else decisions.refuse
        act(people["approver"], item.id, REASON)

    assert all_at_once(app, decide) == ["already_decided"] * (AT_ONCE - 1)
    row = db.session.get_one(Item, item.id)
    granted = db.session.scalar(select(func.count()).select_from(Grant))
    assert granted == (1 if row.state == "granted" else 0)


def test_of_many_revocations_at_once_one_counts(
    app: Flask, shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    grant_id = desk.grant(shelf.document())
    refusals = all_at_once(app, lambda _: decisions.revoke(people["approver"], grant_id, REASON) and None)
    assert refusals == ["not_granted"] * (AT_ONCE - 1)


def test_of_many_windows_opened_at_once_no_more_pages_are_shown_than_counted(
    app: Flask, shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item = desk.ask(document := shelf.document(page_count=AT_ONCE))
    with transaction():
        terms = Terms(scope=Scope.VIEW, page_budget=2)
        given = decisions.grant(people["approver"], item.id, REASON, terms=terms).grant
    assert given is not None
    ids = [page.id for page in pages.of_document(document)]

    def look(number: int) -> None:
        pages.opened(people["citizen"], ids[number], Use.IMAGE)

    assert all_at_once(app, look) == ["not_found"] * (AT_ONCE - 2)
    db.session.expire_all()
    assert grants.by_id(given.id).pages_used == 2
    assert db.session.scalar(select(func.count()).select_from(Read)) == 2


def test_of_many_tiles_of_one_page_at_once_one_is_noted_and_one_page_counted(
    app: Flask, shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    item = desk.ask(document := shelf.document())
    with transaction():
        terms = Terms(scope=Scope.VIEW, page_budget=2)
        given = decisions.grant(people["approver"], item.id, REASON, terms=terms).grant
    assert given is not None
    page_id = pages.of_document(document)[0].id
    uses = (Use.PAGE, Use.IMAGE, Use.TEXT)

    def look(number: int) -> None:
        pages.opened(people["citizen"], page_id, uses[number % 3])

    assert all_at_once(app, look) == []
    db.session.expire_all()
    assert grants.by_id(given.id).pages_used == 1
    assert db.session.scalar(select(func.count()).select_from(Read)) == len(uses)
