"""What the worker does: the table job kind → work, and the processes that do it.

This is where the ledger, which knows no archive, meets the packages that do.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping

from config import PROJECT
from portal.access import (
    alerts,
    appeals,
    attachments,
    clockwork,
    copies,
    expiry,
    exposures,
    following,
    guest_data,
    guests,
    half_written,
    lapsing,
    opened,
)
from portal.accounts import evidence, letters, notices, proofs, texting
from portal.catalogue import figures, images, indexing, outbox, redacted, upkeep
from portal.catalogue.usage import keeping
from portal.core import house
from portal.core.db import db, end_reading
from portal.core.errors import UnavailableError
from portal.demo import asking, intake, seed, serving
from portal.ingest import reading, redacting, scans, signed, unpacking, upload_tidying
from portal.ingest.sandbox import keeper, walls
from portal.jobs import forks, handlers, ledger, lifeline, liveness, loop, pool, records, supervisor
from portal.jobs.children import Process
from portal.jobs.executor import Executor
from portal.jobs.handlers import Work
from portal.jobs.loop import Context
from portal.jobs.models import Lane
from portal.jobs.supervisor import Service
from portal.purging import carrying_out
from portal.storage import collector

TIDY_SECONDS = 24 * 3600
STOP_SECONDS = 4.0
"""How long present jobs may go on when the worker is told to stop; the supervisor waits six."""
DESK_SECONDS = 3600.0
NICENESS = {pool.INDEX: 5, pool.QUICK: 5, Lane.DESK.value: 15, Lane.READ.value: 10}
"""How much each room steps back for the web processes, which are at 0 (see nice(2))."""
LOOK_SECONDS = 0.2
MOST_EARLY_DEATHS = 5

TABLE: dict[str, Work] = {
    scans.SPLIT: Work(reading.split, when_dead=reading.split_given_up),
    scans.READ: Work(reading.read, when_dead=reading.read_given_up),
    scans.UNPACK: Work(unpacking.unpack, when_dead=unpacking.given_up),
    signed.JOB: Work(signed.check),
    images.RENDER: Work(reading.render_again),
    redacted.JOB: Work(redacting.redact, when_dead=redacting.given_up),
    notices.MAIL_JOB: Work(notices.send),
    notices.SMS_JOB: Work(texting.send),
    proofs.LETTER_JOB: Work(letters.send),
    proofs.TIDY_JOB: Work(letters.tidy, every=TIDY_SECONDS),
    evidence.JOB: Work(evidence.retire, every=evidence.EVERY_SECONDS),
    copies.JOB: Work(copies.build, when_dead=copies.give_up),
    figures.JOB: Work(figures.count, every=figures.EVERY_SECONDS),
    upkeep.JOB: Work(upkeep.check, every=upkeep.EVERY_SECONDS),
    keeping.JOB: Work(keeping.tidy, every=keeping.EVERY_SECONDS),
    alerts.JOB: Work(alerts.watch, every=alerts.EVERY_SECONDS),
    following.JOB: Work(following.send_digits),
    guests.JOB: Work(guests.tidy, every=guests.EVERY_SECONDS),
    guest_data.JOB: Work(guest_data.retire, every=guest_data.EVERY_SECONDS),
    appeals.JOB: Work(appeals.recount, every=appeals.EVERY_SECONDS),
    attachments.JOB: Work(attachments.retire, every=attachments.EVERY_SECONDS),
    clockwork.JOB: Work(clockwork.recount, every=clockwork.EVERY_SECONDS),
    half_written.JOB: Work(half_written.retire, every=half_written.EVERY_SECONDS),
    lapsing.JOB: Work(lapsing.lapse, every=lapsing.EVERY_SECONDS),
    opened.JOB: Work(opened.follow, every=opened.EVERY_SECONDS),
    exposures.JOB: Work(exposures.send, when_dead=exposures.give_up),
    upload_tidying.JOB: Work(upload_tidying.tidy, every=upload_tidying.EVERY_SECONDS),
    carrying_out.JOB: Work(carrying_out.carry_out),
    expiry.JOB: Work(expiry.announce, every=expiry.EVERY_SECONDS),
    seed.JOB: Work(seed.plant),
    seed.PAPER_JOB: Work(seed.bring),
    asking.JOB: Work(asking.ask),
    serving.JOB: Work(serving.follow),
    serving.BEGIN: Work(serving.begin),
    serving.GIVE: Work(serving.give),
    intake.JOB: Work(intake.bring),
    intake.LOOK: Work(intake.look),
    "storage.collect": Work(collector.run, every=TIDY_SECONDS),
    "jobs.tidy": Work(records.tidy, every=TIDY_SECONDS),
}
"""Which kinds there are; the lane of a job is chosen where it is written."""


def install() -> None:
    """Make the table known to this process."""
    handlers.install(TABLE)


def worker_service(noted: bool = True, may_start: Callable[[], bool] = lambda: True) -> Service:
    """Return the worker as something to be supervised; `noted` has it found by its file in `run/`."""
    return Service(
        "worker", lambda name: _flask("work", name), holds_leases=True, noted=noted, may_start=may_start
    )


def web_service() -> Service:
    """Return the web server as something to be supervised."""
    return Service(
        "web", lambda _: ("-m", "gunicorn", "-c", "python:portal.cli.gunicorn_settings", "wsgi:app")
    )


def be_worker(name: str, stop: threading.Event, child: Callable[[str, str], None]) -> None:
    """Be the main process of a worker until told to stop.

    Args:
        child: is called with room and owner in each new copy of this process.
    """
    lifeline.hold()
    install()

    def start(room: str, owner: str, environment: Mapping[str, str]) -> Process:
        return forks.Fork(f"portal-{room}", lambda: child(room, owner), environment)

    executor: Executor = pool.LocalPool(name, house.settings().ocr_workers, start)
    forks.prepare()
    executor.start()
    next_beat = 0.0
    while not stop.wait(LOOK_SECONDS):
        executor.tend()
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + liveness.BEAT_SECONDS
            liveness.beat()
    executor.stop(STOP_SECONDS)


def be_child(room: str, owner: str, context: Context, stop: threading.Event) -> None:
    """Be one child of a worker: a reader, the desk, or the indexer."""
    lifeline.hold()
    install()
    # People at the web site come first, then who waits for an image or a copy, then what nobody waits for.
    os.nice(NICENESS[room])
    if room == Lane.READ.value:
        # What takes its time is behind the walls.
        walls.at_leisure()
    try:
        _fill(room, owner, context, stop)
    finally:
        keeper.dismiss()


def _fill(room: str, owner: str, context: Context, stop: threading.Event) -> None:
    if room == pool.INDEX:
        loop.drain(indexing.drain, context, stop, outbox.bulk_waits)
        return
    if room == pool.QUICK:
        loop.work(Lane.DESK, owner, context, stop, DESK_SECONDS, ledger.QUICK)
        return
    lane = Lane(room)
    most_seconds = DESK_SECONDS
    if lane is Lane.READ:
        most_seconds = 3.0 * house.settings().page_seconds + 60
    loop.work(lane, owner, context, stop, most_seconds)


def run_until(done: Callable[[], bool]) -> None:
    """Work in a worker of our own until `done()`, then leave no process.

    Raises:
        UnavailableError: the worker does not stay alive.
    """
    service = worker_service(noted=False)
    service.start()
    try:
        while not _answer(done):
            service.tend()
            if service.early_deaths > MOST_EARLY_DEATHS:
                raise UnavailableError("worker_fails")
            time.sleep(LOOK_SECONDS)
    finally:
        supervisor.stop([service])


def _answer(done: Callable[[], bool]) -> bool:
    """Ask on what is true now, and hold no read transaction while waiting."""
    db.session.expire_all()
    answer = done()
    end_reading()
    return answer


def _flask(*arguments: str) -> tuple[str, ...]:
    return ("-m", "flask", "--app", str(PROJECT / "wsgi.py"), *arguments)
