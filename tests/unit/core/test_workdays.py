"""Due dates over Tết, days in lieu, Saturdays that are worked and the turn of the year, 2024 to 2027."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core import workdays
from portal.core.workdays import Calendar, DayKind, Edition, Special

DUE = [
    # received, working days, due
    # Tết 2024: off from Thursday 8 to Wednesday 14 February
    ("2024-02-06", 1, "2024-02-07"),
    ("2024-02-07", 1, "2024-02-15"),
    ("2024-02-07", 2, "2024-02-16"),
    ("2024-02-07", 7, "2024-02-23"),
    ("2024-02-10", 1, "2024-02-15"),
    ("2024-02-02", 7, "2024-02-20"),
    # Hùng Kings on Thursday; 29 April off, Saturday 4 May worked instead
    ("2024-04-17", 1, "2024-04-19"),
    ("2024-04-26", 1, "2024-05-02"),
    ("2024-04-26", 2, "2024-05-03"),
    ("2024-04-26", 3, "2024-05-04"),
    ("2024-05-03", 1, "2024-05-04"),
    ("2024-05-04", 1, "2024-05-06"),
    # National Day on Monday and Tuesday
    ("2024-08-30", 1, "2024-09-04"),
    ("2024-08-29", 7, "2024-09-11"),
    # the turn of the year
    ("2024-12-31", 1, "2025-01-02"),
    ("2024-12-27", 7, "2025-01-08"),
    # Tết 2025: off from Monday 27 to Friday 31 January
    ("2025-01-24", 1, "2025-02-03"),
    ("2025-01-24", 2, "2025-02-04"),
    ("2025-01-24", 7, "2025-02-11"),
    ("2025-01-22", 7, "2025-02-07"),
    # Hùng Kings on Monday; Saturday 26 April worked for Friday 2 May
    ("2025-04-04", 1, "2025-04-08"),
    ("2025-04-25", 1, "2025-04-26"),
    ("2025-04-25", 2, "2025-04-28"),
    ("2025-04-26", 1, "2025-04-28"),
    ("2025-04-29", 1, "2025-05-05"),
    ("2025-04-25", 7, "2025-05-08"),
    # National Day on Monday and Tuesday
    ("2025-08-29", 1, "2025-09-03"),
    # the turn of the year: 2 January off, Saturday 10 January worked instead
    ("2025-12-31", 1, "2026-01-05"),
    ("2025-12-31", 5, "2026-01-09"),
    ("2025-12-31", 6, "2026-01-10"),
    ("2025-12-31", 7, "2026-01-12"),
    ("2026-01-09", 1, "2026-01-10"),
    # Tết 2026: off from Monday 16 to Friday 20 February
    ("2026-02-13", 1, "2026-02-23"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-13", 7, "2026-03-03"),
    ("2026-02-18", 1, "2026-02-23"),
    # Hùng Kings on a Sunday, made up for on Monday; then 30 April and 1 May
    ("2026-04-24", 1, "2026-04-28"),
    ("2026-04-24", 2, "2026-04-29"),
    ("2026-04-24", 3, "2026-05-04"),
    ("2026-04-26", 1, "2026-04-28"),
    # Saturday 22 August worked for Monday 31; National Day on Tuesday and Wednesday
    ("2026-08-21", 1, "2026-08-22"),
    ("2026-08-21", 6, "2026-08-28"),
    ("2026-08-21", 7, "2026-09-03"),
    ("2026-08-28", 1, "2026-09-03"),
    # 24 November off
    ("2026-11-23", 1, "2026-11-25"),
    ("2026-12-31", 1, "2027-01-04"),
    # Tết 2027 as it is expected: off from Thursday 4 to Wednesday 10 February
    ("2027-02-03", 1, "2027-02-11"),
    ("2027-02-03", 7, "2027-02-19"),
    ("2027-04-15", 1, "2027-04-19"),
    # 1 May on a Saturday, made up for on Monday
    ("2027-04-29", 1, "2027-05-04"),
    ("2027-09-01", 1, "2027-09-06"),
    ("2027-11-23", 1, "2027-11-25"),
    # a year that nobody has published: ordinary weeks
    ("2027-12-31", 1, "2028-01-03"),
]


@pytest.fixture
def calendar(app: Flask) -> Calendar:
    return workdays.current()


def test_due_days_from_2024_to_2027(calendar: Calendar) -> None:
    wrong = {
        (received, days): found.isoformat()
        for received, days, due in DUE
        if (found := calendar.due(date.fromisoformat(received), days)) != date.fromisoformat(due)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("year", "off", "worked"),
    [(2024, 12, 1), (2025, 12, 1), (2026, 14, 2), (2027, 12, 0)],
)
def test_how_many_weekdays_are_off_and_saturdays_worked(
    calendar: Calendar, year: int, off: int, worked: int
) -> None:
    """Eleven holidays a year by law, twelve with 24 November, and one more for each swap."""
    days = [date(year, 1, 1) + timedelta(number) for number in range(366)]
    days = [day for day in days if day.year == year]
    assert sum(day.weekday() < 5 and not calendar.is_worked(day) for day in days) == off
    assert sum(day.weekday() >= 5 and calendar.is_worked(day) for day in days) == worked


def test_each_swap_takes_as_much_as_it_gives(calendar: Calendar) -> None:
    swapped = [one for one in calendar.specials.values() if one.kind is DayKind.WORKING]
    for one in swapped:
        off = one.name_vi.removeprefix("Làm bù cho ngày ")
        day = date(int(off[6:]), int(off[3:5]), int(off[:2]))
        assert calendar.specials[day].kind is DayKind.IN_LIEU
        assert f"{one.day:%d/%m/%Y}" in calendar.specials[day].name_vi
    assert len(swapped) == 4


def test_how_a_date_was_counted_names_each_day(calendar: Calendar) -> None:
    walked = list(calendar.walk(date(2025, 4, 29), date(2025, 5, 5)))
    told = [(one.day.day, one.is_worked, one.special.kind if one.special else None) for one in walked]
    assert told == [
        (30, False, DayKind.HOLIDAY),
        (1, False, DayKind.HOLIDAY),
        (2, False, DayKind.IN_LIEU),
        (3, False, None),
        (4, False, None),
        (5, True, None),
    ]


def test_a_date_names_the_versions_that_it_rests_on(calendar: Calendar) -> None:
    assert calendar.mark(date(2025, 12, 31), date(2026, 1, 5)) == "2025.1+2026.1"
    assert calendar.mark(date(2027, 12, 31), date(2028, 1, 3)) == "2027.1+2028.0"
    assert not calendar.is_provisional(date(2025, 12, 31), date(2026, 1, 5))
    assert calendar.is_provisional(date(2026, 12, 31), date(2027, 1, 4))
    assert calendar.is_provisional(date(2028, 1, 3), date(2028, 1, 4))


def test_a_term_has_at_least_a_day(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="at least one"):
        calendar.due(date(2026, 11, 26), 0)


def test_a_closed_day_counts_for_nothing() -> None:
    shut = date(2026, 11, 27)
    calendar = Calendar({shut: Special(shut, DayKind.CLOSURE, "Kiểm kê kho")}, {2026: Edition(1, False)})
    assert calendar.due(date(2026, 11, 26), 1) == date(2026, 11, 30)


_DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
_KINDS = st.sampled_from([DayKind.HOLIDAY, DayKind.WORKING, DayKind.CLOSURE, DayKind.IN_LIEU])
_CALENDARS = st.dictionaries(_DAYS, _KINDS, max_size=60).map(
    lambda days: Calendar({day: Special(day, kind, "x") for day, kind in days.items()})
)


@given(_CALENDARS, _DAYS, st.integers(-40, 40))
def test_as_many_days_lie_between_as_were_counted(calendar: Calendar, day: date, count: int) -> None:
    reached = calendar.after(day, count)
    assert calendar.is_worked(reached)
    assert calendar.between(day, reached) == (count if count or calendar.is_worked(day) else 0)


@given(_CALENDARS, _DAYS, st.integers(1, 40), st.integers(1, 40))
def test_counting_on_is_counting_at_once(calendar: Calendar, day: date, first: int, more: int) -> None:
    assert calendar.after(calendar.after(day, first), more) == calendar.after(day, first + more)
