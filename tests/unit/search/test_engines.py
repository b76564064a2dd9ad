"""What every engine must do: one suite, run on all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.core.errors import ConflictError
from portal.search import plan
from portal.search.documents import Query, SearchDocument
from portal.search.engine import Engine
from portal.search.memory_engine import MemoryEngine
from portal.search.visibility import Visibility
from tests.unit.search.engines import ALL, ON_DISK, Shelf

HOSTILE = [
    "",
    " ",
    "\x00",
    "\x00đất\x00",
    "x" * 10_000,
    "đất " * 2_500,
    "(" * 500,
    ")(][}{",
    '"""',
    "* ? ~ ^ : ! + - && ||",
    "đất AND (OR NOT",
    "key:p:a",
    "\u202eđất\u202c",
    "a\u0301\u0302\u0303",
    "\ud83d\ude00",
    "\ud800",
    "under:f1 OR withheld:1",
    "1" * 400,
    "1 " * 250,
]


def page(key: str, body: str, *above: str, withheld: bool = False) -> SearchDocument:
    return SearchDocument(
        key=f"p:{key}",
        document_id=f"d{key}",
        ancestors=(*(above or ("f1",)), f"d{key}"),
        body=body,
        withheld=withheld,
    )


def record(key: str, title: str, number: str = "", *above: str) -> SearchDocument:
    return SearchDocument(
        key=f"r:{key}",
        document_id=key,
        ancestors=(*(above or ("f1",)), key),
        body=f"{title} {number}",
        title=title,
        number=number,
    )


@pytest.fixture
def reopened(name: str, tmp_path: Path) -> Callable[[], Engine]:
    """How another process would get at the same index."""
    if name in ON_DISK:
        return lambda: ON_DISK[name](tmp_path / "public")
    kept = MemoryEngine()
    return lambda: kept


@pytest.fixture
def engine(reopened: Callable[[], Engine]) -> Engine:
    made = reopened()
    made.prepare()
    return made


def keys(engine: Engine, text: str, visibility: Visibility = ALL, *, exact: bool = False) -> list[str]:
    return [hit.key for hit in engine.search(Query(text, exact), visibility, 0, 50).rows]


