"""Draw an official paper laid out as Decree 30/2020 asks, and keep exactly what each page says.

After `papers`, before `damage`. The drawing is deterministic: the same paper gives the
same pixels, so that the same bytes are taken in once. Measures are millimetres on A4,
turned into px at 300 dpi.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from portal.demo import papers, typeface
from portal.demo.papers import DPI, Annex, Heading, Page, Paper, Part, Signature, Table

WIDTH_MM, HEIGHT_MM = 210, 297
LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 30, 18, 22, 22
BODY_PT, SMALL_PT, HEAD_PT, RECIPIENT_PT, TYPED_PT = 13.0, 12.0, 10.3, 11.0, 10.6
LINE_MM, ROW_MM, HEAD_LINE_MM = 6.6, 7.4, 5.8
INK = 24
PAPER = 252
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
LETTER_TURN = 1.5
"""How far a typewriter's letter may stand off its line, in px."""


def px(millimetres: float) -> int:
    """Return millimetres on paper as px at 300 dpi."""
    return round(millimetres * DPI / 25.4)


def draw(paper: Paper) -> list[Page]:
    """Return the pages of the paper, gray, A4 at 300 dpi."""
    sheet = _Sheet(paper)
    sheet.head(paper)
    sheet.parts(paper.paragraphs[:-1])
    sheet.last_part(paper)
    sheet.foot(paper)
    if paper.annex:
        sheet.annex(paper.annex, paper)
    return sheet.finished()


