"""Quiet hours: dated rows that say when reading rests, or goes on with fewer readers at a time.

Hours are those of Việt Nam and of the portal's own clock. Rows that hold at the same time are all kept:
the one that lets the fewest readers decides. Without a row reading never rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import CheckConstraint, String, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text, db
from portal.core.ids import new_id

MINUTES = 24 * 60
DAYS_AHEAD = 21
"""How far the end of a rest is looked for."""


class QuietHours(Base):
    """From one minute of some days of the week until another, at most so many readers."""

    __tablename__ = "quiet_hours"
    __table_args__ = (
        CheckConstraint("starts >= 0 AND starts < 1440", name="starts"),
        CheckConstraint("ends >= 0 AND ends < 1440", name="ends"),
        CheckConstraint("readers >= 0", name="readers"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day, on which they begin for the last time."""
    weekdays: Mapped[str] = mapped_column(String(7))
    """Digits from 1, Monday, to 7: days on which they begin."""
    starts: Mapped[int]
    """Minute of the day."""
    ends: Mapped[int]
    """Minute of the same day, or of the next if it is not after `starts`; the same minute is a whole day."""
    readers: Mapped[int]
    """How many pages are read at a time that nobody waits for; 0 is none."""
    reason: Mapped[str] = mapped_column(Text(300))
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    """From when on they hold no more, because somebody said so."""

    @property
    def is_over(self) -> bool:
        """Whether they hold no more and never will; those over midnight hold on the morning after, too."""
        is_over_midnight = 0 < self.ends <= self.starts
        first = clock.today() - timedelta(days=1 if is_over_midnight else 0)
        return self.ended_at is not None or (self.valid_to is not None and self.valid_to < first)


def standing() -> Sequence[QuietHours]:
    """Return the rows that are not over (`is_over`), in the order in which they begin."""
    today = clock.today()
    went_on_today = and_(
        QuietHours.valid_to == today - timedelta(days=1),
        QuietHours.ends > 0,
        QuietHours.ends <= QuietHours.starts,
    )
    return db.session.scalars(
        select(QuietHours)
        .where(
            QuietHours.ended_at.is_(None),
            or_(QuietHours.valid_to.is_(None), QuietHours.valid_to >= today, went_on_today),
        )
        .order_by(QuietHours.valid_from, QuietHours.starts, QuietHours.id)
    ).all()


def readers_at(rows: Sequence[QuietHours], at: datetime) -> int | None:
    """Return how many readers the rows let at an instant; None where as many as there are."""
    return min((row.readers for row in rows if _covers(row, at)), default=None)


def next_change(rows: Sequence[QuietHours], after: datetime) -> datetime:
    """Return the next instant at which `readers_at` may be another; midnight at the latest."""
    local = after.astimezone(clock.LOCAL)
    minutes = sorted({0, *(row.starts for row in rows), *(row.ends for row in rows)})
    days = (local.date(), local.date() + timedelta(days=1))
    instants = [_instant(day, minute) for day in days for minute in minutes]
    return next(one for one in instants if one > after)


def over_at(rows: Sequence[QuietHours], at: datetime) -> datetime | None:
    """Return when other rules than at this instant hold; None where nothing changes for weeks."""
    now, then = readers_at(rows, at), at
    while then < at + timedelta(days=DAYS_AHEAD):
        then = next_change(rows, then)
        if readers_at(rows, then) != now:
            return then
    return None


def _covers(row: QuietHours, at: datetime) -> bool:
    local = at.astimezone(clock.LOCAL)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    if row.starts < row.ends:
        return row.starts <= minute < row.ends and _begins(row, today)
    return (minute >= row.starts and _begins(row, today)) or (minute < row.ends and _begins(row, yesterday))


def _begins(row: QuietHours, day: date) -> bool:
    """Tell whether the quiet hours begin on this day."""
    is_valid = row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
    return is_valid and str(day.isoweekday()) in row.weekdays


def _instant(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), clock.LOCAL)
