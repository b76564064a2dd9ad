"""Rows of redacted versions: the version, the boxes drawn for it, and each page as it was made.

They stand in the catalogue, below those who draw (`access.redactions`), make (`ingest.redacting`)
and read (`pages`). The original has no part in them but to be pointed at.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class RedactionState(StrEnum):
    """Where a redacted version is; `access.redaction_states` says what leads where."""

    DRAFT = "draft"
    """Boxes are being drawn."""
    OFFERED = "offered"
    """It waits for a second person."""
    CONFIRMED = "confirmed"
    """Leave can be given for it, and who has such leave sees it instead of the original."""
    RETURNED = "returned"
    """The second person sent it back; boxes are drawn again."""
    WITHDRAWN = "withdrawn"


class MakingState(StrEnum):
    """How far one page of a version is."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"


class Redaction(Base):
    """One redacted version of one document. Whoever made it draws all its boxes, and never confirms it."""

    __tablename__ = "redactions"
    __table_args__ = (
        CheckConstraint("state IN ('draft','offered','confirmed','returned','withdrawn')", name="state"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> made_by", name="four_eyes"),
        CheckConstraint("state <> 'confirmed' OR confirmed_by IS NOT NULL", name="confirmed"),
        Index("uq_redactions_document_version", "document_id", "version", unique=True),
        Index("ix_redactions_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    version: Mapped[int]
    """Counted from 1 within the document; the original has none."""
    state: Mapped[str] = mapped_column(String(10), default=RedactionState.DRAFT.value)
    reason: Mapped[str] = mapped_column(Text(500))
    """What is hidden and why, for the staff."""
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    offered_at: Mapped[datetime | None] = mapped_column(Instant())
    left_standing: Mapped[str] = mapped_column(Text(2000), default="")
    """Why hidden words may stay where they stand outside of the boxes, in the maker's words."""
    left_findings: Mapped[str] = mapped_column(String(64), default="")
    """Digest of the findings that those words answer."""
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant())
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who sent it back or withdrew it last."""
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    ended_reason: Mapped[str] = mapped_column(Text(500), default="")
    past: Mapped[str] = mapped_column(Text(), default="")
    """JSON of the boxes of a page before each of the last changes, so that these can be undone."""


class RedactionBox(Base):
    """What is hidden of one page, in px of its image."""

    __tablename__ = "redaction_boxes"
    __table_args__ = (
        CheckConstraint('"left" >= 0 AND top >= 0 AND width > 0 AND height > 0', name="place"),
        Index("ix_redaction_boxes_redaction_page", "redaction_id", "page_id"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"))
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"))
    left: Mapped[int]
    top: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    note: Mapped[str] = mapped_column(Text(200), default="")
    drawn_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Left, top, width and height."""
        return self.left, self.top, self.width, self.height


class RedactedPage(Base):
    """One page of a version. Without this row no page of it is shown, and not the original either.

    A page on which nothing is hidden has its own text copied, and the images of the original; of
    every other all is new: a picture made of pixels alone, and what was read on that picture.
    """

    __tablename__ = "redacted_pages"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','made','failed')", name="state"),
        CheckConstraint("NOT is_drawn OR state <> 'made' OR blob_sha256 IS NOT NULL", name="picture"),
        Index("uq_redacted_pages_redaction_page", "redaction_id", "page_id", unique=True),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    """Its images are kept under it."""
    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"))
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=MakingState.WAITING.value)
    is_drawn: Mapped[bool]
    """Whether anything on it is hidden."""
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    width: Mapped[int | None]
    height: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(10), default="")
    engine: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text(), default="")
    words: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """As those of `catalogue.models.PageText`."""
    confidence: Mapped[float | None] = mapped_column(Float)
    language: Mapped[str] = mapped_column(String(3), default="")
    quality: Mapped[str] = mapped_column(String(4), default="")
    milliseconds: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """The words that lie under the boxes, kept as `words`; for the proof, and for nobody's eyes."""
    findings: Mapped[str] = mapped_column(Text(), default="")
    """JSON of what the proof found on this page (`hiding.Finding`)."""
    failure_code: Mapped[str] = mapped_column(String(60), default="")

    @property
    def pixels(self) -> str:
        """Under what the images are kept that this page shows."""
        return self.id if self.is_drawn else self.page_id
