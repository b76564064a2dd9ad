"""The row of a refusal that was looked at again and stays closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class RefusalReview(Base):
    """One look at a refusal whose day of review had come; never changed."""

    __tablename__ = "refusal_reviews"
    __table_args__ = (CheckConstraint("due_on < review_on", name="days"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("request_items.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    looked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date]
    """The day on which it was to be looked at."""
    review_on: Mapped[date]
    """The day on which it is looked at next."""
    reason: Mapped[str] = mapped_column(Text(2000))
    """Why it stays closed; whoever was refused reads it."""
