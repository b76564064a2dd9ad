"""Suggestions while one types: public titles and numbers by their beginnings, and nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue import documents, rebuilding, suggesting, tree
from portal.catalogue.beginnings import Beginning
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.rights.levels import Level
from tests.unit.catalogue.archive import Archive


def titles(text: str) -> list[str]:
    return [one.title for one in suggesting.suggest(text)]


def put_in(archive: Archive, *subjects: str, level: Level = Level.OPEN, number: str = "") -> list[str]:
    """Publish a paper of each subject and let the indexer catch up; return the ids."""
    reason = "" if level is Level.OPEN else "vì thử"
    made = []
    for subject in subjects:
        with transaction():
            described = Description(subject=subject, number=number, level=level, reason=reason)
            node = documents.add_on_paper(archive.archivist, archive.fonds, described)
            documents.publish(archive.archivist, node.id)
            made.append(node.id)
    archive.catch_up()
    return made


@pytest.mark.parametrize(
    "typed",
    [
        "giao rừng",
        "giao rung",
        "GIAO RU",
        "giao",
        "gi",
        "rừng phòng",
        "phong ho",
        "ho tra v",
        "rung tra",
        "van giao",
        "trà  vân ",
    ],
)
def test_all_words_are_in_the_title_and_the_last_is_a_beginning(archive: Archive, typed: str) -> None:
    put_in(archive, "Giao rừng phòng hộ Trà Vân", "Quyết định khác")
    assert titles(typed) == ["Giao rừng phòng hộ Trà Vân"]


@pytest.mark.parametrize(
    "typed",
    ["", "g", "  ", "!?", "iao", "giao ru tra", "giao rừng xyz", "giao ru ", "rung\x00dat", "9" * 400],
)
def test_what_is_in_no_title_suggests_nothing(archive: Archive, typed: str) -> None:
    put_in(archive, "Giao rừng phòng hộ Trà Vân")
    assert titles(typed) == []


@pytest.mark.parametrize(
    "typed",
    ["93/QĐ-UBND", "93 qd ubnd", "93/qd", "93", "so 93 QĐ/UBND", "số 93", "093/QĐ", "93 2018 q", "93qd u"],
)
def test_a_number_is_known_in_any_spelling(archive: Archive, typed: str) -> None:
    put_in(archive, "Về việc khác", number="931/QĐ-UBND")
    (document,) = put_in(archive, "Về việc giao đất", number="93/2018/QĐ-UBND")
    assert suggesting.suggest(typed)[0].id == document
    assert suggesting.suggest(typed)[0].number == "93/2018/QĐ-UBND"


def test_titles_that_begin_so_come_first_then_numbers_then_the_rest(archive: Archive) -> None:
    put_in(archive, "Kế hoạch 12 ngày", "12 điều lệ", "Báo cáo 12 tháng")
    put_in(archive, "Về việc giao đất", number="12/QĐ-UBND")
    assert titles("12") == ["12 điều lệ", "Về việc giao đất", "Kế hoạch 12 ngày", "Báo cáo 12 tháng"]


def test_equals_come_by_how_they_go_on_then_by_id(archive: Archive) -> None:
    same = put_in(archive, "Giao đất", "Giao đất")
    put_in(archive, "Giao đất rừng", "Giao bò")
    assert [one.title for one in suggesting.suggest("giao")] == [
        "Giao bò",
        "Giao đất",
        "Giao đất",
        "Giao đất rừng",
    ]
    assert [one.id for one in suggesting.suggest("giao đất")][:2] == sorted(same)


def test_who_types_marks_gets_those_marks_first(archive: Archive) -> None:
    put_in(archive, "Đất bãi bồi", "Đạt giải", "Đắt hàng")
    assert titles("đất")[0] == "Đất bãi bồi"
    assert titles("đắt")[0] == "Đắt hàng"
    assert set(titles("dat")) == {"Đất bãi bồi", "Đạt giải", "Đắt hàng"}


def test_there_are_at_most_eight(archive: Archive) -> None:
    put_in(archive, *(f"Giao đất đợt {number}" for number in range(12)))
    for typed in ("giao", "dot", "giao dot"):
        assert len(titles(typed)) == suggesting.MOST


def test_fonds_and_files_are_suggested_by_name(archive: Archive) -> None:
    with transaction():
        file = tree.create_file(archive.archivist, archive.fonds, code="1", name="Hồ sơ đê điều").id
    archive.catch_up()
    assert [(one.kind, one.id) for one in suggesting.suggest("đê điều")] == [("file", file)]
    assert {one.kind for one in suggesting.suggest("phong")} == {"fonds"}


@pytest.mark.parametrize("level", [Level.WITHHELD, Level.CONDITIONAL, Level.OPEN])
def test_what_nobody_may_know_of_is_not_even_entered(archive: Archive, level: Level) -> None:
    put_in(archive, "Bí mật công tác", level=level, number="7/MV")
    document = archive.scan("chữ", name="bi_mat.pdf")
    archive.describe(document, "Bí mật chưa công bố")
    archive.catch_up()
    known = level is not Level.WITHHELD
    assert titles("bi mat") == (["Bí mật công tác"] if known else [])
    assert titles("7/mv") == (["Bí mật công tác"] if known else [])
    entered = db.session.scalars(select(Beginning.key).where(Beginning.key.like("%mat%"))).all()
    assert bool(entered) == known
    assert not any("chua" in key for key in entered)


def test_what_was_closed_is_not_suggested_before_the_indexer_knows(archive: Archive) -> None:
    gone, withdrawn, stays = put_in(archive, "Giao đất một", "Giao đất hai", "Giao đất ba")
    archive.set_level(gone, Level.WITHHELD)
    archive.unpublish(withdrawn)
    for typed in ("giao", "dat", "giao m", "giao ba", "mot giao"):
        assert {one.id for one in suggesting.suggest(typed)} <= {stays}
    archive.catch_up()
    assert titles("giao") == ["Giao đất ba"]
    assert (
        db.session.scalars(select(Beginning.node_id).where(Beginning.node_id.in_([gone, withdrawn]))).all()
        == []
    )


def test_what_was_closed_has_no_part_in_which_word_leads(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a title would come or not come by how many closed ones hold its words."""
    monkeypatch.setattr(suggesting, "MOST_SCATTERED", 2)
    put_in(archive, "Một aa", "Một bb", "Một zz hai")
    for one in put_in(archive, "Hai kín một", "Hai kín hai", "Hai kín ba"):
        archive.set_level(one, Level.WITHHELD)
    assert titles("mot hai") == ["Một zz hai"]


