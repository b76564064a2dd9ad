"""Draw the sheets that lie among the paper: the batch sheet, separators, sheets that begin a folder.

The one adapter that draws QR codes. What it writes depends on its arguments alone. Every code lies near
the upper left corner with a bar along the top, so that a sheet that lies the wrong way round is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from reportlab.lib.pagesizes import A4  # noqa: TID251 - beside `access.sheets` what draws PDFs
from reportlab.lib.units import mm  # noqa: TID251
from reportlab.lib.utils import simpleSplit  # noqa: TID251
from reportlab.pdfbase import pdfmetrics  # noqa: TID251
from reportlab.pdfbase.ttfonts import TTFont  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from portal.core import typeface

REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
MARGIN = 20 * mm
BAR = 8 * mm
SEPARATOR_CODE = 70 * mm
BATCH_CODE = 45 * mm
LEADING = 1.4
SIGNING = 30 * mm
"""Room for a signature."""


@dataclass(frozen=True, slots=True)
class BatchSheet:
    """The words of a batch sheet; official paper is in Vietnamese."""

    code: str
    archive: str
    heading: str
    facts: Sequence[tuple[str, str]]
    """Label and value, in order; what is not known is a line to be written on."""
    declaration: str
    signatures: Sequence[tuple[str, str]]
    """Who signs, and what stands below that."""


@dataclass(frozen=True, slots=True)
class DividingSheet:
    """One separator, or a sheet with which a folder begins."""

    code: str
    heading: str
    below: str
    """Small words on what it is for, so that nobody throws it away or keeps it as a record."""


def batch_sheet(sheet: BatchSheet) -> bytes:
    """Return the PDF of a batch sheet, one page."""
    target = BytesIO()
    canvas = _canvas(target, sheet.heading)
    width, height = A4
    _bar(canvas)
    _code(canvas, sheet.code, BATCH_CODE)
    left = MARGIN + BATCH_CODE + 8 * mm
    y = height - MARGIN - BAR - 8 * mm
    y = _put(canvas, sheet.archive, REGULAR, 11, left, y, width - MARGIN - left)
    y = _put(canvas, sheet.heading, BOLD, 22, left, y - 3 * mm, width - MARGIN - left)
    _put(canvas, sheet.code, REGULAR, 9, left, y - 2 * mm, width - MARGIN - left)
    y = height - MARGIN - BAR - BATCH_CODE - 14 * mm
    for label, value in sheet.facts:
        y = _fact(canvas, label, value, y)
    y = _put(canvas, sheet.declaration, REGULAR, 11, MARGIN, y - 8 * mm, width - 2 * MARGIN)
    _sign(canvas, sheet.signatures, y - 10 * mm)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def dividing_sheets(title: str, sheets: Sequence[DividingSheet]) -> bytes:
    """Return the PDF of separators or folder sheets, one a page."""
    target = BytesIO()
    canvas = _canvas(target, title)
    width, height = A4
    for sheet in sheets:
        _bar(canvas)
        _code(canvas, sheet.code, SEPARATOR_CODE)
        y = height - MARGIN - BAR - SEPARATOR_CODE - 25 * mm
        y = _put(canvas, sheet.heading, BOLD, 44, MARGIN, y, width - 2 * MARGIN)
        y = _put(canvas, sheet.below, REGULAR, 14, MARGIN, y - 8 * mm, width - 2 * MARGIN)
        _put(canvas, sheet.code, REGULAR, 10, MARGIN, y - 8 * mm, width - 2 * MARGIN)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _canvas(target: BytesIO, title: str) -> Canvas:
    _register()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang="vi")
    canvas.setTitle(typeface.legible(title))
    canvas.setCreator("Mét Giá")
    return canvas


def _bar(canvas: Canvas) -> None:
    """Draw the bar that says which edge is the upper one."""
    width, height = A4
    canvas.setFillGray(0)
    canvas.rect(MARGIN, height - MARGIN, width - 2 * MARGIN, BAR, stroke=0, fill=1)


def _code(canvas: Canvas, text: str, size: float) -> None:
    # Loaded here, for they bring all that is drawn in charts, and few processes print codes.
    from reportlab.graphics import renderPDF  # noqa: PLC0415, TID251
    from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415, TID251
    from reportlab.graphics.shapes import Drawing  # noqa: PLC0415, TID251

    # A third of the squares may be lost to dirt, a staple or a fold.
    widget = QrCodeWidget(text, barLevel="H")
    left, bottom, right, top = widget.getBounds()
    drawing = Drawing(size, size, transform=[size / (right - left), 0, 0, size / (top - bottom), 0, 0])
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, MARGIN, A4[1] - MARGIN - BAR - size)


def _put(canvas: Canvas, text: str, font: str, size: float, left: float, y: float, width: float) -> float:
    """Write a paragraph; return where the next one begins."""
    for line in simpleSplit(typeface.legible(text), font, size, width):
        y -= size * LEADING
        canvas.setFont(font, size)
        canvas.drawString(left, y, line)
    return y


def _fact(canvas: Canvas, label: str, value: str, y: float) -> float:
    """Write a label and its value beside it, or a line where somebody writes by hand."""
    left, width = MARGIN + 55 * mm, A4[0] - 2 * MARGIN - 55 * mm
    below = _put(canvas, label, REGULAR, 11, MARGIN, y, 52 * mm)
    if value:
        return min(below, _put(canvas, value, BOLD, 12, left, y, width)) - 2 * mm
    canvas.setDash(1, 2)
    canvas.line(left, below - 1, left + width, below - 1)
    canvas.setDash()
    return below - 4 * mm


def _sign(canvas: Canvas, signatures: Sequence[tuple[str, str]], y: float) -> None:
    column = (A4[0] - 2 * MARGIN) / max(1, len(signatures))
    for place, (who, name) in enumerate(signatures):
        middle = MARGIN + column * (place + 0.5)
        canvas.setFont(BOLD, 11)
        canvas.drawCentredString(middle, y, typeface.legible(who))
        canvas.setFont(REGULAR, 11)
        canvas.drawCentredString(middle, y - SIGNING, typeface.legible(name))


@lru_cache(maxsize=1)
def _register() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(typeface.REGULAR)))
    pdfmetrics.registerFont(TTFont(BOLD, str(typeface.BOLD)))
