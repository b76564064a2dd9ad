"""Third stage: a PDF's own text, used only where it is the page.

A signature's few characters over a scan are not; nor is the hidden text that another
program recognised; nor text whose font does not say which letters it draws.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from portal.catalogue.readings import Word
from portal.ingest import pictures
from portal.ingest.ocr.lines import Line
from portal.ingest.ocr.pdfium import Glyph, PdfSide

LARGEST_PICTURE = 0.3
"""Share of the page above which a raster image may hold text of its own."""

FEWEST_LETTERS = 20
MOST_INK_OUTSIDE = 0.1
"""Share of the ink that may lie outside the boxes: rules of tables, lines under headings."""

FEWEST_INKED = 0.95
"""Share of the words that must have ink under them; the rest would be hidden text."""

INK_WIDTH = 900
"""Px of the small copy on which ink is looked for; about 110 dpi on A4."""

MOST_ODD_LETTERS = 0.02
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzđ")
MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
"""Grave, acute, circumflex, tilde, breve, hook, horn, dot below: what Vietnamese letters are made of."""

SURE = 100.0


@dataclass(frozen=True, slots=True)
class OwnText:
    """The text of the page as the file says it, in its order. Boxes are in px of the page image."""

    lines: list[Line]


def own_text(side: PdfSide, copy: Image.Image, width: int, height: int) -> OwnText | None:
    """Return the page's own text where it covers the page, else None.

    Args:
        copy: the page in gray, without form widgets.
        width: of the page image, in px.
        height: of the page image, in px.
    """
    if side.largest_picture() > LARGEST_PICTURE:
        return None
    glyphs = side.glyphs(width, height)
    if not _is_clean(glyphs):
        return None
    lines = [Line((0, 0, 0), number, words) for number, words in enumerate(_words_of_lines(glyphs), start=1)]
    if not _covers([word for line in lines for word in line.words], copy, width, height):
        return None
    return OwnText(lines)


def _is_clean(glyphs: list[Glyph]) -> bool:
    letters = [glyph.character for glyph in glyphs if glyph.character.isalpha()]
    if len(letters) < FEWEST_LETTERS:
        return False
    if not all(glyph.is_trusted and _is_known(glyph.character) for glyph in glyphs):
        return False
    return sum(map(_is_odd_latin, letters)) <= MOST_ODD_LETTERS * len(letters)


def _is_known(character: str) -> bool:
    """Tell whether it is a character of text: no private, unassigned, broken or control character."""
    if character in "\r\n\t":
        return True
    return character != "\ufffd" and unicodedata.category(character) not in ("Co", "Cn", "Cs", "Cc")


def _is_odd_latin(letter: str) -> bool:
    """Tell whether it is a Latin letter that Vietnamese does not have.

    Texts in the fonts of the time before Unicode (TCVN3, VNI) are full of them: "céng hoµ x·".
    """
    base = unicodedata.normalize("NFD", letter.lower())
    if base[0] in PLAIN and set(base[1:]) <= MARKS:
        return False
    return letter == "µ" or unicodedata.name(letter, "").startswith("LATIN")


def _words_of_lines(glyphs: list[Glyph]) -> Iterator[list[Word]]:
    words: list[Word] = []
    run: list[Glyph] = []
    for glyph in glyphs:
        if not glyph.character.isspace():
            run.append(glyph)
            continue
        _close(run, words)
        run = []
        if glyph.character in "\r\n" and words:
            yield words
            words = []
    _close(run, words)
    if words:
        yield words


def _close(run: list[Glyph], found: list[Word]) -> None:
    boxed = [glyph for glyph in run if glyph.right > glyph.left or glyph.bottom > glyph.top]
    if not boxed:
        return
    left, top = min(glyph.left for glyph in boxed), min(glyph.top for glyph in boxed)
    right, bottom = max(glyph.right for glyph in boxed), max(glyph.bottom for glyph in boxed)
    text = "".join(glyph.character for glyph in run)
    found.append((text, left, top, max(1, right - left), max(1, bottom - top), SURE))


def _covers(words: list[Word], copy: Image.Image, width: int, height: int) -> bool:
    """Tell whether nearly all ink lies under words, and nearly all words over ink."""
    factor = min(1.0, INK_WIDTH / copy.width)
    small = copy.resize(
        (max(1, round(copy.width * factor)), max(1, round(copy.height * factor))), Image.Resampling.BOX
    )
    ink = small.point(lambda value: 0 if value < 160 else 255)
    across, down = small.width / width, small.height / height
    boxes = [_box(word, across, down) for word in words]
    inked = sum(1 for box in boxes if ink.crop(box).getextrema()[0] == 0)
    if inked < FEWEST_INKED * len(boxes):
        return False
    before = pictures.ink_share(ink)
    paper = ImageDraw.Draw(ink)
    for box in boxes:
        paper.rectangle(box, fill=255)
    return pictures.ink_share(ink) <= MOST_INK_OUTSIDE * before


def _box(word: Word, across: float, down: float) -> tuple[int, int, int, int]:
    """Return the word's box on the small copy, two px larger on each side for accents and rounding."""
    _, left, top, width, height, _ = word
    return (
        max(0, round(left * across) - 2),
        max(0, round(top * down) - 2),
        round((left + width) * across) + 2,
        round((top + height) * down) + 2,
    )
