"""What is tantivy's alone: files that are compared, very many results, panics that are no crash."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from portal.search import tantivy_finding
from portal.search.documents import Facet, Order, Query, Refinement, SearchDocument
from portal.search.errors import DamagedIndexError
from portal.search.tantivy_engine import TantivyEngine
from portal.search.visibility import Visibility
from tests.unit.search.engines import ALL


def page(document: int, place: int, body: str) -> SearchDocument:
    return SearchDocument(
        key=f"p:{document}x{place}",
        document_id=f"d{document}",
        ancestors=("f1", f"d{document}"),
        body=body,
        day=(19900101 + document % 3 * 10_000) if document % 5 else 0,
        facets=((Facet.FONDS, "f1"), (Facet.TYPE, "Quyết định" if document % 4 else "Thông báo")),
    )


@pytest.fixture
def filled(root: Path) -> TantivyEngine:
    engine = TantivyEngine(root)
    engine.prepare()
    for part in range(3):
        engine.write([page(part, place, f"đất lượt {place}") for place in range(3)], [])
    engine.write([], ["p:0x0"])
    return engine


def files(root: Path) -> list[Path]:
    """Return the files of the folder that serves, but locks and what tantivy keeps to clean up by."""
    folder = root / (root / "current").read_text()
    left_out = (".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock")
    return sorted(path for path in folder.iterdir() if path.name not in left_out)


def is_noticed(root: Path) -> bool:
    """Tell whether whoever opens the index, looks after it or writes sees that it is damaged."""
    engine = TantivyEngine(root)
    with pytest.raises(DamagedIndexError):
        engine.search(Query("đất"), ALL, 0, 10)
    with pytest.raises(DamagedIndexError):
        TantivyEngine(root).check()
    with pytest.raises(DamagedIndexError):
        engine.write([page(9, 9, "đất")], [])
    return True


@pytest.mark.parametrize("how", ["cut", "flipped", "gone"])
def test_each_file_that_is_not_what_was_committed_is_noticed(
    root: Path, filled: TantivyEngine, how: str
) -> None:
    chance = random.Random(3)
    noticed = 0
    for place, path in enumerate(files(root)):
        if path.name == "meta.seal" and how == "gone":
            continue  # as after a kill between a commit and its seal
        copy = root.parent / f"copy-{place}"
        shutil.copytree(root, copy)
        target = copy / path.relative_to(root)
        data = bytearray(target.read_bytes())
        if how == "gone":
            target.unlink()
        elif how == "cut":
            target.write_bytes(data[: len(data) // 2])
        else:
            # Of an opstamp the seal could not tell a flip from a younger table.
            spot = chance.randrange(len(data) // 2)
            data[spot] ^= 1 << chance.randrange(7)
            target.write_bytes(data)
        noticed += is_noticed(copy)
    assert noticed >= 3 * 6


def test_damage_under_an_open_index_is_noticed_by_the_next_search(root: Path, filled: TantivyEngine) -> None:
    assert filled.search(Query("đất"), ALL, 0, 10).total == 3
    largest = max(files(root), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-5])
    with pytest.raises(DamagedIndexError):
        filled.search(Query("đất"), ALL, 0, 10)


def test_a_rebuild_serves_in_place_of_what_was_damaged(root: Path, filled: TantivyEngine) -> None:
    files(root)[0].write_bytes(b"")
    with pytest.raises(DamagedIndexError):
        filled.search(Query("đất"), ALL, 0, 10)
    with filled.rebuilding():
        filled.fill([page(1, 1, "đất")])
        filled.swap()
    assert filled.search(Query("đất"), ALL, 0, 10).total == 1


def test_so_many_segments_become_few(filled: TantivyEngine, root: Path) -> None:
    for turn in range(40):
        filled.write([page(100 + turn, 0, "đất")], [])
    assert filled.count() == 8 + 40
    assert len([path for path in files(root) if path.suffix == ".term"]) < 20


class TestVeryMany:
    """More things than are counted one by one."""

    @pytest.fixture
    def many(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> TantivyEngine:
        monkeypatch.setattr(tantivy_finding, "MOST_EXACT", 600)
        engine = TantivyEngine(root)
        engine.prepare()
        pages = [page(one, place, f"đất rừng {one} {place}") for one in range(900) for place in (1, 2)]
        engine.write(pages, [])
        return engine

    def test_totals_and_counts_are_estimated_and_say_so(self, many: TantivyEngine) -> None:
        hits = many.search(Query("đất rừng"), ALL, 0, 10)
        assert hits.is_estimate
        assert len(hits.rows) == 10
        assert 900 * 0.8 < hits.total < 900 * 1.2
        types = hits.counts.facets[Facet.TYPE]
        assert 675 * 0.8 < types["Quyết định"] < 675 * 1.2
        assert 225 * 0.7 < types["Thông báo"] < 225 * 1.3
        assert set(hits.counts.years) == {1990, 1991, 1992}

    def test_what_is_not_so_many_is_counted(self, many: TantivyEngine) -> None:
        hits = many.search(Query("17"), ALL, 0, 10)
        assert not hits.is_estimate
        assert (hits.total, hits.rows[0].document_id, hits.rows[0].more) == (1, "d17", 1)

    def test_what_is_removed_or_closed_is_in_no_estimate(self, many: TantivyEngine) -> None:
        closed = Visibility(not_under=frozenset({"f1"}))
        assert many.search(Query("đất rừng"), closed, 0, 10).total == 0
        many.write([], [f"p:{one}x{place}" for one in range(100, 900) for place in (1, 2)])
        left = many.search(Query("đất rừng"), ALL, 0, 10)
        assert (left.total, left.is_estimate) == (100, False)

    @pytest.mark.parametrize(("order", "year"), [(Order.NEWEST, 1992), (Order.OLDEST, 1990)])
    def test_the_newest_and_oldest_of_very_many_come_first(
        self, many: TantivyEngine, order: Order, year: int
    ) -> None:
        hits = many.search(Query("đất rừng", refined=Refinement(order=order)), ALL, 0, 10)
        numbers = {int(hit.document_id[1:]) for hit in hits.rows}
        assert {1990 + number % 3 for number in numbers} == {year}
        assert all(number % 5 for number in numbers)

    def test_no_document_stands_twice_while_leafing(self, many: TantivyEngine) -> None:
        leafed = [
            hit.document_id
            for start in range(0, 200, 20)
            for hit in many.search(Query("đất rừng"), ALL, start, 20).rows
        ]
        assert len(leafed) == len(set(leafed)) == 200
