"""What of a folder has come already: for a sender who begins anew after the page was left.

A browser cannot open files again by itself. The operator gives it the same folder once more, and by what
the sender knows each file by (`Upload.source`) the rest alone travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db
from portal.ingest import batches
from portal.ingest.models import Scan
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadState
from portal.rights import policy

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that is here, or on its way."""

    upload_id: str
    source: str
    sha256: str
    """Of all of it; empty while it is on its way."""


def listing(actor: Actor, batch_id: str, after: str = "") -> Sequence[Sent]:
    """Return what has come for a batch from anybody, and what of the actor's own is on its way.

    Args:
        after: the id of the last upload of the answer before; at most `AT_ONCE` come at once.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    # Of a record that was closed meanwhile nothing is told, not even that its bytes are here.
    is_here = and_(
        Upload.state == UploadState.DONE.value,
        or_(Scan.document_id.is_(None), policy.describable(actor, Scan.document_id.expression)),
    )
    is_coming = and_(Upload.state == UploadState.BEGUN.value, Upload.person_id == actor.id)
    rows = db.session.scalars(
        select(Upload)
        .outerjoin(Scan, Scan.id == Upload.scan_id)
        .where(Upload.batch_id == batch.id, Upload.source != "", Upload.id > after, or_(is_here, is_coming))
        .order_by(Upload.id)
        .limit(AT_ONCE)
    )
    return [Sent(row.id, row.source, row.sha256 if row.scan_id else "") for row in rows]


def known(actor: Actor, batch_id: str, source: str, length: int) -> str | None:
    """Return the upload of the actor by which this very file came or comes; None where it is new."""
    if not source:
        return None
    return db.session.scalar(
        select(Upload.id)
        .where(
            Upload.batch_id == batch_id,
            Upload.source == source,
            Upload.person_id == actor.id,
            Upload.length == length,
            Upload.state.in_([UploadState.BEGUN.value, UploadState.DONE.value]),
        )
        .order_by(Upload.created_at.desc())
        .limit(1)
    )
