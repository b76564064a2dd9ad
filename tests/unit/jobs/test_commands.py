"""`flask jobs`: what is dead and why, and trying it again."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal import cli
from portal.core.db import db, transaction
from portal.jobs import leases, ledger, records
from portal.jobs.models import JobState, Lane


@pytest.fixture
def dead_job(app: Flask) -> str:
    """The id of a job that failed for good."""
    with transaction():
        ledger.enqueue("mail.send", "m1")
    claim = leases.claim("w/desk-1.1", Lane.DESK)
    assert claim is not None
    ledger.fail(claim, "no_handler", {"kind": "mail.send"}, retry=False)
    cli.register(app)
    return claim.job_id


def test_dead_jobs_are_listed_with_their_reason(app: Flask, dead_job: str) -> None:
    done = app.test_cli_runner().invoke(args=["jobs", "dead", "--json"])
    (row,) = json.loads(done.stdout)
    assert (row["id"], row["kind"], row["code"]) == (dead_job, "mail.send", "no_handler")
    assert "mail.send" in row["message"]


def test_a_dead_job_can_be_tried_again_once(app: Flask, dead_job: str) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["jobs", "retry", dead_job]).exit_code == 0
    db.session.expire_all()
    found = records.standing("mail.send", "m1")
    assert found is not None
    assert found.state is JobState.WAITING
    assert runner.invoke(args=["jobs", "retry", dead_job]).exit_code == 1
