"""`transaction()` commits once, rolls back whole, and lets only one writer in."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select

from portal.catalogue.models import Agency
from portal.core import clock, dated, ids
from portal.core.db import database_seconds, db, on_commit, transaction
from portal.core.errors import UnavailableError


def agency(code: str) -> Agency:
    return Agency(code=code, name=code, sort_key=code)


def test_what_fails_leaves_nothing_behind(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(agency("A"))
        raise RuntimeError
    assert db.session.scalars(select(Agency)).all() == []


def test_hooks_run_after_the_commit_and_never_after_a_rollback(app: Flask) -> None:
    ran: list[str] = []
    with transaction():
        on_commit(lambda: ran.append("kept"))
        assert ran == []
    with pytest.raises(RuntimeError), transaction():
        on_commit(lambda: ran.append("lost"))
        raise RuntimeError
    assert ran == ["kept"]


def test_a_failing_hook_undoes_nothing(app: Flask) -> None:
    def break_down() -> None:
        raise ValueError

    with transaction() as session:
        session.add(agency("A"))
        on_commit(break_down)
    assert db.session.scalar(select(Agency.code)) == "A"


def test_an_inner_transaction_joins_the_outer_one(app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        with transaction() as session:
            session.add(agency("A"))
        raise RuntimeError
    assert db.session.scalars(select(Agency)).all() == []


def test_a_writer_that_read_before_sees_what_was_written_meanwhile(app: Flask) -> None:
    """Without BEGIN IMMEDIATE and a new read this is "database is locked" or a lost update."""
    with transaction() as session:
        session.add(agency("0"))
    row = db.session.scalar(select(Agency))
    assert row is not None

    def count_up() -> None:
        with app.app_context(), transaction() as session:
            other = session.scalar(select(Agency))
            assert other is not None
            other.name = str(int(other.name) + 1)

    writers = [threading.Thread(target=count_up) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with transaction():
        row.name = str(int(row.name) + 1)
    assert db.session.scalar(select(Agency.name)) == "9"


def test_text_is_kept_composed_and_without_nul(app: Flask) -> None:
    with transaction() as session:
        session.add(Agency(code="A", name="Nha\u0302n da\u0302n\x00", sort_key=""))
    assert db.session.scalar(select(Agency.name)) == "Nhân dân"


def test_instants_come_back_aware_and_naive_ones_are_refused() -> None:
    from portal.core.db import Instant

    kind = Instant()
    with pytest.raises(ValueError, match="zone"):
        kind.process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001
    hanoi = datetime(2026, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))
    assert kind.process_bind_param(hanoi, None) == datetime(2026, 1, 1, tzinfo=UTC)  # type: ignore[arg-type]


def test_the_database_knows_the_time(app: Flask) -> None:
    seconds = db.session.scalar(select(database_seconds()))
    assert seconds is not None
    assert abs(seconds - clock.now().timestamp()) < 5


def test_a_bare_day_ends_with_its_last_second_in_viet_nam() -> None:
    assert clock.read_instant("2026-12-31") == datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert clock.read_instant("2026-12-31T10:00:00+00:00") == datetime(2026, 12, 31, 10, tzinfo=UTC)
    assert clock.read_instant("2026-12-31T10:00:00") == datetime(2026, 12, 31, 3, tzinfo=UTC)


def test_a_dated_value_holds_from_its_day_on(app: Flask) -> None:
    from datetime import date

    assert dated.value(dated.GRANT_DAYS) == "30"
    with pytest.raises(UnavailableError):
        dated.value(dated.GRANT_DAYS, date(2000, 1, 1))
    with transaction() as session:
        session.add(
            dated.DatedValue(key="grant_days", value="10", valid_from=date(2026, 1, 1), legal_basis="test")
        )
    assert dated.value(dated.GRANT_DAYS, date(2025, 12, 31)) == "30"
    assert dated.value(dated.GRANT_DAYS, date(2026, 1, 1)) == "10"


def test_ids_have_ten_letters_that_are_not_misheard() -> None:
    made = {ids.new_id() for _ in range(2000)}
    assert len(made) == 2000
    assert all(ids.is_id(one) and not set(one) & set("ilou") for one in made)
    assert not ids.is_id("ABCDEFGHJK")
