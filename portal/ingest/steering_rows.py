"""Rows of how reading is steered: which batch goes first or last, and which pages are passed over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text


class Place(StrEnum):
    """Where in the queue a batch is."""

    FIRST = "first"
    USUAL = "usual"
    LAST = "last"


class BatchPlace(Base):
    """A batch that somebody put before or behind the others; the usual ones have no row."""

    __tablename__ = "batch_places"
    __table_args__ = (CheckConstraint("place IN ('first','last')", name="place"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(10))
    placed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class SkippedPage(Base):
    """A page that cannot be read and goes on as an image without text, because a person said so."""

    __tablename__ = "skipped_pages"

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text(300))
    skipped_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
