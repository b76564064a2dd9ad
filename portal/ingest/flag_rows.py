"""Rows of what a person should know of a page or a file as it came, and of which pages look alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant
from portal.core.ids import new_id


class ArrivalFlag(Base):
    """One thing to look at; it blocks nothing. It is about a page, or about a file as a whole."""

    __tablename__ = "arrival_flags"
    __table_args__ = (
        CheckConstraint("(page_id IS NULL) <> (scan_id IS NULL)", name="about"),
        CheckConstraint("(dismissed_by IS NULL) = (dismissed_at IS NULL)", name="dismissed"),
        Index("ix_arrival_flags_batch", "batch_id", "code", "dismissed_at", "created_at"),
        Index("uq_arrival_flags_page_code", "page_id", "code", unique=True),
        Index("uq_arrival_flags_scan_code", "scan_id", "code", unique=True),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    page_id: Mapped[str | None] = mapped_column(ForeignKey("pages.id"))
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scans.id"))
    code: Mapped[str] = mapped_column(String(20))
    value: Mapped[int] = mapped_column(default=0)
    """What was measured, in the unit of the code."""
    other_id: Mapped[str | None] = mapped_column(String(10))
    """The page that it looks like, or the scan that brought the same bytes before."""
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    dismissed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    dismissed_at: Mapped[datetime | None] = mapped_column(Instant())


class PagePrint(Base):
    """By what a page is found again that looks alike: 64 bits in four bands."""

    __tablename__ = "page_prints"
    __table_args__ = tuple(
        Index(f"ix_page_prints_band_{band}", "fonds_id", f"band_{band}", "id") for band in range(4)
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), unique=True)
    fonds_id: Mapped[str] = mapped_column(String(10))
    band_0: Mapped[int]
    band_1: Mapped[int]
    band_2: Mapped[int]
    band_3: Mapped[int]
