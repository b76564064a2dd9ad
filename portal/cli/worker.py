"""`flask worker`, `flask jobs …`, and the commands by which a worker starts its own processes."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from portal import work
from portal.cli import signals, speaking
from portal.core import messages
from portal.core.db import transaction
from portal.jobs import ledger, records, supervisor


@speaking.command("worker")
def worker() -> None:
    """Run the worker without the web server, supervised; Ctrl-C stops it."""
    with supervisor.alone():
        supervisor.supervise([work.worker_service()], signals.told_to_stop())


@speaking.command("work", hidden=True)
@click.argument("name")
def work_main(name: str) -> None:
    """Be the main process of a worker, and each of its children; a supervisor starts this."""
    application = current_app._get_current_object()  # type: ignore[attr-defined]

    def child(room: str, owner: str) -> None:
        work.be_child(room, owner, application.app_context, signals.told_to_stop())

    work.be_worker(name, signals.told_to_stop(), child)


jobs = AppGroup("jobs", help="Look at dead jobs and have them tried again.")


@speaking.command("dead")
@speaking.as_json
def dead(as_json: bool) -> None:
    """List dead jobs with the reason."""
    rows = [
        {
            "id": one.job_id,
            "kind": one.kind,
            "subject": one.subject,
            "code": one.code,
            "message": messages.english(one.code, one.values),
            "attempts": one.attempts,
        }
        for one in records.dead()
    ]
    words = "\n".join(f"{row['id']} {row['kind']} {row['subject']}: {row['message']}" for row in rows)
    speaking.answer(rows, as_json, words or "no dead jobs")


@speaking.command("retry")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
def retry(ids: tuple[str, ...]) -> None:
    """Have dead jobs tried again."""
    with transaction():
        for job_id in ids:
            ledger.retry(job_id)


jobs.add_command(dead)
jobs.add_command(retry)

COMMANDS = (worker, work_main, jobs)
