"""What one child of the worker does: claim, work, finish, and again.

The slow part of a job runs outside any transaction; a second thread holds the lease
meanwhile. The ledger decides what a failure means.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum

from sqlalchemy.exc import OperationalError

from portal.core import db, traces
from portal.core.errors import InvalidError, NotAllowedError, NotFoundError, PortalError
from portal.jobs import doorbell, handlers, leases, ledger
from portal.jobs.errors import LeaseLostError, NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane

log = logging.getLogger(__name__)

Context = Callable[[], AbstractContextManager[object]]
"""Opens what a database session lives in; one per job, so that nothing is carried over."""

LASTING = (InvalidError, NotAllowedError, NotFoundError)
"""Errors that a second try cannot change."""

OUT_OF_TIME = 70
"""Exit code of a child whose job took longer than it may."""

PAUSE_AFTER_TROUBLE = 1.0

FEW = 20
REST, LONGEST_REST = 25, 2.5
"""After a step with few notes the indexer rests so many times as long as the step took, at most so many
seconds: a commit costs the same for one page as for several, and the cores are for reading.
"""

REST_LOOK_SECONDS = 0.25
"""Between two looks at whether anybody reads at all; where nobody does, there is nothing to rest for."""

DATABASE_SECONDS = 10.0
"""How long a job is put off when the database was locked, gone or out of space."""


class Turn(Enum):
    """How one turn of the loop ended."""

    IDLE = "idle"
    WORKED = "worked"
    RENEW = "renew"
    """The child must make place for a fresh one: a suspect is worked on in a child of its own."""


def work(
    lane: Lane,
    owner: str,
    context: Context,
    stop: threading.Event,
    most_seconds: float,
    most_priority: int | None = None,
) -> None:
    """Work until told to stop, or until a fresh child is needed.

    Args:
        most_seconds: how long one job may take.
        most_priority: only jobs up to this number are done; all where none is given.
    """
    fresh = True
    with doorbell.Bell(lane.value) as bell:
        while not stop.is_set():
            turn = _guarded_turn(lane, owner, context, fresh, most_seconds, most_priority)
            if turn is Turn.RENEW:
                return
            fresh = fresh and turn is Turn.IDLE
            if turn is Turn.IDLE:
                bell.wait()


def drain(
    step: Callable[[], int], context: Context, stop: threading.Event, hurries: Callable[[], bool]
) -> None:
    """Call the indexer's step until told to stop, waiting for the bell when it had nothing to do.

    Args:
        hurries: tells whether so much waits that there is no rest.
    """
    with doorbell.Bell("index") as bell:
        while not stop.is_set():
            done, start = 0, time.monotonic()
            try:
                with context():
                    done = step()
                if 0 < done < FEW and not _said(hurries, context):
                    _rest(min(LONGEST_REST, REST * (time.monotonic() - start)), context, stop)
            except Exception as error:  # noqa: BLE001 - the worker loop goes on
                log.error("indexing failed: %s", traces.of(error))
                time.sleep(PAUSE_AFTER_TROUBLE)
            if not done:
                bell.wait()


def _said(question: Callable[[], bool], context: Context) -> bool:
    with context():
        return question()


def _rest(seconds: float, context: Context, stop: threading.Event) -> None:
    """Leave the cores to those who read, as long as somebody does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stop.wait(min(left, REST_LOOK_SECONDS)):
        with context():
            if not leases.is_busy(Lane.READ):
                return


def turn(
    lane: Lane,
    owner: str,
    context: Context,
    fresh: bool,
    most_seconds: float,
    most_priority: int | None = None,
) -> Turn:
    """Do the next job of the lane, if there is one."""
    with context():
        if not fresh and leases.suspect_is_due(lane, most_priority):
            return Turn.RENEW
        claim = leases.claim(owner, lane, most_priority)
        if claim is None:
            return Turn.IDLE
        with _lease_held(claim, context, most_seconds):
            perform(claim)
    return Turn.RENEW if claim.is_suspect else Turn.WORKED


def perform(claim: Claim) -> None:
    """Do the work of a claim and write down how it ended; only the loss of the lease stays unsaid."""
    try:
        _perform(claim)
    except LeaseLostError:
        log.warning("job %s was given to somebody else meanwhile", claim.job_id)


def _perform(claim: Claim) -> None:
    work = handlers.of(claim.kind)
    if work is None:
        ledger.fail(claim, "no_handler", {"kind": claim.kind}, retry=False)
        return
    try:
        apply = work.handler(claim)
        db.end_reading()
        ledger.finish(claim, apply)
    except LeaseLostError:
        raise
    except NotReadyError as error:
        ledger.defer(claim, error.code, error.seconds, error.values)
    except OperationalError as error:
        log.error("job %s (%s) waits for the database: %s", claim.job_id, claim.kind, traces.of(error))
        ledger.defer(claim, "database_busy", DATABASE_SECONDS)
    except PortalError as error:
        log.warning("job %s (%s) failed: %s", claim.job_id, claim.kind, error.code)
        ledger.fail(claim, error.code, error.values, retry=not isinstance(error, LASTING))
    except Exception as error:  # noqa: BLE001 - the worker loop goes on
        log.error("job %s (%s) failed: %s", claim.job_id, claim.kind, traces.of(error))
        ledger.fail(claim, "internal")


def _guarded_turn(
    lane: Lane, owner: str, context: Context, fresh: bool, most_seconds: float, most_priority: int | None
) -> Turn:
    """Take a turn; when the database does not answer, wait a little instead of dying."""
    try:
        return turn(lane, owner, context, fresh, most_seconds, most_priority)
    except Exception as error:  # noqa: BLE001 - the worker loop goes on
        log.error("the ledger cannot be used now: %s", traces.of(error))
        time.sleep(PAUSE_AFTER_TROUBLE)
        return Turn.IDLE


@contextmanager
def _lease_held(claim: Claim, context: Context, most_seconds: float) -> Iterator[None]:
    """Hold the lease from a second thread, and end this process if the job takes too long."""
    over = threading.Event()
    holder = threading.Thread(
        target=_hold_lease, args=(claim, context, over, most_seconds), name="lease", daemon=True
    )
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join()


def _hold_lease(claim: Claim, context: Context, over: threading.Event, most_seconds: float) -> None:
    end = time.monotonic() + most_seconds
    while not over.wait(leases.HEARTBEAT_SECONDS):
        if time.monotonic() > end:
            log.error("job %s (%s) took more than %d s", claim.job_id, claim.kind, most_seconds)
            os._exit(OUT_OF_TIME)
        try:
            with context():
                leases.heartbeat(claim)
        except Exception as error:  # noqa: BLE001 - the worker loop goes on
            log.error("the lease of job %s was not renewed: %s", claim.job_id, traces.of(error))
