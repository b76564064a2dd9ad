"""The ledger: what a job's rows say after each thing that can happen to it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core import clock
from portal.core.db import database_seconds, db, transaction
from portal.core.errors import NotFoundError
from portal.jobs import handlers, leases, ledger, nearby, records, steps
from portal.jobs.errors import LeaseLostError
from portal.jobs.handlers import Claim, Work
from portal.jobs.models import Job, JobState, Lane

pytestmark = pytest.mark.usefixtures("ledger_app")

READ = "page.read"


def written(*subjects: str, **options: object) -> None:
    with transaction():
        for subject in subjects:
            ledger.enqueue(READ, subject, lane=Lane.READ, **options)  # type: ignore[arg-type]


def claimed(owner: str = "w/read-1.1") -> Claim:
    claim = leases.claim(owner, Lane.READ)
    assert claim is not None
    return claim


def standing(subject: str = "p1") -> records.Standing:
    db.session.expire_all()
    found = records.standing(READ, subject)
    assert found is not None
    return found


def due_now(subject: str = "p1") -> None:
    """Let the waiting time of a job be over."""
    with transaction():
        db.session.execute(update(Job).where(Job.subject == subject).values(not_before=0.0))


def lease_over(subject: str = "p1") -> None:
    """Let the lease of a job be over by the database's clock."""
    with transaction():
        db.session.execute(
            update(Job).where(Job.subject == subject).values(leased_until=database_seconds() - 1)
        )


def outcomes(subject: str = "p1") -> list[str]:
    return [attempt.outcome for attempt in records.attempts(standing(subject).job_id)]


def effects() -> int:
    """How often the effect of a job was written: rows that tests write in `apply`."""
    return len(db.session.scalars(select(Job.id).where(Job.kind == "effect")).all())


def effect() -> None:
    ledger.enqueue("effect", f"e{effects()}", delay=9999)


def nothing() -> None:
    pass


def test_the_same_work_twice_is_one_job() -> None:
    written("p1", "p1")
    written("p1", priority=1)
    assert ledger.overview()["jobs"]["waiting"] == 1


def test_work_is_not_there_when_its_transaction_rolls_back() -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        ledger.enqueue(READ, "p1", lane=Lane.READ)
        raise ZeroDivisionError
    assert leases.claim("w/read-1.1", Lane.READ) is None


def test_a_finished_job_has_its_effect_once_and_is_done() -> None:
    written("p1")
    ledger.finish(claimed(), effect)
    assert (effects(), standing().state, outcomes()) == (1, JobState.DONE, ["done"])
    assert leases.claim("w/read-1.1", Lane.READ) is None


def test_an_effect_that_fails_leaves_the_job_leased_and_nothing_written() -> None:
    written("p1")
    claim = claimed()

    def half() -> None:
        effect()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.finish(claim, half)
    assert (effects(), standing().state) == (0, JobState.LEASED)


def test_a_leased_job_is_not_given_to_a_second_worker() -> None:
    written("p1")
    claimed("a/read-1.1")
    assert leases.claim("b/read-1.1", Lane.READ) is None


def test_a_lane_gives_only_its_own_jobs() -> None:
    written("p1")
    assert leases.claim("w/desk-1.1", Lane.DESK) is None


def test_what_lies_near_goes_first_but_not_before_what_is_urgent() -> None:
    written("file", priority=50)
    written("p1", "p2", "p3", priority=100)
    nearby.suggest(READ, ["p2", "p3"], ahead_of=50)
    assert claimed().subject == "p2"
    written("urgent", priority=10)
    assert claimed().subject == "urgent"
    assert nearby.kept() is None, "who was called away has another file open"
    assert [claimed().subject for _ in range(3)] == ["file", "p1", "p3"]


def test_a_hint_that_somebody_else_took_up_holds_nobody_back() -> None:
    written("p1", "p2")
    nearby.suggest(READ, ["p2", "gone"], ahead_of=50)
    assert claimed().subject == "p2"
    assert claimed().subject == "p1"
    assert nearby.kept() is None


def test_lower_priority_goes_first_then_the_older_job() -> None:
    written("late", priority=200)
    for subject in ("p1", "p2", "p3"):
        written(subject)
    written("soon", priority=1)
    with transaction():
        for number, subject in enumerate(("p1", "p2", "p3")):
            db.session.execute(update(Job).where(Job.subject == subject).values(not_before=float(number)))
    assert [claimed(f"w/read-{n}.1").subject for n in range(5)] == ["soon", "p1", "p2", "p3", "late"]


