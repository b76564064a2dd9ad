"""The mark in the pixels, and the letters it is written in."""

from __future__ import annotations

import unicodedata
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from portal.access import marking
from portal.core import typeface

MARK = "Nguyễn Thị Thuỳ Dương · YC-2026-000001 · 22/11/2026 17:05"

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
LETTERS = sorted(
    {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    | set("bcdđghklmnpqrstvx")
)
ALL = [*LETTERS, *(letter.upper() for letter in LETTERS)]


def jpeg(size: tuple[int, int] = (800, 1131), colour: str = "white") -> bytes:
    page = BytesIO()
    Image.new("RGB", size, colour).save(page, "JPEG", comment=b"private words", exif=b"Exif\x00\x00private")
    return page.getvalue()


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image


def test_every_vietnamese_letter_has_a_drawing_of_its_own() -> None:
    assert len(ALL) == 2 * 89
    face = typeface.sized(typeface.BOLD, 48)
    box = bytes(face.getmask("\uffff"))
    drawn = {letter: bytes(face.getmask(letter)) for letter in ALL}
    assert box not in drawn.values()
    assert len(set(drawn.values())) == len(ALL)
    assert typeface.legible("".join(ALL)) == "".join(ALL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nguyễn Văn Đức", "Nguyễn Văn Đức"),
        (unicodedata.normalize("NFD", "Thuỳ"), "Thuỳ"),
        ("Ḽê", "Lê"),
        ("阮 Văn", "? Văn"),
        ("a\tb\nc", "a b c"),
        ("bell\x07", "bell?"),
    ],
)
def test_letters_that_the_face_lacks_never_become_boxes(text: str, expected: str) -> None:
    assert typeface.legible(text) == expected


@pytest.mark.parametrize("colour", ["white", "black", "#c8b088"])
def test_the_mark_is_seen_on_any_ground_in_every_part_of_the_page(colour: str) -> None:
    plain = jpeg(colour=colour)
    before, after = opened(plain).convert("L"), opened(marking.marked(plain, MARK)).convert("L")
    changed = ImageChops.difference(before, after)
    for across in range(2):
        for down in range(4):
            part = changed.crop((across * 400, down * 282, across * 400 + 400, min(1131, down * 282 + 282)))
            assert part.getextrema()[1] > 20, (across, down)


def test_a_marked_page_keeps_its_size_and_its_print() -> None:
    page = Image.new("RGB", (800, 1131), "white")
    page.paste("black", (100, 100, 700, 130))
    plain = BytesIO()
    page.save(plain, "JPEG")
    after = opened(marking.marked(plain.getvalue(), MARK)).convert("L")
    assert after.size == (800, 1131)
    # Print stays darker than the mark on bare paper, so both can be read.
    assert after.crop((110, 105, 690, 125)).getextrema()[1] < 110
    assert after.crop((0, 200, 800, 900)).getextrema()[0] > 130


def test_different_marks_make_different_pixels() -> None:
    plain = jpeg()
    assert marking.marked(plain, MARK) == marking.marked(plain, MARK)
    assert marking.marked(plain, MARK) != marking.marked(plain, MARK.replace("000001", "000002"))


def test_nothing_of_the_old_file_but_pixels_is_in_the_new() -> None:
    plain = jpeg()
    assert b"private" in plain
    assert b"private" not in marking.marked(plain, MARK)


@pytest.mark.parametrize("size", [(40, 3000), (3000, 40), (1, 1), (200, 283)])
def test_odd_pages_are_marked_too(size: tuple[int, int]) -> None:
    assert opened(marking.marked(jpeg(size), MARK)).size == size


def test_a_very_long_name_stays_within_the_page() -> None:
    page = opened(marking.marked(jpeg(), f"{'Công Tằng Tôn Nữ ' * 11}· YC-2026-000001 · 22/11/2026 17:05"))
    lower_edge = page.convert("L").crop((0, 1080, 800, 1131))
    assert lower_edge.crop((0, 0, 3, 51)).getextrema()[0] > 150


def test_the_mark_goes_on_from_one_tile_to_the_next() -> None:
    whole, step = (1300, 1700), 512
    expected = opened(marking.marked(jpeg(whole), MARK)).convert("L")
    together = Image.new("L", whole)
    for top in range(0, whole[1], step):
        for left in range(0, whole[0], step):
            part = jpeg((min(step, whole[0] - left), min(step, whole[1] - top)))
            tile = marking.marked(part, MARK, whole, (left, top))
            together.paste(opened(tile).convert("L"), (left, top))
    changed = ImageChops.difference(expected, together).histogram()
    assert sum(changed[80:]) == 0, "no line breaks off and none is where the page has none"
    assert ImageChops.difference(expected, Image.new("L", whole, "white")).getextrema()[1] > 150


def test_every_tile_of_a_page_bears_the_mark() -> None:
    whole, step = (2480, 3508), 512
    for top in range(0, whole[1], step):
        for left in range(0, whole[0], step):
            part = jpeg((min(step, whole[0] - left), min(step, whole[1] - top)))
            tile = opened(marking.marked(part, MARK, whole, (left, top))).convert("L")
            assert tile.getextrema()[0] < 235, (left, top)
