"""The working calendar: who publishes it, that versions stay, what a line may say, what is computed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, workdays
from portal.core.db import end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.workdays import Calendar, DayKind, Special
from portal.site import almanac, calendar_lines, calendars
from portal.site.calendars import Basis

NOTICE = Basis("Thông báo 1/TB-BNV ngày 1/12/2026")
SHUT = Special(date(2027, 3, 15), DayKind.CLOSURE, "Kiểm kê kho", "Stocktaking")


@pytest.fixture
def administrator(people: dict[str, Actor]) -> Actor:
    return people["administrator"]


def _publish(actor: Actor, year: int, days: list[Special], basis: Basis = NOTICE) -> int:
    with transaction():
        versions = calendars.history(actor, year)
        seen = versions[0].number if versions else 0
        number = calendars.publish(actor, year, days, basis, seen)
    end_reading()
    return number


def test_only_those_who_look_after_the_site_see_and_publish_it(people: dict[str, Actor]) -> None:
    for actor in (*people.values(), ANONYMOUS):
        if actor.may(Permission.MANAGE_SITE):
            continue
        for look in (
            lambda one: calendars.history(one, 2026),
            lambda one: calendars.draft(one, 2026),
            lambda one: calendars.proposal(one, 2026),
            calendars.years,
            calendars.due,
        ):
            with pytest.raises(NotAllowedError):
                look(actor)
        with pytest.raises(NotAllowedError), transaction():
            calendars.publish(actor, 2027, [SHUT], NOTICE, 1)
    assert workdays.current().is_worked(SHUT.day)


def test_a_new_version_holds_and_the_old_one_stays(administrator: Actor) -> None:
    before = calendars.history(administrator, 2027)[0]
    assert before.basis.is_expected
    assert before.who == ""
    assert _publish(administrator, 2027, [*before.days, SHUT]) == 2
    calendar = workdays.current()
    assert not calendar.is_worked(SHUT.day)
    assert calendar.due(date(2027, 3, 12), 1) == date(2027, 3, 16)
    assert calendar.mark(SHUT.day, SHUT.day) == "2027.2"
    assert not calendar.is_provisional(SHUT.day, SHUT.day)
    new, old = calendars.history(administrator, 2027)
    assert (new.number, new.who, new.basis) == (2, administrator.name, NOTICE)
    assert (old.number, old.days, old.basis) == (1, before.days, before.basis)


def test_the_trail_keeps_what_was_added_and_removed_and_why(administrator: Actor) -> None:
    days = [one for one in calendars.draft(administrator, 2027) if one.day != date(2027, 9, 3)]
    _publish(administrator, 2027, [*days, SHUT])
    (line,) = trail.of("calendar", "2027")
    assert (line.action, line.actor_id) == ("calendar.publish", administrator.id)
    assert line.details["added"] == {"2027-03-15": "closure"}
    assert line.details["removed"] == {"2027-09-03": "holiday"}
    assert line.details["legal_basis"] == NOTICE.legal_basis


def test_publishing_what_holds_adds_nothing(administrator: Actor) -> None:
    days = list(calendars.draft(administrator, 2027))
    assert _publish(administrator, 2027, days) == 2
    assert _publish(administrator, 2027, days) == 2
    assert len(trail.of("calendar", "2027")) == 1


def test_who_comes_second_publishes_over_nothing(administrator: Actor) -> None:
    with transaction():
        calendars.publish(administrator, 2027, [SHUT], NOTICE, 1)
    with pytest.raises(ConflictError), transaction():
        calendars.publish(administrator, 2027, [], NOTICE, 1)
    with pytest.raises(ConflictError), transaction():
        calendars.publish(administrator, 2027, [], NOTICE, 7)
    assert calendars.history(administrator, 2027)[0].days == [SHUT]


def test_a_calendar_says_what_it_rests_on(administrator: Actor) -> None:
    with pytest.raises(InvalidError) as caught:
        _publish(administrator, 2027, [SHUT], Basis("  "))
    assert caught.value.fields == {"legal_basis": "missing"}
    with pytest.raises(InvalidError) as caught:
        _publish(administrator, 2027, [SHUT], Basis("a", "b" * 501))
    assert caught.value.fields == {"note": "too_long"}


def test_no_calendar_is_made_of_years_without_one(administrator: Actor) -> None:
    for year in (1994, 2101):
        with pytest.raises(NotFoundError):
            calendars.history(administrator, year)
        with pytest.raises(NotFoundError):
            calendars.proposal(administrator, year)


def test_the_next_year_is_asked_for_when_the_notice_is_due(administrator: Actor) -> None:
    with clock.held_at(datetime(2026, 9, 30, 12, tzinfo=UTC)):
        assert calendars.due(administrator) == {}
        assert list(calendars.years(administrator)) == [2027, 2026, 2025, 2024]
    with clock.held_at(datetime(2026, 9, 30, 17, 30, tzinfo=UTC)):
        # It is the first of October in Việt Nam.
        assert list(calendars.due(administrator)) == [2027]
        _publish(administrator, 2027, list(calendars.draft(administrator, 2027)))
        assert calendars.due(administrator) == {}
    with clock.held_at(datetime(2027, 10, 1, tzinfo=UTC)):
        assert calendars.due(administrator) == {2028: None}
        assert calendars.years(administrator)[2028] is None


def test_the_almanac_knows_tet_and_the_swaps_it_was_told_of() -> None:
    known = {one.day: one for one in almanac.proposal(2026)}
    assert {date(2026, 2, day) for day in range(16, 21)} <= known.keys()
    assert known[date(2026, 8, 22)].kind is DayKind.WORKING
    assert known[date(2026, 8, 31)].kind is DayKind.IN_LIEU
    assert known[date(2026, 8, 31)].name_vi == "Nghỉ, làm bù ngày 22/08/2026"
    assert known[date(2026, 8, 22)].name_vi == "Làm bù cho ngày 31/08/2026"
    assert known[date(2026, 4, 27)].kind is DayKind.IN_LIEU
    assert known[date(2026, 9, 2)].name_vi == "Quốc khánh"


@pytest.mark.parametrize("year", [2024, 2025, 2027])
def test_what_came_with_the_portal_is_what_is_computed(administrator: Actor, year: int) -> None:
    ours, theirs = (
        Calendar({one.day: one for one in days})
        for days in (calendars.draft(administrator, year), almanac.proposal(year))
    )
    days = [date(year, 1, 1) + timedelta(number) for number in range(365)]
    assert [day for day in days if ours.is_worked(day) != theirs.is_worked(day)] == []


def test_a_swap_that_was_announced_late_stands_in_the_rows_alone(administrator: Actor) -> None:
    changes = calendars.compare(almanac.proposal(2026), calendars.draft(administrator, 2026))
    assert [(one.day, one.kind) for one in changes.added] == [
        (date(2026, 1, 2), DayKind.IN_LIEU),
        (date(2026, 1, 10), DayKind.WORKING),
    ]
    assert changes.removed == []


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_lines_say_all_of_a_year(administrator: Actor, locale: str) -> None:
    days = list(calendars.draft(administrator, 2026))
    assert calendar_lines.read(2026, calendar_lines.written(days, locale)) == days


def test_lines_are_read_as_people_type_them() -> None:
    text = "\n 30/04/2027 ;NGHỈ LỄ;  Ngày   Chiến thắng\r\n15/03/2027; closed; Kiểm kê kho; Stocktaking\n"
    assert calendar_lines.read(2027, text) == [
        SHUT,
        Special(date(2027, 4, 30), DayKind.HOLIDAY, "Ngày Chiến thắng"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("30/04/2027", "calendar_line"),
        ("30/04/2027; nghỉ lễ; ", "calendar_line"),
        ("30/04/2027; nghỉ lễ; a; b; c", "calendar_line"),
        ("31/04/2027; nghỉ lễ; a", "calendar_line_day"),
        ("2027-04-30; nghỉ lễ; a", "calendar_line_day"),
        ("30/04/2027; nghỉ chơi; a", "calendar_line_kind"),
        ("30/04/2026; nghỉ lễ; a", "calendar_other_year"),
        (f"30/04/2027; nghỉ lễ; {'a' * 121}", "calendar_name_long"),
        ("30/04/2027; làm bù; a", "calendar_worked_anyway"),
        ("01/05/2027; nghỉ bù; a", "calendar_off_anyway"),
        ("15/03/2027; nghỉ lễ; a", "calendar_day_twice"),
    ],
)
def test_a_line_that_cannot_be_is_named(line: str, code: str) -> None:
    with pytest.raises(InvalidError) as caught:
        calendar_lines.read(2027, f"15/03/2027; đóng cửa; Kiểm kê\n{line}")
    assert (caught.value.fields, caught.value.values["line"]) == ({"days": code}, 2)


def test_a_file_that_is_no_text_is_refused() -> None:
    assert calendar_lines.decoded("\ufeffđóng cửa".encode()) == "đóng cửa"
    for content, code in ((b"\xff\xfe\x00", "calendar_not_utf8"), (b"a" * 100_001, "calendar_too_long")):
        with pytest.raises(InvalidError) as caught:
            calendar_lines.decoded(content)
        assert caught.value.code == code
