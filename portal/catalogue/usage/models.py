"""Rows of what was searched: counts of a day, and texts that found nothing. No row is anybody's."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Text

LONGEST_TEXT = 80


class SearchCount(Base):
    """Searches of one day, by where they came from and how much they found."""

    __tablename__ = "search_counts"
    __table_args__ = (
        CheckConstraint("surface IN ('page','api','feed','table')", name="surface"),
        CheckConstraint("size IN ('none','few','some','many')", name="size"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    """Day of Việt Nam's calendar; nothing here knows a time that is finer."""
    surface: Mapped[str] = mapped_column(String(5), primary_key=True)
    size: Mapped[str] = mapped_column(String(4), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    """Of these, queries that were broken and mended."""
    renamed: Mapped[int] = mapped_column(default=0)
    """Of these, queries that were searched for under other names, too."""
    cut: Mapped[int] = mapped_column(default=0)
    """Of these, searches that the time limit ended."""
    by_place: Mapped[int] = mapped_column(default=0)
    """Of these, searches within a fonds, file or document; and so on for what else narrows."""
    by_type: Mapped[int] = mapped_column(default=0)
    by_issuer: Mapped[int] = mapped_column(default=0)
    by_access: Mapped[int] = mapped_column(default=0)
    by_language: Mapped[int] = mapped_column(default=0)
    by_years: Mapped[int] = mapped_column(default=0)
    by_order: Mapped[int] = mapped_column(default=0)
    by_marks: Mapped[int] = mapped_column(default=0)


class SearchMiss(Base):
    """A text that readers searched for and that found nothing, on one day.

    Texts that few asked for are deleted when the day is over.
    """

    __tablename__ = "search_misses"
    __table_args__ = (Index("ix_search_misses_text", "text"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text(LONGEST_TEXT), primary_key=True)
    """Folded words."""
    times: Mapped[int] = mapped_column(default=1)
