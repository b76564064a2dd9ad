"""Rows of uploads that come in parts: what was announced, by whom, for which batch, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text, db
from portal.core.errors import NotFoundError
from portal.core.ids import new_id
from portal.ingest.upload_states import UploadState


class Upload(Base):
    """One file on its way. How much of it is here says the file on disk, never this row."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("state IN ('begun','done','cancelled','expired')", name="state"),
        CheckConstraint("length >= 0", name="length"),
        Index("ix_uploads_state_expires_at", "state", "expires_at"),
        Index("ix_uploads_person_id_state", "person_id", "state"),
        Index("ix_uploads_person_id_created_at", "person_id", "created_at", "length"),
        Index("ix_uploads_batch_id_source", "batch_id", "source"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    file_name: Mapped[str] = mapped_column(Text(200))
    length: Mapped[int] = mapped_column(BigInteger)
    """Bytes that were announced."""
    source: Mapped[str] = mapped_column(Text(600), default="", server_default="")
    """What the sender knows the file by, such as path, size and time of change; the same is the same file.
    Empty where the sender does not say."""
    state: Mapped[str] = mapped_column(String(10), default=UploadState.BEGUN.value)
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Known once all is here, and written before the file gets its place: a crash between finds it again."""
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scans.id"))
    """What it became; None until it is done."""
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(Instant())
    """When it is forgotten if nothing more comes; each part puts it off."""


def locked(upload_id: str) -> Upload:
    """Return the row, held until the transaction ends.

    Raises:
        NotFoundError: it is gone.
    """
    row = db.session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("not_found")
    return row
