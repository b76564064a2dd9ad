"""Lay out the PDF of a copy: a cover with citation and conditions, then the marked pages.

The one place that knows reportlab. What it writes depends on its arguments alone, so a
copy that is built again has the same digest. Nothing of the original file goes in but pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO

from reportlab import rl_config  # noqa: TID251 - the one adapter of the PDF writer
from reportlab.lib.pagesizes import A4  # noqa: TID251
from reportlab.lib.utils import ImageReader, simpleSplit  # noqa: TID251
from reportlab.pdfbase import pdfmetrics  # noqa: TID251
from reportlab.pdfbase.ttfonts import TTFont  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from portal.core import typeface

REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
POINTS_PER_INCH = 72
MARGIN = 56.0
LEADING = 1.45
STRIP = 26.0
"""Points below each page image for the same mark as text."""
SMALL = 8.0


@dataclass(frozen=True, slots=True)
class Cover:
    """The words of the first sheet, in the reader's language."""

    language: str
    archive: str
    heading: str
    facts: Sequence[tuple[str, str]]
    """Label and value, in order; a fact without value is left out."""
    conditions_heading: str
    conditions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the copy."""

    jpeg: bytes | None
    """Already marked; None where there is no image, then `caption` says so."""
    caption: str
    inches: tuple[float, float]
    """Width and height of the paper."""


def write(target: BinaryIO, cover: Cover, sheets: Iterable[Sheet]) -> None:
    """Write the PDF to an open file."""
    _register()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang=cover.language)
    canvas.setTitle(typeface.legible(cover.heading))
    canvas.setAuthor(typeface.legible(cover.archive))
    canvas.setCreator("Mét Giá")
    canvas.setSubject("")
    _write_cover(canvas, cover)
    for sheet in sheets:
        _write_sheet(canvas, sheet)
    canvas.save()


class _Column:
    """Text that runs down a sheet and on to the next where it is full."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._top = A4[1] - MARGIN
        self._y = self._top

    def put(self, text: str, font: str, size: float, after: float = 0.0) -> None:
        """Write a paragraph, broken into lines; `after` points stay free below it."""
        for line in simpleSplit(typeface.legible(text), font, size, A4[0] - 2 * MARGIN):
            if self._y - size * LEADING < MARGIN:
                self._canvas.showPage()
                self._y = self._top
            self._y -= size * LEADING
            # Set each time, for a new sheet begins with the writer's own font.
            self._canvas.setFont(font, size)
            self._canvas.drawString(MARGIN, self._y, line)
        self._y -= after


def _write_cover(canvas: Canvas, cover: Cover) -> None:
    column = _Column(canvas)
    column.put(cover.archive, REGULAR, 11, after=18)
    column.put(cover.heading, BOLD, 18, after=20)
    for label, value in cover.facts:
        if value:
            column.put(label, BOLD, 9)
            column.put(value, REGULAR, 11, after=9)
    column.put(cover.conditions_heading, BOLD, 11, after=4)
    for number, condition in enumerate(cover.conditions, start=1):
        column.put(f"{number}. {condition}", REGULAR, 10, after=3)
    canvas.showPage()


def _write_sheet(canvas: Canvas, sheet: Sheet) -> None:
    width, height = (side * POINTS_PER_INCH for side in sheet.inches)
    canvas.setPageSize((width, height + STRIP))
    if sheet.jpeg is not None:
        canvas.drawImage(ImageReader(BytesIO(sheet.jpeg)), 0, STRIP, width, height)
    caption = typeface.legible(sheet.caption)
    size = min(SMALL, SMALL * (width - 2 * SMALL) / pdfmetrics.stringWidth(caption, REGULAR, SMALL))
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString(width / 2, STRIP / 2 - size / 3, caption)
    canvas.showPage()


@lru_cache(maxsize=1)
def _register() -> None:
    # Images as they are; written in letters they would be a quarter larger.
    rl_config.useA85 = 0
    pdfmetrics.registerFont(TTFont(REGULAR, str(typeface.REGULAR)))
    pdfmetrics.registerFont(TTFont(BOLD, str(typeface.BOLD)))
