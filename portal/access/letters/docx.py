"""Write a letter as DOCX, for those who sign it in their own system. The one place that knows python-docx."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from docx import Document  # noqa: TID251 - the one adapter of this library
from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: TID251
from docx.oxml.ns import qn  # noqa: TID251
from docx.shared import Mm, Pt  # noqa: TID251
from docx.table import _Cell  # noqa: TID251
from docx.text.paragraph import Paragraph  # noqa: TID251

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

FACE = "Times New Roman"
CENTRE, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def write(page: Page, issued_at: datetime) -> bytes:
    """Return the DOCX of a letter, its own dates those of its issue."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(BODY_SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    properties = document.core_properties
    properties.author, properties.title = page.issuer, page.subject or page.about
    properties.created = properties.modified = issued_at.replace(tzinfo=None)
    properties.language, properties.comments = "vi-VN", ""
    issuing, state = document.add_table(rows=1, cols=2).rows[0].cells
    issuing.width, state.width = Mm(66), Mm(99)
    _issuer(issuing, page)
    _state(state, page)
    if page.is_void:
        _put(document.add_paragraph(), VOID, BODY_SIZE, bold=True, align=CENTRE)
    if page.type_name:
        _put(document.add_paragraph(), page.type_name, BODY_SIZE, bold=True, align=CENTRE, before=12)
        _put(document.add_paragraph(), page.subject, BODY_SIZE, bold=True, align=CENTRE)
    else:
        addressee = f"Kính gửi: {page.addressee}"
        _put(document.add_paragraph(), addressee, BODY_SIZE, align=CENTRE, before=12)
    for number, paragraph in enumerate(page.paragraphs):
        body = document.add_paragraph()
        body.paragraph_format.first_line_indent = Mm(10)
        _put(body, paragraph, BODY_SIZE, align=JUSTIFIED, before=6 if number == 0 else 3)
    recipients, signing = document.add_table(rows=1, cols=2).rows[0].cells
    _recipients(recipients, page)
    _signing(signing, page)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _issuer(cell: _Cell, page: Page) -> None:
    first = cell.paragraphs[0]
    if page.above:
        _put(first, page.above, HEAD_SIZE - 1, align=CENTRE)
        first = cell.add_paragraph()
    _put(first, page.issuer, HEAD_SIZE - 1, bold=True, align=CENTRE)
    _put(cell.add_paragraph(), page.number, HEAD_SIZE, align=CENTRE, before=6)
    if page.about:
        _put(cell.add_paragraph(), page.about, SMALL_SIZE + 1, align=CENTRE)


def _state(cell: _Cell, page: Page) -> None:
    _put(cell.paragraphs[0], STATE, HEAD_SIZE - 1, bold=True, align=CENTRE)
    motto = cell.add_paragraph()
    _put(motto, MOTTO, HEAD_SIZE, bold=True, align=CENTRE)
    motto.runs[0].underline = True
    _put(cell.add_paragraph(), page.place_and_day, HEAD_SIZE, italic=True, align=CENTRE, before=6)


def _recipients(cell: _Cell, page: Page) -> None:
    _put(cell.paragraphs[0], "Nơi nhận:", SMALL_SIZE + 1, bold=True, italic=True, before=12)
    for recipient in page.recipients:
        _put(cell.add_paragraph(), f"- {recipient}", SMALL_SIZE)


def _signing(cell: _Cell, page: Page) -> None:
    _put(cell.paragraphs[0], "\n".join(page.authority), BODY_SIZE, bold=True, align=CENTRE, before=12)
    _put(cell.add_paragraph(), page.signed_name, BODY_SIZE, bold=True, align=CENTRE, before=70)


def _put(
    paragraph: Paragraph,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    before: float = 0,
) -> None:
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
