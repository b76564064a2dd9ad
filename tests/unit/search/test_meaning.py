"""Other names that are searched too, and words that were perhaps meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.search.documents import Hits, Query, SearchDocument
from portal.search.engine import Engine
from portal.search.visibility import Visibility
from tests.unit.search import engines
from tests.unit.search.engines import ALL, Shelf

PAPERS = [
    SearchDocument("r:old", "old", ("f", "old"), "Ủy ban nhân dân tỉnh Kon Tum quyết định về thủy lợi"),
    SearchDocument("r:new", "new", ("f", "new"), "Ủy ban nhân dân tỉnh Quảng Ngãi quyết định về thủy lợi"),
    SearchDocument("r:shut", "shut", ("g", "shut"), "mương nghiêng bí ẩn"),
]


@pytest.fixture
def filled(name: str, shelf: Shelf) -> Engine:
    return shelf.read_only(name, "meaning", [PAPERS])


def _ask(engine: Engine, typed: str, *others: str, visibility: Visibility = ALL) -> Hits:
    return engine.search(Query(typed, rewritten=others), visibility, 0, 20)


def test_what_holds_the_other_name_is_found_below_what_holds_the_one_typed(filled: Engine) -> None:
    found = _ask(filled, "tỉnh Quảng Ngãi", "tỉnh Kon Tum")
    assert [hit.document_id for hit in found.rows] == ["new", "old"]
    assert found.total == 2


def test_what_was_typed_alone_finds_only_that(filled: Engine) -> None:
    assert [hit.document_id for hit in _ask(filled, "Kon Tum").rows] == ["old"]


@pytest.mark.parametrize(
    "query", [Query('"Quảng Ngãi"'), Query("Ngãi -Kon"), Query("Quảng Ngãi", exact=True)]
)
def test_who_demands_wording_gets_no_other_names(filled: Engine, query: Query) -> None:
    asked = replace(query, rewritten=("tỉnh Kon Tum",))
    assert [hit.document_id for hit in filled.search(asked, ALL, 0, 20).rows] == ["new"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quyêt đinhh", "quyêt định"),
        ("thủy lơị quyetdinh", "thuỷ lơị quyết định"),
        ("thuyy lợi", "thuỷ lợi"),
        ("thủy lợi", ""),
        ("xqzwk", ""),
        ("nghịenggg", "nghiêng"),
        ("mương gnhiêgn", "mương nghiêng"),
        ("nghienhgg mương", "nghiêng mương"),
        ("nghixxng", "nghiêng"),
        ("nghixxxg", ""),
        ("tihn", "tỉnh"),
        ("qu yet dinh", "quyết dinh"),
        ("ngh iêng", "nghiêng"),
        ("thu ỷ lợi", "thuỷ lợi"),
        ("tỉnh kon t um quyết định", "tỉnh kon tum quyết định"),
        ("th uỷ xqzwk", ""),
        ("bí nghi êng", ""),
        ("7 77", ""),
        ("quyết định 777", ""),
    ],
)
def test_a_word_nobody_wrote_is_answered_with_the_nearest_one(filled: Engine, typed: str, meant: str) -> None:
    assert _ask(filled, typed).meant == meant


def test_words_of_what_may_not_be_found_are_never_offered(name: str, tmp_path: Path) -> None:
    """A word with another letter, one with two, and two that are one."""
    filled = engines.filled(name, tmp_path, [PAPERS])
    typed = ("nghieeng", "nghixxng", "ngh iêng")
    for one in typed:
        assert _ask(filled, one).meant == "nghiêng"
        assert _ask(filled, one, visibility=Visibility(not_under=frozenset({"g"}))).meant == ""
    filled.write([], ["r:shut"])
    for one in typed:
        assert _ask(filled, one).meant == ""
