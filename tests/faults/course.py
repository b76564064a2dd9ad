"""Courses of papers of three pages, each in a process whose system calls can be made to fail.

    python -m tests.faults.course

Reads one order a line, of `tracing.Order`, answers a line to each. A course is a fork of this process, which
has all modules loaded, no thread and no database, so it need not start anew. The engine and the walls around
it are children and stay untouched. The parts:

send    sends one paper by the form and one by tus; says what was answered
form    sends only the one by the form
work    splits and reads what there is, and indexes it
look    says what is not in its last state
"""

from __future__ import annotations

import io
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import Settings
from portal import work
from portal.app import create_app
from portal.catalogue import indexing
from portal.catalogue.models import Page
from portal.catalogue.search_rows import IndexEntry
from portal.core.db import db
from portal.ingest.models import Scan
from portal.jobs import leases, loop
from portal.jobs.models import Job, Lane
from portal.search import engine
from tests.faults import tracing
from tests.faults.tracing import Order
from tests.faults.uploader import scans
from tests.web.browser import Browser

COURSE = "COURSE"
"""In the environment: a file that says whose session it is, and of which batch."""
OWNER = "course/read-1"
PAGES_EACH = 3
PAPERS = list(scans(2, PAGES_EACH, seed=7))
PART = "application/offset+octet-stream"
TURNS = 60
"""Of the loop, after which work that does not end is left for the next run."""


def main() -> None:
    """Carry out order after order until there are no more."""
    for line in sys.stdin:
        order = Order(**json.loads(line))
        order.said.unlink(missing_ok=True)
        tracing.carry_out(order, partial(_run, order))
        print(order.said.read_text() if order.said.exists() else "[]", flush=True)


def _run(order: Order) -> None:
    """Run one part, and say how it went at the end, so that saying it disturbs nothing."""
    app = create_app(Settings.from_environment({**os.environ, "PORTAL_HOME": order.home}))
    parts = {"send": send, "form": by_form_alone, "work": working, "look": unfinished}
    told = parts[order.part](app)
    order.said.write_text(json.dumps(told))


def send(app: Flask) -> list[dict[str, Any]]:
    """Send both papers once; return what was answered to each step."""
    client, token, place = _signed_in(app)
    (by_form, form_bytes), (by_tus, tus_bytes) = PAPERS
    said = [_by_form(client, token, place, by_form, form_bytes)]
    tus = {**token, "Tus-Resumable": "1.0.0"}
    begun = client.post(f"{place}/tai-len", headers={**tus, "Upload-Length": str(len(tus_bytes))})
    said.append(_told(by_tus, begun, is_taken=False))
    if begun.status_code == 201:
        headers = {**tus, "Upload-Offset": "0"}
        part = client.patch(begun.headers["Location"], data=tus_bytes, headers=headers, content_type=PART)
        said.append(_told(by_tus, part, is_taken=part.status_code == 204))
    return said


def by_form_alone(app: Flask) -> list[dict[str, Any]]:
    """Send the first paper; return what was answered."""
    return [_by_form(*_signed_in(app), *PAPERS[0])]


def _signed_in(app: Flask) -> tuple[Browser, dict[str, str], str]:
    """Return whom the operator sends with, what each request bears, and where the batch is."""
    course = json.loads(Path(os.environ[COURSE]).read_text())
    client = Browser(app)
    client.set_cookie(course["cookie"], course["session"])
    return client, {"X-CSRFToken": course["token"]}, f"/tiep-nhan/{course['batch']}"


def _by_form(client: Browser, token: dict[str, str], place: str, name: str, content: bytes) -> dict[str, Any]:
    answer = client.post(place, data={"files": [(io.BytesIO(content), name)]}, headers=token)
    return _told(name, answer, is_taken=answer.status_code == 302)


def working(app: Flask) -> list[dict[str, Any]]:
    """Do what a reading child and the indexer do until nothing is due."""
    work.install()
    with app.app_context():
        # As the supervisor does for a worker that died.
        leases.release(OWNER.partition("/")[0] + "/")
        for _ in range(TURNS):
            fresh = leases.suspect_is_due(Lane.READ)
            if loop.turn(Lane.READ, OWNER, app.app_context, fresh, 60) is loop.Turn.IDLE:
                break
        while indexing.drain():
            pass
    return []


def unfinished(app: Flask) -> list[str]:
    """Return what is not in its last state: pages, jobs, the index."""
    wrong = []
    with app.app_context():
        states = db.session.execute(
            select(Page.state, Page.failure_code, func.count()).group_by(Page.state, Page.failure_code)
        )
        wanted = PAGES_EACH * (db.session.scalar(select(func.count()).select_from(Scan)) or 0)
        if (pages := [tuple(row) for row in states]) != [("read", "", wanted)]:
            wrong.append(f"pages: {pages}")
        jobs = select(Job.kind, Job.state, Job.error_code).where(Job.lane == "read", Job.state != "done")
        wrong += [f"job: {tuple(row)}" for row in db.session.execute(jobs)]
        keys = db.session.scalars(select(IndexEntry.key)).all()
        held, noted = engine.restricted().count(), sum(key.startswith("p:") for key in keys)
        if noted != wanted or held != len(keys):
            wrong.append(f"index: {noted} pages noted, {len(keys)} things noted, {held} held")
    return wrong


def _told(name: str, answer: TestResponse, *, is_taken: bool) -> dict[str, Any]:
    """Return a step of what was said: of which paper, how it was answered, whether that says it is taken."""
    return {
        "name": name,
        "status": answer.status_code,
        "again": answer.headers.get("Retry-After"),
        "is_taken": is_taken,
    }


if __name__ == "__main__":
    main()
