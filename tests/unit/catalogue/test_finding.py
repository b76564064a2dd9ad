"""Finding for a person: what each may find, judged in SQL, whatever the index says."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from config import Settings
from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue import documents, finding, moving, tree
from portal.catalogue.finding import Found
from portal.core.db import transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.core.paging import Paging
from portal.rights import policy
from portal.rights.levels import Level
from portal.search import engine
from portal.search.documents import Side
from portal.search.source import Numbers, Source
from portal.search.visibility import Visibility
from portal.search.whoosh_source import WhooshSource
from tests.unit.catalogue.archive import Archive


def search(actor: Actor, text: str, **options: object) -> Found:
    return finding.search(actor, text, Paging(), **options)  # type: ignore[arg-type]


def sorted_by_key(source: Source, found: Numbers) -> Numbers:
    """Put descriptions, whose keys begin with r, before pages."""
    return np.array(sorted(found, key=lambda number: source.key(int(number)), reverse=True))


def documents_of(found: Found) -> list[str]:
    return [row.document_id for row in found.rows]


def test_anybody_finds_an_open_page_with_and_without_marks(archive: Archive) -> None:
    document = archive.opened("Quyết định về giá đất")
    archive.catch_up()
    for typed in ("giá đất", "gia dat", "GIÁ ĐẤT"):
        found = search(ANONYMOUS, typed)
        assert found.total == 1
        assert found.rows[0].page_id == archive.first_page(document)
        assert found.rows[0].page_number == 1
        assert found.rows[0].access == "open"
        assert [piece.text for piece in found.rows[0].snippet if piece.is_match] == ["giá", "đất"]


def test_nobody_finds_what_is_unpublished_or_withheld(archive: Archive, people: dict[str, Actor]) -> None:
    archive.scan("giá đất")
    archive.set_level(archive.opened("giá đất kho"), Level.WITHHELD)
    archive.catch_up()
    for actor in (ANONYMOUS, people["citizen"]):
        assert search(actor, "giá đất").total == 0


def test_the_public_finds_a_conditional_record_by_its_description_alone(archive: Archive) -> None:
    document = archive.scan("chữ trong trang", name="ten_tep.pdf")
    archive.describe(document, "Về việc giao đất", "12/QĐ-UBND")
    archive.publish(document)
    archive.catch_up()
    found = search(ANONYMOUS, "giao dat")
    assert documents_of(found) == [document]
    assert found.rows[0].page_id is None
    assert found.rows[0].title == "Về việc giao đất"
    assert found.rows[0].working_title == ""
    assert found.rows[0].access == "conditional"
    assert search(ANONYMOUS, "chữ trong trang").total == 0
    assert search(ANONYMOUS, "ten tep").total == 0


def test_staff_find_restricted_things_after_public_ones(archive: Archive, people: dict[str, Actor]) -> None:
    closed = archive.scan("giá đất giá đất giá đất", name="kin.pdf")
    opened = archive.opened("một trang dài hơn về giá đất của tỉnh")
    archive.catch_up()
    found = search(people["operator"], "giá đất")
    assert documents_of(found) == [opened, closed]
    assert [row.side for row in found.rows] == [Side.PUBLIC, Side.RESTRICTED]
    assert [row.document_id for row in found.of(Side.RESTRICTED)] == [closed]
    assert found.rows[1].working_title == "kin.pdf"
    assert found.total == 2


def test_no_word_of_the_restricted_index_is_ever_offered(archive: Archive, people: dict[str, Actor]) -> None:
    """Not to those who may read it either: a word that is offered is soon said aloud."""
    archive.scan("mương nghiêng bí ẩn")
    archive.opened("kênh chuyển nước")
    archive.catch_up()
    for actor in (ANONYMOUS, people["citizen"], people["operator"], people["archivist"]):
        for typed in ("nghieeng bis", "nghiexngx", "ngh iêng"):
            assert search(actor, typed).meant == ""
        assert search(actor, "chuyenr").meant == "chuyển"


def test_an_operator_finds_nothing_withheld_and_an_archivist_does(
    archive: Archive, people: dict[str, Actor]
) -> None:
    document = archive.scan("giá đất")
    archive.set_level(document, Level.WITHHELD)
    archive.catch_up()
    assert search(people["operator"], "giá đất").total == 0
    assert documents_of(search(people["archivist"], "giá đất")) == [document]


def test_leafing_goes_from_public_to_restricted_without_gap_or_repeat(
    archive: Archive, people: dict[str, Actor]
) -> None:
    opened = [archive.opened(f"giá đất {place}", name=f"o{place}.pdf") for place in range(5)]
    closed = [archive.scan(f"giá đất {place}", name=f"c{place}.pdf") for place in range(4)]
    archive.catch_up()
    leafed: list[str] = []
    for page in (1, 2, 3, 4):
        found = finding.search(people["archivist"], "giá đất", Paging(page, 3))
        assert found.total == 9
        leafed += documents_of(found)
    assert sorted(leafed[:5]) == sorted(opened)
    assert sorted(leafed[5:]) == sorted(closed)


@pytest.mark.parametrize("role", ["anonymous", "citizen"])
def test_the_restricted_index_is_never_opened_for_the_public(
    archive: Archive, people: dict[str, Actor], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.opened("giá đất")
    archive.scan("giá đất")
    archive.catch_up()

    def never() -> None:
        raise AssertionError("the restricted index was asked for")

    monkeypatch.setattr(engine, "restricted", never)
    actor = people.get(role, ANONYMOUS)
    for typed in ("giá đất", "không có ở đâu", ""):
        search(actor, typed)
    assert documents_of(search(actor, "giá đất")) == [document]


def test_closing_acts_at_once_and_in_counts(archive: Archive) -> None:
    kept, closed = archive.opened("giá đất"), archive.opened("giá đất", name="b.pdf")
    archive.catch_up()
    archive.set_level(closed, Level.CONDITIONAL)
    found = search(ANONYMOUS, "giá đất")
    assert documents_of(found) == [kept]
    assert found.total == 1


def test_closing_a_fonds_acts_at_once_on_all_in_it(archive: Archive) -> None:
    archive.opened("giá đất")
    other = archive.opened("giá đất", fonds=archive.other_fonds)
    archive.catch_up()
    archive.set_level(archive.fonds, Level.WITHHELD)
    assert documents_of(search(ANONYMOUS, "giá đất")) == [other]


def test_an_index_that_lags_hides_and_never_leaks(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    document = archive.opened("giá đất kín")
    archive.catch_up()
    archive.unpublish(document)

    def filterless(actor: Actor, fonds: str | None = None) -> Visibility:
        return Visibility(not_under=frozenset(), fonds=fonds, withheld=True)

    monkeypatch.setattr(policy, "visibility", filterless)
    found = search(ANONYMOUS, "giá đất")
    assert list(found.rows) == []
    assert found.total == 0


def test_a_description_found_by_a_lagging_index_names_no_page_that_is_closed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.scan("giá đất giá đất", "bảng giá đất")
    archive.describe(document, "Giá đất", "12/QĐ-UBND", Level.OPEN)
    archive.publish(document)
    archive.catch_up()
    [shown] = search(ANONYMOUS, "giá đất").rows
    assert shown.more == 2
    assert shown.others
    archive.set_level(document, Level.CONDITIONAL)

    def filterless(actor: Actor, fonds: str | None = None) -> Visibility:
        return Visibility(not_under=frozenset(), fonds=fonds, withheld=True)

    # The description comes first here, or the whole result would be dropped with its page.
    monkeypatch.setattr(policy, "visibility", filterless)
    monkeypatch.setattr(
        "portal.search.evaluation.ordered", lambda source, order, found, scores: sorted_by_key(source, found)
    )
    [left] = search(ANONYMOUS, "giá đất").rows
    assert (left.page_id, left.more, list(left.others)) == (None, 0, [])


def test_pages_are_found_by_the_title_of_now(archive: Archive) -> None:
    document = archive.opened("một trang về đường sá")
    archive.describe(document, "Hồ sơ ông Bảy", "12/QĐ-UBND", Level.OPEN)
    archive.catch_up()
    assert documents_of(search(ANONYMOUS, "tieu_de:bảy")) == [document]
    archive.describe(document, "Hồ sơ một người dân", "12/QĐ-UBND", Level.OPEN)
    archive.catch_up()
    assert documents_of(search(ANONYMOUS, "tieu_de:bảy")) == []
    assert documents_of(search(ANONYMOUS, "bảy")) == []


def test_a_snippet_shows_the_text_of_now_not_of_the_index(archive: Archive) -> None:
    document = archive.opened("giá đất cũ")
    archive.catch_up()
    archive.read_again(archive.first_page(document), "bản sửa")
    assert "".join(piece.text for piece in search(ANONYMOUS, "giá đất").rows[0].snippet) == "bản sửa"


def test_what_was_opened_is_found_when_the_index_has_caught_up(archive: Archive) -> None:
    document = archive.scan("giá đất")
    archive.catch_up()
    archive.publish(document, Level.OPEN)
    assert search(ANONYMOUS, "giá đất").total == 0
    archive.catch_up()
    assert documents_of(search(ANONYMOUS, "giá đất")) == [document]


def test_a_search_stays_in_the_fonds_named_by_its_code(archive: Archive) -> None:
    archive.opened("giá đất")
    there = archive.opened("giá đất", fonds=archive.other_fonds)
    archive.catch_up()
    assert documents_of(search(ANONYMOUS, "giá đất", fonds="P2")) == [there]
    assert search(ANONYMOUS, "giá đất", fonds="P9").total == 0


def test_a_fonds_that_is_withheld_looks_like_one_that_is_not_there(archive: Archive) -> None:
    archive.opened("giá đất", fonds=archive.other_fonds)
    archive.catch_up()
    archive.set_level(archive.other_fonds, Level.WITHHELD)
    assert search(ANONYMOUS, "giá đất", fonds="P2") == search(ANONYMOUS, "giá đất", fonds="P9")


def test_exact_demands_the_marks(archive: Archive) -> None:
    right = archive.opened("con má")
    archive.opened("con ma", name="b.pdf")
    archive.catch_up()
    found = search(ANONYMOUS, "má", exact=True)
    assert documents_of(found) == [right]
    assert search(ANONYMOUS, "má").total == 2


def test_a_home_where_nothing_was_indexed_finds_nothing(archive: Archive) -> None:
    archive.opened("giá đất")
    assert search(ANONYMOUS, "giá đất").total == 0


def test_a_lost_index_is_said_to_be_lost(archive: Archive, settings: Settings) -> None:
    archive.opened("giá đất")
    archive.catch_up()
    shutil.rmtree(settings.index_folder / "public")
    with pytest.raises(UnavailableError) as refused:
        search(ANONYMOUS, "giá đất")
    assert refused.value.code == "index_missing"


def test_a_truncated_index_is_said_to_be_unreadable_and_left_alone(
    archive: Archive, settings: Settings
) -> None:
    archive.opened("giá đất")
    archive.catch_up()
    for segment in settings.index_folder.glob("public/v*/*.seg"):
        segment.write_bytes(segment.read_bytes()[:100])
    files = {path: path.read_bytes() for path in settings.index_folder.rglob("*") if path.is_file()}
    engine._engines.clear()
    with pytest.raises(UnavailableError) as refused:
        search(ANONYMOUS, "giá đất")
    assert refused.value.code == "index_unavailable"
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.parametrize("typed", ["", "\x00", "()[]{}", "a" * 10_000, "* OR *", "\u202egiá"])
def test_nothing_typed_is_an_error(archive: Archive, people: dict[str, Actor], typed: str) -> None:
    archive.opened("giá đất")
    archive.catch_up()
    for actor in (ANONYMOUS, people["administrator"]):
        assert search(actor, typed).total in (0, 1)


def test_a_document_described_anew_is_shown_by_its_new_title(archive: Archive) -> None:
    document = archive.scan("chữ")
    archive.describe(document, "Tên cũ của việc")
    archive.publish(document)
    archive.catch_up()
    with transaction():
        archive.node(document).title = "Tên mới"
    found = search(ANONYMOUS, "tên cũ của việc")
    assert found.rows[0].title == "Tên mới"
    assert "cũ" not in "".join(piece.text for piece in found.rows[0].snippet)


def test_a_search_stays_in_the_file_it_was_begun_in(archive: Archive, people: dict[str, Actor]) -> None:
    inner, outer = archive.opened("khoai lang", name="a.pdf"), archive.opened("khoai sọ", name="b.pdf")
    with transaction():
        file = tree.create_file(people["archivist"], archive.fonds, code="1", name="Hồ sơ khoai").id
        moving.move(people["archivist"], inner, file)
    archive.catch_up()
    everywhere = finding.search(ANONYMOUS, "khoai", Paging())
    assert {row.document_id for row in everywhere.rows} == {inner, outer}
    within = finding.search(ANONYMOUS, "khoai", Paging(), under=file)
    assert {row.document_id for row in within.rows} == {inner}
    assert {tuple(crumb.id for crumb in row.place) for row in within.rows} == {(archive.fonds, file)}
    with transaction():
        documents.set_level(people["archivist"], file, Level.WITHHELD, "vì thử")
    with pytest.raises(NotFoundError):
        finding.search(ANONYMOUS, "khoai", Paging(), under=file)


def test_a_result_names_no_place_that_the_reader_may_not_know_of(archive: Archive) -> None:
    archive.opened("khoai lang")
    archive.catch_up()
    (found,) = {
        row.place and tuple(one.id for one in row.place)
        for row in finding.search(ANONYMOUS, "khoai", Paging()).rows
    }
    assert found == (archive.fonds,), "the holding file is for staff"


def test_a_process_reads_what_searches_need_before_it_is_asked(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.opened("số 93")
    archive.catch_up()
    finding.warm()

    def never(*_: object) -> None:
        raise AssertionError("the segments were read again")

    monkeypatch.setattr(WhooshSource, "__init__", never)
    assert search(ANONYMOUS, "số 93").total == 1


def test_where_there_is_no_index_a_process_starts_all_the_same(archive: Archive, settings: Settings) -> None:
    archive.opened("số 93")
    archive.catch_up()
    shutil.rmtree(settings.index_folder)
    finding.warm()
    with pytest.raises(UnavailableError):
        search(ANONYMOUS, "số 93")
