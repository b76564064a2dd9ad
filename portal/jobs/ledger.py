"""The ledger: which work is to be done, and how it ended.

A job is enqueued in the transaction of the data that causes it. Whoever holds its lease
(`leases.claim`) finishes it here: the effect of the work and the job's end are written in
one transaction, after the fencing token was checked, so the effect happens exactly once
however often workers die.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core import db
from portal.core.db import database_seconds, transaction
from portal.core.errors import NotFoundError
from portal.jobs import steps
from portal.jobs.errors import LeaseLostError
from portal.jobs.handlers import Apply, Claim
from portal.jobs.models import Job, JobState, Lane

MAIL = 9
"""Priority of mails: somebody waits for a link or for six digits, so they go before copies."""

AWAITED = 10
"""Priority of reading that a reader of the archive waits for: before all that is read in turn, and in quiet
hours, too."""

IMAGE = 5
"""Priority of an image that somebody looks for just now."""

QUICK = MAIL
"""Priority up to which work takes seconds and somebody waits for it: one child of the desk does nothing else,
so that no long copy stands before it."""


def enqueue(
    kind: str,
    subject: str,
    lane: Lane = Lane.DESK,
    payload: Mapping[str, object] | None = None,
    priority: int = 100,
    delay: float = 0.0,
    every: int | None = None,
    bundle: str | None = None,
) -> None:
    """Write down work, inside the transaction of the data that causes it; the same work twice is one job.

    Args:
        bundle: what it is paused with, and put first or last with.
    """
    session = db.db.session()
    row: dict[str, object] = {
        "kind": kind,
        "subject": subject,
        "lane": lane.value,
        "payload": dict(payload or {}),
        "priority": priority,
        "not_before": database_seconds() + delay,
        "every_seconds": every,
        "bundle": bundle,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Job).values(row).on_conflict_do_nothing(index_elements=["kind", "subject"]))
    db.on_commit(steps.RING[lane])


def requeue(kind: str, subject: str, priority: int | None = None, bundle: str | None = None) -> None:
    """Have the work done once more, whatever became of it; who works on it now can no longer finish.

    Args:
        priority: the one from before stays where none is given, so does the bundle; and that of what a reader
            waits for, in any case.

    Raises:
        NotFoundError: there is no such job.
    """
    session = db.db.session()
    job = session.scalar(select(Job).where(Job.kind == kind, Job.subject == subject).with_for_update())
    if job is None:
        raise NotFoundError("not_found")
    steps.again(session, job)
    if priority is not None and job.priority > AWAITED:
        job.priority = priority
    if bundle is not None:
        job.bundle = bundle
    session.flush()


def retry(job_id: str) -> None:
    """Give a dead job its attempts back. A suspect stays one and is worked on alone.

    Raises:
        NotFoundError: there is no such dead job.
    """
    session, job = db.db.session(), _dead(job_id)
    steps.again(session, job)
    session.flush()


def put_away(job_id: str) -> None:
    """Take a dead job off the list: a person has decided that it stays undone.

    Raises:
        NotFoundError: there is no such dead job.
    """
    session, job = db.db.session(), _dead(job_id)
    steps.note(session, job, "skipped", job.error_code)
    steps.let_go(job, JobState.DONE)
    session.flush()


def _dead(job_id: str) -> Job:
    job = db.db.session.scalar(
        select(Job).where(Job.id == job_id, Job.state == JobState.DEAD.value).with_for_update()
    )
    if job is None:
        raise NotFoundError("not_found")
    return job


def hurry(kind: str, subjects: Sequence[str]) -> None:
    """Put unfinished jobs before all that is done in turn: a reader of the archive waits for them."""
    for start in range(0, len(subjects), AT_ONCE):
        part = Job.subject.in_(subjects[start : start + AT_ONCE])
        _give_priority(AWAITED, Job.kind == kind, part)
    for lane in Lane:
        db.on_commit(steps.RING[lane])


def place(kind: str, bundle: str, priority: int) -> None:
    """Give all unfinished jobs of a kind in a bundle a priority; what is awaited stays before them."""
    _give_priority(priority, Job.kind == kind, Job.bundle == bundle)


def _give_priority(priority: int, *of: ColumnElement[bool]) -> None:
    unfinished = (JobState.WAITING.value, JobState.LEASED.value, JobState.HELD.value)
    db.db.session.execute(
        update(Job).where(*of, Job.state.in_(unfinished), Job.priority > AWAITED).values(priority=priority)
    )


def finish(claim: Claim, apply: Apply) -> None:
    """Write the effect and the end of the job in one transaction.

    Raises:
        LeaseLostError: somebody else has the job; `apply` was not run.
    """
    with transaction() as session:
        job = _held(session, claim)
        apply()
        steps.note(session, job, "done")
        if job.every_seconds is None:
            steps.let_go(job, JobState.DONE)
        else:
            steps.let_go(job, JobState.WAITING, seconds=job.every_seconds)
        job.attempts = job.deaths = 0
        job.error_code, job.error_values = "", {}


def fail(claim: Claim, code: str, values: Mapping[str, object] | None = None, retry: bool = True) -> None:
    """Count a failure of the work: it is tried again later, or is dead after the fifth time.

    Raises:
        LeaseLostError: somebody else has the job.
    """
    with transaction() as session:
        steps.count_failure(session, _held(session, claim), code, values or {}, retry)


def defer(claim: Claim, code: str, seconds: float, values: Mapping[str, object] | None = None) -> None:
    """Put the job off because its surroundings are not ready; no attempt is counted.

    Raises:
        LeaseLostError: somebody else has the job.
    """
    with transaction() as session:
        job = _held(session, claim)
        job.error_code, job.error_values = code, steps.plain(values or {})
        steps.note(session, job, "deferred", code)
        steps.let_go(job, JobState.WAITING, seconds=seconds)


AT_ONCE = 500
"""Subjects in one statement; SQLite takes a limited number of values."""


class Overview(TypedDict):
    """How many jobs there are by state, by kind and state, and how many leases are held."""

    jobs: dict[str, int]
    job_kinds: dict[str, dict[str, int]]
    leases: int


def overview() -> Overview:
    """Count the jobs."""
    found: Overview = {"jobs": {state.value: 0 for state in JobState}, "job_kinds": {}, "leases": 0}
    held = func.sum(case((Job.leased_until >= database_seconds(), 1), else_=0))
    rows = select(Job.kind, Job.state, func.count(), held).group_by(Job.kind, Job.state)
    for kind, state, number, leases in db.db.session.execute(rows):
        found["jobs"][state] += number
        found["job_kinds"].setdefault(kind, {})[state] = number
        found["leases"] += leases if state == JobState.LEASED else 0
    return found


def unfinished() -> int:
    """Return how many jobs wait or are in work. Periodic ones always wait, so they are no queue."""
    at_work = Job.state.in_((JobState.WAITING.value, JobState.LEASED.value))
    # All lanes are named so that the index of claims serves.
    where = (Job.lane.in_([lane.value for lane in Lane]), at_work, Job.every_seconds.is_(None))
    return db.db.session.scalar(select(func.count()).select_from(Job).where(*where)) or 0


def _held(session: Session, claim: Claim) -> Job:
    job = session.scalar(
        select(Job)
        .where(Job.id == claim.job_id, Job.state == JobState.LEASED.value, Job.token == claim.token)
        .with_for_update()
    )
    if job is None:
        raise LeaseLostError("lease_lost")
    return job
