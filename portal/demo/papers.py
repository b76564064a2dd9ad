"""Draw an official paper laid out as Decree 30/2020 asks, as the scanner would bring it.

The drawing is deterministic: the same paper gives the same pixels, so that the same
bytes are taken in once. Measures are millimetres on A4, turned into px at 300 dpi.
"""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from portal.demo import typeface

DPI = 300
WIDTH_MM, HEIGHT_MM = 210, 297
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30, 18, 22, 22
BODY_PT, SMALL_PT = 13, 12
INK = 24
PAPER = 252

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on an official paper, in the places of Decree 30/2020, appendix I."""

    superior: str
    issuer: str
    number: str
    place: str
    issued_on: date
    type_name: str
    subject: str
    paragraphs: Lines
    signed_for: str
    post: str
    signer: str
    recipients: Lines


def px(millimetres: float) -> int:
    """Return millimetres on paper as px at 300 dpi."""
    return round(millimetres * DPI / 25.4)


def draw(paper: Paper) -> list[Image.Image]:
    """Return the pages of the paper, gray, A4 at 300 dpi."""
    sheet = _Sheet()
    sheet.head(paper)
    for paragraph in paper.paragraphs:
        sheet.paragraph(paragraph)
    sheet.foot(paper)
    return sheet.pages


def as_pdf(pages: Sequence[Image.Image], title: str) -> bytes:
    """Return the pages as a PDF without text, as a scanner writes it."""
    out = io.BytesIO()
    # A fixed date keeps the bytes the same on every run.
    moment = time.struct_time((2020, 3, 5, 0, 0, 0, 3, 65, 0))
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=DPI,
        quality=88,
        title=title,
        creationDate=moment,
        modDate=moment,
    )
    return out.getvalue()


def text_of(paper: Paper) -> str:
    """Return what the paper says, in reading order: the truth for tests."""
    day = paper.issued_on
    return "\n".join(
        [
            paper.superior,
            paper.issuer,
            f"Số: {paper.number}",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            f"{paper.place}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}",
            paper.type_name.upper(),
            paper.subject,
            *paper.paragraphs,
            "Nơi nhận:",
            *paper.recipients,
            paper.signed_for,
            paper.post,
            paper.signer,
        ]
    )


class _Sheet:
    """Pages being filled from the top down."""

    def __init__(self) -> None:
        self.pages: list[Image.Image] = []
        self.left, self.right = px(LEFT_MM), px(WIDTH_MM - RIGHT_MM)
        self._turn()

    def head(self, paper: Paper) -> None:
        """Draw the two blocks at the top, then type and subject in the middle."""
        left = self.left + px(32)
        right = self.right - px(50)
        day = paper.issued_on
        self._column(left, [(paper.superior, "Regular", SMALL_PT), (paper.issuer, "Bold", SMALL_PT)], px(24))
        self._column(left, [(f"Số: {paper.number}", "Regular", BODY_PT)], 0, first=px(TOP_MM + 15))
        motto = [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold", SMALL_PT),
            ("Độc lập - Tự do - Hạnh phúc", "Bold", BODY_PT),
        ]
        self._column(right, motto, px(62))
        dated = f"{paper.place}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
        self._column(right, [(dated, "Italic", BODY_PT)], 0, first=px(TOP_MM + 15))
        self.y = px(TOP_MM + 30)
        self._centred(paper.type_name.upper(), "Bold", 14)
        for line in self._broken(paper.subject, self._font("Bold", BODY_PT), px(130)):
            self._centred(line, "Bold", BODY_PT)
        self.y += px(6)

    def paragraph(self, text: str) -> None:
        """Draw a paragraph, its first line indented, turning the page where it is full."""
        font = self._font("Regular", BODY_PT)
        indent = px(10)
        for position, line in enumerate(self._broken(text, font, self.right - self.left, indent)):
            self._room(px(8))
            self.pen.text((self.left + (indent if position == 0 else 0), self.y), line, font=font, fill=INK)
            self.y += px(6.6)
        self.y += px(2.2)

    def foot(self, paper: Paper) -> None:
        """Draw who receives it on the left and who signed it on the right."""
        self._room(px(62))
        self.y += px(4)
        top = self.y
        self.pen.text((self.left, top), "Nơi nhận:", font=self._font("BoldItalic", SMALL_PT), fill=INK)
        for position, line in enumerate(paper.recipients, start=1):
            self.pen.text(
                (self.left, top + px(5.4 * position)), line, font=self._font("Regular", 11), fill=INK
            )
        middle = self.right - px(38)
        self._column(
            middle, [(paper.signed_for, "Bold", BODY_PT), (paper.post, "Bold", BODY_PT)], 0, first=top
        )
        self._column(middle, [(paper.signer, "Bold", BODY_PT)], 0, first=top + px(40))

    def _turn(self) -> None:
        page = Image.new("L", (px(WIDTH_MM), px(HEIGHT_MM)), PAPER)
        self.pages.append(page)
        self.pen = ImageDraw.Draw(page)
        self.y = px(TOP_MM)

    def _room(self, height: int) -> None:
        if self.y + height > px(HEIGHT_MM - BOTTOM_MM):
            self._turn()

    def _font(self, style: str, points: float) -> ImageFont.FreeTypeFont:
        return typeface.drawn(round(points * DPI / 72), style)

    def _column(
        self, middle: int, lines: Sequence[tuple[str, str, int]], rule: int, first: int | None = None
    ) -> None:
        """Draw centred lines around a middle, and a short rule below where it has a width."""
        y = px(TOP_MM) if first is None else first
        for text, style, points in lines:
            font = self._font(style, points * 0.86)
            self.pen.text((middle - font.getlength(text) / 2, y), text, font=font, fill=INK)
            y += px(5.8)
        if rule:
            self.pen.line((middle - rule / 2, y + px(1), middle + rule / 2, y + px(1)), fill=INK, width=3)

    def _centred(self, text: str, style: str, points: int) -> None:
        font = self._font(style, points)
        middle = (self.left + self.right) / 2
        self.pen.text((middle - font.getlength(text) / 2, self.y), text, font=font, fill=INK)
        self.y += px(7)

    @staticmethod
    def _broken(text: str, font: ImageFont.FreeTypeFont, width: int, indent: int = 0) -> list[str]:
        """Break a text into lines that fit the width; the first is shorter by the indent."""
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            room = width - (indent if not lines else 0)
            if line and font.getlength(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line]
