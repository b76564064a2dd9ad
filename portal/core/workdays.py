"""Days that the archive works, and counting in them: due dates rest on this and on nothing else.

Monday to Friday are worked unless a row says otherwise, Saturday and Sunday are not. Each year has
versions that are never changed; the newest holds. `portal.site.calendars` writes the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text, db
from portal.core.ids import new_id

SATURDAY = 5
ONE_DAY = timedelta(days=1)

LONGEST_NAME = 120
LONGEST_BASIS = 300
LONGEST_NOTE = 500


class DayKind(StrEnum):
    """What sets a day apart from its weekday."""

    HOLIDAY = "holiday"
    """Off for everybody by law."""
    IN_LIEU = "in_lieu"
    """Off instead of a holiday on a weekend, or of a weekend day that is worked."""
    WORKING = "working"
    """A day of a weekend that is worked."""
    CLOSURE = "closure"
    """The archive itself is shut."""


class CalendarVersion(Base):
    """One version of the calendar of a year, whole: what it does not name is as its weekday."""

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("year", "version", name="uq_calendar_versions_year_version"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    year: Mapped[int]
    version: Mapped[int]
    is_expected: Mapped[bool] = mapped_column(default=False)
    """Whether days are expected that nobody has announced yet: dates that rest on it are provisional."""
    legal_basis: Mapped[str] = mapped_column(Text(LONGEST_BASIS))
    note: Mapped[str] = mapped_column(Text(LONGEST_NOTE), default="")
    published_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    published_by: Mapped[str | None] = mapped_column(String(10))
    """Nobody where it came with the portal."""


class CalendarDay(Base):
    """One day of a version that is not as its weekday."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        UniqueConstraint("version_id", "day", name="uq_calendar_days_version_id_day"),
        CheckConstraint("kind IN ('holiday','in_lieu','working','closure')", name="kind"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    version_id: Mapped[str] = mapped_column(ForeignKey("calendar_versions.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    name_vi: Mapped[str] = mapped_column(Text(LONGEST_NAME))
    name_en: Mapped[str] = mapped_column(Text(LONGEST_NAME), default="")


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not as its weekday, and what it is called."""

    day: date
    kind: DayKind
    name_vi: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One day between two, and whether it counted."""

    day: date
    is_worked: bool
    special: Special | None
    """What sets it apart; nothing on an ordinary weekday or weekend."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Which version of a year holds."""

    version: int
    is_expected: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are worked."""

    specials: Mapping[date, Special]
    editions: Mapping[int, Edition] = field(default_factory=dict)
    """By year; a year that lacks has ordinary weeks and is provisional."""

    def is_worked(self, day: date) -> bool:
        """Tell whether the archive works on the day."""
        special = self.specials.get(day)
        return day.weekday() < SATURDAY if special is None else special.kind is DayKind.WORKING

    def after(self, day: date, count: int) -> date:
        """Return the worked day that lies `count` worked days after the day; below 0, before it.

        0 is the day itself, or the last worked day before it: `between(day, after(day, n)) == n`.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        here, left = day, abs(count)
        if count > 0:
            while left:
                here += step
                left -= self.is_worked(here)
            return here
        while left or not self.is_worked(here):
            left -= self.is_worked(here)
            here += step
        return here

    def between(self, first: date, last: date) -> int:
        """Return how many worked days lie after the first day up to the last; negative backwards."""
        if last < first:
            return -self.between(last, first)
        return sum(one.is_worked for one in self.walk(first, last))

    def due(self, received: date, days: int) -> date:
        """Return the day by which what was received must be answered.

        The day of receipt does not count; the answer is in time until that day ends.

        Args:
            received: the day in Việt Nam on which it came in.
            days: how many worked days there are for it, at least one.

        Raises:
            ValueError: there is less than a day.
        """
        if days < 1:
            raise ValueError("a term has at least one worked day")
        return self.after(received, days)

    def walk(self, first: date, last: date) -> Iterator[Counted]:
        """Yield each day after the first up to the last: how a date was counted."""
        for number in range(1, (last - first).days + 1):
            day = first + number * ONE_DAY
            yield Counted(day, self.is_worked(day), self.specials.get(day))

    def mark(self, first: date, last: date) -> str:
        """Name the versions that a span rests on: "2026.2+2027.1"; "2028.0" where a year has none yet."""
        years = range(first.year, last.year + 1)
        return "+".join(
            f"{year}.{self.editions[year].version if year in self.editions else 0}" for year in years
        )

    def is_provisional(self, first: date, last: date) -> bool:
        """Tell whether a span rests on a year whose days are not announced yet."""
        years = range(first.year, last.year + 1)
        return any(year not in self.editions or self.editions[year].is_expected for year in years)


def current() -> Calendar:
    """Return the calendar by the newest version of every year."""
    newest = (
        select(CalendarVersion.year, func.max(CalendarVersion.version).label("version"))
        .group_by(CalendarVersion.year)
        .subquery()
    )
    versions = db.session.scalars(
        select(CalendarVersion).join(
            newest,
            (newest.c.year == CalendarVersion.year) & (newest.c.version == CalendarVersion.version),
        )
    ).all()
    rows = db.session.scalars(
        select(CalendarDay).where(CalendarDay.version_id.in_([one.id for one in versions]))
    )
    return Calendar(
        {row.day: special(row) for row in rows},
        {one.year: Edition(one.version, one.is_expected) for one in versions},
    )


def special(row: CalendarDay) -> Special:
    """Return a row as a value."""
    return Special(row.day, DayKind(row.kind), row.name_vi, row.name_en)
