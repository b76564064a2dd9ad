"""What the library `holidays` knows of a year in Việt Nam: a proposal that a person looks through.

It computes Tết by the moon and knows swaps it was told of; it lacks some that were announced late
and guesses which neighbour of National Day is off. Hence it proposes and never decides.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from portal.core.workdays import SATURDAY, DayKind, Special

OBSERVED = "(nghỉ bù)"

_SWAPPED = re.compile(r"\(thay cho ngày (\d\d/\d\d/\d{4})\)")


def proposal(year: int) -> list[Special]:
    """Return the days of the year that are not as their weekday, in their order."""
    # It takes its time to load, and only who prepares a calendar waits for it.
    from holidays import country_holidays  # noqa: PLC0415, TID251 - the one adapter of this library

    vietnamese = country_holidays("VN", years=year, language="vi")
    english = country_holidays("VN", years=year, language="en_US")
    off = [_off(day, name, english.get(day) or "") for day, name in vietnamese.items() if day.year == year]
    instead = {_swap(name): day for day, name in vietnamese.items() if _SWAPPED.search(name)}
    first = date(year, 1, 1)
    weekend = (first + timedelta(number) for number in range(366))
    worked = [
        _worked(day, instead.get(day))
        for day in weekend
        if day.year == year and day.weekday() >= SATURDAY and vietnamese.is_working_day(day)
    ]
    return sorted([*off, *worked], key=lambda one: one.day)


def _off(day: date, name: str, name_en: str) -> Special:
    if _SWAPPED.search(name):
        worked = f"{_swap(name):%d/%m/%Y}"
        return Special(
            day, DayKind.IN_LIEU, f"Nghỉ, làm bù ngày {worked}", f"Day off, worked on {worked} instead"
        )
    kind = DayKind.IN_LIEU if OBSERVED in name else DayKind.HOLIDAY
    return Special(day, kind, name, name_en)


def _worked(day: date, off: date | None) -> Special:
    if off is None:
        return Special(day, DayKind.WORKING, "Làm bù", "Worked instead")
    return Special(
        day, DayKind.WORKING, f"Làm bù cho ngày {off:%d/%m/%Y}", f"Worked instead of {off:%d/%m/%Y}"
    )


def _swap(name: str) -> date | None:
    """Return the day that is worked instead of the day off with this name."""
    found = _SWAPPED.search(name)
    # A day has no zone.
    return datetime.strptime(found[1], "%d/%m/%Y").date() if found else None  # noqa: DTZ007
