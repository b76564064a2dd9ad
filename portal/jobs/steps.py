"""What one step does to the row of a job; `leases` and `ledger` decide which step it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sqlalchemy.orm import Session

from portal.core import db
from portal.core.db import database_seconds
from portal.jobs import doorbell, handlers, states
from portal.jobs.models import Job, JobAttempt, JobState, Lane

MOST_ATTEMPTS = 5
BACK_OFF_SECONDS = 2.0
"""Waiting time after the first failure; each further one waits four times as long."""

RING = {lane: partial(doorbell.ring, lane.value) for lane in Lane}
"""One hook per lane, so that a transaction with a thousand jobs rings once."""


def count_failure(session: Session, job: Job, code: str, values: Mapping[str, object], retry: bool) -> None:
    """Count a failed attempt: again later, or dead after the last one; periodic work never dies."""
    job.attempts += 1
    job.error_code, job.error_values = code, plain(values)
    note(session, job, "failed", code)
    pause = BACK_OFF_SECONDS * 4 ** min(job.attempts - 1, MOST_ATTEMPTS)
    if job.every_seconds is not None:
        let_go(job, JobState.WAITING, seconds=max(pause, job.every_seconds))
    elif retry and job.attempts < MOST_ATTEMPTS:
        let_go(job, JobState.WAITING, seconds=pause)
    else:
        let_go(job, JobState.DEAD)
        work = handlers.of(job.kind)
        if work is not None and work.when_dead is not None:
            work.when_dead(job.subject, code)


def died(session: Session, job: Job, outcome: str) -> None:
    """Count the death of the worker that held the job, which does not count as an attempt."""
    note(session, job, outcome)
    job.deaths += 1
    job.token += 1
    let_go(job, JobState.WAITING)
    db.on_commit(RING[Lane(job.lane)])


def again(session: Session, job: Job, outcome: str = "superseded", keep_attempts: bool = False) -> None:
    """Make the job wait once more; whoever holds it can no longer finish."""
    if job.state == JobState.LEASED:
        note(session, job, outcome)
        job.token += 1
    if job.state != JobState.WAITING:
        let_go(job, JobState.WAITING)
    if not keep_attempts:
        job.attempts = 0
        job.error_code, job.error_values = "", {}
    job.not_before = database_seconds()
    db.on_commit(RING[Lane(job.lane)])


def let_go(job: Job, to: JobState, seconds: float | None = None) -> None:
    """Take the job from whoever holds it; it is due at once, or after so many seconds."""
    states.advance(job, to)
    job.owner = ""
    job.leased_until = job.leased_at = None
    if seconds is not None:
        job.not_before = database_seconds() + seconds


def note(session: Session, job: Job, outcome: str, code: str = "") -> None:
    """Write down how this claim of the job ended."""
    row = JobAttempt(job_id=job.id, token=job.token, owner=job.owner, outcome=outcome, error_code=code)
    if job.leased_at is not None:
        # By the database's clock, like the lease itself.
        row.seconds = database_seconds() - job.leased_at
    session.add(row)


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values as JSON can hold them."""
    return {
        key: value if isinstance(value, str | int | float | bool) else str(value)
        for key, value in values.items()
    }