def test_delayed_work_waits() -> None:
    written("p1", delay=60)
    assert leases.claim("w/read-1.1", Lane.READ) is None
    due_now()
    assert claimed().subject == "p1"


def test_a_lease_that_ended_goes_to_another_and_the_first_can_no_longer_finish() -> None:
    written("p1")
    first = claimed("a/read-1.1")
    lease_over()
    second = claimed("b/read-1.1")
    assert second.token > first.token
    with pytest.raises(LeaseLostError):
        ledger.finish(first, effect)
    ledger.finish(second, effect)
    assert (effects(), outcomes()) == (1, ["expired", "done"])


def test_a_heartbeat_holds_the_lease_and_a_late_one_does_not_take_it_back() -> None:
    written("p1")
    first = claimed("a/read-1.1")
    lease_over()
    assert leases.heartbeat(first)
    assert leases.claim("b/read-1.1", Lane.READ) is None
    lease_over()
    claimed("b/read-1.1")
    assert not leases.heartbeat(first)


def test_a_dead_worker_gives_back_its_leases_and_no_one_elses() -> None:
    written("p1", "p2", "p3")
    dead = [claimed("a/read-1.1"), claimed("a/read-2.1")]
    alive = claimed("a2/read-1.1")
    assert leases.give_back("a/") == 2
    assert ledger.overview()["leases"] == 1
    with pytest.raises(LeaseLostError):
        ledger.finish(dead[0], effect)
    ledger.finish(alive, effect)
    for claim in dead:
        assert standing(claim.subject).attempts == 0
        assert (standing(claim.subject).deaths, outcomes(claim.subject)) == (1, ["died"])


def test_a_worker_that_was_told_to_stop_gives_back_without_a_death() -> None:
    written("p1")
    claim = claimed("a/read-1.1")
    assert leases.release("a/") == 1
    assert (standing().deaths, standing().attempts, outcomes()) == (0, 0, ["released"])
    with pytest.raises(LeaseLostError):
        ledger.finish(claim, effect)


def test_a_failure_waits_ever_longer_and_the_fifth_is_the_last() -> None:
    told: list[tuple[str, str]] = []
    handlers.install({READ: Work(lambda claim: nothing, when_dead=lambda *what: told.append(what))})
    written("p1")
    pauses = []
    for _ in range(steps.MOST_ATTEMPTS):
        assert told == []
        ledger.fail(claimed(), "broken", {"page": 1})
        pauses.append(db.session.scalar(select(Job.not_before - database_seconds())) or 0.0)
        assert leases.claim("w/read-1.1", Lane.READ) is None
        due_now()
    assert sorted(pauses[:4]) == pauses[:4]
    assert pauses[0] > 0
    dead = standing()
    assert (dead.state, dead.code, dict(dead.values)) == (JobState.DEAD, "broken", {"page": 1})
    assert told == [("p1", "broken")]
    assert [one.subject for one in records.dead()] == ["p1"]


def test_a_failure_that_lasts_is_not_tried_again() -> None:
    written("p1")
    ledger.fail(claimed(), "broken", retry=False)
    assert standing().state is JobState.DEAD


def test_a_deferred_job_counts_no_attempt_and_says_why_it_waits() -> None:
    written("p1")
    for _ in range(steps.MOST_ATTEMPTS + 1):
        ledger.defer(claimed(), "engine_missing", 30)
        assert leases.claim("w/read-1.1", Lane.READ) is None
        due_now()
    found = standing()
    assert (found.state, found.attempts, found.code) == (JobState.WAITING, 0, "engine_missing")


def test_a_child_that_dies_alone_costs_its_job_an_attempt() -> None:
    written("p1", "p2")
    claimed("w/read-1.1")
    claimed("w/read-1.10")
    assert leases.child_died("w/read-1.1") == 1
    assert (standing("p1").attempts, standing("p1").deaths, standing("p1").code) == (1, 0, "reader_died")
    assert standing("p2").state is JobState.LEASED


def three_deaths(subject: str = "p1") -> None:
    for _ in range(handlers.SUSPECT_AT):
        claim = claimed("a/read-1.1")
        assert claim.subject == subject
        leases.give_back("a/")


