"""Snippets: the stretch that answers, in pieces that a template can escape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.catalogue.snippets import Cutter
from portal.search.documents import Query

FILLER = "chữ không ai tìm " * 100


def cut(text: str, typed: str, *, exact: bool = False) -> str:
    pieces = Cutter(Query(typed, exact)).cut(text)
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_matches_are_told_apart_whatever_marks_were_typed() -> None:
    assert cut("Giá đất, giá nhà.", "gia dat") == "[Giá] [đất], [giá] nhà."


def test_exact_marks_only_what_has_the_marks() -> None:
    assert cut("má ma mạ", "má", exact=True) == "[má] ma mạ"


def test_the_stretch_with_most_words_is_shown() -> None:
    shown = cut(f"giá {FILLER} giá đất ở {FILLER} đất", "giá đất ở")
    assert "[giá] [đất] [ở]" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_neighbours_win_over_words_apart() -> None:
    shown = cut(f"giá và đất {FILLER} giá đất {FILLER}", "giá đất")
    assert "[giá] [đất]" in shown


def test_a_text_without_match_is_shown_from_its_beginning() -> None:
    assert cut(f"Đầu trang {FILLER}", "rừng").startswith("Đầu trang chữ")


def test_nothing_of_the_text_is_taken_for_markup() -> None:
    assert cut("<b>giá</b> & đất", "giá") == "<b>[giá]</b> & đất"


def test_an_empty_text_has_no_pieces() -> None:
    assert Cutter(Query("giá")).cut("") == []


@given(st.text(max_size=300), st.text(max_size=40))
def test_pieces_are_never_empty_and_come_from_the_text(text: str, typed: str) -> None:
    pieces = Cutter(Query(typed)).cut(text)
    assert all(piece.text for piece in pieces)
    assert all(len(piece.text) <= len(text) * 3 + 1 for piece in pieces)


def test_right_marks_keep_words_that_only_fold_alike_unmarked() -> None:
    assert cut("đất đạt dat", "đất") == "[đất] đạt dat"
    assert cut("đạt dat", "đất") == "[đạt] [dat]"
