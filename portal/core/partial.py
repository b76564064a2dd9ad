"""Dates as archives have them: a day, only a month, or only a year.

Stored as the first day of what is known and how exact that is, so that sorting and asking for a year
need nothing else; written as it was typed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_WRITTEN = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})", re.ASCII)
"""1978, 03/1978, 05/03/1978."""


class Exactness(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the day, or day and month, may be unknown; `first` is the first day that it can be."""

    first: date
    exactness: Exactness = Exactness.DAY

    @classmethod
    def read(cls, text: str) -> PartialDate:
        """Read yyyy, mm/yyyy or dd/mm/yyyy.

        Raises:
            ValueError: it is written otherwise, or there is no such day.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError("no date")
        day, month, year = found.groups()
        exactness = Exactness.DAY if day else Exactness.MONTH if month else Exactness.YEAR
        return cls(date(int(year), int(month or 1), int(day or 1)), exactness)

    @property
    def last(self) -> date:
        """The last day that it can be."""
        match self.exactness:
            case Exactness.YEAR:
                return date(self.first.year, 12, 31)
            case Exactness.MONTH:
                return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
            case _:
                return self.first

    def __str__(self) -> str:
        """Write as much as is known: 1978, 03/1978 or 05/03/1978."""
        form = {Exactness.YEAR: "%Y", Exactness.MONTH: "%m/%Y", Exactness.DAY: "%d/%m/%Y"}
        return self.first.strftime(form[self.exactness])
