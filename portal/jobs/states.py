"""The one table of the states of a job."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select, update

from portal.core import db
from portal.jobs.errors import ImpossibleStepError
from portal.jobs.models import Job, JobState

TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.LEASED, JobState.HELD}),
    JobState.LEASED: frozenset({JobState.WAITING, JobState.DONE, JobState.DEAD}),
    JobState.HELD: frozenset({JobState.WAITING}),
    JobState.DONE: frozenset({JobState.WAITING}),
    # A person has it tried again, or puts it away undone.
    JobState.DEAD: frozenset({JobState.WAITING, JobState.DONE}),
}


def advance(job: Job, to: JobState) -> None:
    """Move the job to another state.

    Raises:
        ImpossibleStepError: the table has no such step.
    """
    _check(JobState(job.state), to)
    job.state = to.value


def advance_all(of: ColumnElement[bool], before: JobState, to: JobState) -> None:
    """Move all jobs that are in one state, and of which the condition is true, to another.

    What somebody else changes just now is waited for, since nobody would come back for it. When jobs are
    held it is left to them: a claim holds what it meets of a paused bundle.

    Raises:
        ImpossibleStepError: the table has no such step.
    """
    _check(before, to)
    rows = select(Job.id).where(of, Job.state == before.value)
    ids = rows.with_for_update(skip_locked=to is JobState.HELD)
    db.db.session.execute(
        update(Job).where(Job.id.in_(ids)).values(state=to.value).execution_options(synchronize_session=False)
    )
    db.db.session.expire_all()


def _check(before: JobState, to: JobState) -> None:
    if to not in TRANSITIONS[before]:
        raise ImpossibleStepError("job_step", before=before.value, after=to.value)
