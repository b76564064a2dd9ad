"""What one child does with a job: each way a handler can end has its way in the ledger."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError
from portal.jobs import handlers, leases, ledger, loop, records
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim, Work
from portal.jobs.loop import Turn
from portal.jobs.models import Job, JobState, Lane

KIND = "test"


def nothing() -> None:
    pass


def handled_by(handler: Callable[[Claim], Apply]) -> records.Standing:
    """Enqueue one job, let one child take one turn, and return how the job stands."""
    handlers.install({KIND: Work(handler)})
    with transaction():
        ledger.enqueue(KIND, "s")
    claim = leases.claim("w/desk-1.1", Lane.DESK)
    assert claim is not None
    loop.perform(claim)
    db.session.expire_all()
    found = records.standing(KIND, "s")
    assert found is not None
    return found


def raising(error: Exception) -> Callable[[Claim], Apply]:
    def handler(claim: Claim) -> Apply:
        raise error

    return handler


@pytest.mark.usefixtures("ledger_app")
class TestPerform:
    def test_done_work_is_done(self) -> None:
        assert handled_by(lambda claim: nothing).state is JobState.DONE

    def test_an_error_of_the_input_is_final(self) -> None:
        found = handled_by(raising(InvalidError("bad", page=3)))
        assert (found.state, found.code, dict(found.values)) == (JobState.DEAD, "bad", {"page": 3})

    def test_an_error_of_the_moment_is_tried_again(self) -> None:
        found = handled_by(raising(ConflictError("changed_meanwhile")))
        assert (found.state, found.attempts) == (JobState.WAITING, 1)

    def test_an_unready_engine_costs_no_attempt(self) -> None:
        found = handled_by(raising(NotReadyError("engine_unavailable", seconds=5, engine="x")))
        assert (found.state, found.attempts, found.code) == (JobState.WAITING, 0, "engine_unavailable")
        assert dict(found.values) == {"engine": "x"}

    def test_a_database_that_does_not_answer_costs_no_attempt(self) -> None:
        found = handled_by(raising(OperationalError("", {}, RuntimeError("locked"))))
        assert (found.state, found.attempts, found.code) == (JobState.WAITING, 0, "database_busy")

    def test_any_other_error_is_internal_and_its_text_is_in_no_log(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        found = handled_by(raising(RuntimeError("Nguyễn Văn A, 012345678901")))
        assert (found.code, found.attempts) == ("internal", 1)
        assert "RuntimeError" in caplog.text
        assert "Nguyễn" not in caplog.text

    def test_an_error_in_the_effect_is_a_failure_too(self) -> None:
        def handler(claim: Claim) -> Apply:
            def apply() -> None:
                raise InvalidError("bad")

            return apply

        assert handled_by(handler).code == "bad"

    def test_work_of_an_unknown_kind_is_dead(self) -> None:
        with transaction():
            ledger.enqueue("unknown", "s")
        claim = leases.claim("w/desk-1.1", Lane.DESK)
        assert claim is not None
        loop.perform(claim)
        found = records.standing("unknown", "s")
        assert found is not None
        assert (found.state, found.code) == (JobState.DEAD, "no_handler")

    def test_a_result_for_a_lost_lease_is_dropped_without_an_error(self) -> None:
        def handler(claim: Claim) -> Apply:
            leases.give_back("w/")
            return nothing

        found = handled_by(handler)
        assert (found.state, found.attempts, found.deaths) == (JobState.WAITING, 0, 1)


def turn(app: Flask, fresh: bool) -> Turn:
    return loop.turn(Lane.READ, "w/read-1.1", app.app_context, fresh, 60)


def suspect_written(app: Flask) -> None:
    handlers.install({KIND: Work(lambda claim: nothing)})
    with app.app_context():
        with transaction():
            ledger.enqueue(KIND, "s", lane=Lane.READ)
        for _ in range(handlers.SUSPECT_AT):
            leases.claim("a/read-1.1", Lane.READ)
            leases.give_back("a/")


def test_a_used_child_makes_place_for_a_fresh_one_before_a_suspect(bare: Flask) -> None:
    suspect_written(bare)
    assert turn(bare, fresh=False) is Turn.RENEW
    with bare.app_context():
        assert leases.suspect_is_due(Lane.READ)


def test_a_fresh_child_reads_the_suspect_and_nothing_after_it(bare: Flask) -> None:
    suspect_written(bare)
    assert turn(bare, fresh=True) is Turn.RENEW
    with bare.app_context():
        assert not leases.suspect_is_due(Lane.READ)
    assert turn(bare, fresh=True) is Turn.IDLE


def test_a_child_works_off_what_is_there_and_stops_when_told(bare: Flask) -> None:
    stop = threading.Event()
    seen: list[str] = []

    def handler(claim: Claim) -> Apply:
        seen.append(claim.subject)
        if len(seen) == 3:
            stop.set()
        return nothing

    handlers.install({KIND: Work(handler)})
    with bare.app_context(), transaction():
        for subject in ("a", "b", "c", "d"):
            ledger.enqueue(KIND, subject, lane=Lane.READ)
    loop.work(Lane.READ, "w/read-1.1", bare.app_context, stop, 60)
    assert seen == ["a", "b", "c"]


def test_who_does_what_is_quick_leaves_the_rest_and_no_suspect_of_it_stops_them(bare: Flask) -> None:
    stop, seen = threading.Event(), []

    def handler(claim: Claim) -> Apply:
        seen.append(claim.subject)
        if len(seen) == 2:
            stop.set()
        return nothing

    handlers.install({KIND: Work(handler)})
    with bare.app_context(), transaction():
        for subject, priority in (("mail", ledger.MAIL), ("copy", 10), ("image", ledger.IMAGE)):
            ledger.enqueue(KIND, subject, priority=priority)
        # A copy that two children died over is no matter of theirs.
        db.session.execute(update(Job).where(Job.subject == "copy").values(deaths=handlers.SUSPECT_AT))
    loop.work(Lane.DESK, "w/quick-1.1", bare.app_context, stop, 60, ledger.QUICK)
    assert seen == ["image", "mail"]
    with bare.app_context():
        assert leases.claim("w/quick-1.1", Lane.DESK, ledger.QUICK) is None
        assert not leases.suspect_is_due(Lane.DESK, ledger.QUICK)
        assert leases.suspect_is_due(Lane.DESK)


def test_the_indexer_goes_on_after_an_error(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PAUSE_AFTER_TROUBLE", 0.0)
    stop = threading.Event()
    calls: list[int] = []

    def step() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        stop.set()
        return 1

    loop.drain(step, bare.app_context, stop, lambda: False)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("state", "done", "rests"),
    [
        (JobState.LEASED, loop.FEW - 1, True),
        (JobState.WAITING, loop.FEW - 1, True),
        (JobState.LEASED, loop.FEW, False),
        (JobState.DONE, loop.FEW - 1, False),
    ],
)
def test_the_indexer_rests_after_a_few_notes_as_long_as_somebody_reads(
    bare: Flask, monkeypatch: pytest.MonkeyPatch, state: JobState, done: int, rests: bool
) -> None:
    """It goes on at once after many notes, and where nobody needs the cores."""
    looks = 0

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            nonlocal looks
            assert timeout is not None
            assert 0 < timeout <= loop.REST_LOOK_SECONDS
            looks += 1
            if looks == 3:
                self.set()
            return super().wait(0)

    monkeypatch.setattr(loop, "REST", 1e9)
    with bare.app_context(), transaction() as session:
        ledger.enqueue("page.read", "a", Lane.READ)
        session.flush()
        session.scalars(select(Job)).one().state = state.value
    stop = Stop()
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        if steps == 2:
            stop.set()
        return done

    loop.drain(step, bare.app_context, stop, lambda: False)
    assert looks == (3 if rests else int(done < loop.FEW) * 2)
    assert steps == (1 if rests else 2)


def test_the_indexer_does_not_rest_while_so_much_waits(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "REST", 1e9)
    with bare.app_context(), transaction() as session:
        ledger.enqueue("page.read", "a", Lane.READ)
        session.flush()
        session.scalars(select(Job)).one().state = JobState.LEASED.value
    stop = threading.Event()
    left = [1, 1]

    def step() -> int:
        left.pop()
        if not left:
            stop.set()
        return 1

    loop.drain(step, bare.app_context, stop, lambda: True)
    assert left == []


def beats(app: Flask, monkeypatch: pytest.MonkeyPatch, most_seconds: float) -> list[str]:
    """Let a job last until its lease was held once or its process was ended; tell what came."""
    came: list[str] = []
    done = threading.Event()

    def told(what: str) -> None:
        came.append(what)
        done.set()

    monkeypatch.setattr(leases, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(leases, "heartbeat", lambda claim: told("held"))
    monkeypatch.setattr(os, "_exit", lambda code: told(f"ended by {code}"))

    def handler(claim: Claim) -> Apply:
        assert done.wait(20)
        return nothing

    handlers.install({KIND: Work(handler)})
    with app.app_context(), transaction():
        ledger.enqueue(KIND, "s", lane=Lane.READ)
    loop.turn(Lane.READ, "w/read-1.1", app.app_context, True, most_seconds)
    return came


def test_the_lease_is_held_while_the_work_goes_on(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert beats(bare, monkeypatch, most_seconds=60)[0] == "held"


def test_a_child_whose_job_takes_too_long_ends_itself(bare: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert beats(bare, monkeypatch, most_seconds=-1)[0] == f"ended by {loop.OUT_OF_TIME}"
