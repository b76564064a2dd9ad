"""Rows of intake: batches of scanned files, and what became of each file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.ingest.takeout_rows import Takeout

PURGED = "purged"
"""The code of a file of which nothing is left but that it was here."""


class ScanState(StrEnum):
    """What became of a file that was taken in."""

    RECEIVED = "received"
    """Durable; its pages are not counted yet."""
    SPLIT = "split"
    """Its pages stand in the catalogue."""
    REFUSED = "refused"
    """It cannot be read; the code says why, the original stays."""
    DUPLICATE = "duplicate"
    """The same bytes are in this fonds already."""


class Batch(Base):
    """What one operator brought at one time, with the declaration that it holds no state secret."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint("sides IN (1, 2)", name="sides"),
        CheckConstraint("expected_sheets IS NULL OR expected_sheets >= 0", name="expected_sheets"),
        # What still needs people; small however large the archive is.
        Index(
            "ix_batches_at_work",
            "created_at",
            "id",
            sqlite_where=text("closed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("closed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text(200))
    fonds_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    holding_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    operator_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """None where the batch came by a command on the server without `--as`."""
    declared_no_secret_at: Mapped[datetime] = mapped_column(Instant())
    box: Mapped[str] = mapped_column(Text(60), default="", server_default="")
    folders: Mapped[str] = mapped_column(Text(300), default="", server_default="")
    expected_sheets: Mapped[int | None]
    """How many sheets of paper were counted before scanning; None where nobody said."""
    sides: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many sides of each sheet are scanned: 1 or 2."""
    scanner: Mapped[str] = mapped_column(Text(60), default="", server_default="")
    takeout_id: Mapped[str | None] = mapped_column(ForeignKey(Takeout.id), index=True)
    """By which entry of the register its originals left the store; None where nobody said."""
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant())
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    withdrawn_by: Mapped[str | None] = mapped_column(String(10))
    withdraw_reason: Mapped[str] = mapped_column(Text(500), default="", server_default="")
    restore_until: Mapped[datetime | None] = mapped_column(Instant())
    """Until when a withdrawn batch can come back; set whenever it is withdrawn."""


class Scan(Base):
    """One file as it came. The bytes are a blob; one file makes one document."""

    __tablename__ = "scans"
    __table_args__ = (
        CheckConstraint("state IN ('received','split','refused','duplicate')", name="state"),
        Index("ix_scans_batch", "batch_id", "created_at"),
        Index("ix_scans_blob", "blob_sha256"),
        Index("ix_scans_state", "state"),
        # Who brought files of a batch, without a look at each of them.
        Index("ix_scans_batch_brought_by", "batch_id", "brought_by"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    blob_sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    file_name: Mapped[str] = mapped_column(Text(255))
    media_type: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default=ScanState.RECEIVED.value)
    code: Mapped[str] = mapped_column(String(60), default="")
    values: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """For the message of `code`."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("nodes.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    brought_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who brought it as a file of the batch, and so checks none of its pages. None where a command did, and
    of a page that was scanned again: the look at that page names who brought it."""
