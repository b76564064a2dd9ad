"""Rows of the register of originals that left the store for scanning, and of each file of an entry."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.ingest.takeout_states import TakeoutState


class Takeout(Base):
    """One entry: what left, from where, by whose hands, until when, and how it came back."""

    __tablename__ = "takeouts"
    __table_args__ = (
        CheckConstraint("state IN ('out','back','incomplete','settled','struck')", name="state"),
        CheckConstraint("state IN ('out','struck') OR back_at IS NOT NULL", name="back"),
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_takeouts_state_due", "state", "due_on", "id"),
        Index("uq_takeouts_number", "number", unique=True),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    number: Mapped[int]
    """As it stands in the register, counted from 1 without a gap."""
    fonds_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    box: Mapped[str] = mapped_column(Text(60), default="")
    store: Mapped[str] = mapped_column(Text(120))
    """From where: store room and shelf."""
    purpose: Mapped[str] = mapped_column(Text(300))
    handed_by: Mapped[str] = mapped_column(Text(120))
    """Name of who gave them out; both sign the minutes."""
    handed_to: Mapped[str] = mapped_column(Text(120))
    condition_out: Mapped[str] = mapped_column(Text(1000))
    due_on: Mapped[date]
    """The last day on which they are expected back."""
    state: Mapped[str] = mapped_column(String(10), default=TakeoutState.OUT.value)
    out_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    entered_by: Mapped[str] = mapped_column(String(10))
    back_at: Mapped[datetime | None] = mapped_column(Instant())
    back_by: Mapped[str | None] = mapped_column(String(10))
    """Who entered the return."""
    returned_by: Mapped[str] = mapped_column(Text(120), default="")
    received_by: Mapped[str] = mapped_column(Text(120), default="")
    condition_back: Mapped[str] = mapped_column(Text(1000), default="")
    settled_at: Mapped[datetime | None] = mapped_column(Instant())
    settled_by: Mapped[str | None] = mapped_column(String(10))
    """Who settled or struck it."""
    settle_note: Mapped[str] = mapped_column(Text(1000), default="")
    files: Mapped[list[TakeoutFile]] = relationship(order_by="TakeoutFile.position")

    @property
    def is_overdue(self) -> bool:
        """Whether the originals should be back by now."""
        return self.state == TakeoutState.OUT.value and self.due_on < clock.today()

    @property
    def sheets(self) -> int:
        """How many sheets left the store."""
        return sum(one.sheets for one in self.files)


class TakeoutFile(Base):
    """One file of an entry, with what was found when it came back."""

    __tablename__ = "takeout_files"
    __table_args__ = (
        CheckConstraint("sheets >= 0", name="sheets"),
        CheckConstraint("(sheets_back IS NULL) = (is_in_order IS NULL)", name="checked"),
    )

    takeout_id: Mapped[str] = mapped_column(ForeignKey("takeouts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text(120))
    sheets: Mapped[int]
    sheets_back: Mapped[int | None]
    """None until the return is entered."""
    is_in_order: Mapped[bool | None]
    """Whether somebody looked and every sheet lies in its place."""
    note: Mapped[str] = mapped_column(Text(500), default="")

    @property
    def is_whole(self) -> bool:
        """Whether it came back as it left."""
        return bool(self.is_in_order) and self.sheets_back == self.sheets and not self.note
