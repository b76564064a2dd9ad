"""Pass over a page that cannot be read: it goes on as an image without text, and can be taken up again.

After the ledger gave it up or its file turned out to be damaged; a person says so with a reason, and
nobody is asked about the page any more. Who asks for the document gets the page as an image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields, pages
from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import failures, scans, second_person
from portal.ingest.models import Batch, Scan
from portal.ingest.steering_rows import SkippedPage
from portal.jobs import ledger, records
from portal.jobs.models import JobState
from portal.rights import policy

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Skipped:
    """That somebody passed a page over."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page that could not be read."""

    page: Page
    batch: Batch
    file_name: str
    skipped: Skipped | None

    @property
    def can_be_retried(self) -> bool:
        """Whether a second try can change anything."""
        return self.page.failure_code not in failures.FINAL


def unread(actor: Actor, batch_id: str, paging: Paging) -> Listing[UnreadPage]:
    """Return the pages of a batch that could not be read, those that were passed over last.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it was withdrawn.
    """
    batch = second_person.known(actor, batch_id)
    where = _unread_of(actor, batch.id)
    total = db.session.scalar(
        select(func.count()).select_from(Page).join(Scan, Scan.id == Page.scan_id).where(*where)
    )
    rows = db.session.execute(
        select(Page, Scan.file_name, SkippedPage)
        .join(Scan, Scan.id == Page.scan_id)
        .join(SkippedPage, SkippedPage.page_id == Page.id, isouter=True)
        .where(*where)
        .order_by(SkippedPage.page_id.is_not(None), Scan.file_name, Page.frame, Page.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    names = _names([skip for _, _, skip in rows if skip is not None])
    return Listing(
        [UnreadPage(page, batch, name, _shown(skip, names)) for page, name, skip in rows], paging, total or 0
    )


def show(actor: Actor, page_id: str) -> UnreadPage:
    """Return a page that could not be read.

    Raises:
        NotFoundError: there is no such page of a batch, or it is not for the actor.
        ConflictError: its batch was withdrawn.
    """
    actor.must(Permission.TAKE_IN)
    page = db.session.get(Page, page_id)
    scan = db.session.get(Scan, page.scan_id) if page is not None and page.scan_id else None
    if page is None or scan is None or page.state != PageState.FAILED:
        raise NotFoundError("not_found")
    batch = second_person.known(actor, scan.batch_id)
    policy.require_description(actor, page.document_id)
    skip = db.session.get(SkippedPage, page.id)
    return UnreadPage(page, batch, scan.file_name, _shown(skip, _names([skip] if skip else [])))


def retry(actor: Actor, page_id: str) -> None:
    """Have one page tried once more; one that was passed over is taken up again by it.

    Raises:
        NotFoundError, ConflictError: as `show`; or its batch is closed, or nothing can come of it.
    """
    found = _open(actor, page_id)
    if not found.can_be_retried:
        raise ConflictError("page_final")
    pages.wait_again(page_id)
    scans.read_again(page_id)
    trail.record(actor, "page.retry", "page", page_id, batch=found.batch.id)


def skip(actor: Actor, page_id: str, reason: str) -> None:
    """Pass a page over: it goes on as an image without text, and nobody is asked about it any more.

    Raises:
        NotFoundError, ConflictError: as `retry`; or it is being tried just now, or was passed over.
        InvalidError: the reason is missing or too long.
    """
    found = _open(actor, page_id)
    reason = fields.required("reason", reason, LONGEST_REASON)
    if found.skipped is not None:
        raise ConflictError("page_skipped")
    job = records.standing(scans.READ, page_id)
    if job is not None and job.state in (JobState.WAITING, JobState.LEASED, JobState.HELD):
        raise ConflictError("page_in_work")
    if job is not None and job.state is JobState.DEAD:
        ledger.put_away(job.job_id)
    db.session.add(SkippedPage(page_id=page_id, reason=reason, skipped_by=actor.id))
    db.session.flush()
    trail.record(actor, "page.skip", "page", page_id, batch=found.batch.id, code=found.page.failure_code)


def take_up(actor: Actor, page_id: str) -> None:
    """Go back on passing a page over; it waits for somebody again, and is tried where that makes sense.

    Raises:
        NotFoundError, ConflictError: as `retry`; or it was not passed over.
    """
    found = _open(actor, page_id)
    if found.skipped is None:
        raise ConflictError("page_not_skipped")
    db.session.execute(delete(SkippedPage).where(SkippedPage.page_id == page_id))
    if found.can_be_retried:
        pages.wait_again(page_id)
        scans.read_again(page_id)
    db.session.flush()
    trail.record(actor, "page.take_up", "page", page_id, batch=found.batch.id)


def _open(actor: Actor, page_id: str) -> UnreadPage:
    # The batch is held until the transaction ends, so that it is not closed or withdrawn meanwhile.
    found = show(actor, page_id)
    second_person.at_work(actor, found.batch.id)
    return found


def _unread_of(actor: Actor, batch_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Scan.batch_id == batch_id,
        Page.state == PageState.FAILED.value,
        failures.is_awaited(),
        policy.describable(actor, Page.document_id.expression),
    )


def _names(rows: Sequence[SkippedPage]) -> dict[str, str]:
    return people.names([row.skipped_by for row in rows if row.skipped_by])


def _shown(row: SkippedPage | None, names: dict[str, str]) -> Skipped | None:
    return None if row is None else Skipped(row.at, names.get(row.skipped_by or "", ""), row.reason)
