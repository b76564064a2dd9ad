"""What a batch holds: numbers by query, and its files page by page; ten thousand of them cost no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.ingest import batches, malware, scans
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadState
from portal.rights import policy
from portal.storage.models import Blob


class Show(StrEnum):
    """Which files of a batch are wanted."""

    ALL = "all"
    TROUBLE = "trouble"
    """Refused, or with a page that could not be read."""
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    READING = "reading"
    """Not opened yet, or with a page that waits."""


@dataclass(frozen=True, slots=True)
class FileView:
    """One file of a batch and how many of its pages are in which state."""

    scan: Scan
    pages: dict[PageState, int]
    name: str
    """The name of the file; empty where its document was closed to the actor meanwhile."""
    size: int = 0
    """In bytes."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.scan.state != ScanState.RECEIVED and not self.pages.get(PageState.WAITING)

    @property
    def is_kept_apart(self) -> bool:
        """Whether it was refused, and the actor may have it as it came."""
        is_fit = self.scan.code != malware.FOUND and self.scan.media_type != scans.ARCHIVE
        return self.scan.state == ScanState.REFUSED and is_fit and bool(self.name)


@dataclass(frozen=True, slots=True)
class Overview:
    """A batch in numbers."""

    batch: Batch
    files: dict[Show, int]
    """How many files there are of each choice; every choice is named."""
    pages: dict[PageState, int]
    """How many pages are in which state; every state is named."""
    retryable: int
    """How many files and pages failed for which a second try makes sense; none of a closed batch."""
    unfinished: int
    """Uploads of anybody that were begun and did not arrive whole yet."""


def overview(actor: Actor, batch_id: str) -> Overview:
    """Return how far a batch has got.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    begun = Upload.batch_id == batch.id, Upload.state == UploadState.BEGUN.value
    return Overview(
        batch,
        {show: _count(select(Scan.id).where(*_of(actor, batch.id, show))) for show in Show},
        _pages(actor, batch.id),
        0 if batch.closed_at else batches.retryable_number(batch.id),
        _count(select(Upload.id).where(*begun)),
    )


def files(actor: Actor, batch_id: str, show: Show, paging: Paging) -> Listing[FileView]:
    """Return the files of a batch in the order they came.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    wanted = _of(actor, batch.id, show)
    rows = db.session.execute(
        select(Scan, Blob.size)
        .join(Blob, Blob.sha256 == Scan.blob_sha256)
        .where(*wanted)
        .order_by(Scan.created_at, Scan.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    documents = [row.document_id for row, _ in rows if row.document_id]
    counted, seen = _pages_by_file([row.id for row, _ in rows]), policy.sights(actor, documents)

    def view(row: Scan, size: int) -> FileView:
        # Names of files tell what is in them, so they are closed with the record, as is its size.
        sight = seen.get(row.document_id or "", policy.NOTHING)
        if row.document_id is not None and not sight.sees_description:
            return FileView(row, {}, "")
        return FileView(row, counted.get(row.id, {}), row.file_name, size)

    total = _count(select(Scan.id).where(*wanted))
    return Listing([view(row, size) for row, size in rows], paging, total)


def _of(actor: Actor, batch_id: str, show: Show) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the files that are wanted."""
    chosen = {
        Show.ALL: true(),
        Show.TROUBLE: or_(
            Scan.state == ScanState.REFUSED.value,
            and_(Scan.state == ScanState.SPLIT.value, _has_page(actor, PageState.FAILED)),
        ),
        Show.REFUSED: Scan.state == ScanState.REFUSED.value,
        Show.DUPLICATE: Scan.state == ScanState.DUPLICATE.value,
        Show.READING: or_(
            Scan.state == ScanState.RECEIVED.value,
            and_(Scan.state == ScanState.SPLIT.value, _has_page(actor, PageState.WAITING)),
        ),
    }
    return Scan.batch_id == batch_id, chosen[show]


def _count(wanted: Select[str]) -> int:
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _has_page(actor: Actor, state: PageState) -> ColumnElement[bool]:
    """Say in SQL that a file has a page in the state, of which the actor may know."""
    found = select(Page.id).where(
        Page.scan_id == Scan.id,
        Page.state == state.value,
        policy.describable(actor, Page.document_id.expression),
    )
    return found.exists()


def _pages(actor: Actor, batch_id: str) -> dict[PageState, int]:
    """Count the pages of which the actor may know; what was here before counts where it came first."""
    rows = db.session.execute(
        select(Page.state, func.count())
        .where(
            Page.scan_id.in_(select(Scan.id).where(Scan.batch_id == batch_id)),
            policy.describable(actor, Page.document_id.expression),
        )
        .group_by(Page.state)
    )
    counted = {PageState(state): number for state, number in rows}
    return {state: counted.get(state, 0) for state in PageState}


def _pages_by_file(scan_ids: Sequence[str]) -> dict[str, dict[PageState, int]]:
    """Count the pages that came by each file, wherever they stand now."""
    counted: dict[str, dict[PageState, int]] = {}
    rows = db.session.execute(
        select(Page.scan_id, Page.state, func.count())
        .where(Page.scan_id.in_(scan_ids))
        .group_by(Page.scan_id, Page.state)
    )
    for scan_id, state, number in rows:
        counted.setdefault(scan_id or "", {})[PageState(state)] = number
    return counted
