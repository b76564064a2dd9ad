"""What may be taken from a lane just now: pauses and quiet hours, asked before every claim.

They stop what is read in turn, and the desk never: people wait for mails, images and copies.
"""

from __future__ import annotations

from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db
from portal.jobs import ledger, pauses, rests
from portal.jobs.models import Job, JobState, Lane

NOTHING = -1
"""Below every priority."""


def most_priority(lane: Lane, asked: int | None) -> int | None:
    """Return up to which number of priority work may be taken now; None where all may.

    In a pause nothing is taken, in quiet hours what a reader of the archive waits for, and of the rest as
    much at a time as they let.

    Args:
        asked: what the child would take anyway.
    """
    if lane is not Lane.READ:
        return asked
    if pauses.is_paused(lane):
        return NOTHING
    readers = rests.readers_at(rests.standing(), clock.now())
    if readers is None or _in_turn(lane) < readers:
        return asked
    return ledger.AWAITED if asked is None else min(asked, ledger.AWAITED)


def _in_turn(lane: Lane) -> int:
    """Count what is in work and awaited by nobody."""
    found = db.session.scalar(
        select(func.count())
        .select_from(Job)
        .where(
            Job.lane == lane.value,
            Job.state == JobState.LEASED.value,
            Job.priority > ledger.AWAITED,
        )
    )
    return found or 0
