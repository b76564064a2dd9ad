"""The minutes of originals handed over: out of the store, and back into it; two sign each.

Official paper, so its words are Vietnamese whatever language its reader uses the portal in. What is drawn
depends on the entry alone. Beside `sheets` the one file here that knows reportlab.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from reportlab.lib.pagesizes import A4  # noqa: TID251 - beside `ingest.sheets` what draws PDFs
from reportlab.lib.units import mm  # noqa: TID251
from reportlab.lib.utils import simpleSplit  # noqa: TID251
from reportlab.pdfbase import pdfmetrics  # noqa: TID251
from reportlab.pdfbase.ttfonts import TTFont  # noqa: TID251
from reportlab.pdfgen.canvas import Canvas  # noqa: TID251

from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.core import clock, nameplate, typeface
from portal.ingest import takeouts
from portal.ingest.takeout_rows import Takeout

REGULAR, BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
MARGIN, LEADING = 20 * mm, 1.45
SIGNING = 28 * mm
"""Room for a signature."""
COLUMNS = (12 * mm, 62 * mm, 26 * mm, 26 * mm, 44 * mm)


@dataclass(frozen=True, slots=True)
class Minutes:
    """The words of one way."""

    heading: str
    lead: str
    facts: Sequence[tuple[str, str]]
    condition: str
    giver: str
    taker: str
    is_back: bool


def draw(actor: Actor, takeout_id: str, *, is_back: bool) -> bytes:
    """Return the minutes as a PDF, of the way out or of the way back.

    Raises:
        NotFoundError: there is no such entry for the actor, or nothing is back yet.
    """
    row = takeouts.of(actor, takeout_id)
    return _drawn(row, _words(row, is_back=is_back and row.back_at is not None))


def _words(row: Takeout, *, is_back: bool) -> Minutes:
    fonds = tree.by_id(row.fonds_id)
    facts = [
        ("Số trong sổ", str(row.number)),
        ("Phông", f"{fonds.code} {fonds.title}".strip()),
        ("Hộp", row.box),
        ("Kho, giá", row.store),
        ("Mục đích", row.purpose),
        ("Số hồ sơ, số tờ", f"{len(row.files)} hồ sơ, {row.sheets} tờ"),
    ]
    if is_back:
        return Minutes(
            "BIÊN BẢN NHẬN LẠI TÀI LIỆU GỐC",
            f"{_day(row.back_at)}, hai bên đã kiểm tra từng hồ sơ và giao, nhận lại tài liệu gốc sau số hóa.",
            facts,
            row.condition_back,
            row.returned_by,
            row.received_by,
            True,
        )
    return Minutes(
        "BIÊN BẢN XUẤT TÀI LIỆU GỐC RA KHỎI KHO",
        f"{_day(row.out_at)}, hai bên đã giao, nhận tài liệu gốc để số hóa. Hạn trả: {row.due_on:%d/%m/%Y}.",
        facts,
        row.condition_out,
        row.handed_by,
        row.handed_to,
        False,
    )


def _day(instant: datetime | None) -> str:
    local = (instant or clock.now()).astimezone(clock.LOCAL)
    return f"Ngày {local:%d} tháng {local:%m} năm {local:%Y}"


class _Sheet:
    """Writes down a page, and on to the next where it is full."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.y = canvas, A4[1] - MARGIN

    def room(self, needed: float) -> None:
        """Begin a page where less than that is left."""
        if self.y - needed < MARGIN:
            self.canvas.showPage()
            self.y = A4[1] - MARGIN

    def put(self, text: str, font: str = REGULAR, size: float = 11, *, centred: bool = False) -> None:
        """Write a paragraph."""
        for line in simpleSplit(typeface.legible(text), font, size, A4[0] - 2 * MARGIN):
            self.room(size * LEADING)
            self.y -= size * LEADING
            self.canvas.setFont(font, size)
            if centred:
                self.canvas.drawCentredString(A4[0] / 2, self.y, line)
            else:
                self.canvas.drawString(MARGIN, self.y, line)

    def row(self, cells: Sequence[str], font: str = REGULAR) -> None:
        """Write a row of the table, as high as its longest cell."""
        parts = [
            simpleSplit(typeface.legible(cell), font, 9.5, width - 3 * mm)
            for cell, width in zip(cells, COLUMNS, strict=True)
        ]
        height = max(1, *(len(lines) for lines in parts)) * 9.5 * LEADING + 2 * mm
        self.room(height)
        left = MARGIN
        for lines, width in zip(parts, COLUMNS, strict=True):
            self.canvas.rect(left, self.y - height, width, height, stroke=1, fill=0)
            self.canvas.setFont(font, 9.5)
            for number, line in enumerate(lines, 1):
                self.canvas.drawString(left + 1.5 * mm, self.y - number * 9.5 * LEADING, line)
            left += width
        self.y -= height

    def sign(self, names: Sequence[tuple[str, str]]) -> None:
        """Leave room for signatures, with the name below each."""
        self.room(SIGNING + 20 * mm)
        self.y -= 10 * mm
        column = (A4[0] - 2 * MARGIN) / len(names)
        for place, (who, name) in enumerate(names):
            middle = MARGIN + column * (place + 0.5)
            self.canvas.setFont(BOLD, 11)
            self.canvas.drawCentredString(middle, self.y, who)
            self.canvas.setFont(REGULAR, 9)
            self.canvas.drawCentredString(middle, self.y - 5 * mm, "(ký, ghi rõ họ tên)")
            self.canvas.setFont(REGULAR, 11)
            self.canvas.drawCentredString(middle, self.y - SIGNING, typeface.legible(name))


def _drawn(row: Takeout, words: Minutes) -> bytes:
    _register()
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang="vi")
    canvas.setTitle(typeface.legible(words.heading))
    canvas.setCreator("Mét Giá")
    sheet = _Sheet(canvas)
    sheet.put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", BOLD, 11, centred=True)
    sheet.put("Độc lập - Tự do - Hạnh phúc", BOLD, 11, centred=True)
    sheet.y -= 6 * mm
    sheet.put(nameplate.read("vi").province, centred=True)
    sheet.put(words.heading, BOLD, 15, centred=True)
    sheet.y -= 4 * mm
    sheet.put(words.lead)
    for label, value in words.facts:
        sheet.put(f"{label}: {value or '…………………………'}")
    sheet.put(f"Tình trạng tài liệu: {words.condition}")
    sheet.y -= 4 * mm
    sheet.row(("TT", "Hồ sơ", "Số tờ giao", "Số tờ trả", "Thứ tự tờ, ghi chú"), BOLD)
    for file in row.files:
        back = str(file.sheets_back) if words.is_back and file.sheets_back is not None else ""
        order = ("đúng thứ tự" if file.is_in_order else "sai thứ tự") if back else ""
        note = "; ".join(one for one in (order, file.note if back else "") if one)
        sheet.row((str(file.position), file.code, str(file.sheets), back, note))
    sheet.put("Biên bản lập thành 02 bản, mỗi bên giữ 01 bản.")
    sheet.sign((("BÊN GIAO", words.giver), ("BÊN NHẬN", words.taker)))
    canvas.showPage()
    canvas.save()
    return target.getvalue()


@lru_cache(maxsize=1)
def _register() -> None:
    pdfmetrics.registerFont(TTFont(REGULAR, str(typeface.REGULAR)))
    pdfmetrics.registerFont(TTFont(BOLD, str(typeface.BOLD)))
