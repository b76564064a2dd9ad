"""Periods as they stand in addresses: the last days, the last months, one month, one year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from portal.core import clock

DAYS = "30-ngay"
MONTHS = "12-thang"

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends in it."""

    key: str
    """As it stands in addresses."""
    first: date
    last: date
    is_by_month: bool

    @property
    def name(self) -> str:
        if self.key == DAYS:
            words = gettext("The last 30 days")
        elif self.key == MONTHS:
            words = gettext("The last 12 months")
        elif self.is_by_month:
            words = gettext("Year %(year)s", year=self.key)
        else:
            words = gettext("Month %(month)s", month=self.first.strftime("%m/%Y"))
        return str(words)

    @property
    def steps(self) -> Sequence[date]:
        """Return each day, or the first of each month."""
        if not self.is_by_month:
            return [
                self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)
            ]
        start, end = _number(self.first), _number(self.last)
        return [_month(number) for number in range(start, end + 1)]


def read(text: str | None) -> Period:
    """Return the period that an address names; the last days where it names none that can be."""
    today = clock.today()
    if text == MONTHS:
        return Period(MONTHS, _month(_number(today) - 11), today, is_by_month=True)
    month, year = _MONTH.fullmatch(text or ""), _YEAR.fullmatch(text or "")
    if month and text and int(month[1]) and 1 <= int(month[2]) <= 12:
        first = date(int(month[1]), int(month[2]), 1)
        return Period(text, first, _end(first), is_by_month=False)
    if year and text and int(text):
        return Period(text, date(int(text), 1, 1), date(int(text), 12, 31), is_by_month=True)
    return Period(DAYS, today - timedelta(days=29), today, is_by_month=False)


def key_of(month: date) -> str:
    """Return how a month stands in addresses."""
    return f"{month.year:04d}-{month.month:02d}"


def _end(first: date) -> date:
    if first.year == date.max.year and first.month == 12:
        return date.max
    return _month(_number(first) + 1) - timedelta(days=1)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
