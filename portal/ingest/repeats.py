"""Files of a batch that another brought, too: what keeps it from being withdrawn, or from coming back."""

from __future__ import annotations

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.ingest.models import Batch, Scan, ScanState
from portal.rights.models import Protection


def relied_on(batch_id: str) -> Exists:
    """Say in SQL, for a document to be named, that a batch that still counts brought it again.

    One that was withdrawn relies on nothing; it cannot come back before what its files repeat.
    """
    return exists().where(Scan.batch_id != batch_id, Batch.id == Scan.batch_id, Batch.withdrawn_at.is_(None))


def of_others(batch: Batch) -> set[str | None]:
    """Return documents that files of this batch only repeat: another batch brought them first."""
    first = aliased(Scan)
    return set(
        db.session.scalars(
            select(Scan.document_id)
            .join(first, first.document_id == Scan.document_id)
            .where(Scan.batch_id == batch.id, first.batch_id != batch.id, first.created_at < Scan.created_at)
        )
    )


def came_again(batch: Batch) -> bool:
    """Tell whether bytes of the batch were taken into the same fonds since it was withdrawn."""
    again, other = aliased(Scan), aliased(Batch)
    found = (
        select(again.id)
        .join(other, other.id == again.batch_id)
        .join(Scan, Scan.blob_sha256 == again.blob_sha256)
        .where(
            Scan.batch_id == batch.id,
            Scan.state != ScanState.DUPLICATE.value,
            again.batch_id != batch.id,
            again.document_id.is_not(None),
            again.document_id != Scan.document_id,
            other.fonds_id == batch.fonds_id,
            other.withdrawn_at.is_(None),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None


def of_withdrawn(batch: Batch) -> bool:
    """Tell whether files of the batch are only kept with a document that was withdrawn with another."""
    first, other = aliased(Scan), aliased(Batch)
    repeated = exists().where(
        Scan.batch_id == batch.id,
        Scan.state == ScanState.DUPLICATE.value,
        first.document_id == Scan.document_id,
        first.batch_id != batch.id,
        other.id == first.batch_id,
        Protection.node_id == Scan.document_id,
        Protection.removed_at == other.withdrawn_at,
    )
    return bool(db.session.scalar(select(repeated)))
