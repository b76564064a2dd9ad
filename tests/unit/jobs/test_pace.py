"""How fast work is done, and how much waits before a bundle's last job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.db import db, transaction
from portal.jobs import leases, ledger, lines, pace, pauses
from portal.jobs.lines import Line
from portal.jobs.models import Job, JobAttempt, JobState, Lane

READ = "page.read"


def evenly(number: int, seconds: float, readers: int, start: float = 0.0) -> list[tuple[float, float]]:
    """Return the ends of jobs that each took so long, at so many readers side by side."""
    return [
        (start + turn * seconds + reader * 0.01, seconds)
        for turn in range(number // readers)
        for reader in range(readers)
    ]


@pytest.mark.parametrize(("readers", "seconds"), [(1, 2.0), (2, 2.0), (4, 0.5)])
def test_the_pace_of_even_work_is_readers_by_seconds(readers: int, seconds: float) -> None:
    found = pace.measured(evenly(80, seconds, readers))
    assert found is not None
    assert found.readers == readers
    assert found.per_second == pytest.approx(readers / seconds, rel=0.06)


def test_a_night_without_work_and_a_pause_of_a_minute_slow_nothing_down() -> None:
    whole = pace.measured(evenly(60, 2.0, 2))
    parts = evenly(20, 2.0, 2) + evenly(20, 2.0, 2, start=100) + evenly(20, 2.0, 2, start=40_000)
    broken = pace.measured(parts)
    assert whole is not None
    assert broken is not None
    assert broken.per_second == pytest.approx(whole.per_second, rel=0.1)


def test_before_enough_is_known_nothing_is_said() -> None:
    assert pace.measured(evenly(pace.LEAST - 1, 2.0, 1)) is None
    assert pace.measured([(5.0, 0.0)] * pace.LEAST) is None


def ended(kind: str, outcome: str, number: int) -> None:
    """Write down jobs of a kind that ended, a second apart and up to now."""
    with transaction() as session:
        for index in range(number):
            at = clock.now() - timedelta(seconds=number - index)
            job = Job(kind=kind, subject=f"{outcome}{index}", lane=Lane.READ.value, state=JobState.DONE.value)
            session.add(job)
            session.flush()
            session.add(JobAttempt(job_id=job.id, token=1, owner="w/1", outcome=outcome, seconds=1.0, at=at))
            session.flush()


@pytest.mark.usefixtures("ledger_app")
def test_only_work_of_the_kind_counts_and_what_is_put_off_has_no_pace() -> None:
    ended("mail.send", "done", 30)
    assert pace.of(READ, Lane.READ) is None
    ended(READ, "done", 30)
    found = pace.of(READ, Lane.READ)
    assert found is not None
    assert found.per_second == pytest.approx(1.0, rel=0.05)
    ended(READ, "deferred", 1)
    assert pace.of(READ, Lane.READ) is None


def written(bundle: str, number: int, priority: int = 100) -> None:
    """Write down the pages of a bundle, behind those that were written before."""
    with transaction() as session:
        count = session.query(Job).count()
        for index in range(count, count + number):
            ledger.enqueue(READ, f"p{index}", Lane.READ, priority=priority, bundle=bundle, delay=index - 9999)


@pytest.mark.usefixtures("ledger_app")
def test_what_is_read_before_the_last_page_of_a_batch_is_in_its_line() -> None:
    written("a", 3)
    written("b", 2)
    written("a", 1)
    written("late", 5)
    written("first", 4, priority=30)
    written("last", 2, priority=250)
    assert lines.of_bundle("a", READ, Lane.READ) == Line(own=4, before=2 + 4)
    assert lines.of_bundle("first", READ, Lane.READ) == Line(own=4, before=0)
    assert lines.of_bundle("last", READ, Lane.READ) == Line(own=2, before=15)
    assert lines.of_bundle("gone", READ, Lane.READ) == Line(own=0, before=0)
    claim = leases.claim("w/read-1.1", Lane.READ)
    assert claim is not None
    # What is in work elsewhere is in the way as well.
    assert lines.of_bundle("a", READ, Lane.READ) == Line(own=4, before=2 + 4)
    with transaction():
        pauses.begin("a", None, "")
    db.session.expire_all()
    assert lines.of_bundle("a", READ, Lane.READ) == Line(own=0, before=0, held=4)
    assert lines.of_lane(READ, Lane.READ) == 13
