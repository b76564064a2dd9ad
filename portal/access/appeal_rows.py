"""Rows of appeals: which refusals they are about, their clock, and what came of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.models import Item
from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class AppealStatus(StrEnum):
    """Where an appeal is; see `appeal_states` for the ways between."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    UPHELD = "upheld"
    """What was decided stands."""
    OVERTURNED = "overturned"
    """All of it is decided anew."""
    PARTLY = "partly"
    """Some of it is decided anew."""
    WITHDRAWN = "withdrawn"


class AppealYearCount(Base):
    """The last number given to an appeal in a year."""

    __tablename__ = "appeal_year_counts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Appeal(Base):
    """A reader's objection to refusals, or to access that was ended early, in one of their requests."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint(
            "status IN ('submitted','in_review','upheld','overturned','partly','withdrawn')", name="status"
        ),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        Index("ix_appeals_status_due", "status", "due_on", "number"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """KN-2026-000123, counted per year."""
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    text: Mapped[str] = mapped_column(Text(4000))
    submitted_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    status: Mapped[str] = mapped_column(String(12), default=AppealStatus.SUBMITTED.value)
    service_id: Mapped[str] = mapped_column(ForeignKey("service_types.id"))
    """What was promised when it came in."""
    started_on: Mapped[date]
    extended_days: Mapped[int] = mapped_column(default=0)
    """Working days by which the answer was put off."""
    due_on: Mapped[date]
    """Last day in Việt Nam for the answer; it follows from the three above and the calendar."""
    taken_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant())
    answer: Mapped[str] = mapped_column(Text(4000), default="")
    items: Mapped[list[AppealItem]] = relationship(order_by="AppealItem.item_id")


class AppealItem(Base):
    """One decision that an appeal is about, as it stood then, and whether it stands."""

    __tablename__ = "appeal_items"

    appeal_id: Mapped[str] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("request_items.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text(2000))
    """Why it was refused or ended, as the reader was told."""
    ended_at: Mapped[datetime] = mapped_column(Instant())
    """When that was decided."""
    is_overturned: Mapped[bool | None]
    """None until it is decided."""
    item: Mapped[Item] = relationship()
