"""How fast work is done, from how the latest jobs of a kind ended; for predictions, never for the ledger.

The rate is that of the wall clock: ends over time, the time without work left out. A reader that was at work
without a break began its job when it had ended the one before, so no two ends lie further apart than the
later job was held; what is longer was idleness, a pause, or a night.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select

from portal.core.db import db
from portal.jobs.models import Job, JobAttempt, Lane

LEAST = 10
"""Ends below which nothing is said."""
MOST = 100
"""Ends that count: enough to even out, few enough to follow what is read now."""
LOOKED_AT = 600
"""Ends of any work among which they are looked for, the latest first."""
SLACK_SECONDS = 1.0
"""Between the end of a job and the beginning of the next at a reader that has no break."""
ALMOST = 0.25
"""What readers lose between two jobs: 1.8 at work on the average are two."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast work of a kind was done, and by how many at a time."""

    per_second: float
    readers: int


def of(kind: str, lane: Lane) -> Pace | None:
    """Return the pace of a kind of work; None before enough is known, and while it is put off."""
    latest = select(JobAttempt).order_by(JobAttempt.id.desc()).limit(LOOKED_AT).subquery()
    rows = db.session.execute(
        select(latest.c.at, latest.c.seconds, latest.c.outcome)
        .join(Job, Job.id == latest.c.job_id)
        .where(Job.kind == kind, Job.lane == lane.value, latest.c.outcome.in_(("done", "failed", "deferred")))
        .order_by(latest.c.id.desc())
        .limit(MOST)
    ).all()
    if len(rows) < LEAST or rows[0].outcome == "deferred":
        # Put off because its surroundings are not there: nobody knows when they will be.
        return None
    return measured([(row.at.timestamp(), row.seconds or 0.0) for row in rows if row.outcome != "deferred"])


def measured(ends: list[tuple[float, float]]) -> Pace | None:
    """Return the pace of jobs that ended at some seconds of the clock after having been held for so many."""
    in_order = sorted(ends)
    if len(in_order) < LEAST:
        return None
    wall = held = 0.0
    for (before, _), (at, seconds) in pairwise(in_order):
        wall += min(at - before, seconds + SLACK_SECONDS)
        held += seconds
    if wall <= 0:
        return None
    return Pace((len(in_order) - 1) / wall, max(1, math.ceil(held / wall - ALMOST)))
