"""Every pair of job states, allowed or not."""

from __future__ import annotations

import itertools

import pytest

from portal.jobs import states
from portal.jobs.errors import ImpossibleStepError
from portal.jobs.models import Job, JobState

ALLOWED = {
    ("waiting", "leased"),
    ("waiting", "held"),
    ("held", "waiting"),
    ("leased", "waiting"),
    ("leased", "done"),
    ("leased", "dead"),
    ("done", "waiting"),
    ("dead", "waiting"),
    ("dead", "done"),
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(JobState, JobState)))
def test_a_job_takes_only_the_steps_of_the_table(before: JobState, after: JobState) -> None:
    job = Job(state=before.value)
    if (before.value, after.value) in ALLOWED:
        states.advance(job, after)
        assert job.state == after.value
    else:
        with pytest.raises(ImpossibleStepError):
            states.advance(job, after)
        assert job.state == before.value
