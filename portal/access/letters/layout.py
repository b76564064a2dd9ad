"""The parts of a letter as Decree 30/2020 lays them out, as plain words: what `pdf` and `docx` both draw.

Source: Decree 30/2020/NĐ-CP, annex I: paper A4, margins, upright letters and italics, and where each part
stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.access.letters.issuing import LetterView
from portal.core import clock

TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15
"""Margins in mm."""

BODY_SIZE = 14
HEAD_SIZE = 13
SMALL_SIZE = 11
"""Sizes of letters in points."""

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
VOID = "ĐÃ HỦY"


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a letter, part by part."""

    above: str
    issuer: str
    number: str
    about: str
    """Below the number of a plain letter: V/v …; empty where it has a type."""
    place_and_day: str
    type_name: str
    subject: str
    """Below the type; empty for a plain letter."""
    addressee: str
    """Of a plain letter, behind "Kính gửi"; empty where it has a type."""
    paragraphs: tuple[str, ...]
    authority: tuple[str, ...]
    signed_name: str
    recipients: tuple[str, ...]
    is_void: bool


def page(letter: LetterView) -> Page:
    """Return the parts of a letter."""
    day = letter.issued_at.astimezone(clock.LOCAL).date()
    is_plain = not letter.type_name
    # Decree 30: day below 10 and months 1 and 2 are written with a 0.
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return Page(
        above=letter.above.upper(),
        issuer=letter.issuer.upper(),
        number=f"Số: {letter.number}",
        about=f"V/v {letter.subject[:1].lower()}{letter.subject[1:]}" if is_plain else "",
        place_and_day=f"{letter.place}, ngày {day.day:02d} tháng {month} năm {day.year}",
        type_name=letter.type_name,
        subject="" if is_plain else letter.subject,
        addressee=letter.addressee if is_plain else "",
        paragraphs=tuple(line.strip() for line in letter.body.splitlines() if line.strip()),
        authority=tuple(line.strip() for line in letter.authority.splitlines() if line.strip()),
        signed_name=letter.signed_name,
        recipients=("Như trên;" if is_plain else f"{letter.addressee};", f"Lưu: {letter.archived_as}."),
        is_void=letter.cancelled_at is not None,
    )
