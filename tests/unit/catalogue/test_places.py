"""Places: where the words of a query stand among the words of a page, and on which pages of a document."""

from __future__ import annotations

import pytest

from portal.catalogue import pages, places
from portal.catalogue.models import Page
from portal.rights.levels import Level
from portal.rights.policy import NOTHING, Sight
from tests.unit.catalogue.archive import Archive

ALL = Sight(Level.OPEN, published=True, sees_description=True, sees_content=True)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Quyết định số 93/QĐ-UBND về đất", "đất", ["đất"]),
        ("Quyết định số 93/QĐ-UBND về đất", "DAT", ["đất"]),
        ("căn cứ quyết định này, quyết toán", "quyết định", ["quyết định"]),
        ("quyết toán, định kỳ", "quyết định", ["quyết", "định"]),
        ("định kỳ, định mức", "quyết định", []),
        ("Số: 93/QĐ-UBND ngày 5", "93/QĐ-UBND", ["93/QĐ-UBND"]),
        ("(đất) đai; rừng", "đất đai", ["(đất) đai;"]),
        ("không có gì", "đất", []),
        ("không có gì", "", []),
        ("", "đất", []),
    ],
)
def test_runs_of_words_that_answer_are_places(text: str, query: str, found: list[str]) -> None:
    words = text.split()
    assert [" ".join(words[start:end]) for start, end in places.runs(words, query)] == found


def test_half_of_a_query_has_places_where_one_looks_loosely() -> None:
    words = ["định", "kỳ,", "định", "mức"]
    assert places.runs(words, "quyết định", loosely=True) == [(0, 1), (2, 3)]


@pytest.fixture
def leaves(archive: Archive) -> list[Page]:
    """A document of four pages, of which the second and the last speak of land."""
    document = archive.opened("bìa", "giao đất, thu hồi đất", "trống", "đất rừng")
    return list(pages.of_document(document))


def test_pages_with_places_are_counted(leaves: list[Page]) -> None:
    ids = [page.id for page in leaves]
    assert places.counts(ALL, leaves, "dat") == {ids[1]: 2, ids[3]: 1}
    assert places.counts(ALL, leaves[:2], "dat") == {ids[1]: 2}
    assert places.counts(ALL, leaves, " , ") == {}
    assert places.counts(NOTHING, leaves, "dat") == {}


def test_the_nearest_pages_with_a_place_stand_before_and_behind(leaves: list[Page]) -> None:
    first, second, third, last = (page.id for page in leaves)
    assert places.nearest(leaves[0], "đất", ALL) == places.Nearest(None, second)
    assert places.nearest(leaves[1], "đất", ALL) == places.Nearest(None, last)
    assert places.nearest(leaves[2], "đất", ALL) == places.Nearest(second, last)
    assert places.nearest(leaves[3], "trống", ALL) == places.Nearest(third, None)
    assert places.nearest(leaves[3], "bìa", ALL) == places.Nearest(first, None)
    assert places.nearest(leaves[2], "", ALL) == places.Nearest()


def test_pages_far_away_are_not_looked_through(leaves: list[Page], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "REACH", 1)
    assert places.nearest(leaves[0], "rừng", ALL) == places.Nearest()
    assert places.nearest(leaves[2], "rừng", ALL) == places.Nearest(None, leaves[3].id)
