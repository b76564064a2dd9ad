"""The time of day, in one place, so that tests can hold it still.

Instants are aware and in UTC; people read them in Asia/Ho_Chi_Minh. Leases do not
use this clock but the database's own (`core.db.database_seconds`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

_held: datetime | None = None


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _held or datetime.now(UTC)


def today() -> date:
    """Return the present day in Việt Nam."""
    return now().astimezone(LOCAL).date()


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Hold the clock at an aware instant, for tests of expiry."""
    global _held
    before, _held = _held, instant
    try:
        yield
    finally:
        _held = before


def read_instant(text: str) -> datetime:
    """Read ISO 8601; a text without zone is local time, a bare day means its last second.

    Raises:
        ValueError: the text is no instant.
    """
    if len(text) == 10:
        return (
            datetime.fromisoformat(text).replace(hour=23, minute=59, second=59, tzinfo=LOCAL).astimezone(UTC)
        )
    instant = datetime.fromisoformat(text)
    return (instant if instant.tzinfo else instant.replace(tzinfo=LOCAL)).astimezone(UTC)


def last_second(day: date | None) -> datetime | None:
    """Return the end of the day in Việt Nam: a last day is meant to be a whole one."""
    return datetime.combine(day, time(23, 59, 59), LOCAL) if day else None
