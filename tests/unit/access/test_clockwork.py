"""The clock of a request: what follows from its events and the calendar of working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access import clockwork
from portal.access.clockwork import Why
from portal.access.models import ClockEvent, ClockKind
from portal.core.workdays import Calendar, DayKind, Special

HOLIDAY = date(2026, 9, 2)  # a Wednesday
WORKED = date(2026, 8, 22)  # a Saturday
CALENDAR = Calendar(
    {
        HOLIDAY: Special(HOLIDAY, DayKind.HOLIDAY, "Quốc khánh"),
        date(2026, 8, 31): Special(date(2026, 8, 31), DayKind.IN_LIEU, "Nghỉ bù"),
        date(2026, 9, 1): Special(date(2026, 9, 1), DayKind.HOLIDAY, "Quốc khánh"),
        WORKED: Special(WORKED, DayKind.WORKING, "Làm bù"),
    }
)


def event(kind: ClockKind, day: str, days: int = 0) -> ClockEvent:
    return ClockEvent(kind=kind.value, on_day=date.fromisoformat(day), days=days)


def start(day: str, days: int = 7) -> ClockEvent:
    return event(ClockKind.START, day, days)


@pytest.mark.parametrize(
    ("events", "due"),
    [
        ([start("2026-08-17")], "2026-08-25"),  # the worked Saturday counts
        ([start("2026-08-24")], "2026-09-07"),  # the holidays do not
        ([start("2026-08-22", 1)], "2026-08-24"),
        ([start("2026-08-24"), event(ClockKind.EXTEND, "2026-08-26", 2)], "2026-09-09"),
        # Asked on the third day, answered five weeks later: four days are left.
        (
            [
                start("2026-08-10"),
                event(ClockKind.PAUSE, "2026-08-13"),
                event(ClockKind.RESUME, "2026-09-14"),
            ],
            "2026-09-18",
        ),
        # Question and answer on one day change nothing.
        (
            [
                start("2026-08-10"),
                event(ClockKind.PAUSE, "2026-08-12"),
                event(ClockKind.RESUME, "2026-08-12"),
            ],
            "2026-08-19",
        ),
        # Asked on the last day, answered on a Sunday: the next worked day is the last one.
        (
            [
                start("2026-08-10"),
                event(ClockKind.PAUSE, "2026-08-19"),
                event(ClockKind.RESUME, "2026-09-13"),
            ],
            "2026-09-14",
        ),
        # Late by one worked day when asked: late by one when answered.
        (
            [
                start("2026-08-10"),
                event(ClockKind.PAUSE, "2026-08-20"),
                event(ClockKind.RESUME, "2026-09-16"),
            ],
            "2026-09-15",
        ),
        # Two pauses, one extension between them.
        (
            [
                start("2026-08-10"),
                event(ClockKind.PAUSE, "2026-08-12"),
                event(ClockKind.RESUME, "2026-08-14"),
                event(ClockKind.EXTEND, "2026-08-17", 1),
                event(ClockKind.PAUSE, "2026-08-17"),
                event(ClockKind.RESUME, "2026-08-18"),
            ],
            "2026-08-24",
        ),
        ([start("2026-08-10"), event(ClockKind.STOP, "2026-08-12"), start("2026-09-14", 3)], "2026-09-17"),
    ],
)
def test_the_due_day_follows_from_what_happened(events: list[ClockEvent], due: str) -> None:
    assert clockwork.fold(events, CALENDAR).due_on == date.fromisoformat(due)


def test_while_the_reader_is_asked_there_is_no_due_day() -> None:
    standing = clockwork.fold([start("2026-08-10"), event(ClockKind.PAUSE, "2026-08-13")], CALENDAR)
    assert (standing.due_on, standing.remaining, standing.paused_since) == (None, 4, date(2026, 8, 13))


def test_how_a_day_was_counted_names_every_day() -> None:
    events = [
        start("2026-08-20", 3),
        event(ClockKind.PAUSE, "2026-08-21"),
        event(ClockKind.RESUME, "2026-08-31"),
    ]
    days = clockwork.counted(clockwork.fold(events, CALENDAR), CALENDAR)
    assert [(str(one.day), one.why) for one in days] == [
        ("2026-08-21", Why.COUNTED),
        *((f"2026-08-{day}", Why.PAUSED) for day in range(22, 32)),
        ("2026-09-01", Why.OFF),
        ("2026-09-02", Why.OFF),
        ("2026-09-03", Why.COUNTED),
        ("2026-09-04", Why.COUNTED),
    ]
    special = days[12].special
    assert special is not None
    assert special.name_vi == "Quốc khánh"


@given(
    day=st.dates(date(2026, 7, 1), date(2026, 10, 31)),
    length=st.integers(1, 20),
    asked=st.integers(0, 25),
    waited=st.integers(0, 60),
)
def test_a_pause_costs_the_archive_nothing_and_the_reader_nothing(
    day: date, length: int, asked: int, waited: int
) -> None:
    """Worked days outside the pause are as many as were given, or as many as were used when it began."""
    question = day + timedelta(days=asked)
    answer = question + timedelta(days=waited)
    events = [
        start(str(day), length),
        event(ClockKind.PAUSE, str(question)),
        event(ClockKind.RESUME, str(answer)),
    ]
    due = clockwork.fold(events, CALENDAR).due_on
    assert due is not None
    used = CALENDAR.between(day, question)
    if used < length:
        assert used + CALENDAR.between(answer, due) == length
    else:
        assert CALENDAR.between(answer, due) <= 1
    assert CALENDAR.is_worked(due)


@given(day=st.dates(date(2026, 7, 1), date(2026, 10, 31)), length=st.integers(1, 30))
def test_as_many_days_are_counted_as_were_given(day: date, length: int) -> None:
    standing = clockwork.fold([start(str(day), length)], CALENDAR)
    days = clockwork.counted(standing, CALENDAR)
    assert [one.why for one in days].count(Why.COUNTED) == length
    assert days[-1].day == standing.due_on
