"""Rows of pages in another order: what a person says of a batch before it is split, and what was moved."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant
from portal.core.ids import new_id


class Work(StrEnum):
    """What was done to the pages of a batch as a whole."""

    SPLIT = "split"
    COLLATE = "collate"
    """Backs were put behind their fronts."""


class Mark(StrEnum):
    """What a person says of one page, against what its codes say."""

    BEGIN = "begin"
    """A document begins with it."""
    JOIN = "join"
    """It belongs to the document before it."""
    ASIDE = "aside"
    """It is a separator, or the back of one, and belongs into the reserve."""


class Rearrangement(Base):
    """One time when the pages of a batch were put elsewhere together; it can be undone."""

    __tablename__ = "rearrangements"
    __table_args__ = (
        CheckConstraint("work IN ('split','collate')", name="work"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    work: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant())


class PageMove(Base):
    """Where a page stood before a rearrangement, and where after it."""

    __tablename__ = "page_moves"

    rearrangement_id: Mapped[str] = mapped_column(ForeignKey("rearrangements.id"), primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    from_document: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    from_number: Mapped[int]
    to_document: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    to_number: Mapped[int]


class SplitMark(Base):
    """What a person said of one page before the batch was split; gone when it is."""

    __tablename__ = "split_marks"
    __table_args__ = (CheckConstraint("mark IN ('begin','join','aside')", name="mark"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(10))
