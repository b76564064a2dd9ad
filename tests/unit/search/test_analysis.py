"""The one analysis of text and queries."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search import analysis

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọùúủũụĐÂ"
VIETNAMESE = st.text(alphabet=LETTERS + " 0129/-.", max_size=60)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert analysis.fold(analysis.fold(text)) == analysis.fold(text)


@given(VIETNAMESE)
def test_decomposed_text_gives_the_same_words(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert analysis.exact_words(decomposed) == analysis.exact_words(text)
    assert analysis.folded_words(decomposed) == analysis.folded_words(text)


@given(VIETNAMESE)
def test_folded_vietnamese_is_ascii(text: str) -> None:
    assert analysis.fold(text).isascii()


@given(st.text(max_size=80))
def test_each_word_can_be_a_term(text: str) -> None:
    for word in [*analysis.exact_words(text), *analysis.folded_words(text)]:
        assert word
        assert not any(mark.isspace() or mark in "_\x00" for mark in word)
        assert len(word) <= analysis.LONGEST_WORD


@given(st.text(max_size=80))
def test_folded_and_exact_words_stand_side_by_side(text: str) -> None:
    assert len(analysis.folded_words(text)) == len(analysis.exact_words(text))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đất đai", "dat dai"),
        ("QĐ-UBND", "qd-ubnd"),
        ("hòa", "hoa"),
        ("hoà", "hoa"),
        ("ƯỚC", "uoc"),
        ("Ðường", "duong"),
    ],
)
def test_marks_and_the_stroke_of_d_come_off(written: str, folded: str) -> None:
    assert analysis.fold(written) == folded


def test_no_word_is_too_short_or_too_common() -> None:
    assert analysis.folded_words("Ở y tế, công an, máy in") == ["o", "y", "te", "cong", "an", "may", "in"]


def test_invisible_marks_do_not_split_words() -> None:
    assert analysis.exact_words("quyết\u00ad định\u200b s\u200bố") == ["quyết", "định", "số"]


def test_pairs_join_neighbours() -> None:
    assert analysis.pairs(["uy", "ban", "nhan"]) == ["uy_ban", "ban_nhan"]
    assert analysis.pairs(["uy"]) == []


@pytest.mark.parametrize("typed", ["93/QĐ-UBND", "93 qd ubnd", "số 93 QĐ/UBND", "93-qđ-ubnd năm 2018"])
def test_a_number_is_guessed_in_any_spelling(typed: str) -> None:
    assert analysis.number_forms("93/QĐ-UBND") & set(analysis.number_guesses(analysis.folded_words(typed)))


def test_a_number_with_its_year_is_kept_without_it_too() -> None:
    assert analysis.number_forms("93/2018/QĐ-UBND") == {"932018qdubnd", "93qdubnd"}
    assert analysis.number_forms("") == frozenset()