def test_a_suspect_is_given_alone_and_nothing_beside_it() -> None:
    written("p1", priority=1)
    three_deaths()
    due_now()
    with transaction():
        db.session.execute(update(Job).values(priority=200))
    written("p2", "p3")
    assert leases.suspect_is_due(Lane.READ)
    other = leases.claim("b/read-2.1", Lane.READ)
    assert other is not None
    assert other.is_suspect
    assert leases.claim("b/read-1.1", Lane.READ) is None
    ledger.finish(other, nothing)
    assert (standing("p1").deaths, claimed("b/read-1.1").is_suspect) == (0, False)


def test_a_suspect_waits_until_its_worker_has_nothing_else_in_work() -> None:
    written("p1", priority=1)
    three_deaths()
    with transaction():
        db.session.execute(update(Job).values(not_before=database_seconds() + 60))
    written("p2", "p3")
    busy = claimed("b/read-1.1")
    due_now("p1")
    assert leases.claim("b/read-2.1", Lane.READ) is None
    ledger.finish(busy, nothing)
    assert claimed("b/read-2.1").subject == "p1"


def test_a_suspect_dies_only_by_its_own_child() -> None:
    written("p1")
    for _ in range(2):
        three_deaths()
    assert (standing().state, standing().attempts) == (JobState.WAITING, 0)
    claimed("b/read-1.1")
    leases.child_died("b/read-1.1")
    assert (standing().state, standing().code) == (JobState.DEAD, "reader_died")


def test_a_retried_suspect_is_still_read_alone() -> None:
    written("p1")
    three_deaths()
    claimed("b/read-1.1")
    leases.child_died("b/read-1.1")
    with transaction():
        ledger.retry(standing().job_id)
    assert (standing().state, standing().attempts) == (JobState.WAITING, 0)
    assert claimed("c/read-1.1").is_suspect


def test_only_a_dead_job_can_be_retried() -> None:
    written("p1")
    with pytest.raises(NotFoundError), transaction():
        ledger.retry(standing().job_id)


def test_work_that_is_queued_again_while_in_work_drops_the_present_result() -> None:
    written("p1")
    before = claimed()
    with transaction():
        ledger.requeue(READ, "p1", priority=1)
    with pytest.raises(LeaseLostError):
        ledger.finish(before, effect)
    ledger.finish(claimed(), effect)
    assert (effects(), outcomes()) == (1, ["superseded", "done"])


def test_done_work_can_be_queued_again_and_unknown_work_cannot() -> None:
    written("p1")
    ledger.finish(claimed(), nothing)
    with transaction():
        ledger.requeue(READ, "p1")
    assert claimed().subject == "p1"
    with pytest.raises(NotFoundError), transaction():
        ledger.requeue(READ, "p2")


def test_periodic_work_waits_again_when_done_and_never_dies() -> None:
    written("", every=300)
    ledger.finish(claimed(), effect)
    assert (standing("").state, leases.claim("w/read-1.1", Lane.READ)) == (JobState.WAITING, None)
    for _ in range(steps.MOST_ATTEMPTS + 1):
        due_now("")
        ledger.fail(claimed(), "broken")
    assert standing("").state is JobState.WAITING


def test_old_done_work_is_cleared_and_the_rest_stays() -> None:
    written("done", "dead")
    ledger.finish(claimed(), nothing)
    ledger.fail(claimed(), "broken", retry=False)
    by_state = {one.state: one.subject for one in (standing("done"), standing("dead"))}
    claim = Claim("x", "jobs.tidy", "", {}, Lane.DESK, "w/desk-1.1", 1, 0, 0)
    with transaction():
        records.tidy(claim)()
    assert records.standing(READ, by_state[JobState.DONE]) is not None
    with clock.held_at(clock.now() + timedelta(days=records.KEPT_DAYS + 1)), transaction():
        records.tidy(claim)()
    assert records.standing(READ, by_state[JobState.DONE]) is None
    assert records.standing(READ, by_state[JobState.DEAD]) is not None


def test_two_workers_never_get_the_same_job(bare: Flask) -> None:
    written(*(f"p{number}" for number in range(40)))
    got: list[str] = []

    def take(owner: str) -> None:
        with bare.app_context():
            while (claim := leases.claim(owner, Lane.READ)) is not None:
                got.append(claim.subject)
                ledger.finish(claim, nothing)

    threads = [threading.Thread(target=take, args=(f"w{number}/read-1.1",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(f"p{number}" for number in range(40))
