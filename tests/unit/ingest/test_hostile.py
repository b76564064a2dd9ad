"""Bombs, loops, claims, cuts, disguises: each ends in pages or in a code, behind walls, within its limits."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from config import Settings
from portal.catalogue.readings import Reading
from portal.core import house
from portal.core.errors import PortalError
from portal.core.messages import MESSAGES
from portal.ingest import media, scans
from portal.ingest.sandbox import answers, keeper, process, walls
from portal.ingest.sandbox.process import Command, LyingError
from tests.fixtures import bombs, hostile, papers
from tests.fixtures.hostile import Hostile

GENERIC = {"internal", "reader_died", "file_crashes", "page_crashes"}


@pytest.fixture(autouse=True)
def no_child_left(settings: Settings) -> Iterator[None]:
    house.configure(settings)
    yield
    keeper.dismiss()


def verdict(path: Path) -> str:
    """Return the code of the refusal, or that there are pages."""
    try:
        keeper.count(path, media.of_file(path))
    except PortalError as error:
        return error.code
    return hostile.PAGES


@pytest.mark.parametrize("one", hostile.FILES, ids=lambda one: ascii(one.name)[:40])
def test_each_ends_in_the_right_verdict(one: Hostile, tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(one.make())
    found = verdict(path)
    assert found in one.verdicts
    assert found not in GENERIC
    assert found == hostile.PAGES or found in MESSAGES
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name != "home") == ["original"]


def test_there_are_enough_of_them_and_each_is_of_its_own_kind() -> None:
    assert len(hostile.FILES) >= 30
    assert len({one.name for one in hostile.FILES}) == len(hostile.FILES)


@pytest.mark.parametrize(
    "name", ["filter-bomb-deep.pdf", "image-bomb.pdf", "sheet-of-a-country.pdf", "no-sheet.pdf"]
)
def test_a_page_that_unfolds_has_an_image_of_a_sensible_size_or_a_code(name: str, tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(next(one for one in hostile.FILES if one.name == name).make())
    assert _pixels_or_code(path) in {"page_too_slow", "page_too_costly", "page_damaged", "few pixels"}


def _pixels_or_code(path: Path) -> str:
    try:
        shown = keeper.image(path, 0)
    except PortalError as error:
        return error.code
    return "few pixels" if shown.width * shown.height <= 50_000_000 else "many pixels"


def test_a_form_that_draws_itself_costs_its_page_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(bombs.self_drawing_form())
    good.write_bytes(papers.png(papers.picture((), 20)))
    with monkeypatch.context() as patched, pytest.raises(PortalError) as caught:
        patched.setattr(keeper, "IMAGE_SECONDS", 3.0)
        keeper.image(bad, 0)
    assert caught.value.code in ("page_too_slow", "page_too_costly")
    assert keeper.image(good, 0).size == papers.picture((), 20).size


def test_a_giant_is_brought_down_and_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "original"
    path.write_bytes(bombs.white_png(12_000, 9_000))
    shown = keeper.image(path, 0)
    assert shown.width * shown.height <= 40_000_000
    assert shown.width * 9_000 == pytest.approx(shown.height * 12_000, rel=0.01)


def test_the_child_of_a_file_serves_its_next_pages_and_not_more_than_32(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(papers.tiff([papers.picture((), 20)] * 3))
    other.write_bytes(papers.tiff([papers.picture((), 20)] * 3))
    children = []
    for frame in range(keeper.PAGES_OF_A_CHILD + 1):
        keeper.image(path, frame % 3)
        assert keeper._kept is not None
        children.append(keeper._kept.process.pid)
    assert len(set(children[: keeper.PAGES_OF_A_CHILD])) == 1
    assert children[-1] != children[0]
    keeper.image(other, 0)
    assert keeper._kept.process.pid not in children


def test_a_child_that_ended_between_two_pages_costs_neither(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(papers.tiff([papers.picture((), 20)] * 2))
    keeper.image(path, 0)
    assert keeper._kept is not None
    ended = keeper._kept.process
    os.kill(ended.pid, signal.SIGKILL)
    ended._process.wait()
    assert keeper.image(path, 1).width > 0
    assert keeper._kept.process is not ended


def test_a_second_try_has_only_what_is_left_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def outgrown(_path: Path, _question: object, seconds: float, _memory: int) -> None:
        given.append(seconds)
        raise process.OutgrownError

    monkeypatch.setattr(keeper, "_asked", outgrown)
    with pytest.raises(PortalError):
        keeper.count(tmp_path, media.MediaType.PNG)
    assert given[0] == keeper.COUNT_SECONDS
    assert given[1] < given[0]


@pytest.mark.parametrize(
    "told",
    [
        {"fault": "file", "code": "no_such_code", "values": {}},
        {"fault": "file", "code": "image_too_large", "values": {"fields": 1}},
        {"fault": "file", "code": "image_too_large", "values": {"number": "<b>"}},
        {"fault": "nobody", "code": "file_damaged", "values": {}},
        {"fault": "file", "code": ["file_damaged"], "values": {}},
    ],
)
def test_a_failure_that_is_none_of_ours_is_a_lie(told: answers.Told) -> None:
    with pytest.raises(LyingError):
        answers.failure(told)


@pytest.mark.parametrize(
    "about", [["RGB", 9, 9], ["L", -3, -3], ["P", 3, 3], ["L", 3], "L", ["L", True, 9], ["L", 1e1, 1]]
)
def test_an_image_that_does_not_fit_its_pixels_is_a_lie(about: object) -> None:
    with pytest.raises(LyingError):
        answers.image({"image": about}, bytearray(9))


READING = dict(
    answers.of_reading(
        Reading(
            source="ocr",
            engine="tesseract",
            text="chữ",
            words=[("chữ", 1, 2, 3, 4, 90.0)],
            width=3,
            height=3,
            dpi=300,
            milliseconds=5,
        )
    )
)


def as_told() -> dict[str, object]:
    """Return the reading as the other side gets it."""
    packed = answers.packed(READING)
    return dict(answers.told(packed[process.LENGTHS.size :]))


def test_a_reading_comes_as_it_was_sent() -> None:
    packed = answers.packed(READING, Image.new("L", (3, 3)))
    length, _ = process.LENGTHS.unpack_from(packed)
    words, pixels = packed[16 : 16 + length], bytearray(packed[16 + length :])
    told = answers.told(words)
    assert answers.image(told, pixels).size == (3, 3)
    seen = answers.reading(told, (3, 3))
    assert (seen.text, seen.words) == ("chữ", [("chữ", 1, 2, 3, 4, 90.0)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "human"},
        {"text": 5},
        {"text": "x" * 3_000_000},
        {"words": "chữ"},
        {"words": [["chữ", 1, 2, 3, 4]]},
        {"words": [["chữ", 1, 2, 3, 4, float("nan")]]},
        {"words": [["chữ", "1", 2, 3, 4, 90.0]]},
        {"width": 4},
        {"dpi": 0},
        {"milliseconds": 10**30},
        {"engine": None},
    ],
)
def test_a_reading_with_a_wrong_field_is_a_lie(wrong: dict[str, object]) -> None:
    with pytest.raises(LyingError):
        answers.reading({**as_told(), **wrong}, (3, 3))


def test_letters_that_cannot_be_kept_are_replaced() -> None:
    seen = answers.reading({**as_told(), "text": "a\0b\ud800c"}, (3, 3))
    assert seen.text == "ab?c"


@pytest.mark.parametrize(
    "program", ["import os\nos.abort()", "print('{}' * 99)", "import time\ntime.sleep(99)"]
)
def test_a_child_that_was_taken_over_costs_its_file_and_the_house_goes_on(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    path = tmp_path / "original"
    path.write_bytes(papers.png(papers.picture((), 20)))
    with monkeypatch.context() as taken_over:
        taken_over.setattr(keeper, "COUNT_SECONDS", 2.0)
        hijacked: Command = walls.around([sys.executable, "-c", program])
        taken_over.setattr(walls, "around", lambda *_: hijacked)
        assert verdict(path) in ("file_crashes", "file_too_slow")
    assert verdict(path) == hostile.PAGES


def test_odd_names_are_kept_so_that_they_can_be_shown() -> None:
    for one in hostile.FILES:
        name = scans.clean_name(one.name)
        assert 0 < len(name) <= scans.LONGEST_NAME
        assert name.isprintable()
