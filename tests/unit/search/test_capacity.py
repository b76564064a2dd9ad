"""When to change the engine is said by figures that were measured."""

from __future__ import annotations

import re

import pytest

from config import PROJECT
from portal.search import capacity
from portal.search.capacity import Capacity, Measured

SMALL = Capacity(250, (Measured(1000, 50), Measured(3000, 150)), "tantivy")


@pytest.mark.parametrize(
    ("pages", "expected"), [(0, 0), (500, 25), (1000, 50), (2000, 100), (3000, 150), (5000, 250), (6000, 300)]
)
def test_time_is_taken_to_grow_evenly(pages: int, expected: float) -> None:
    assert SMALL.p95_ms(pages) == pytest.approx(expected)


def test_an_engine_is_outgrown_where_people_wait_too_long() -> None:
    assert not SMALL.is_outgrown(5000)
    assert SMALL.is_outgrown(5100)


def test_the_default_engine_was_measured() -> None:
    known = capacity.of("whoosh")
    assert known is not None
    assert len(known.measured) >= 2
    assert list(known.measured) == sorted(known.measured, key=lambda row: row.pages)


def test_an_engine_that_was_never_measured_has_no_figures() -> None:
    assert capacity.of("memory") is None


def test_the_runbook_shows_the_figures() -> None:
    known = capacity.of("whoosh")
    assert known is not None
    told = (PROJECT / "docs" / "runbook.md").read_text(encoding="utf-8")
    for row in known.measured:
        assert re.search(rf"\| {row.pages:,} \| {row.p95_ms:g} ms", told)
