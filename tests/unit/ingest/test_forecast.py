"""When reading will be over: by pace, place in the queue and quiet hours; silent where it cannot know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.core import clock, house
from portal.core.db import db, transaction
from portal.ingest import forecast, steering, worklists
from portal.ingest.forecast import Circumstances
from portal.ingest.models import Scan
from portal.ingest.scans import Received
from portal.jobs.pace import Pace
from portal.jobs.rests import QuietHours
from tests.fixtures import papers
from tests.unit.ingest.test_steering import brought

Bring = Callable[..., Received]

pytestmark = pytest.mark.usefixtures("app")

AFTERNOON = datetime(2026, 11, 23, 16, 0, tzinfo=clock.LOCAL)
"""A Monday."""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def two_readers(app: object) -> None:
    house.configure(replace(house.settings(), ocr_workers=2))


def quiet(**other: object) -> QuietHours:
    row = {"valid_from": date(2026, 1, 1), "valid_to": None, "weekdays": "12345", "reason": "Giờ làm việc"}
    return QuietHours(**{**row, "starts": 17 * 60, "ends": 20 * 60, "readers": 0, **other})


def now(*rests: QuietHours, readers: int = 2, per_second: float = 1.0) -> Circumstances:
    return Circumstances(AFTERNOON, Pace(per_second, readers), rests, is_paused=False)


@pytest.mark.parametrize(
    ("pages", "rests", "hours"),
    [
        (1800, [], 0.5),
        (3600, [quiet()], 1),
        (7200, [quiet()], 5),
        (7200, [quiet(readers=1)], 3),
        (3600 * 3, [quiet(readers=1)], 4.5),
        (7200, [quiet(starts=0, ends=0, weekdays="12345"), quiet(weekdays="6")], None),
        (7200, [quiet(starts=0, ends=0, weekdays="1")], 10),
    ],
)
def test_quiet_hours_in_between_are_reckoned_with(
    pages: int, rests: list[QuietHours], hours: float | None
) -> None:
    found = forecast.over(pages, now(*rests))
    if hours is None:
        # The first hour of Saturday that is not quiet.
        assert found == datetime(2026, 11, 28, 2, 0, tzinfo=clock.LOCAL)
    else:
        assert found == AFTERNOON + hours * HOUR


def test_what_never_ends_has_no_end_that_is_told() -> None:
    assert forecast.over(1, now(quiet(starts=0, ends=0, weekdays="1234567"))) is None
    assert forecast.over(10**9, now()) is None


def test_a_pace_of_one_reader_by_day_becomes_that_of_two_by_night() -> None:
    by_day = now(quiet(starts=8 * 60, ends=17 * 60, readers=1), readers=1)
    assert forecast.over(3600 + 7200, by_day) == AFTERNOON + 2 * HOUR


def test_a_batch_waits_for_those_before_it_and_for_files_that_are_not_opened(
    bring: Bring, operator: Actor
) -> None:
    first, _ = brought(bring, "A1", 4)
    second, _ = brought(bring, "B1", 2)
    assert forecast.of_batch(first, now()) == AFTERNOON + timedelta(seconds=4)
    assert forecast.of_batch(second, now()) == AFTERNOON + timedelta(seconds=6)
    assert forecast.of_all(now()) == AFTERNOON + timedelta(seconds=6)
    bring(papers.png(papers.picture(("thêm",))), "them.png", "B1")
    assert forecast.of_batch(second, now()) == AFTERNOON + timedelta(seconds=8)
    assert forecast.of_all(now()) == AFTERNOON + timedelta(seconds=8)
    assert forecast.of_batch("0000000000", now()) is None
    fresh = bring(papers.png(papers.picture(("mới",))), "moi.png", "C1")
    third = db.session.get_one(Scan, fresh.scan_id).batch_id
    assert forecast.of_batch(third, now()) is None
    # A file of a batch of which nothing is known counts as one of the others does.
    assert forecast.of_all(now()) == AFTERNOON + timedelta(seconds=10)


def test_nothing_is_said_of_files_of_which_none_was_opened(bring: Bring) -> None:
    bring(papers.png(papers.picture(("mới",))), "moi.png", "C1")
    assert forecast.of_all(now()) is None


def test_nothing_is_said_in_a_pause_or_while_nobody_reads(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    batch, _ = brought(bring, "A1", 2)
    other, _ = brought(bring, "B1", 2)
    assert forecast.circumstances().pace is None
    assert [one.ready_at for one in worklists.progress(operator, [batch])] == [None]
    with transaction():
        steering.pause(operator, batch)
    assert forecast.of_batch(batch, now()) is None
    assert forecast.of_batch(other, now()) == AFTERNOON + timedelta(seconds=2)
    assert forecast.of_all(now()) == AFTERNOON + timedelta(seconds=2)
    with transaction():
        steering.pause_all(people[Role.ADMINISTRATOR])
    everything = replace(now(), is_paused=forecast.circumstances().is_paused)
    assert (forecast.of_batch(other, everything), forecast.of_all(everything)) == (None, None)
