"""The end of a grant: decided by the clock at every look, told once by a job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from portal.access import expiry, requests
from portal.access.models import Item
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core.clock import held_at
from portal.core.db import db
from portal.core.paging import Paging
from portal.rights import grants, policy
from tests.unit.access.conftest import Desk, Shelf, run

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
END = NOW + timedelta(days=30)
TICK = timedelta(microseconds=1)


def end_notices(person: Actor) -> int:
    return [notice.template for notice in notices.of(person, Paging()).rows].count("grant_ended")


def test_a_grant_holds_until_its_end_and_not_at_it(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with held_at(NOW):
        desk.grant(document)
    for instant, expected in ((END - TICK, True), (END, False), (END + TICK, False)):
        with held_at(instant):
            assert policy.sight(people["citizen"], document).sees_content is expected
            (asked,) = requests.mine(people["citizen"], Paging()).rows
            assert asked.items[0].standing == ("granted" if expected else "expired")


def test_an_end_is_told_once_with_a_line_in_the_trail(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    with held_at(NOW):
        grant_id = desk.grant(shelf.document())
    with held_at(END - TICK):
        run(expiry.announce)
        assert end_notices(people["citizen"]) == 0
    for instant in (END, END + timedelta(hours=1)):
        with held_at(instant):
            run(expiry.announce)
    assert end_notices(people["citizen"]) == 1
    item = db.session.scalars(select(Item)).one()
    ends = [line for line in trail.of("item", item.id) if line.action == "grant.end"]
    assert [(line.actor_kind, line.details["grant"]) for line in ends] == [("machine", grant_id)]


def test_the_end_of_a_revoked_grant_is_not_told_again(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    with held_at(NOW):
        desk.revoke(desk.grant(shelf.document()))
    with held_at(END):
        run(expiry.announce)
    assert end_notices(people["citizen"]) == 0


def test_after_the_end_one_can_ask_and_be_granted_anew(
    shelf: Shelf, desk: Desk, people: dict[str, Actor]
) -> None:
    document = shelf.document()
    with held_at(NOW):
        first = desk.grant(document)
    with held_at(END):
        second = desk.grant(document)
        assert policy.sight(people["citizen"], document).sees_content
    assert first != second
    assert grants.by_id(second).until == END + timedelta(days=30)