class _Sheet:
    """Pages being filled from the top down."""

    def __init__(self, paper: Paper) -> None:
        self.left, self.right = px(LEFT_MM), px(WIDTH_MM - RIGHT_MM)
        self._typed = paper.typed
        self._chance = random.Random(f"{paper.number} {paper.seed}")  # noqa: S311 - accidents of typing
        self._pages: list[Page] = []
        self._begin()

    def finished(self) -> list[Page]:
        """Return all pages, the one in work included."""
        self._end()
        return self._pages

    def head(self, paper: Paper) -> None:
        """Draw the two blocks at the top, then type and subject in the middle."""
        left, right = self.left + px(32), self.right - px(50)
        top, below = px(TOP_MM), px(TOP_MM + 15)
        block = [(paper.superior, "Regular", HEAD_PT), (paper.issuer, "Bold", HEAD_PT)]
        self._column(left, [one for one in block if one[0]], top, rule=px(24))
        self._column(left, [(f"Số: {paper.number}", "Regular", 11.2)], below)
        end = below
        if not paper.type_name:
            font = self._font("Regular", 10.6)
            subject = [(line, "Regular", 10.6) for line in self._broken(f"V/v {paper.subject}", font, px(66))]
            end = self._column(left, subject, below + px(6.4))
        self._column(right, [(MOTTO[0], "Bold", HEAD_PT), (MOTTO[1], "Bold", 11.2)], top, rule=px(62))
        dated = f"{paper.place}, {papers.day(paper.issued_on)}"
        self._column(right, [(dated, "Italic", 11.2)], below)
        self.y = max(px(TOP_MM + 30), end + px(8))
        if paper.type_name:
            self._centred(paper.type_name.upper(), "Bold", 14)
            for line in self._broken(paper.subject, self._font("Bold", BODY_PT), px(130)):
                self._centred(line, "Bold", BODY_PT)
            self.y += px(6)
        self._addressees(paper.addressees)

    def parts(self, parts: Sequence[Part]) -> None:
        """Draw headings, paragraphs and tables one below the other."""
        for part in parts:
            if isinstance(part, Table):
                self._table(part)
            elif isinstance(part, Heading):
                # A heading stays with at least two lines of what it heads.
                self._room(px(24))
                self._paragraph(part.text, "Bold")
            else:
                self._paragraph(part, "Regular")

    def last_part(self, paper: Paper) -> None:
        """Draw the last part of the text: a paragraph goes over to the signatures' page with them."""
        last = paper.paragraphs[-1]
        if isinstance(last, str):
            font = self._font("Regular", BODY_PT)
            lines = len(self._broken(last, font, self.right - self.left, px(10)))
            self._room(px(lines * LINE_MM + 4) + self._foot_height(paper))
        self.parts([last])

    def foot(self, paper: Paper) -> None:
        """Draw who receives it on the left and who signed it on the right; or two signatures."""
        self._room(self._foot_height(paper))
        self.y += px(4)
        top = self.y
        main = Signature(paper.signed_for, paper.post, paper.signer)
        if paper.beside is not None:
            self._signature(self.left + px(38), top, paper.beside)
            self._signature(self.right - px(38), top, main)
            self._recipients(paper.recipients, top + px(50))
        else:
            self._recipients(paper.recipients, top)
            self._signature(self.right - px(38), top, main)

    def annex(self, annex: Annex, paper: Paper) -> None:
        """Draw what is attached, on a new page, saying what it belongs to."""
        self._turn()
        self._centred("PHỤ LỤC", "Bold", BODY_PT)
        for line in self._broken(annex.title, self._font("Bold", BODY_PT), px(140)):
            self._centred(line, "Bold", BODY_PT)
        kind = paper.type_name or "Công văn"
        belongs = f"(Kèm theo {kind} số {paper.number} {papers.day(paper.issued_on)} của {paper.issuer})"
        for line in self._broken(belongs, self._font("Italic", SMALL_PT), px(150)):
            self._centred(line, "Italic", SMALL_PT)
        self.y += px(4)
        self.parts(annex.parts)

    def _addressees(self, names: Sequence[str]) -> None:
        if not names:
            return
        if len(names) == 1:
            self._centred(f"Kính gửi: {names[0]}.", "Regular", BODY_PT)
        else:
            self._centred("Kính gửi:", "Regular", BODY_PT)
            for place, name in enumerate(names, start=1):
                end = "." if place == len(names) else ";"
                self._line(self.left + px(45), f"- {name}{end}", self._font("Regular", BODY_PT))
                self.y += px(LINE_MM)
        self.y += px(5)

    def _paragraph(self, text: str, style: str) -> None:
        """Draw a paragraph, its first line indented, turning the page where it is full."""
        font = self._font(style, BODY_PT)
        indent = px(10)
        for place, line in enumerate(self._broken(text, font, self.right - self.left, indent)):
            self._room(px(8))
            self._line(self.left + (indent if place == 0 else 0), line, font)
            self.y += px(LINE_MM)
        self.y += px(2.2)

    def _table(self, table: Table) -> None:
        """Draw the rows, with the head again at the top of each page."""
        self._room(px(3 * ROW_MM))
        self._row(table.head, table.shares, "Bold", first=True)
        for row in table.rows:
            if self._is_full(px(ROW_MM)):
                self._turn()
                self._row(table.head, table.shares, "Bold", first=True)
            self._row(row, table.shares, "Regular")
        self.y += px(4)

    def _row(self, cells: Sequence[str], shares: Sequence[int], style: str, first: bool = False) -> None:
        font = self._font(style, 11.5)
        width, x, bottom = self.right - self.left, self.left, self.y + px(ROW_MM)
        edges = [x + round(width * sum(shares[:place]) / sum(shares)) for place in range(len(shares) + 1)]
        for place, cell in enumerate(cells):
            if font.getlength(cell) > edges[place + 1] - edges[place] - px(2):
                raise ValueError(f"does not fit its cell: {cell}")
            self._write(edges[place] + px(1.2), self.y + px(1.4), cell, font)
        for edge in edges:
            self.pen.line((edge, self.y, edge, bottom), fill=INK, width=2)
        if first:
            self.pen.line((self.left, self.y, self.right, self.y), fill=INK, width=2)
        self.pen.line((self.left, bottom, self.right, bottom), fill=INK, width=2)
        self.lines.append(" ".join(cell for cell in cells if cell))
        self.has_table = True
        self.y = bottom

    def _signature(self, middle: int, top: int, who: Signature) -> None:
        above = [(text, "Bold", 11.2) for text in (who.signed_for, *who.post.splitlines()) if text]
        self._column(middle, above, top)
        self._column(middle, [(who.signer, "Bold", 11.2)], top + px(38))
        self.y = max(self.y, top + px(46))

    def _recipients(self, names: Sequence[str], top: int) -> None:
        if not names:
            return
        self.y = top
        self._line(self.left, "Nơi nhận:", self._font("BoldItalic", SMALL_PT))
        for name in names:
            self.y += px(5.4)
            self._line(self.left, name, self._font("Regular", RECIPIENT_PT))
        self.y += px(8)

    @staticmethod
    def _foot_height(paper: Paper) -> int:
        return px(62 if paper.beside is None else 58 + 6 * len(paper.recipients))

    def _begin(self) -> None:
        self._image = Image.new("L", (px(WIDTH_MM), px(HEIGHT_MM)), PAPER)
        self.pen = ImageDraw.Draw(self._image)
        self.lines: list[str] = []
        self.has_table = False
        self.y = px(TOP_MM)
        if self._pages:
            # From the second page on, the number stands in the middle of the upper margin.
            number, font = str(len(self._pages) + 1), self._font("Regular", BODY_PT)
            self._write((px(WIDTH_MM) - font.getlength(number)) / 2, px(11), number, font)
            self.lines.append(number)

    def _end(self) -> None:
        self._pages.append(Page(self._image, tuple(self.lines), self.has_table))

    def _turn(self) -> None:
        self._end()
        self._begin()

    def _room(self, height: int) -> None:
        if self._is_full(height):
            self._turn()

    def _is_full(self, height: int) -> bool:
        return self.y + height > px(HEIGHT_MM - BOTTOM_MM)

    def _font(self, style: str, points: float) -> ImageFont.FreeTypeFont:
        if self._typed:
            style, points = typeface.TYPEWRITER, TYPED_PT
        return typeface.drawn(round(points * DPI / 72), style)

    def _line(self, x: float, text: str, font: ImageFont.FreeTypeFont) -> None:
        """Write a line where the page has got to, and note that it is there."""
        self._write(x, self.y, text, font)
        self.lines.append(text)

    def _column(self, middle: int, lines: Sequence[tuple[str, str, float]], top: int, rule: int = 0) -> int:
        """Draw centred lines around a middle, and a short rule below where it has a width; return the end."""
        y = top
        for text, style, points in lines:
            font = self._font(style, points)
            self._write(middle - font.getlength(text) / 2, y, text, font)
            self.lines.append(text)
            y += px(HEAD_LINE_MM)
        if rule:
            self.pen.line((middle - rule / 2, y + px(1), middle + rule / 2, y + px(1)), fill=INK, width=3)
        return y

    def _centred(self, text: str, style: str, points: float) -> None:
        self._room(px(8))
        font = self._font(style, points)
        self._line((self.left + self.right - font.getlength(text)) / 2, text, font)
        self.y += px(7)

    def _write(self, x: float, y: float, text: str, font: ImageFont.FreeTypeFont) -> None:
        if not self._typed:
            self.pen.text((x, y), text, font=font, fill=INK)
            return
        step = font.getlength("m")
        for place, letter in enumerate(text):
            off, press = self._chance.gauss(0, LETTER_TURN), self._chance.choice((18, 30, 42, 60, 84))
            self.pen.text((x + place * step + off / 2, y + off), letter, font=font, fill=press)

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
