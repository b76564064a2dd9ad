"""Pages that a reader of the archive waits for: those of documents that were asked for are read first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.jobs import ledger

READ = "page.read"
"""The job that reads a page; `ingest.reading` does it."""


def hurry(document_ids: Sequence[str]) -> int:
    """Have the unread pages of some documents read before all others; return how many there are."""
    waiting = db.session.scalars(
        select(Page.id).where(Page.document_id.in_(document_ids), Page.state == PageState.WAITING.value)
    ).all()
    if waiting:
        ledger.hurry(READ, waiting)
    return len(waiting)
