"""What becomes of uploads that nobody goes on with: they are forgotten when they expire."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError
from portal.ingest.upload_rows import Upload, locked
from portal.ingest.upload_states import UploadAct, UploadState, next_state
from portal.storage import partials

JOB = "uploads.tidy"
EVERY_SECONDS = 3600
MOST_AT_ONCE = 200
ORPHAN_SECONDS = 24 * 3600


def tidy(claim: object) -> Callable[[], None]:
    """Be the handler of the periodic job: forget what nobody went on with until it expired."""
    overdue = Upload.state == UploadState.BEGUN.value, Upload.expires_at <= clock.now()
    rows = db.session.scalars(
        select(Upload.id).where(*overdue).order_by(Upload.expires_at).limit(MOST_AT_ONCE)
    ).all()
    end_reading()
    for upload_id in rows:
        # A part that arrives just now puts its day off.
        with suppress(ConflictError), partials.held_or_gone(upload_id):
            _expire(upload_id)
    known = set(db.session.scalars(select(Upload.id).where(Upload.state == UploadState.BEGUN.value)))
    end_reading()
    # What a crash left between the file and the commit of its row.
    partials.sweep(known, clock.now().timestamp() - ORPHAN_SECONDS)
    return lambda: None


def _expire(upload_id: str) -> None:
    with transaction():
        row = locked(upload_id)
        if row.state != UploadState.BEGUN.value or row.expires_at > clock.now():
            return
        row.state = next_state(row.state, UploadAct.EXPIRE)
    partials.remove(upload_id)
