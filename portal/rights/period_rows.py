"""Rows of closure periods: for how many years a kind of record stays closed, from a day on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Text
from portal.core.ids import new_id

MOST_YEARS = 150


class CountedFrom(StrEnum):
    """What the years of a period begin with."""

    DOCUMENT = "document"
    """The date of the record itself."""
    FILE_END = "file_end"
    """The latest date of the file that it lies in: the work was over then."""
    TAKEN_IN = "taken_in"
    """The day on which it came into the portal."""


class ClosurePeriod(Base):
    """One wording of a closure period, from a day on. Only its last day ever changes."""

    __tablename__ = "closure_periods"
    __table_args__ = (
        CheckConstraint(f"years BETWEEN 1 AND {MOST_YEARS}", name="years"),
        CheckConstraint("counted_from IN ('document','file_end','taken_in')", name="counted_from"),
        UniqueConstraint("code", "valid_from", name="uq_closure_periods_code_valid_from"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    years: Mapped[int]
    counted_from: Mapped[str] = mapped_column(String(10))
    by_year: Mapped[bool] = mapped_column(default=False)
    """Whether it is counted from the end of the year, as where a law says "from the year in which"."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it can be chosen."""
    legal_basis: Mapped[str] = mapped_column(Text(300))
