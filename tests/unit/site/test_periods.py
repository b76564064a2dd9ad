"""Periods and limits: who changes them, from when, and that old values go on explaining old decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, dated
from portal.core.db import end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.site import periods

NEXT_YEAR = date(2027, 1, 1)
BASIS = "Quyết định 1/QĐ-SNV"


@pytest.fixture(autouse=True)
def day() -> object:
    with clock.held_at(datetime(2026, 11, 26, 5, tzinfo=UTC)):
        yield


@pytest.fixture
def administrator(people: dict[str, Actor]) -> Actor:
    return people["administrator"]


def _change(
    actor: Actor, key: str, value: int, valid_from: date | None = NEXT_YEAR, basis: str = BASIS
) -> None:
    with transaction():
        periods.change(actor, key, value, valid_from, basis)
    end_reading()


def test_only_those_who_look_after_the_site_change_periods(people: dict[str, Actor]) -> None:
    for actor in (*people.values(), ANONYMOUS):
        if actor.may(Permission.MANAGE_SITE):
            continue
        with pytest.raises(NotAllowedError):
            _change(actor, dated.GRANT_DAYS, 60)
        with pytest.raises(NotAllowedError):
            periods.listing(actor, with_ended=True)


def test_a_value_holds_from_its_day_and_the_old_one_until_then(administrator: Actor) -> None:
    _change(administrator, dated.GRANT_DAYS, 60)
    assert dated.value(dated.GRANT_DAYS, date(2026, 12, 31)) == "30"
    assert dated.value(dated.GRANT_DAYS, NEXT_YEAR) == "60"
    new, old = periods.history(administrator, dated.GRANT_DAYS)
    assert (new.legal_basis, old.valid_to) == (BASIS, date(2026, 12, 31))
    (line,) = trail.of("dated_value", dated.GRANT_DAYS)
    assert (line.details["old"], line.details["new"]) == ("30", "60")
    with clock.held_at(datetime(2027, 1, 1, tzinfo=UTC)):
        kept = [one.value for one in periods.listing(administrator, with_ended=False) if one.key == new.key]
        assert kept == ["60"]
        assert old in periods.listing(administrator, with_ended=True)


@pytest.mark.parametrize(
    ("value", "day", "basis", "field"),
    [
        (0, NEXT_YEAR, BASIS, "value"),
        (10_001, NEXT_YEAR, BASIS, "value"),
        (60, date(2026, 11, 25), BASIS, "valid_from"),
        (60, None, BASIS, "valid_from"),
        (60, NEXT_YEAR, " ", "legal_basis"),
        (60, NEXT_YEAR, "a" * 301, "legal_basis"),
        # more than a grant may last at most
        (366, NEXT_YEAR, BASIS, "value"),
    ],
)
def test_what_cannot_be_is_refused(
    administrator: Actor, value: int, day: date | None, basis: str, field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        _change(administrator, dated.GRANT_DAYS, value, day, basis)
    assert set(caught.value.fields) == {field}
    assert len(periods.history(administrator, dated.GRANT_DAYS)) == 1


def test_the_ceiling_stays_above_what_it_covers(administrator: Actor) -> None:
    with pytest.raises(InvalidError):
        _change(administrator, dated.GRANT_DAYS_MOST, 29)
    _change(administrator, dated.GRANT_DAYS_MOST, 30)


def test_nothing_begins_under_a_later_value_and_no_key_is_made_up(administrator: Actor) -> None:
    _change(administrator, dated.GRANT_DAYS, 60)
    for day in (NEXT_YEAR, date(2026, 12, 1)):
        with pytest.raises(ConflictError):
            _change(administrator, dated.GRANT_DAYS, 61, day)
    with pytest.raises(NotFoundError):
        _change(administrator, "lunch_minutes", 60)
