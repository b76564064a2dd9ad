"""Words with two slips: what counts as one, and that the work does not grow with the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from portal.search import slips


@pytest.mark.parametrize(
    ("one", "other", "slips_between"),
    [
        ("nghieng", "nghieng", 0),
        ("nghieng", "nghiegn", 1),
        ("nghieng", "gnhiegn", 2),
        ("nghieng", "nghien", 1),
        ("nghieng", "ngieeng", 2),
        ("nghieng", "xxghieng", 2),
        ("nghieng", "khuyen", 3),
        ("ab", "ba", 1),
        ("", "ab", 2),
    ],
)
def test_two_neighbours_changed_about_are_one_slip(one: str, other: str, slips_between: int) -> None:
    assert slips.distance(one, other) == slips_between
    assert slips.distance(other, one) == slips_between


class Words:
    """Words of an index, in order, and how much was asked of them."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = sorted(words)
        self.asked = 0
        self.given = 0

    def beginning(self, stem: str) -> Iterator[str]:
        self.asked += 1
        for word in self.words:
            if word.startswith(stem):
                self.given += 1
                yield word


@pytest.mark.parametrize(
    "typed", ["nghieeeng", "nghixxng", "ngheing", "gnhiegn", "ghieeng", "nnghiegn", "xghixng", "nghienghi"]
)
def test_a_long_word_is_found_by_two_slips(typed: str) -> None:
    assert "nghieng" in slips.near(typed, Words(["nghieng", "nghiem", "khuyen"]).beginning)


@pytest.mark.parametrize("typed", ["nghixx", "gnihieng", "nghi3ng9", "xyghieng"])
def test_short_words_numbers_and_two_slips_at_the_beginning_are_left(typed: str) -> None:
    assert slips.near(typed, Words(["nghieng"]).beginning) == []


def test_the_nearest_comes_first_and_the_word_itself_never() -> None:
    words = Words(["nghiengab", "nghienga", "nghieng"])
    assert slips.near("nghieng", words.beginning) == ["nghienga", "nghiengab"]


def test_the_work_has_an_end_however_many_words_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips, "MOST_LOOKED_AT", 250)
    many = Words([f"{first}ghi{number:06d}" for first in "abcn" for number in range(200)])
    slips.near("nghixxxxxx", many.beginning)
    assert many.given == 250
    few = Words(["nghieng"])
    slips.near("abcdefgh", few.beginning)
    assert few.asked < 230
