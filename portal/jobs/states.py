"""The one table of the states of a job."""

from __future__ import annotations

from collections.abc import Mapping

from portal.jobs.errors import ImpossibleStepError
from portal.jobs.models import Job, JobState

TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.LEASED}),
    JobState.LEASED: frozenset({JobState.WAITING, JobState.DONE, JobState.DEAD}),
    JobState.DONE: frozenset({JobState.WAITING}),
    JobState.DEAD: frozenset({JobState.WAITING}),
}


def advance(job: Job, to: JobState) -> None:
    """Move the job to another state.

    Raises:
        ImpossibleStepError: the table has no such step.
    """
    if to not in TRANSITIONS[JobState(job.state)]:
        raise ImpossibleStepError("job_step", before=job.state, after=to.value)
    job.state = to.value
