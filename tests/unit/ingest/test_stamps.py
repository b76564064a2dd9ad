"""Stamps are told apart from the page, and a page's own text is read in the order of a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from portal.ingest import looking
from portal.ingest.ocr.engine import BlindEngine
from portal.ingest.ocr.lines import Line
from portal.ingest.stages import layout, stamps
from tests.fixtures import papers

NAME = "BeVietnamPro"


def line(text: str, left: int, top: int, height: int = 45) -> Line:
    words = [(word, left + 110 * place, top, 100, height, 90.0) for place, word in enumerate(text.split())]
    return Line((1, 1, 1), top, words)


BODY = [line("Điều này được thi hành kể từ ngày ký", 400, 1500 + 65 * row) for row in range(6)]


def texts(lines: Sequence[Line]) -> list[str]:
    return [one.text for one in lines]


def test_an_electronic_signature_is_a_zone_of_its_own_and_the_name_below_is_not() -> None:
    signature = [
        line("Ký bởi: Văn phòng Ủy ban", 1400, 1950, height=22),
        line("nhân dân tỉnh", 1400, 1990, height=22),
        line("Cơ quan: Tỉnh Mẫu", 1400, 2030, height=22),
        line("Ngày ký: 04/02/2025", 1400, 2070, height=22),
    ]
    name = line("Lê Thị Khuê", 1400, 2160)
    rest, found = stamps.parted([*BODY, *signature, name])
    assert texts(rest) == texts([*BODY, name])
    assert texts(found) == texts(signature)
    assert layout.text_of([*rest, *found]).split("\n\n")[-1].startswith("Ký bởi: Văn phòng")


@pytest.mark.parametrize("head", ["CÔNG VĂN ĐẾN", "CỘNG VĂN ĐẾN", "VĂN BẢN ĐẾN"])
def test_a_stamp_of_receipt_in_the_margin_is_a_zone_of_its_own(head: str) -> None:
    receipt = [line(head, 150, 1520), line("Số: 214", 150, 1590), line("Ngày: 4/5", 150, 1660)]
    mixed = [BODY[0], receipt[0], BODY[1], receipt[1], BODY[2], receipt[2], *BODY[3:]]
    rest, found = stamps.parted(mixed)
    assert texts(rest) == texts(BODY)
    assert texts(found) == texts(receipt)


def test_a_sentence_about_letters_received_is_no_stamp() -> None:
    lines = [*BODY, line("Số công văn đến trong tháng 5 là 214", 400, 1900)]
    assert stamps.parted(lines) == (lines, [])


def test_a_number_beside_a_stamp_stays_with_the_page() -> None:
    number = line("Số: 12/QĐ-UBND", 900, 1590)
    rest, _ = stamps.parted([line("CÔNG VĂN ĐẾN", 150, 1520), line("Số: 214", 150, 1590), number, *BODY])
    assert texts(rest) == texts([number, *BODY])


def own_text(path: Path, rows: Sequence[tuple[float, float, float, str]]) -> str:
    """Return what the portal reads from a PDF with texts at places, in points from the upper left."""
    pdfmetrics.registerFont(TTFont(NAME, str(papers.sans.REGULAR)))
    canvas = Canvas(str(path), pagesize=(595, 842))
    for left, top, size, text in rows:
        canvas.setFont(NAME, size)
        canvas.drawString(left, 842 - top, text)
    canvas.save()
    seen = looking.look(path, 0, BlindEngine(), 10)[1]
    assert seen.source == "embedded"
    assert sorted(word[0] for word in seen.words) == sorted(" ".join(row[3] for row in rows).split())
    return seen.text


LETTERHEAD = (
    (90, 80, 12, "ỦY BAN NHÂN DÂN"),
    (300, 80, 12, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (105, 98, 12, "TỈNH SƠN HÀ"),
    (330, 98, 12, "Độc lập - Tự do - Hạnh phúc"),
    (100, 124, 12, "Số: 12/TB-UBND"),
    (320, 124, 12, "Sơn Hà, ngày 05 tháng 11 năm 2024"),
    (80, 170, 13, "Ủy ban nhân dân tỉnh thông báo để các cơ quan được biết và thực hiện."),
    (80, 190, 13, "***"),
)
FOOT = (
    (80, 600, 12, "Nơi nhận:"),
    (380, 600, 12, "TM. ỦY BAN NHÂN DÂN"),
    (80, 620, 11, "- Như trên;"),
    (400, 620, 12, "CHỦ TỊCH"),
    (80, 640, 11, "- Lưu: VT."),
    (385, 650, 7, "Ký bởi: Ủy ban nhân dân"),
    (385, 660, 7, "Thời gian ký: 05.11.2024"),
    (390, 690, 12, "Lê Thị Minh Khuê"),
)


def test_a_pages_own_text_is_read_left_block_first_and_loses_nothing(tmp_path: Path) -> None:
    text = own_text(tmp_path / "own.pdf", [*LETTERHEAD, *FOOT])
    assert [line for line in text.splitlines() if line] == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH SƠN HÀ",
        "Số: 12/TB-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Sơn Hà, ngày 05 tháng 11 năm 2024",
        "Ủy ban nhân dân tỉnh thông báo để các cơ quan được biết và thực hiện.",
        "***",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Lê Thị Minh Khuê",
        "Ký bởi: Ủy ban nhân dân",
        "Thời gian ký: 05.11.2024",
    ]
