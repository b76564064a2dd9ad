"""What failed in a batch and can be tried again: the one answer for the offer and for the deed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from portal.catalogue.models import Page, PageState
from portal.ingest.models import PURGED, Scan, ScanState
from portal.ingest.scans import ARCHIVE
from portal.ingest.set_aside_rows import SetAside
from portal.ingest.steering_rows import SkippedPage

FINAL = (
    "file_type",
    "file_empty",
    "file_encrypted",
    "file_damaged",
    "file_unsupported",
    "file_bomb",
    "file_too_many_pages",
    "file_cut_off",
    "file_without_pages",
    "image_too_large",
    "page_damaged",
    "page_held_back",
    "file_malware",
    "archive_damaged",
    "archive_too_many",
    "archive_too_large",
    "archive_bomb",
    PURGED,
)
"""What is wrong with the bytes themselves, or not for trying again to change: who holds back, lets out."""


def files() -> tuple[ColumnElement[bool], ...]:
    """Say in SQL which refused files can be tried again.

    Not those of another kind, which have no document, as of all that is tried only ZIP files have none;
    nor those that repeat a refused one, for the first of them has the job.
    """
    earlier = aliased(Scan)
    came_before = (earlier.created_at < Scan.created_at) | (
        (earlier.created_at == Scan.created_at) & (earlier.id < Scan.id)
    )
    return (
        Scan.state == ScanState.REFUSED.value,
        Scan.document_id.is_not(None) | (Scan.media_type == ARCHIVE),
        Scan.code.not_in(FINAL),
        ~exists().where(earlier.document_id == Scan.document_id, came_before),
    )


def pages() -> tuple[ColumnElement[bool], ...]:
    """Say in SQL which failed pages can be tried again; the scan it came by stands beside the page."""
    return (
        Page.state == PageState.FAILED.value,
        Page.failure_code.not_in(FINAL),
        is_awaited(),
        # Somebody has said that these go on without their text.
        ~exists().where(SkippedPage.page_id == Page.id),
    )


def is_awaited() -> ColumnElement[bool]:
    """Say in SQL that a page was not set aside; nobody waits for what was."""
    return ~exists().where(SetAside.page_id == Page.id)
