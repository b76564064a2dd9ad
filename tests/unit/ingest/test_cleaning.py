"""Uneven paper, specks and pale ink: done away with where they surely are, and only there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from portal.demo import typeface
from portal.ingest import recognition
from portal.ingest.ocr.tesseract import Tesseract
from portal.ingest.stages import clean, paper, render, specks

SIZE = (1654, 2338)
TEXT = "Căn cứ Luật Tổ chức chính quyền địa phương ......... số 1;"


def sheet(rows: int = 24, ink: int = 20, white: int = 255) -> Image.Image:
    page = Image.new("L", SIZE, white)
    pen = ImageDraw.Draw(page)
    for row in range(rows):
        pen.text((200, 200 + 80 * row), TEXT, fill=ink, font=typeface.drawn(33))
    return page


def specked(page: Image.Image, number: int) -> Image.Image:
    dice, dirty = random.Random(7), page.copy()
    for _ in range(number):
        x, y = dice.randrange(SIZE[0] - 3), dice.randrange(SIZE[1] - 3)
        dirty.paste(0, (x, y, x + 2, y + 2))
    return dirty


def shaded(page: Image.Image) -> Image.Image:
    shadow = Image.linear_gradient("L").rotate(90).resize(page.size).point(lambda value: 130 + value // 2)
    return ImageChops.multiply(page, shadow)


def ink(page: Image.Image) -> int:
    return sum(page.histogram()[:128])


def test_specks_go_and_the_dots_and_marks_of_letters_stay() -> None:
    page = sheet()
    dirty = specked(page, 1500)
    cleaned = specks.without_specks(dirty)
    assert ink(cleaned) - ink(page) < 0.35 * (ink(dirty) - ink(page))
    lost = ImageChops.subtract(cleaned, page).point(lambda value: 255 if value > 128 else 0)
    assert lost.histogram()[255] < 0.001 * ink(page)


@pytest.mark.parametrize("number", [0, 60])
def test_a_page_with_few_specks_stays_as_it_is(number: int) -> None:
    page = specked(sheet(), number)
    assert specks.without_specks(page) is page


def test_a_shadow_goes_and_the_ink_in_it_stays() -> None:
    even = paper.evened(shaded(sheet()))
    assert min(even.reduce(16).crop((10, 5, 90, 9)).getextrema()) > 235  # type: ignore[type-var]
    assert ink(even) == pytest.approx(ink(sheet()), rel=0.15)


@pytest.mark.parametrize("white", [255, 210])
def test_even_paper_stays_as_it_is(white: int) -> None:
    page = sheet(white=white)
    assert paper.evened(page) is page


@pytest.mark.parametrize("size", [(1, 1), (15, 300), (79, 81)])
def test_the_smallest_pictures_pass(size: tuple[int, int]) -> None:
    tiny = Image.new("L", size, 200)
    assert specks.without_specks(paper.evened(tiny)).size == size


def test_pale_ink_can_be_made_black_and_bare_grain_cannot() -> None:
    pale = clean.cleared(sheet(rows=3, ink=180, white=210))
    assert pale is not None
    assert pale.getextrema() == (0, 255)
    assert clean.cleared(Image.effect_noise(SIZE, 6).point(lambda value: value + 80)) is None


@pytest.mark.ocr
def test_a_few_pale_lines_are_no_blank_page(tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    grain = Image.effect_noise(SIZE, 16)
    ImageChops.add(sheet(rows=2, ink=150, white=210), grain, offset=-128).save(file, dpi=(200, 200))
    said = recognition.read(Tesseract("tesseract"), render.frame(file, 0), 60)
    assert said.source == "ocr"
    assert "chính quyền địa phương" in said.text
