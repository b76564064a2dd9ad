"""Requests of a year in numbers: by month, kind and outcome, with working days, without names."""

from __future__ import annotations

import pytest

from portal.access import correspondence, decisions, handling, requests, tallies
from portal.access.tallies import OPEN
from portal.accounts.actors import Actor
from portal.core.clock import held_at, read_instant
from portal.core.db import transaction
from portal.core.errors import NotAllowedError
from tests.unit.access.conftest import PURPOSE, REASON, Shelf


def at(day: str) -> object:
    return held_at(read_instant(f"{day}T09:00"))


@pytest.fixture
def year(shelf: Shelf, people: dict[str, Actor]) -> tallies.Year:
    """Of Monday the 9th: one granted on the 11th, one refused late on the 20th; one of December is open."""
    found = []
    for day in ("2026-11-09", "2026-11-09", "2026-12-31"):
        with at(day), transaction():
            found.append(requests.submit(people["citizen"], [shelf.document()], PURPOSE))
    with at("2026-11-11"), transaction():
        decisions.grant(people["approver"], found[0].items[0].id, REASON)
    with at("2026-11-20"), transaction():
        decisions.refuse(people["approver"], found[1].items[0].id, REASON)
    with at("2026-12-31"):
        return tallies.of_year(people["archivist"], 2026)


def test_a_year_is_counted_by_month_kind_and_outcome(year: tallies.Year) -> None:
    assert (year.whole.came, year.whole.ended, year.whole.late) == (3, 2, 1)
    assert [month.came for month in year.months] == [0] * 10 + [2, 1]
    assert [(kind.key, kind.came) for kind in year.kinds] == [("conditional", 3)]
    assert {one.key: one.came for one in year.outcomes} == {"granted": 1, "refused": 1, OPEN: 1}


def test_days_are_working_days(year: tallies.Year) -> None:
    november = year.months[10]
    assert (november.median_days, november.most_days) == (5.5, 9)
    assert (year.months[11].median_days, year.months[11].most_days) == (None, None)
    assert november.late_share == 50.0


def test_days_are_shown_with_and_without_waiting_for_the_reader(
    shelf: Shelf, people: dict[str, Actor]
) -> None:
    with at("2026-11-09"), transaction():
        asked = requests.submit(people["citizen"], [shelf.document()], PURPOSE)
    with at("2026-11-10"), transaction():
        handling.ask_reader(people["archivist"], asked.id, "Xin cho biết rõ hơn")
    with at("2026-11-17"), transaction():
        correspondence.write(people["citizen"], asked.id, "Tôi cần trang bản đồ")
    with at("2026-11-19"), transaction():
        decisions.grant(people["approver"], asked.items[0].id, REASON)
    whole = tallies.of_year(people["archivist"], 2026).whole
    assert (whole.median_days, whole.most_days) == (8, 8)
    assert (whole.median_own, whole.most_own) == (3, 3)


def test_what_is_open_after_its_day_is_late(year: tallies.Year, people: dict[str, Actor]) -> None:
    with at("2027-02-01"):
        assert tallies.of_year(people["approver"], 2026).months[11].late == 1
        assert tallies.years(people["approver"]) == [2027, 2026]
        assert tallies.of_year(people["approver"], 2027).whole.came == 0
    assert year.months[11].late == 0


@pytest.mark.parametrize("stranger", ["citizen", "operator", "administrator"])
def test_only_who_handles_requests_counts_them(people: dict[str, Actor], stranger: str) -> None:
    with pytest.raises(NotAllowedError):
        tallies.of_year(people[stranger], 2026)
