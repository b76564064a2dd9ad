"""Dates in what was typed among plain words: a day, a month, a year, or a stretch of years.

    15/3/1995, 15-03-1995, ngày 15 tháng 3 năm 1995    a day
    3/1995, tháng 3 năm 1995                           a month
    1995, năm 1995                                     a year
    1990-1995, từ 1990 đến 1995                        a stretch of years

What stands in a number of a document, 93/2018/QĐ-UBND, is no date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.search import analysis

EARLIEST_YEAR, LATEST_YEAR = 1800, 2099
"""Four digits outside of these are a number, not a year."""


class Exactness(StrEnum):
    """How much of a date was typed."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both ends included, as yyyymmdd."""

    first: int
    last: int
    exactness: Exactness

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year."""
        return self.first // 10_000, self.last // 10_000


_YEAR = r"(?:1[89]|20)\d\d"
_FREE, _END = r"(?<![\w/.-])", r"(?![\w/-]|\.\w)"
"""Nothing before or after that would make a longer number or word of it."""

_FORMS = (
    re.compile(rf"{_FREE}(?:tu (?:nam )?)?(?P<from>{_YEAR}) ?(?:-|–|den(?: nam)?) ?(?P<to>{_YEAR}){_END}"),
    re.compile(
        rf"{_FREE}(?:ngay )?(?P<day>\d\d?)(?P<sep>[/.-])(?P<month>\d\d?)(?P=sep)(?P<year>{_YEAR}){_END}"
    ),
    re.compile(rf"{_FREE}(?:ngay )?(?P<day>\d\d?) thang (?P<month>\d\d?)(?: nam|,)? (?P<year>{_YEAR}){_END}"),
    re.compile(rf"{_FREE}(?:thang )?(?P<month>\d\d?)(?:[/.-]| nam )(?P<year>{_YEAR}){_END}"),
    re.compile(rf"{_FREE}(?:nam )?(?P<year>{_YEAR}){_END}"),
)
"""Longer forms first: what one has read, the ones after it do not."""


def spans(text: str) -> tuple[Span, ...]:
    """Return the dates in a text, in the order of their forms; days that do not exist are none."""
    return _split(text)[0]


def undated(text: str) -> str:
    """Return the folded text without the dates in it."""
    return _split(text)[1]


def _split(text: str) -> tuple[tuple[Span, ...], str]:
    rest = " ".join(analysis.fold(text).split())
    found: list[Span] = []
    for form in _FORMS:
        found += _read(form, rest)
        rest = form.sub(" | ", rest)
    return tuple(found), rest


def _read(form: re.Pattern[str], text: str) -> Iterator[Span]:
    for match in form.finditer(text):
        said = match.groupdict()
        if "from" in said:
            first, last = sorted((int(said["from"]), int(said["to"])))
            yield Span(first * 10_000 + 101, last * 10_000 + 1231, Exactness.YEARS)
            continue
        year, month, day = int(said["year"]), int(said.get("month") or 0), int(said.get("day") or 0)
        try:
            begins = date(year, month or 1, day or 1)
        except ValueError:
            continue
        ends = begins
        exactness = Exactness.DAY
        if not day:
            exactness = Exactness.MONTH if month else Exactness.YEAR
            last_month = month or 12
            ends = date(year, last_month, calendar.monthrange(year, last_month)[1])
        yield Span(_number(begins), _number(ends), exactness)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