class TestEveryEngine:
    def test_an_index_exists_once_it_is_prepared(self, reopened: Callable[[], Engine]) -> None:
        made = reopened()
        assert not made.exists()
        made.prepare()
        assert made.exists()
        assert made.count() == 0
        assert keys(made, "đất") == []

    def test_preparing_again_empties_nothing(self, engine: Engine) -> None:
        engine.write([page("a", "đất đai")], [])
        engine.prepare()
        assert engine.count() == 1

    @pytest.mark.parametrize("typed", ["Quyền sử dụng đất", "quyen su dung dat", "QUYỀN SỬ DỤNG ĐẤT", "đất"])
    def test_text_is_found_with_and_without_marks(self, name: str, shelf: Shelf, typed: str) -> None:
        papers = [page("a", "Giấy chứng nhận quyền sử dụng đất"), page("b", "Thi đua khen thưởng")]
        engine = shelf.read_only(name, "marks", [papers])
        assert keys(engine, typed) == ["p:a"]

    def test_text_with_marks_is_not_only_found_by_marks_of_the_same_form(self, engine: Engine) -> None:
        engine.write([page("a", "nền cộng hòa")], [])
        assert keys(engine, "cộng hoà") == ["p:a"]

    def test_right_marks_come_first(self, engine: Engine) -> None:
        engine.write([page("a", "con ma"), page("b", "con má"), page("c", "con mạ")], [])
        assert keys(engine, "má")[0] == "p:b"
        assert sorted(keys(engine, "ma")) == ["p:a", "p:b", "p:c"]

    def test_exact_demands_the_marks(self, engine: Engine) -> None:
        engine.write([page("a", "con ma đi"), page("b", "con má đi"), page("c", "con mạ")], [])
        assert keys(engine, "con má", exact=True) == ["p:b"]
        assert keys(engine, "má đi", exact=True) == ["p:b"]
        assert keys(engine, "mã", exact=True) == []

    def test_neighbours_come_before_words_apart(self, engine: Engine) -> None:
        engine.write([page("a", "đai đỏ trên đất"), page("b", "đất đai"), page("c", "đất và đai")], [])
        assert keys(engine, "dat dai")[0] == "p:b"
        assert sorted(keys(engine, "dat dai")) == ["p:a", "p:b", "p:c"]

    def test_short_and_common_words_count(self, engine: Engine) -> None:
        engine.write([page("a", "trạm y tế xã"), page("b", "công an xã"), page("c", "máy in")], [])
        assert keys(engine, "y tế") == ["p:a"]
        assert keys(engine, "an") == ["p:b"]
        assert keys(engine, "may in") == ["p:c"]

    def test_one_misread_word_of_five_still_finds(self, engine: Engine) -> None:
        engine.write([page("a", "kinh phi ho tr0 qua Tết"), page("b", "kinh tế xã hội")], [])
        assert keys(engine, "kinh phí hỗ trợ quà")[0] == "p:a"

    def test_one_misread_word_of_two_finds_where_nothing_else_does(self, engine: Engine) -> None:
        engine.write([page("a", "Quyết lịnh"), page("b", "Thông báo")], [])
        assert keys(engine, "quyết định") == ["p:a"]

    def test_most_words_come_first_where_none_has_all(self, engine: Engine) -> None:
        engine.write(
            [page("a", "một hai ba x y z"), page("b", "một hai ba bốn x y"), page("c", "một x y z t u")], []
        )
        assert keys(engine, "một hai ba bốn năm") == ["p:b", "p:a"]

    @pytest.mark.parametrize(
        "typed", ["93/QĐ-UBND", "93 qd ubnd", "số 93 QĐ/UBND", "93 QĐUBND", "quyet dinh 93-qd-ubnd"]
    )
    def test_a_number_is_found_first_in_any_spelling(self, name: str, shelf: Shelf, typed: str) -> None:
        others = [page(f"o{place}", f"Căn cứ số 93 QĐ UBND lần {place} quyết định") for place in range(5)]
        records = [record("d1", "Về việc khen thưởng", "93/QĐ-UBND"), record("d2", "Khác", "94/QĐ-UBND")]
        engine = shelf.read_only(name, "numbers", [[*others, *records]])
        assert keys(engine, typed)[0] == "r:d1"

    def test_a_number_with_its_year_is_found_without_it(self, engine: Engine) -> None:
        engine.write([record("d1", "Bảng giá đất", "56/2019/QĐ-UBND"), record("d2", "Khác", "56/BC-STC")], [])
        assert keys(engine, "56 qd ubnd")[0] == "r:d1"
        assert keys(engine, "56/2019/QD-UBND")[0] == "r:d1"

    def test_a_title_weighs_more_than_a_text(self, engine: Engine) -> None:
        long = "giá đất năm 2020 và các việc khác của tỉnh " * 3
        engine.write([page("a", long), record("d1", "Bảng giá đất các huyện và thành phố trong tỉnh")], [])
        assert keys(engine, "giá đất")[0] == "r:d1"

    def test_nothing_under_a_closed_node_is_found_or_counted(self, engine: Engine) -> None:
        engine.write(
            [page("a", "đất rừng", "f1", "n1"), page("b", "đất ruộng", "f1", "n2"), page("c", "đất")], []
        )
        closed = Visibility(not_under=frozenset({"n1"}))
        assert sorted(keys(engine, "đất", closed)) == ["p:b", "p:c"]
        assert engine.search(Query("đất"), closed, 0, 10).total == 2
        assert keys(engine, "đất rừng sâu", Visibility(not_under=frozenset({"n1", "f1"}))) == []

    def test_the_loosest_stage_keeps_to_the_filter_too(self, engine: Engine) -> None:
        engine.write(
            [page("a", "một hai ba", "f1", "n1"), page("b", "một hai ba", "f2"), page("c", "một hai ba")], []
        )
        asked = "một hai ba bốn"
        assert sorted(keys(engine, asked)) == ["p:a", "p:b", "p:c"]
        assert sorted(keys(engine, asked, Visibility(frozenset({"n1"})))) == ["p:b", "p:c"]
        assert keys(engine, asked, Visibility(frozenset(), fonds="f2")) == ["p:b"]

    def test_a_search_stays_in_its_fonds(self, engine: Engine) -> None:
        engine.write([page("a", "đất", "f1"), page("b", "đất", "f2"), page("c", "đất", "f2")], [])
        found = engine.search(Query("đất"), Visibility(frozenset(), fonds="f2"), 0, 10)
        assert sorted(hit.key for hit in found.rows) == ["p:b", "p:c"]
        assert found.total == 2

    def test_what_is_withheld_is_found_only_by_those_who_may(self, engine: Engine) -> None:
        engine.write([page("a", "đất kho", withheld=True), page("b", "đất")], [])
        assert keys(engine, "đất") == ["p:b"]
        assert keys(engine, "đất kho vắng") == ["p:b"]
        assert sorted(keys(engine, "đất", Visibility(frozenset(), withheld=True))) == ["p:a", "p:b"]

    def test_what_is_removed_is_found_no_more(self, engine: Engine) -> None:
        engine.write([page("a", "đất"), page("b", "đất")], [])
        engine.write([], ["p:a", "p:never-there"])
        assert keys(engine, "đất") == ["p:b"]
        assert engine.count() == 1

    def test_a_key_written_twice_in_one_batch_is_there_once_as_last_written(self, engine: Engine) -> None:
        engine.write([page("a", "đất"), page("a", "rừng")], [])
        assert engine.count() == 1
        assert keys(engine, "đất") == []
        assert keys(engine, "rừng") == ["p:a"]

    def test_a_key_written_again_replaces_the_former(self, engine: Engine) -> None:
        for body in ("đất", "rừng", "biển"):
            engine.write([page("a", body), page("b", body)], [])
        assert engine.count() == 2
        assert keys(engine, "đất") == []
        assert sorted(keys(engine, "biển")) == ["p:a", "p:b"]

    def test_what_is_both_removed_and_written_stays(self, engine: Engine) -> None:
        engine.write([page("a", "đất")], [])
        engine.write([page("a", "rừng")], ["p:a"])
        assert keys(engine, "rừng") == ["p:a"]

    def test_another_process_sees_what_was_written(
        self, engine: Engine, reopened: Callable[[], Engine]
    ) -> None:
        reader = reopened()
        assert keys(reader, "đất") == []
        engine.write([page("a", "đất")], [])
        assert keys(reader, "đất") == ["p:a"]
        reopened().write([page("b", "đất")], ["p:a"])
        assert keys(engine, "đất") == ["p:b"]

    def test_pages_of_results_neither_repeat_nor_leave_out(self, engine: Engine) -> None:
        engine.write([page(f"{place:02}", f"đất số {place} " + "khác " * place) for place in range(47)], [])
        leafed = [
            hit.key for start in range(0, 60, 10) for hit in engine.search(Query("đất"), ALL, start, 10).rows
        ]
        assert len(leafed) == len(set(leafed)) == 47
        assert {engine.search(Query("đất"), ALL, start, 10).total for start in (0, 10, 40, 90)} == {47}

    def test_a_search_for_no_rows_still_counts(self, engine: Engine) -> None:
        engine.write([page("a", "đất"), page("b", "đất")], [])
        found = engine.search(Query("đất"), ALL, 0, 0)
        assert (found.rows, found.total) == ([], 2)

    def test_stages_neither_repeat_nor_leave_out_while_leafing(self, engine: Engine) -> None:
        wanted = [page(f"a{place:02}", f"giá đất {place}") for place in range(7)]
        apart = [page(f"b{place:02}", f"đất có giá {place}") for place in range(25)]
        engine.write([*apart, *wanted], [])
        leafed = [
            hit.key
            for start in range(0, 40, 5)
            for hit in engine.search(Query("giá đất"), ALL, start, 5).rows
        ]
        assert {key[:3] for key in leafed[:7]} == {"p:a"}
        assert len(leafed) == len(set(leafed)) == 32

    def test_enough_neighbours_keep_words_apart_out(self, engine: Engine) -> None:
        wanted = [page(f"a{place:02}", f"giá đất {place}") for place in range(plan.ENOUGH)]
        engine.write([*wanted, page("b", "đất có giá")], [])
        assert engine.search(Query("giá đất"), ALL, 0, 50).total == plan.ENOUGH

    @pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
    def test_nothing_typed_is_an_error(self, name: str, shelf: Shelf, typed: str) -> None:
        engine = shelf.read_only(name, "hostile", [[page("a", "đất"), page("b", "rừng", withheld=True)]])
        for exact in (False, True):
            assert "p:b" not in keys(engine, typed, exact=exact)

    def test_documents_without_words_are_kept_and_found_by_nothing(self, engine: Engine) -> None:
        engine.write([page("a", ""), page("b", "đất")], [])
        assert engine.count() == 2
        assert keys(engine, "đất") == ["p:b"]

    def test_a_rebuild_serves_the_old_until_it_is_swapped(self, engine: Engine) -> None:
        engine.write([page("a", "đất"), page("lost", "đất")], [])
        with engine.rebuilding():
            assert engine.is_rebuilding()
            engine.fill([page("a", "đất mới")])
            assert sorted(keys(engine, "đất")) == ["p:a", "p:lost"]
            engine.swap()
        assert not engine.is_rebuilding()
        assert keys(engine, "đất") == ["p:a"]
        assert keys(engine, "mới") == ["p:a"]

    def test_what_is_written_during_a_rebuild_is_in_both(self, engine: Engine) -> None:
        engine.write([page("a", "đất")], [])
        with engine.rebuilding():
            engine.fill([page("a", "đất"), page("b", "đất")])
            engine.write([page("c", "đất")], ["p:b"])
            assert sorted(keys(engine, "đất")) == ["p:a", "p:c"]
            engine.swap()
        assert sorted(keys(engine, "đất")) == ["p:a", "p:c"]

    def test_a_rebuild_that_fails_leaves_the_old(self, engine: Engine) -> None:
        engine.write([page("a", "đất")], [])
        with pytest.raises(AttributeError), engine.rebuilding():
            engine.fill([page("b", "đất"), None])  # type: ignore[list-item]
        assert keys(engine, "đất") == ["p:a"]
        with engine.rebuilding():
            engine.fill([page("c", "đất")])
            engine.swap()
        assert keys(engine, "đất") == ["p:c"]

    def test_two_rebuilds_at_once_are_refused(self, engine: Engine) -> None:
        with engine.rebuilding(), pytest.raises(ConflictError), engine.rebuilding():
            pass

    def test_a_rebuild_makes_an_index_where_there_is_none(self, reopened: Callable[[], Engine]) -> None:
        made = reopened()
        with made.rebuilding():
            made.fill([page("a", "đất")])
            made.swap()
        assert keys(made, "đất") == ["p:a"]
