"""Dates among plain words, and what they do to results."""

from __future__ import annotations

import pytest

from portal.search import dates
from portal.search.documents import Query, SearchDocument
from portal.search.engine import Engine
from tests.unit.search.engines import ALL, Shelf


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("15/3/1995", [(19950315, 19950315)]),
        ("15-03-1995", [(19950315, 19950315)]),
        ("quyết định ngày 15 tháng 3 năm 1995", [(19950315, 19950315)]),
        ("ngay 15 thang 3 nam 1995", [(19950315, 19950315)]),
        ("3/1995", [(19950301, 19950331)]),
        ("tháng 2 năm 1996", [(19960201, 19960229)]),
        ("giá đất 1995", [(19950101, 19951231)]),
        ("1990-1995", [(19900101, 19951231)]),
        ("1995 - 1990", [(19900101, 19951231)]),
        ("từ 1990 đến 1995", [(19900101, 19951231)]),
        ("từ năm 1990 đến năm 1995", [(19900101, 19951231)]),
        ("31/2/1995", []),
        ("93/2018/QĐ-UBND", []),
        ("2018/QĐ-UBND", []),
        ("93/1995", []),
        ("12345", []),
        ("1247", []),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, read: list[tuple[int, int]]) -> None:
    assert [(span.first, span.last) for span in dates.spans(typed)] == read


def _paper(name: str, text: str, day: int, number: str = "") -> SearchDocument:
    return SearchDocument(f"r:{name}", name, (name,), text, day=day, number=number)


PAPERS = [
    _paper("wording", "giao đất ngày 15 tháng 3 năm 1995 theo lời kể, giao đất giao đất", 20010101),
    _paper("day", "giao đất cho các hộ ngày 15 tháng 3 năm 1995", 19950315),
    _paper("month", "giao đất đợt hai", 19950320),
    _paper("later", "giao rừng", 19960101),
    _paper("number", "giao đất", 20100101, "93/QĐ-UBND"),
]


@pytest.fixture
def filled(name: str, shelf: Shelf) -> Engine:
    return shelf.read_only(name, "dates", [PAPERS])


def _found(engine: Engine, typed: str, *others: str) -> list[str]:
    return [hit.document_id for hit in engine.search(Query(typed, rewritten=others), ALL, 0, 20).rows]


def test_what_was_issued_on_the_day_comes_first(filled: Engine) -> None:
    assert _found(filled, "giao đất 15/3/1995")[0] == "day"
    assert _found(filled, "giao đất tháng 3 năm 1995")[:2] in (["day", "month"], ["month", "day"])


def test_a_date_alone_finds_what_was_issued_on_it(filled: Engine) -> None:
    assert _found(filled, "20/3/1995")[0] == "month"
    assert set(_found(filled, "1996")) == {"later"}
    assert {"day", "month", "later"} <= set(_found(filled, "từ 1995 đến 1996"))


def test_the_document_of_a_number_stands_above_those_of_the_year(filled: Engine) -> None:
    assert _found(filled, "93/QĐ-UBND giao đất 1995")[0] == "number"
