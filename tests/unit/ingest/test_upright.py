"""A page on its side or its head is looked at once more, the other way up, and never ends worse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from portal.catalogue.readings import Word
from portal.demo import typeface
from portal.ingest import recognition
from portal.ingest.errors import UnusablePageError
from portal.ingest.ocr.engine import Recognised
from portal.ingest.ocr.lines import Line
from portal.ingest.ocr.tesseract import Tesseract
from portal.ingest.stages import upright
from portal.ingest.stages.render import Picture

SIZE = (900, 1200)
ROWS = (
    "Căn cứ Luật Tổ chức chính quyền",
    "địa phương ngày 19 tháng 6 năm",
    "Ủy ban nhân dân tỉnh quyết định",
    "giao Sở Nội vụ hướng dẫn các xã",
    "lập hồ sơ, giao nộp tài liệu và",
    "báo cáo kết quả trước tháng sau",
)
TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
"""How a page was fed, and so by how many degrees clockwise it must be turned."""


def sheet() -> Image.Image:
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    for row, text in enumerate(ROWS * 3):
        pen.text((150, 120 + 80 * row), text, fill=20, font=typeface.drawn(50))
    return page


def picture(page: Image.Image) -> Picture:
    return Picture(image=page, copy=page, dpi=150)


class Stub:
    """Says something else with each look, and which way is up."""

    def __init__(self, *looks: Sequence[Word] | UnusablePageError, way: int = 90) -> None:
        self.looks = list(looks)
        self.way = way
        self.asked = 0

    def recognise(self, picture: Path, seconds: int) -> Recognised:
        words = self.looks.pop(0)
        if isinstance(words, UnusablePageError):
            raise words
        return Recognised("", list(words), "stub", [Line((1, 1, 1), 1, list(words))])

    def way_up(self, picture: Path, seconds: int) -> int:
        self.asked += 1
        return self.way


def word(text: str, sure: float, left: int = 300) -> Word:
    return (text, left, 400, 200, 50, sure)


def dark_sheet() -> Picture:
    page = Image.new("L", SIZE, 250)
    page.paste(0, (300, 400, 700, 450))
    return picture(page)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_boxes_of_the_turned_copy_come_back_to_the_page(degrees: int) -> None:
    mark = Image.new("L", SIZE, 255)
    mark.paste(0, (100, 200, 340, 230))
    box = upright.turned(mark, degrees).point([255 if value < 128 else 0 for value in range(256)]).getbbox()
    assert box is not None
    found: Word = ("x", box[0], box[1], box[2] - box[0], box[3] - box[1], 90.0)
    assert upright.turned_back([found], degrees, SIZE) == [("x", 100, 200, 240, 30, 90.0)]


def test_a_sure_page_is_looked_at_once() -> None:
    engine = Stub([word("Quyết", 95.0)])
    said = recognition.read(engine, dark_sheet(), 10)
    assert (engine.asked, said.text, said.engine) == (0, "Quyết", "stub")


def test_words_that_are_higher_than_wide_lie_on_their_side() -> None:
    assert upright.is_doubtful([("Quyết", 10, 10, 40, 200, 95.0), ("1", 10, 300, 20, 40, 95.0)])
    assert not upright.is_doubtful([("Quyết", 10, 10, 200, 40, 95.0), ("1", 300, 10, 20, 40, 95.0)])


def test_the_way_up_that_brings_more_that_is_sure_is_kept() -> None:
    said = recognition.read(Stub([word("yếtuQ", 45.0)], [word("Quyết", 95.0)]), dark_sheet(), 10)
    assert (said.text, said.engine) == ("Quyết", "stub, 2 looks")
    # Turned by 90 degrees clockwise, so the word is higher than wide where people see it.
    assert said.words == [("Quyết", 400, 1200 - 300 - 200, 50, 200, 95.0)]


def test_a_second_look_that_is_less_sure_changes_nothing_but_the_count() -> None:
    engine = Stub([word("Số", 62.0), word("mờ", 50.0, left=510)], [word("oáv", 41.0)])
    said = recognition.read(engine, dark_sheet(), 10)
    assert (said.text, said.engine) == ("Số mờ", "stub, 2 looks")


def test_a_second_look_that_fails_does_not_lose_the_first() -> None:
    engine = Stub([word("mờ", 50.0), word("Số", 50.0)], UnusablePageError("page_too_slow"))
    assert recognition.read(engine, dark_sheet(), 10).text == "mờ Số"


def test_a_doubtful_page_that_stands_upright_is_not_looked_at_again() -> None:
    engine = Stub([word("mờ", 50.0), word("Số", 50.0)], way=0)
    assert recognition.read(engine, dark_sheet(), 10).engine == "stub"
    assert engine.asked == 1


def test_lines_on_their_side_give_way_to_nearly_as_many_upright_ones() -> None:
    upright_words = [word("Quyết", 95.0)] * 19
    on_side: list[Word] = [("Quyết", 10, 10, 40, 200, 95.0)] * 20
    assert upright.is_better(upright_words, on_side)
    assert not upright.is_better(upright_words[:10], on_side)
    assert not upright.is_better(upright_words, [word("Quyết", 95.0)] * 20)


@pytest.mark.ocr
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_read_and_its_boxes_lie_where_its_words_are(degrees: int) -> None:
    page = sheet()
    fed = page.transpose(TURNS[degrees])
    said = recognition.read(Tesseract("tesseract"), picture(fed), 60)
    assert [line for line in said.text.splitlines() if line][: len(ROWS)] == list(ROWS)
    assert said.engine.endswith(", 2 looks")
    _, left, top, width, height, _ = next(one for one in said.words if one[0] == "Luật")
    seen = fed.crop((left, top, left + width, top + height)).transpose(TURNS[360 - degrees])
    assert seen.width > seen.height
    straight = next(
        one for one in recognition.read(Tesseract("tesseract"), picture(page), 60).words if one[0] == "Luật"
    )
    assert seen.size == pytest.approx(straight[3:5], abs=4)


@pytest.mark.ocr
def test_too_few_letters_do_not_tell_which_way_is_up(tmp_path: Path) -> None:
    path = tmp_path / "page.pgm"
    Image.new("L", (600, 400), 255).save(path)
    assert Tesseract("tesseract").way_up(path, 30) == 0
