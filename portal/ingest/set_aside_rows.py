"""Rows of pages that were set aside, so that each can go back to where it came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant


class Why(StrEnum):
    """Why a page was set aside."""

    SEPARATOR = "separator"
    BATCH_SHEET = "batch_sheet"
    BLANK = "blank"
    """The empty back of a separator or of a batch sheet."""
    REJECTED = "rejected"
    REPLACED = "replaced"
    """It was scanned again, and the new page stands in its place."""


class SetAside(Base):
    """One page that stands in the reserve of its batch: why, from where, by whom."""

    __tablename__ = "set_aside"
    __table_args__ = (
        CheckConstraint("reason IN ('separator','batch_sheet','blank','rejected','replaced')", name="reason"),
    )

    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    document_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    """The document that it stood in."""
    number: Mapped[int]
    """Which page of that document it was."""
    replaced_by: Mapped[str | None] = mapped_column(String(10), index=True)
    """The page that shows the same paper now, wherever it stands; None where it is not known. No key: both
    can go at once."""
    set_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
