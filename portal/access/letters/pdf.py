"""Draw a letter as PDF. What it writes depends on the letter alone."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import fontpkg_noto_serif
from reportlab.lib.pagesizes import A4  # noqa: TID251 - beside `access.sheets` the one that draws PDFs
from reportlab.lib.units import mm  # noqa: TID251
from reportlab.lib.utils import simpleSplit  # noqa: TID251
from reportlab.pdfbase import pdfmetrics  # noqa: TID251
from reportlab.pdfbase.ttfonts import TTFont  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from portal.access.letters.layout import (
    BODY_SIZE,
    BOTTOM,
    HEAD_SIZE,
    LEFT,
    MOTTO,
    RIGHT,
    SMALL_SIZE,
    STATE,
    TOP,
    VOID,
    Page,
)

REGULAR, ITALIC = "NotoSerif", "NotoSerif-Italic"
_FILES = Path(fontpkg_noto_serif.ROOT) / "files"
LEADING = 1.35
STROKE = 0.35
"""Points by which bold letters are drawn thicker: the face comes in one weight."""
INDENT = 10 * mm
SIGNING = 26 * mm
"""Room for the signature and the seal."""


def write(page: Page) -> bytes:
    """Return the PDF of a letter."""
    _register()
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang="vi")
    canvas.setTitle(_nfc(page.subject or page.about or page.number))
    canvas.setAuthor(_nfc(page.issuer))
    canvas.setCreator("Mét Giá")
    _Sheet(canvas, page).draw()
    canvas.save()
    return target.getvalue()


class _Sheet:
    """Draws from the top down, on to the next sheet where one is full."""

    def __init__(self, canvas: Canvas, page: Page) -> None:
        self._canvas = canvas
        self._page = page
        self._number = 1
        self._left, self._right = LEFT * mm, A4[0] - RIGHT * mm
        self._y = A4[1] - TOP * mm

    def draw(self) -> None:
        page = self._page
        if page.is_void:
            self._centred(VOID, HEAD_SIZE, bold=True)
        self._head()
        if page.type_name:
            self._centred(page.type_name, BODY_SIZE, bold=True, before=18)
            self._centred(page.subject, BODY_SIZE, bold=True)
            self._rule(self._middle, 40 * mm)
        else:
            self._centred(f"Kính gửi: {page.addressee}", BODY_SIZE, before=18)
        self._y -= 12
        for paragraph in page.paragraphs:
            self._paragraph(paragraph)
        self._foot()
        if page.is_void:
            self._void()

    @property
    def _middle(self) -> float:
        return (self._left + self._right) / 2

    def _head(self) -> None:
        """Draw issuer and number at the left, state, motto, place and day at the right."""
        page, top = self._page, self._y
        width = self._right - self._left
        issuing, state = self._left + 0.21 * width, self._left + 0.70 * width
        self._y = top
        if page.above:
            self._column(page.above, issuing, 0.42 * width, HEAD_SIZE - 1)
        self._column(page.issuer, issuing, 0.42 * width, HEAD_SIZE - 1, bold=True)
        self._rule(issuing, 22 * mm)
        self._column(page.number, issuing, 0.42 * width, HEAD_SIZE, before=6)
        if page.about:
            self._column(page.about, issuing, 0.40 * width, SMALL_SIZE + 1)
        left_end, self._y = self._y, top
        self._column(STATE, state, 0.62 * width, HEAD_SIZE - 1, bold=True)
        self._column(MOTTO, state, 0.60 * width, HEAD_SIZE, bold=True)
        self._rule(state, pdfmetrics.stringWidth(MOTTO, REGULAR, HEAD_SIZE))
        self._column(page.place_and_day, state, 0.60 * width, HEAD_SIZE, italic=True, before=6)
        self._y = min(left_end, self._y)

    def _foot(self) -> None:
        """Draw who gets it at the left and who signs at the right, together on one sheet."""
        page = self._page
        lines = max(len(page.recipients) + 1, len(page.authority) + 1)
        self._need(lines * BODY_SIZE * LEADING + SIGNING + 20)
        self._y -= 16
        top, width = self._y, self._right - self._left
        signing = self._left + 0.74 * width
        for line in page.authority:
            self._column(line, signing, 0.48 * width, BODY_SIZE, bold=True)
        self._y -= SIGNING
        self._column(page.signed_name, signing, 0.48 * width, BODY_SIZE, bold=True)
        end, self._y = self._y, top
        self._line("Nơi nhận:", self._left, SMALL_SIZE + 1, bold=True, italic=True)
        for recipient in page.recipients:
            self._line(f"- {recipient}", self._left, SMALL_SIZE)
        self._y = min(end, self._y)

    def _void(self) -> None:
        self._canvas.saveState()
        self._canvas.setFillGray(0.6, alpha=0.5)
        self._canvas.translate(A4[0] / 2, A4[1] / 2)
        self._canvas.rotate(35)
        self._canvas.setFont(REGULAR, 90)
        self._canvas.drawCentredString(0, 0, VOID)
        self._canvas.restoreState()

    def _paragraph(self, text: str) -> None:
        first = True
        width = self._right - self._left
        words = _nfc(text).split()
        while words:
            room = width - (INDENT if first else 0)
            count = _fitting(words, room)
            self._need(BODY_SIZE * LEADING)
            self._line(" ".join(words[:count]), self._left + (INDENT if first else 0), BODY_SIZE)
            words, first = words[count:], False
        self._y -= 4

    def _centred(self, text: str, size: float, *, bold: bool = False, before: float = 0) -> None:
        self._column(text, self._middle, self._right - self._left, size, bold=bold, before=before)

    def _column(
        self,
        text: str,
        middle: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        italic: bool = False,
        before: float = 0,
    ) -> None:
        self._y -= before
        face = ITALIC if italic else REGULAR
        for line in simpleSplit(_nfc(text), face, size, width):
            left = middle - pdfmetrics.stringWidth(line, face, size) / 2
            self._line(line, left, size, bold=bold, italic=italic)

    def _line(self, text: str, left: float, size: float, *, bold: bool = False, italic: bool = False) -> None:
        self._y -= size * LEADING
        # What a text sets holds for the next ones, too, unless the state is put back.
        self._canvas.saveState()
        writing = self._canvas.beginText(left, self._y)
        writing.setFont(ITALIC if italic else REGULAR, size)
        if bold:
            # Filled and outlined: the same letters, thicker.
            writing.setTextRenderMode(2)
            self._canvas.setLineWidth(STROKE)
        writing.textOut(_nfc(text))
        self._canvas.drawText(writing)
        self._canvas.restoreState()

    def _rule(self, middle: float, width: float) -> None:
        self._y -= 6
        self._canvas.setLineWidth(0.7)
        self._canvas.line(middle - width / 2, self._y, middle + width / 2, self._y)

    def _need(self, room: float) -> None:
        if self._y - room >= BOTTOM * mm:
            return
        if self._page.is_void:
            self._void()
        self._canvas.showPage()
        self._number += 1
        self._y = A4[1] - TOP * mm
        # From the second page on, Decree 30 numbers them in the middle above.
        self._canvas.setFont(REGULAR, HEAD_SIZE)
        self._canvas.drawCentredString(A4[0] / 2, A4[1] - 12 * mm, str(self._number))


def _fitting(words: list[str], room: float) -> int:
    """Return how many words fit into a line; at least one."""
    for count in range(len(words), 1, -1):
        if pdfmetrics.stringWidth(" ".join(words[:count]), REGULAR, BODY_SIZE) <= room:
            return count
    return 1


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=1)
def _register() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(_FILES / "NotoSerif[wdth,wght].ttf")))
    pdfmetrics.registerFont(TTFont(ITALIC, str(_FILES / "NotoSerif-Italic[wdth,wght].ttf")))
