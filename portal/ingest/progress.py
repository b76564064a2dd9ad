"""How far files have got on their way: for whoever waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.ingest import scans
from portal.ingest.models import Scan, ScanState
from portal.jobs import pauses, records
from portal.jobs.models import Job, JobState, Lane

AT_ONCE = 500
"""Ids in one query; SQLite takes a limited number of values."""


class Status(StrEnum):
    """What became of one file, in one word."""

    READ = "read"
    """All its pages are read or blank."""
    WAITING = "waiting"
    FAILED = "failed"
    """A page at least could not be read."""
    REFUSED = "refused"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far some files have got together."""

    files_waiting: int
    """Not opened yet, paused ones left out."""
    pages: int
    pages_settled: int
    """Read, blank, failed, paused, or waiting for an engine or a disk that is not there now."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to the files by itself."""
        return self.files_waiting == 0 and self.pages == self.pages_settled


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    status: Status
    document_id: str | None
    page_ids: Sequence[str]
    code: str = ""
    values: dict[str, object] = field(default_factory=dict)


def of(scan_ids: Sequence[str]) -> Progress:
    """Return how far the files have got together."""
    waiting_files = pages = settled = 0
    for start in range(0, len(scan_ids), AT_ONCE):
        part = scan_ids[start : start + AT_ONCE]
        waiting_files += _files_waiting(part)
        counted = _pages_by_state(part)
        pages += sum(counted.values())
        settled += sum(counted.values()) - counted.get(PageState.WAITING, 0) + _stuck(part)
    return Progress(waiting_files, pages, settled)


def outcome(scan_id: str) -> Outcome:
    """Return what became of one file.

    Raises:
        NotFoundError: there is no such file.
    """
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFoundError("not_found")
    if scan.media_type == scans.ARCHIVE and scan.state == ScanState.SPLIT:
        return Outcome(Status.READ, None, [], scan.code, dict(scan.values))
    rows = db.session.scalars(
        select(Page).where(Page.document_id == scan.document_id).order_by(Page.number)
    ).all()
    ids = [page.id for page in rows]
    if scan.state in (ScanState.REFUSED, ScanState.DUPLICATE):
        return Outcome(Status(scan.state), scan.document_id, ids, scan.code, dict(scan.values))
    status, code = _status(scan, rows)
    return Outcome(status, scan.document_id, ids, code)


def _status(scan: Scan, rows: Sequence[Page]) -> tuple[Status, str]:
    failed = next((page for page in rows if page.state == PageState.FAILED), None)
    if failed is not None:
        return Status.FAILED, failed.failure_code
    waiting = next((page for page in rows if page.state == PageState.WAITING), None)
    if waiting is not None:
        return Status.WAITING, _job_code(scans.READ, waiting.id)
    if scan.state == ScanState.RECEIVED:
        kind = scans.UNPACK if scan.media_type == scans.ARCHIVE else scans.SPLIT
        return Status.WAITING, _job_code(kind, scan.id)
    return Status.READ, ""


def _files_waiting(scan_ids: Sequence[str]) -> int:
    """Count the files that are not opened yet, those left out that are paused: nothing happens to them."""
    paused = exists().where(
        Job.kind.in_((scans.SPLIT, scans.UNPACK)), Job.subject == Scan.id, _waits_for_the_end_of_a_pause()
    )
    number = db.session.scalar(
        select(func.count())
        .select_from(Scan)
        .where(Scan.id.in_(scan_ids), Scan.state == ScanState.RECEIVED.value, ~paused)
    )
    return number or 0


def _pages_by_state(scan_ids: Sequence[str]) -> dict[PageState, int]:
    rows = db.session.execute(
        select(Page.state, func.count(Page.id.distinct()))
        .join(Scan, Scan.document_id == Page.document_id)
        .where(Scan.id.in_(scan_ids))
        .group_by(Page.state)
    )
    return {PageState(state): number for state, number in rows}


def _stuck(scan_ids: Sequence[str]) -> int:
    """Count the waiting pages that nothing happens to by itself: paused, or put off by their surroundings.

    Only a job that was put off waits with a code and without a counted attempt.
    """
    put_off = and_(
        Job.state.in_((JobState.WAITING.value, JobState.LEASED.value)),
        Job.error_code != "",
        Job.attempts == 0,
    )
    number = db.session.scalar(
        select(func.count(Page.id.distinct()))
        .join(Scan, Scan.document_id == Page.document_id)
        .join(Job, (Job.kind == scans.READ) & (Job.subject == Page.id))
        .where(
            Scan.id.in_(scan_ids),
            Page.state == PageState.WAITING.value,
            or_(put_off, _waits_for_the_end_of_a_pause()),
        )
    )
    return number or 0


def _waits_for_the_end_of_a_pause() -> ColumnElement[bool]:
    """Say in SQL that a job is held with its batch, or waits while all reading is paused."""
    is_held = Job.state == JobState.HELD.value
    if not pauses.is_paused(Lane.READ):
        return is_held
    return or_(is_held, and_(Job.lane == Lane.READ.value, Job.state == JobState.WAITING.value))


def _job_code(kind: str, subject: str) -> str:
    """Return why a file or page waits; empty where its turn has not come, or while it is in work."""
    job = records.standing(kind, subject)
    if job is None:
        return ""
    # ZIP files are unpacked while all reading is paused.
    is_reading = kind != scans.UNPACK
    is_held = job.state is JobState.HELD
    if is_held or (is_reading and job.state is JobState.WAITING and pauses.is_paused(Lane.READ)):
        return "reading_paused"
    return job.code
