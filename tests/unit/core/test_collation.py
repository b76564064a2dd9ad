"""Lists stand in Vietnamese order."""

import random
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from portal.core.collation import person_key, sort_key

WORDS = [
    "an",
    "ăn",
    "âm",
    "da",
    "dà",
    "dả",
    "dã",
    "dá",
    "dạ",
    "đa",
    "Đà",
    "hoa",
    "hòa",
    "Hồ sơ",
    "Hồ sơ 9",
    "Hồ sơ 10",
]


def test_letters_come_before_tones_and_d_bar_after_d() -> None:
    shuffled = random.Random(1).sample(WORDS, len(WORDS))
    assert sorted(shuffled, key=sort_key) == WORDS


def test_people_stand_by_their_given_name() -> None:
    names = ["Trần Thị Bình", "Lê Văn An", "Nguyễn Ánh"]
    assert sorted(names, key=person_key) == ["Lê Văn An", "Nguyễn Ánh", "Trần Thị Bình"]


@given(st.text(max_size=80))
def test_composed_and_decomposed_text_have_one_key(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


@given(st.text(max_size=300))
def test_every_text_has_a_key_that_fits_its_column(text: str) -> None:
    key = sort_key(text)
    assert key.isascii()
    assert len(key) <= 700
