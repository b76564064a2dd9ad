"""Several people check, close and bring at the same moment: no page twice, nothing into what is closed."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.core.db import db, transaction
from portal.ingest import batch_states, checking, completing, sampling, scans
from portal.ingest.batch_states import BatchState
from portal.ingest.check_rows import CheckState, PageCheck
from portal.ingest.models import Batch, Scan
from portal.storage import originals
from tests.fixtures.races import AT_ONCE, all_at_once, environment
from tests.unit.ingest.test_checking import Pile, reason

__all__ = ["environment"]


@pytest.fixture
def colleagues(app: Flask) -> list[Actor]:
    """As many second persons as there are threads."""
    with transaction():
        return [
            accounts.create(PORTAL, f"quet{number}@example.vn", Role.OPERATOR, name=f"Quét {number}").actor
            for number in range(AT_ONCE)
        ]


@pytest.fixture
def pile(app: Flask, people: dict[str, Actor], open_batch: Callable[[str], str]) -> Pile:
    found = Pile(people[Role.OPERATOR], people[Role.ARCHIVIST], people[Role.ADMINISTRATOR], open_batch("P1"))
    found.bring(AT_ONCE)
    return found


def test_no_two_people_are_given_the_same_page(app: Flask, pile: Pile, colleagues: list[Actor]) -> None:
    taken: dict[int, str | None] = {}

    def act(number: int) -> None:
        # The first of them draws, too.
        if number == 0:
            sampling.raise_share(colleagues[0], pile.id, 100, "xem hết")
        taken[number] = checking.take_next(colleagues[number], pile.id)

    assert all_at_once(app, act) == []
    given = [one for one in taken.values() if one is not None]
    assert given
    assert len(given) == len(set(given))
    drawn = db.session.scalars(select(PageCheck.page_id).where(PageCheck.batch_id == pile.id)).all()
    assert len(drawn) == len(set(drawn)) == AT_ONCE


def test_only_the_first_decision_on_a_page_counts(app: Flask, pile: Pile, colleagues: list[Actor]) -> None:
    pile.look_at_all()
    with transaction():
        one = checking.take_next(colleagues[0], pile.id)
        assert one is not None
        db.session.get_one(PageCheck, one).claimed_by = None
        db.session.get_one(PageCheck, one).claimed_until = None
    bad = reason()

    def act(number: int) -> None:
        if number % 2:
            checking.accept(colleagues[number], one)
        else:
            checking.reject(colleagues[number], one, bad, rescan=True)

    assert all_at_once(app, act) == ["check_stands_elsewhere"] * (AT_ONCE - 1)
    page_id = db.session.get_one(PageCheck, one).page_id
    lines = (
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.object_id == page_id, AuditEvent.action.in_(("check.accept", "check.ask_rescan")))
    )
    assert db.session.scalar(lines) == 1
    assert db.session.get_one(PageCheck, one).state in (CheckState.ACCEPTED, CheckState.RESCAN)


def test_nothing_comes_into_a_batch_that_is_closed_at_the_same_moment(app: Flask, pile: Pile) -> None:
    pile.accept_all()

    def act(number: int) -> None:
        if number == 0:
            completing.close(pile.operator, pile.id, "không ai đếm")
        else:
            staged = originals.stage(io.BytesIO(f"%PDF-1.4 late {number}".encode()))
            scans.receive(pile.operator, pile.id, "x.pdf", staged, scans.sniff(staged))

    refusals = all_at_once(app, act)
    came = db.session.scalar(select(func.count()).select_from(Scan).where(Scan.batch_id == pile.id)) or 0
    is_closed = batch_states.of(db.session.get_one(Batch, pile.id)) is BatchState.CLOSED
    if is_closed:
        assert came == AT_ONCE
        assert set(refusals) == {"batch_closed"}
    else:
        assert came > AT_ONCE
        assert "batch_waits" in refusals
