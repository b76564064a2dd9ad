"""Looking into the ledger: dead jobs and why, how one job stands, and clearing away what is long done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from portal.core import clock
from portal.core.db import db
from portal.jobs.handlers import Apply, Claim
from portal.jobs.models import Job, JobAttempt, JobState, Lane

KEPT_DAYS = 30
MOST_AT_ONCE = 5000
"""Rows cleared in one transaction, so that it holds the lock for well under three seconds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one job stands; `code` with `values` says why it waits or is dead."""

    job_id: str
    kind: str
    subject: str
    state: JobState
    attempts: int
    deaths: int
    code: str
    values: Mapping[str, object]


def standing(kind: str, subject: str) -> Standing | None:
    """Return how the job stands, None where there is no such job."""
    job = db.session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject))
    return None if job is None else _standing(job)


def given_up(kind: str, subjects: Sequence[str]) -> set[str]:
    """Return the subjects whose job of this kind is dead, by one query."""
    rows = select(Job.subject).where(
        Job.kind == kind, Job.subject.in_(subjects), Job.state == JobState.DEAD.value
    )
    return set(db.session.scalars(rows))


def forget(subjects: Sequence[str]) -> None:
    """Delete every job about these things, of any kind, with how it went; who holds one cannot finish it."""
    ids = db.session.scalars(select(Job.id).where(Job.subject.in_(subjects))).all()
    db.session.execute(delete(JobAttempt).where(JobAttempt.job_id.in_(ids)))
    db.session.execute(delete(Job).where(Job.id.in_(ids)))
    db.session.expire_all()


def numbers(kinds: Sequence[str]) -> dict[JobState, int]:
    """Return how many jobs of some kinds are in each state."""
    rows = db.session.execute(select(Job.state, func.count()).where(Job.kind.in_(kinds)).group_by(Job.state))
    return {JobState(state): number for state, number in rows}


def standing_in(lane: Lane) -> dict[JobState, int]:
    """Return how many jobs of a lane are in each state, those that are done left out."""
    states = [state for state in JobState if state is not JobState.DONE]
    rows = db.session.execute(
        select(Job.state, func.count())
        .where(Job.lane == lane.value, Job.state.in_([state.value for state in states]))
        .group_by(Job.state)
    )
    return dict.fromkeys(states, 0) | {JobState(state): number for state, number in rows}


def dead(limit: int = 100) -> list[Standing]:
    """Return dead jobs, the newest first."""
    rows = select(Job).where(Job.state == JobState.DEAD.value).order_by(Job.created_at.desc()).limit(limit)
    return [_standing(job) for job in db.session.scalars(rows)]


def dead_kinds() -> dict[str, int]:
    """Return by kind how many jobs were given up."""
    return _kinds(JobState.DEAD)


def waiting_kinds() -> dict[str, int]:
    """Return by kind how many jobs wait."""
    return _kinds(JobState.WAITING)


def latest_end() -> int:
    """Return a number that grows whenever a job ends, for whoever waits for something to happen."""
    return db.session.scalar(select(func.max(JobAttempt.id))) or 0


def attempts(job_id: str) -> Sequence[JobAttempt]:
    """Return how each claim of the job ended, in order."""
    return db.session.scalars(
        select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.id)
    ).all()


def tidy(claim: Claim) -> Apply:
    """Handle `jobs.tidy`: delete jobs done more than 30 days ago and attempts as old."""
    return _clear


def _clear() -> None:
    before = clock.now() - timedelta(days=KEPT_DAYS)
    old_jobs = (
        select(Job.id)
        .where(Job.state == JobState.DONE.value, Job.created_at < before)
        .limit(MOST_AT_ONCE)
        .scalar_subquery()
    )
    old_attempts = select(JobAttempt.id).where(JobAttempt.at < before).limit(MOST_AT_ONCE).scalar_subquery()
    db.session.execute(delete(Job).where(Job.id.in_(old_jobs)).execution_options(synchronize_session=False))
    db.session.execute(
        delete(JobAttempt).where(JobAttempt.id.in_(old_attempts)).execution_options(synchronize_session=False)
    )


def _standing(job: Job) -> Standing:
    return Standing(
        job_id=job.id,
        kind=job.kind,
        subject=job.subject,
        state=JobState(job.state),
        attempts=job.attempts,
        deaths=job.deaths,
        code=job.error_code,
        values=dict(job.error_values),
    )


def _kinds(state: JobState) -> dict[str, int]:
    """Count the jobs in a state by kind; it walks over these jobs alone."""
    rows = (
        select(Job.kind, func.count())
        # All lanes are named so that the index of claims serves.
        .where(Job.lane.in_([lane.value for lane in Lane]), Job.state == state.value)
        .group_by(Job.kind)
    )
    return dict(db.session.execute(rows).all())
