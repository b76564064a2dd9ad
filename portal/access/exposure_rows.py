"""The row of a report that a record shows personal data."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.rights.models import OpeningDay


class ExposureState(StrEnum):
    """Where a report is; `access.exposures` says what leads where."""

    RECEIVED = "received"
    HIDDEN = "hidden"
    """The record is withheld, and the report waits for its answer."""
    ANSWERED = "answered"
    """The record stays as it is."""
    UPHELD = "upheld"
    """It is answered, and the record stays withheld."""


class Exposure(Base):
    """Somebody says that a record shows personal data. Who it was is not asked."""

    __tablename__ = "exposure_reports"
    __table_args__ = (
        CheckConstraint("state IN ('received','hidden','answered','upheld')", name="state"),
        CheckConstraint("(email_sealed IS NULL) = (key_id IS NULL)", name="email"),
        CheckConstraint("state NOT IN ('hidden','upheld') OR hidden_by IS NOT NULL", name="hidden"),
        Index("ix_exposure_reports_state_due", "state", "due_on", "id"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), index=True)
    page_id: Mapped[str | None] = mapped_column(ForeignKey("pages.id"))
    term_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    """What kind of harm it is, by the rules."""
    text: Mapped[str] = mapped_column(Text(2000))
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Where the answer goes; gone as soon as it went."""
    key_id: Mapped[str | None] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    state: Mapped[str] = mapped_column(String(10), default=ExposureState.RECEIVED.value)
    received_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    due_on: Mapped[date]
    level_before: Mapped[str | None] = mapped_column(String(12))
    """The record's own level before it was hidden; None left it to what is above."""
    reason_before: Mapped[str] = mapped_column(Text(500), default="")
    opens_on_before: Mapped[date | None]
    opens_basis_before: Mapped[str] = mapped_column(Text(300), default="", server_default="")
    """The day on which that level lapsed by itself, and by which rule."""
    period_before: Mapped[str | None] = mapped_column(ForeignKey("closure_periods.id"))
    counted_on_before: Mapped[date | None]
    """What that day was counted by."""
    hidden_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(Instant())
    answer: Mapped[str] = mapped_column(Text(2000), default="")
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant())

    @property
    def day_before(self) -> OpeningDay:
        """The day on which the level of before lapsed by itself."""
        return OpeningDay(
            self.opens_on_before, self.opens_basis_before, self.period_before, self.counted_on_before
        )

    def keep_day(self, day: OpeningDay) -> None:
        """Keep the day on which the level lapsed, for when the record is opened again."""
        self.opens_on_before, self.opens_basis_before = day.opens_on, day.basis
        self.period_before, self.counted_on_before = day.period_id, day.counted_on
