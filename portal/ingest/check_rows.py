"""Rows of the second look at scans: reasons, what was drawn of a batch, each look, each closing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class CheckState(StrEnum):
    """What a second person found of one page."""

    WAITING = "waiting"
    """Drawn; nobody has decided yet."""
    ACCEPTED = "accepted"
    RESCAN = "rescan"
    """Not good enough; the paper is to be scanned again."""
    RESCANNED = "rescanned"
    """It was scanned again; the next round of the same page is another row."""
    REJECTED = "rejected"
    """For good: the page was set aside."""


class CheckReason(Base):
    """Why a page is not accepted, worded from a day on. Only its last day ever changes."""

    __tablename__ = "check_reasons"
    __table_args__ = (UniqueConstraint("code", "valid_from", name="uq_check_reasons_code_valid_from"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it can be chosen."""
    legal_basis: Mapped[str] = mapped_column(Text(300))
    position: Mapped[int] = mapped_column(default=0)


class CheckSample(Base):
    """How much of a batch is looked at, and by which dice: chosen once, never again."""

    __tablename__ = "check_samples"
    __table_args__ = (CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),)

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(32))
    """Pages are drawn in the order of the digests of seed and page id, so that anybody can draw again."""
    percent: Mapped[int]
    raised_by: Mapped[str | None] = mapped_column(String(10))
    raised_at: Mapped[datetime | None] = mapped_column(Instant())
    raise_reason: Mapped[str] = mapped_column(Text(500), default="")


class PageCheck(Base):
    """One look at one page. A page that was scanned again has one row for each round."""

    __tablename__ = "page_checks"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','accepted','rescan','rescanned','rejected')", name="state"),
        CheckConstraint("(state = 'waiting') = (checked_at IS NULL)", name="checked"),
        CheckConstraint("(checked_at IS NULL) = (checked_by IS NULL)", name="checked_by"),
        CheckConstraint("state IN ('waiting','accepted') OR reason_id IS NOT NULL", name="reason"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed"),
        Index("uq_page_checks_page_round", "page_id", "round", unique=True),
        Index("ix_page_checks_batch_state", "batch_id", "state", "position"),
        # Rates are counted over a time without a look at the rows.
        Index("ix_page_checks_checked", "checked_at", "operator_id", "batch_id", "state", "reason_id"),
        Index("ix_page_checks_state", "state", "checked_at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id"))
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    """Where the page stood in the batch when it was drawn; looked at in this order."""
    state: Mapped[str] = mapped_column(String(10), default=CheckState.WAITING.value)
    operator_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who brought these pixels; None where a command did without `--as`."""
    claimed_by: Mapped[str | None] = mapped_column(String(10))
    claimed_until: Mapped[datetime | None] = mapped_column(Instant())
    """Until when nobody else is given the page."""
    checked_by: Mapped[str | None] = mapped_column(String(10))
    checked_at: Mapped[datetime | None] = mapped_column(Instant())
    reason_id: Mapped[str | None] = mapped_column(ForeignKey("check_reasons.id"))
    note: Mapped[str] = mapped_column(Text(500), default="")
    drawn_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class BatchClosing(Base):
    """One closing of a batch with the numbers of that moment; reopened, it keeps them."""

    __tablename__ = "batch_closings"
    __table_args__ = (
        CheckConstraint("(reopened_at IS NULL) = (reopened_by IS NULL)", name="reopened"),
        CheckConstraint(
            "explanation <> '' OR (expected IS NOT NULL AND expected = accepted + rejected)", name="explained"
        ),
        Index("ix_batch_closings_batch", "batch_id", "closed_at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    closed_by: Mapped[str] = mapped_column(String(10))
    closed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    expected: Mapped[int | None]
    """Sides; None where nobody said how many sheets there are."""
    accepted: Mapped[int]
    rejected: Mapped[int]
    explanation: Mapped[str] = mapped_column(Text(1000), default="")
    reopened_by: Mapped[str | None] = mapped_column(String(10))
    reopened_at: Mapped[datetime | None] = mapped_column(Instant())
    reopen_reason: Mapped[str] = mapped_column(Text(500), default="")
