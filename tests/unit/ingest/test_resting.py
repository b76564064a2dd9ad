"""Quiet hours as administrators set them: checked, dated, ended at once, and kept to explain what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import resting
from portal.ingest.resting import Wanted
from portal.jobs import rests

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=clock.LOCAL)
"""A Monday."""
OFFICE = Wanted(date(2026, 11, 23), ["1", "3"], "07:30", "17h", 0, "Giờ làm việc")


@pytest.fixture
def administrator(people: dict[str, Actor]) -> Actor:
    return people[Role.ADMINISTRATOR]


def add(actor: Actor, wanted: Wanted = OFFICE) -> str:
    with clock.held_at(NOON), transaction():
        return resting.add(actor, wanted).id


def let(at: datetime) -> int | None:
    with clock.held_at(at):
        return rests.readers_at(rests.standing(), at)


def test_quiet_hours_hold_from_their_day_on_and_end_at_once(administrator: Actor) -> None:
    quiet_id = add(administrator)
    assert [let(NOON + timedelta(days=days)) for days in (-7, 0, 1, 2)] == [None, 0, None, 0]
    assert let(NOON + timedelta(hours=5)) is None
    with clock.held_at(NOON), transaction():
        resting.end(administrator, quiet_id)
    assert let(NOON + timedelta(seconds=1)) is None
    assert resting.listing(administrator) == []
    assert [row.id for row in resting.listing(administrator, with_ended=True)] == [quiet_id]
    assert [one.action for one in trail.of("quiet_hours", quiet_id)] == [
        "reading.quiet",
        "reading.quiet_end",
    ]
    with pytest.raises(ConflictError), transaction():
        resting.end(administrator, quiet_id)


def test_those_with_a_last_day_are_over_after_it(administrator: Actor) -> None:
    add(administrator, replace(OFFICE, valid_to=date(2026, 11, 24)))
    assert [let(NOON + timedelta(days=days)) for days in (0, 2)] == [0, None]
    with clock.held_at(NOON + timedelta(days=2)):
        assert resting.listing(administrator) == []


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "is_over"), [("22:00", "05:00", False), ("22:00", "00:00", True)]
)
def test_on_their_last_morning_those_over_midnight_are_listed_and_can_be_ended(
    administrator: Actor, begins_at: str, ends_at: str, is_over: bool
) -> None:
    """The last day on which they begin is the Monday."""
    quiet_id = add(
        administrator, replace(OFFICE, begins_at=begins_at, ends_at=ends_at, valid_to=date(2026, 11, 23))
    )
    morning = NOON + timedelta(hours=16)
    assert let(morning) == (None if is_over else 0)
    with clock.held_at(morning):
        (row,) = resting.listing(administrator, with_ended=True)
        assert row.is_over is is_over
        assert [one.id for one in resting.listing(administrator)] == ([] if is_over else [quiet_id])
    if not is_over:
        with clock.held_at(morning), transaction():
            resting.end(administrator, quiet_id)
        assert let(morning + timedelta(minutes=1)) is None
    with clock.held_at(morning + timedelta(days=1)):
        assert resting.listing(administrator) == []
        with pytest.raises(ConflictError), transaction():
            resting.end(administrator, quiet_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": None}, "valid_from"),
        ({"valid_from": date(2026, 11, 22)}, "valid_from"),
        ({"valid_to": date(2026, 11, 22)}, "valid_to"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["8", "thứ hai"]}, "weekdays"),
        ({"begins_at": "24:00"}, "begins_at"),
        ({"begins_at": "7.30"}, "begins_at"),
        ({"begins_at": ""}, "begins_at"),
        ({"begins_at": "07:60"}, "begins_at"),
        ({"ends_at": "-1:00"}, "ends_at"),
        ({"ends_at": "٧:٣٠"}, "ends_at"),
        ({"readers": None}, "readers"),
        ({"readers": 100}, "readers"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    administrator: Actor, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        add(administrator, replace(OFFICE, **change))  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]


def test_only_administrators_set_them(people: dict[str, Actor], administrator: Actor) -> None:
    quiet_id = add(administrator)
    for role in (Role.CITIZEN, Role.OPERATOR, Role.ARCHIVIST, Role.APPROVER):
        with pytest.raises(NotAllowedError):
            add(people[role])
        with pytest.raises(NotAllowedError), transaction():
            resting.end(people[role], quiet_id)
    with pytest.raises(NotFoundError), transaction():
        resting.end(administrator, "0000000000")
