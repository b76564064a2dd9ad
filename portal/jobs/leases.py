"""Leases: who may work on a job, for 60 seconds at a time, and what happens when workers die.

An owner is "worker/child". Leases compare the database's clock only. A job over which
three workers died in a row is a suspect: it is worked on alone, and is dead only when
the child that works on it alone fails.
"""

from __future__ import annotations

from sqlalchemy import Select, func, literal_column, select, update
from sqlalchemy.orm import Session

from portal.core import db
from portal.core.db import database_seconds, transaction
from portal.jobs import gates, nearby, pauses, states, steps
from portal.jobs.handlers import SUSPECT_AT, Claim
from portal.jobs.models import Job, JobState, Lane

LEASE_SECONDS = 60
HEARTBEAT_SECONDS = 15

_IS_SUSPECT = Job.deaths >= literal_column(str(SUSPECT_AT))
"""Written out, not bound, for the partial index serves only a query that says the number."""


def claim(owner: str, lane: Lane, most_priority: int | None = None) -> Claim | None:
    """Take the next due job of the lane for 60 seconds; None where nothing is to be done now.

    Args:
        owner: "worker/child".
        most_priority: only jobs up to this number; all where none is given.

    A suspect is given only while nothing else of its lane is in work at that worker, and nothing else is
    given meanwhile. What is paused is not given, and in quiet hours only what is awaited (`gates`).
    """
    if not _anything_due(lane, most_priority):
        return None
    with transaction() as session:
        _one_claim_at_a_time(session, owner)
        _expire(session, lane)
        job = _next_unpaused(session, owner, lane, most_priority)
        if job is None:
            return None
        states.advance(job, JobState.LEASED)
        job.owner = owner
        job.token += 1
        job.leased_at = database_seconds()
        job.leased_until = database_seconds() + LEASE_SECONDS
        session.flush()
        nearby.claimed(job.kind, job.subject)
        return Claim(
            job_id=job.id,
            kind=job.kind,
            subject=job.subject,
            payload=dict(job.payload),
            lane=lane,
            owner=owner,
            token=job.token,
            attempts=job.attempts,
            deaths=job.deaths,
        )


def suspect_is_due(lane: Lane, most_priority: int | None = None) -> bool:
    """Tell whether a suspect of this lane waits to be worked on alone."""
    due = _due(lane, gates.most_priority(lane, most_priority))
    found = db.db.session.scalar(due.where(_IS_SUSPECT).with_only_columns(Job.id).limit(1))
    db.end_reading()
    return found is not None


def is_held(lane: Lane) -> bool:
    """Tell whether somebody is at work in a lane."""
    held = select(Job.id).where(
        Job.lane == lane.value,
        Job.state == JobState.LEASED.value,
        Job.leased_until >= database_seconds(),
    )
    return db.db.session.scalar(held.limit(1)) is not None


def is_busy(lane: Lane) -> bool:
    """Tell whether a job of this lane is in work or could be."""
    held = select(Job).where(Job.lane == lane.value, Job.state == JobState.LEASED.value)
    looks = (_due(lane, gates.most_priority(lane, None)), held)
    found = any(db.db.session.scalar(look.with_only_columns(Job.id).limit(1)) for look in looks)
    db.end_reading()
    return found


def heartbeat(claim: Claim) -> bool:
    """Hold the lease for 60 more seconds; tell whether it is still held."""
    with transaction() as session:
        held = session.scalars(
            update(Job)
            .where(Job.id == claim.job_id, Job.token == claim.token, Job.state == JobState.LEASED.value)
            .values(leased_until=database_seconds() + LEASE_SECONDS)
            .returning(Job.id)
        ).all()
    return bool(held)


def give_back(owner_prefix: str) -> int:
    """Take all leases from a worker that died ("worker/"); count one death for each job, return how many."""
    with transaction() as session:
        jobs = _leased_by(session, owner_prefix)
        for job in jobs:
            steps.died(session, job, "died")
        return len(jobs)


def release(owner_prefix: str) -> int:
    """Take all leases from a worker that was told to stop; nothing is counted."""
    with transaction() as session:
        jobs = _leased_by(session, owner_prefix)
        for job in jobs:
            steps.again(session, job, outcome="released", keep_attempts=True)
        return len(jobs)


def child_died(owner: str) -> int:
    """Count a failed attempt for what this one child held when it alone died; a suspect is dead by it."""
    with transaction() as session:
        jobs = [job for job in _leased_by(session, owner) if job.owner == owner]
        for job in jobs:
            steps.count_failure(session, job, "reader_died", {}, retry=job.deaths < SUSPECT_AT)
        return len(jobs)


def _due(lane: Lane, most_priority: int | None = None) -> Select[Job]:
    found = select(Job).where(
        Job.lane == lane.value, Job.state == JobState.WAITING.value, Job.not_before <= database_seconds()
    )
    return found if most_priority is None else found.where(Job.priority <= most_priority)


def _overdue(lane: Lane) -> Select[Job]:
    return select(Job).where(
        Job.lane == lane.value, Job.state == JobState.LEASED.value, Job.leased_until < database_seconds()
    )


def _anything_due(lane: Lane, most_priority: int | None) -> bool:
    """Look without the write lock first, so that waiting children disturb nobody."""
    looks = (_due(lane, gates.most_priority(lane, most_priority)), _overdue(lane))
    found = any(db.db.session.scalar(look.with_only_columns(Job.id).limit(1)) for look in looks)
    db.end_reading()
    return found


def _one_claim_at_a_time(session: Session, owner: str) -> None:
    """Keep the children of one worker from claiming at once, for "alone" must be true of all of them.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(_worker(owner)))))


def _expire(session: Session, lane: Lane) -> None:
    """Free what a worker died over that nobody watched."""
    for job in session.scalars(_overdue(lane).with_for_update(skip_locked=True)):
        steps.died(session, job, "expired")
    session.flush()


def _next_unpaused(session: Session, owner: str, lane: Lane, most_priority: int | None) -> Job | None:
    """Return the next job. What came to wait in a bundle after its pause began is held when it is met."""
    while (job := _next(session, owner, lane, gates.most_priority(lane, most_priority))) is not None:
        if job.bundle is None or not pauses.hold_if_paused(job.bundle):
            return job
    return None


def _next(session: Session, owner: str, lane: Lane, most_priority: int | None) -> Job | None:
    in_order = (
        _due(lane, most_priority)
        .order_by(Job.priority, Job.not_before, Job.created_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    held_here = session.scalars(
        select(Job.deaths).where(
            Job.lane == lane.value,
            Job.state == JobState.LEASED.value,
            Job.owner.startswith(_worker(owner), autoescape=True),
        )
    ).all()
    if any(deaths >= SUSPECT_AT for deaths in held_here):
        return None
    suspect = session.scalar(in_order.where(_IS_SUSPECT))
    if suspect is not None:
        return None if held_here else suspect
    first = session.scalar(in_order)
    near = nearby.kept()
    if near is None or first is None or first.priority < near.ahead_of:
        return first
    at_hand = in_order.where(Job.kind == near.kind, Job.subject.in_(near.subjects))
    return session.scalar(at_hand) or first


def _worker(owner: str) -> str:
    return owner.partition("/")[0] + "/"


def _leased_by(session: Session, owner_prefix: str) -> list[Job]:
    return list(
        session.scalars(
            select(Job)
            .where(
                Job.lane.in_([lane.value for lane in Lane]),
                Job.state == JobState.LEASED.value,
                Job.owner.startswith(owner_prefix, autoescape=True),
            )
            .with_for_update()
        )
    )
