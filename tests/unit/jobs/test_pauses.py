"""Pauses, places in the queue and quiet hours: what a claim takes, and that leases stay as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, text, update

from portal.core import clock
from portal.core.db import db, end_reading, transaction
from portal.core.errors import NotFoundError
from portal.jobs import gates, leases, ledger, pauses, records, rests
from portal.jobs.errors import LeaseLostError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, JobState, Lane
from portal.jobs.rests import QuietHours

pytestmark = pytest.mark.usefixtures("ledger_app")

READ = "page.read"
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=clock.LOCAL)


def written(*subjects: str, bundle: str | None = None, priority: int = 100) -> None:
    with transaction():
        for subject in subjects:
            ledger.enqueue(READ, subject, lane=Lane.READ, bundle=bundle, priority=priority)


def taken(owner: str = "w/read-1.1") -> str | None:
    """Claim a job and finish it; return its subject."""
    claim = leases.claim(owner, Lane.READ)
    if claim is None:
        return None
    ledger.finish(claim, nothing)
    return claim.subject


def everything() -> list[str]:
    found = []
    while (subject := taken()) is not None:
        found.append(subject)
    return found


def nothing() -> None:
    pass


def held(owner: str = "w/read-1.1") -> Claim:
    claim = leases.claim(owner, Lane.READ)
    assert claim is not None
    return claim


def pause(target: str) -> None:
    with transaction():
        pauses.begin(target, None, "")


def go_on(target: str) -> None:
    with transaction():
        pauses.end(target)


def state(subject: str) -> JobState:
    db.session.expire_all()
    found = records.standing(READ, subject)
    assert found is not None
    return found.state


def quiet(**other: object) -> None:
    with transaction() as session:
        row = {
            "valid_from": date(2026, 1, 1),
            "valid_to": None,
            "weekdays": "1234567",
            "starts": 8 * 60,
            "ends": 17 * 60,
            "readers": 0,
            "reason": "Giờ làm việc",
        }
        session.add(QuietHours(**{**row, **other}))


def test_a_paused_bundle_is_passed_by_and_goes_on_in_its_place() -> None:
    written("a1", "a2", bundle="a")
    written("b1", bundle="b")
    written("alone")
    pause("a")
    assert (state("a1"), state("b1")) == (JobState.HELD, JobState.WAITING)
    assert everything() == ["b1", "alone"]
    written("c1", bundle="c")
    go_on("a")
    assert everything() == ["a1", "a2", "c1"]


def test_what_comes_into_a_paused_bundle_is_held_when_it_is_met() -> None:
    pause("a")
    written("a1", "a2", bundle="a")
    assert leases.claim("w/read-1.1", Lane.READ) is None
    assert (state("a1"), state("a2")) == (JobState.HELD, JobState.HELD)
    go_on("a")
    assert everything() == ["a1", "a2"]


def test_what_is_in_work_when_a_pause_begins_is_done_to_its_end() -> None:
    written("a1", "a2", bundle="a")
    claim = held()
    pause("a")
    ledger.finish(claim, nothing)
    assert (state("a1"), state("a2")) == (JobState.DONE, JobState.HELD)


def test_who_fails_in_a_pause_waits_with_the_others() -> None:
    written("a1", bundle="a")
    claim = held()
    pause("a")
    leases.give_back("w/")
    with pytest.raises(LeaseLostError):
        ledger.finish(claim, nothing)
    assert leases.claim("w/read-1.2", Lane.READ) is None
    assert state("a1") is JobState.HELD


def test_a_pause_twice_is_one_and_an_end_without_a_pause_is_none() -> None:
    with transaction():
        assert pauses.begin("a", None, "Máy quét hỏng")
        assert not pauses.begin("a", None, "")
    assert getattr(pauses.of("a"), "reason", "") == "Máy quét hỏng"
    with transaction():
        assert pauses.end("a")
        assert not pauses.end("a")


def meanwhile(app: Flask, act: Callable[[], object], begun: Callable[[], object]) -> None:
    """Do an act in a thread while something that was begun here is not committed yet."""

    def alone() -> None:
        with app.app_context():
            act()

    thread = threading.Thread(target=alone)
    with transaction():
        begun()
        thread.start()
        # Either it waits for us, or it is done without having waited.
        thread.join(1)
    thread.join(30)
    assert not thread.is_alive()


def test_the_end_of_a_pause_lets_go_what_somebody_gives_another_place_just_then(ledger_app: Flask) -> None:
    written("a1", "a2", bundle="a")
    pause("a")
    meanwhile(ledger_app, lambda: go_on("a"), lambda: ledger.hurry(READ, ["a2"]))
    assert (state("a1"), state("a2")) == (JobState.WAITING, JobState.WAITING)
    assert everything() == ["a2", "a1"]


def test_of_two_who_pause_at_once_one_begins_it(ledger_app: Flask) -> None:
    written("a1", bundle="a")
    begun: list[bool] = []

    def second() -> None:
        with transaction():
            begun.append(pauses.begin("a", None, "Cũng vậy"))

    meanwhile(ledger_app, second, lambda: begun.append(pauses.begin("a", None, "Máy quét hỏng")))
    assert begun == [True, False]
    assert getattr(pauses.of("a"), "reason", "") == "Máy quét hỏng"
    assert state("a1") is JobState.HELD


def test_a_paused_lane_gives_nothing_and_the_desk_goes_on() -> None:
    written("urgent", priority=ledger.AWAITED)
    with transaction():
        ledger.enqueue("mail.send", "m1")
    pause(Lane.READ.value)
    assert leases.claim("w/read-1.1", Lane.READ) is None
    assert not leases.is_busy(Lane.READ)
    assert leases.claim("w/desk-1.1", Lane.DESK) is not None
    go_on(Lane.READ.value)
    assert everything() == ["urgent"]


def test_a_lease_that_ended_is_freed_in_a_pause_but_given_to_nobody() -> None:
    written("a1")
    claim = held()
    pause(Lane.READ.value)
    with transaction():
        db.session.execute(update(Job).values(leased_until=0.0))
    assert leases.claim("w/read-1.2", Lane.READ) is None
    with pytest.raises(LeaseLostError):
        ledger.finish(claim, nothing)
    assert state("a1") is JobState.WAITING


def test_what_a_reader_waits_for_goes_first_and_no_place_puts_it_back() -> None:
    written("a1", "a2", bundle="a")
    written("b1", "b2", bundle="b")
    with transaction():
        ledger.hurry(READ, ["b2", "gone"])
        ledger.place(READ, "b", 250)
        ledger.place(READ, "a", 30)
    written("c1", bundle="c")
    assert everything() == ["b2", "a1", "a2", "c1", "b1"]


def test_a_change_of_place_takes_no_lease_away() -> None:
    written("a1", bundle="a")
    claim = held()
    with transaction():
        ledger.place(READ, "a", 30)
        ledger.hurry(READ, ["a1"])
    ledger.finish(claim, nothing)
    assert state("a1") is JobState.DONE


def test_a_dead_job_can_be_put_away_and_done_all_the_same_later() -> None:
    written("a1")
    ledger.fail(held(), "broken", retry=False)
    job_id = db.session.scalars(select(Job.id)).one()
    with transaction():
        ledger.put_away(job_id)
    assert (state("a1"), records.dead()) == (JobState.DONE, [])
    assert [one.outcome for one in records.attempts(job_id)] == ["failed", "skipped"]
    with pytest.raises(NotFoundError), transaction():
        ledger.put_away(job_id)
    with transaction():
        ledger.requeue(READ, "a1")
    assert everything() == ["a1"]


def test_in_quiet_hours_only_what_a_reader_waits_for_is_read() -> None:
    written("a1")
    written("asked", priority=ledger.AWAITED)
    quiet()
    with clock.held_at(MONDAY_NOON):
        assert everything() == ["asked"]
        assert not leases.is_busy(Lane.READ)
    with clock.held_at(MONDAY_NOON + timedelta(hours=5)):
        assert everything() == ["a1"]


def test_fewer_readers_by_day_and_none_of_them_is_the_readers_of_the_archive() -> None:
    written("a1", "a2")
    quiet(readers=1)
    with clock.held_at(MONDAY_NOON):
        first = held()
        assert leases.claim("w/read-2.1", Lane.READ) is None
        written("asked", priority=ledger.AWAITED)
        assert held("w/read-2.1").subject == "asked"
        assert leases.claim("w/read-3.1", Lane.READ) is None
        ledger.finish(first, nothing)
        assert held("w/read-3.1").subject == "a2"


@pytest.mark.parametrize(
    ("row", "at", "readers"),
    [
        ({}, "2026-11-23T08:00", 0),
        ({}, "2026-11-23T07:59", None),
        ({}, "2026-11-23T17:00", None),
        ({"weekdays": "12345"}, "2026-11-22T12:00", None),
        ({"starts": 22 * 60, "ends": 5 * 60, "weekdays": "1"}, "2026-11-23T23:00", 0),
        ({"starts": 22 * 60, "ends": 5 * 60, "weekdays": "1"}, "2026-11-24T04:59", 0),
        ({"starts": 22 * 60, "ends": 5 * 60, "weekdays": "1"}, "2026-11-23T04:59", None),
        ({"starts": 0, "ends": 0, "weekdays": "1", "readers": 2}, "2026-11-23T23:59", 2),
        ({"valid_from": date(2026, 11, 24)}, "2026-11-23T12:00", None),
        ({"valid_to": date(2026, 11, 22)}, "2026-11-23T12:00", None),
        ({"valid_to": date(2026, 11, 22), "starts": 1320, "ends": 300}, "2026-11-23T04:00", 0),
    ],
)
def test_quiet_hours_hold_when_their_row_says(row: dict[str, object], at: str, readers: int | None) -> None:
    quiet(**row)
    instant = datetime.fromisoformat(at).replace(tzinfo=clock.LOCAL)
    with clock.held_at(instant):
        assert rests.readers_at(rests.standing(), instant) == readers


def test_of_rows_that_hold_at_once_the_one_with_the_fewest_readers_decides_and_its_end_is_told() -> None:
    quiet(readers=2)
    quiet(starts=11 * 60, ends=13 * 60)
    with clock.held_at(MONDAY_NOON):
        rows = rests.standing()
        assert rests.readers_at(rows, MONDAY_NOON) == 0
        assert rests.over_at(rows, MONDAY_NOON) == MONDAY_NOON + timedelta(hours=1)
        assert rests.over_at([], MONDAY_NOON) is None


def test_a_claim_walks_over_no_table_of_jobs() -> None:
    """Each statement of a claim, also in quiet hours and past a paused bundle, finds its rows by an index."""
    written("a1", "a2", bundle="a")
    written("b1", bundle="b")
    pause("b")
    pause("a")
    with transaction():
        db.session.execute(update(Job).where(Job.subject == "a1").values(state=JobState.WAITING.value))
    quiet(readers=1)
    said: list[tuple[str, object]] = []

    def note(_c: object, _u: object, statement: str, parameters: object, *_: object) -> None:
        if "jobs" in statement and statement.startswith(("SELECT", "UPDATE")):
            said.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with clock.held_at(MONDAY_NOON):
            assert leases.claim("w/read-1.1", Lane.READ) is None
            written("c1", bundle="c")
            assert held().subject == "c1"
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(said) > 8
    for statement, parameters in said:
        plan = _plan(statement, parameters)
        assert "SCAN jobs" not in plan, f"{statement}\n{plan}"
        assert "Seq Scan on jobs" not in plan, f"{statement}\n{plan}"


def _plan(statement: str, parameters: object) -> str:
    """Return how the database means to run a statement. A small table must not make it careless."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            return "\n".join(str(row[3]) for row in rows)
        connection.execute(text("SET enable_seqscan = off"))
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all()
        return "\n".join(str(row[0]) for row in rows)


def test_how_long_a_job_was_held_is_written_down() -> None:
    written("a1")
    claim = held()
    with transaction():
        db.session.execute(update(Job).values(leased_at=Job.leased_at - 7))
    ledger.finish(claim, nothing)
    end_reading()
    seconds = records.attempts(claim.job_id)[0].seconds
    assert seconds is not None
    assert 7 <= seconds < 60


def test_the_gate_never_opens_more_than_a_child_asks_for() -> None:
    quiet()
    with clock.held_at(MONDAY_NOON):
        assert gates.most_priority(Lane.READ, 3) == 3
        assert gates.most_priority(Lane.READ, 200) == ledger.AWAITED
        assert gates.most_priority(Lane.DESK, None) is None
