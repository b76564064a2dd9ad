"""Which marks are taken for those of a state secret, on lines and in red stamps, and which words are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from portal.ingest import looking
from portal.ingest.ocr.engine import BlindEngine
from portal.ingest.ocr.lines import Line
from portal.ingest.ocr.tesseract import Tesseract
from portal.ingest.stages import clean, recognise, secrecy
from tests.fixtures import papers, stamped

RUNNING = (
    "SỞ TƯ PHÁP TỈNH MẪU",
    "Về việc bảo vệ bí mật nhà nước",
    "Danh mục bí mật nhà nước độ Tối mật, Mật",
    "Đổi mật khẩu của hệ thống và giữ mật",
    "mật độ dân số; mặt bằng; bề mặt; mất mát",
    "Tài liệu này không thuộc danh mục bí mật.",
)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("MẬT", "mat"),
        ("MAT", "mat"),
        ("M Ậ T", "mat"),
        ("| MẬT |", "mat"),
        ("TỐI MẬT", "toi_mat"),
        ("TOI MAT", "toi_mat"),
        ("T Ố I M Ậ T", "toi_mat"),
        ("TỐI MẬI", "toi_mat"),
        ("TUYỆT MẬT", "tuyet_mat"),
        ("TUYET  MAT.", "tuyet_mat"),
        ("Độ mật: Tối mật", "toi_mat"),
        ("ĐỘ MẬT: MẬT", "mat"),
    ],
)
def test_a_mark_is_known_however_it_was_read(text: str, mark: str) -> None:
    assert secrecy.mark_of(text) == mark


@pytest.mark.parametrize(
    "text",
    [
        *("", "Mật", "mật khẩu", "MẬT KHẨU", "MẬT ĐỘ DÂN SỐ", "BÍ MẬT", "BÍ MẬT NHÀ NƯỚC", "TỐI", "MẶT BẰNG"),
        *("Độ mật:", "Độ mật: Thường", "SỐ 12/QĐ-MAT", "TỔNG CỤC THUẾ", "NHẬT MẬT", "TUYỆT ĐỐI"),
    ],
)
def test_a_word_in_other_words_is_no_mark(text: str) -> None:
    assert secrecy.mark_of(text) == ""


def line(*words: tuple[str, int], top: int = 300) -> Line:
    return Line((1, 1, 1), 1, [(text, left, top, 22 * len(text), 40, 95.0) for text, left in words])


def test_a_mark_beside_another_column_stands_alone() -> None:
    words = (("Số:", 100), ("12/BC-STP", 180), ("TỐI", 1400), ("MẬT", 1490))
    assert secrecy.of_lines([line(*words)], 3500) == "toi_mat"
    assert secrecy.of_lines([line(("NƠI", 100), ("TỐI", 190), ("MẬT", 280), ("MÙ", 370))], 3500) == ""


def test_only_the_header_is_looked_at() -> None:
    assert secrecy.of_lines([line(("MẬT", 700), top=900)], 3500) == "mat"
    assert secrecy.of_lines([line(("MẬT", 700), top=1900)], 3500) == ""


def seen(page: Image.Image, dpi: int) -> str:
    sheet = secrecy.stamps(page, dpi, clean.spots(page))
    assert sheet is not None
    return secrecy.of_stamp(recognise.few_words(Tesseract("tesseract"), sheet, 30))


@pytest.mark.parametrize(
    ("text", "mark"), [("MẬT", "mat"), ("TỐI MẬT", "toi_mat"), ("TUYỆT MẬT", "tuyet_mat")]
)
@pytest.mark.parametrize(("dpi", "degrees", "framed"), [(150, 3, True), (200, -4, True), (300, 2, False)])
def test_a_red_stamp_is_read(text: str, mark: str, dpi: int, degrees: float, framed: bool) -> None:
    assert seen(stamped.sheet(text, dpi, degrees, framed=framed), dpi) == mark


def test_a_round_seal_and_a_red_line_are_no_stamp_to_be_read() -> None:
    page = papers.picture(dpi=200, mode="RGB")
    pen = ImageDraw.Draw(page)
    pen.ellipse((900, 1500, 1180, 1780), outline=stamped.RED, width=8)
    pen.line((200, 400, 1400, 400), fill=stamped.RED, width=4)
    assert secrecy.stamps(page, 200, clean.spots(page)) is None


def test_a_page_without_red_costs_no_look() -> None:
    page = papers.picture(dpi=200, mode="RGB")
    assert clean.spots(page) is None
    assert secrecy.stamps(page, 200, None) is None


def test_of_a_marked_page_nothing_but_the_mark_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(
        papers.written_pdf([("ỦY BAN NHÂN DÂN TỈNH MẪU", "TỐI MẬT", "Kế hoạch phòng thủ khu vực")])
    )
    view, reading = looking.look(file, 0, BlindEngine(), 10)
    assert (reading.secret, reading.text, list(reading.words), reading.language) == ("toi_mat", "", [], "")
    assert view.getextrema() == (255, 255)
    view, reading = looking.look(file, 0, BlindEngine(), 10, is_released=True)
    assert "Kế hoạch phòng thủ" in reading.text
    assert view.convert("L").getextrema()[0] < 100


def test_the_word_in_running_text_holds_nothing_back(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(papers.png(papers.picture(RUNNING, dpi=200), dpi=200))
    _, reading = looking.look(file, 0, Tesseract("tesseract"), 60)
    assert "bí mật nhà nước" in reading.text
    assert reading.secret == ""