def test_a_fonds_that_is_withheld_takes_what_is_below_along(
    archive: Archive, people: dict[str, Actor]
) -> None:
    put_in(archive, "Giao đất một")
    with transaction():
        tree.create_file(archive.archivist, archive.fonds, code="1", name="Giao ruộng")
    archive.catch_up()
    assert len(titles("giao")) == 2
    archive.set_level(archive.fonds, Level.WITHHELD)
    assert titles("giao") == []
    archive.catch_up()
    assert titles("phong") == ["Phông hai"]
    assert set(db.session.scalars(select(Beginning.node_id))) == {archive.other_fonds}


def test_a_title_is_suggested_as_it_is_now(archive: Archive) -> None:
    (document,) = put_in(archive, "Giao đất một")
    archive.describe(document, "Thu hồi đất", level=Level.OPEN)
    archive.catch_up()
    assert titles("giao") == []
    assert titles("thu hoi") == ["Thu hồi đất"]


def test_a_rebuild_enters_what_is_lost(archive: Archive) -> None:
    put_in(archive, "Giao đất một")
    before = db.session.execute(select(Beginning.kind, Beginning.key, Beginning.node_id)).all()
    with transaction() as session:
        session.query(Beginning).delete()
    assert titles("giao") == []
    rebuilding.rebuild()
    assert sorted(
        db.session.execute(select(Beginning.kind, Beginning.key, Beginning.node_id)).all()
    ) == sorted(before)


def test_words_that_are_in_every_title_are_looked_through_up_to_a_limit(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "MOST_SCATTERED", 3)
    put_in(
        archive,
        *(f"Giao đất cho hộ {name}" for name in ("an", "binh", "chi", "dung", "em")),
        "Giao ruộng cho hộ rẫy",
    )
    assert titles("giao ray") == ["Giao ruộng cho hộ rẫy"]
    assert len(titles("giao ho")) <= 3
