"""Sheets that the portal prints are recognised when they come back from a scanner, and nothing else is."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from portal.catalogue.readings import LONGEST_CODE, MOST_CODES, Reading
from portal.ingest import looking, sheet_codes, sheets
from portal.ingest.ocr.engine import BlindEngine
from portal.ingest.sandbox import answers
from portal.ingest.sandbox.process import LyingError
from portal.ingest.sheets import BatchSheet, DividingSheet
from portal.ingest.stages import codes
from tests.fixtures import papers

LONG = bool(os.environ.get("LONG"))
SKEWS = (-4.0, -2.0, 0.0, 2.0, 4.0)
DPIS = (200, 300)
DOCUMENTS = 7
PAGES_OF_EACH = (1, 3, 2, 1, 4, 2, 1)


def separator(number: int = 1) -> bytes:
    return sheets.dividing_sheets(
        "Tờ phân cách",
        [DividingSheet(sheet_codes.of_separator(number), f"TỜ PHÂN CÁCH {number}", "dùng lại")],
    )


def batch_sheet() -> bytes:
    return sheets.batch_sheet(
        BatchSheet(
            code=sheet_codes.of_batch("0123456789"),
            archive="Lưu trữ lịch sử",
            heading="PHIẾU LÔ QUÉT",
            facts=[("Phông", "P1"), ("Số tờ", "")],
            declaration="Người quét cam đoan.",
            signatures=[("Người giao", ""), ("Người quét", "Nguyễn Văn Ân")],
        )
    )


def printed(pdf: bytes, dpi: int) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil().convert("L")


def text_page(number: int, dpi: int) -> Image.Image:
    lines = tuple(f"Trang {number} dòng {line}: kính gửi Ủy ban nhân dân tỉnh" for line in range(28))
    return papers.picture(lines).convert("L").resize((round(8.27 * dpi), round(11.69 * dpi)))


def scanned(page: Image.Image, skew: float, seed: int, quality: int = 45) -> Image.Image:
    """The page as a scanner brings it: askew, gray, noisy, squeezed."""
    turned = page.rotate(skew, fillcolor=255, resample=Image.Resampling.BILINEAR)
    noise = np.roll(_noise(turned.height, turned.width), seed * 7919)
    dull = (np.asarray(turned, np.float32) * 0.8 + 35 + noise).clip(0, 255).astype(np.uint8)
    kept = io.BytesIO()
    Image.fromarray(dull).save(kept, "JPEG", quality=quality)
    return Image.open(kept)


@cache
def _noise(height: int, width: int) -> NDArray[np.float32]:
    """Grain of one size, made once: each page takes it from another place."""
    return np.random.default_rng(1).standard_normal((height, width), np.float32) * 18


def batch_of_seven(dpi: int) -> Iterator[tuple[Image.Image, tuple[str, ...]]]:
    """A batch sheet and seven documents, a separator before each; with what each page should say."""
    yield printed(batch_sheet(), dpi), (sheet_codes.of_batch("0123456789"),)
    number = 0
    for document in range(1, DOCUMENTS + 1):
        yield printed(separator(document), dpi), (sheet_codes.of_separator(document),)
        for _ in range(PAGES_OF_EACH[document - 1]):
            number += 1
            yield text_page(number, dpi), ()


@pytest.mark.parametrize(
    ("skew", "dpi"), product(SKEWS, DPIS) if LONG else [(SKEWS[0], DPIS[0]), (SKEWS[-1], DPIS[1])]
)
def test_in_a_batch_of_seven_documents_all_sheets_are_found_and_nothing_else(skew: float, dpi: int) -> None:
    seen = [
        (tuple(codes.of(scanned(page, skew, place), dpi)), expected)
        for place, (page, expected) in enumerate(batch_of_seven(dpi))
    ]
    assert len(seen) == 1 + DOCUMENTS + sum(PAGES_OF_EACH)
    assert [found for found, _ in seen] == [expected for _, expected in seen]


@pytest.mark.parametrize("turn", [86, 90, 176, 180, 184, 270])
def test_a_sheet_that_went_in_the_wrong_way_round_is_found(turn: int) -> None:
    page = printed(separator(), 200).rotate(turn, expand=True, fillcolor=255)
    assert codes.of(scanned(page, 0, 1), 200) == [sheet_codes.of_separator(1)]


def test_codes_of_others_are_nobody_s_business() -> None:
    foreign = sheets.dividing_sheets("x", [DividingSheet("https://example.vn/MG1:S:1", "x", "x")])
    assert codes.of(printed(foreign, 200), 200) == []


@pytest.mark.parametrize("name", ["12", "12/1978", "Hồ sơ 7 Đ"])
def test_a_sheet_with_which_a_folder_begins_is_found(name: str) -> None:
    sheet = sheets.dividing_sheets(
        "x", [DividingSheet(sheet_codes.of_folder(name), f"HỒ SƠ {name}", "hộp 3")]
    )
    (code,) = codes.of(scanned(printed(sheet, 200), 3, 2), 200)
    assert sheet_codes.meant([code]) == sheet_codes.Meant(True, name)


def test_folders_are_written_as_people_write_them() -> None:
    assert sheet_codes.folders("12–15, 18; 20-21\n 3a ,,18", 9) == [
        "12",
        "13",
        "14",
        "15",
        "18",
        "20",
        "21",
        "3a",
    ]
    assert sheet_codes.folders("15–12, 7/1978", 9) == ["15–12", "7/1978"]
    assert sheet_codes.folders(" , ;", 9) == []
    assert len(sheet_codes.folders("1–99999, 1–99999", 9)) == 10


@pytest.mark.parametrize(
    "bad", [["X:1"], ["MG1:" + "x" * LONGEST_CODE], ["MG1:S:1"] * (MOST_CODES + 1), [1], "MG1:"]
)
def test_a_child_that_lies_about_codes_is_not_believed(bad: object) -> None:
    reading = Reading("ocr", "x", "", [], 10, 10, 300, 1, codes=["MG1:S:1"])
    told = answers.of_reading(reading)
    assert answers.reading(told, (10, 10)).codes == ["MG1:S:1"]
    with pytest.raises(LyingError):
        answers.reading(told | {"codes": bad}, (10, 10))


def test_what_a_code_means() -> None:
    own = "0123456789"
    meant = sheet_codes.meant
    assert meant([sheet_codes.of_separator(12)]).is_separator
    assert meant([sheet_codes.of_folder("12/1978")]) == sheet_codes.Meant(True, "12/1978")
    assert meant([sheet_codes.of_batch(own)]) == sheet_codes.Meant(batches=frozenset({own}))
    for nothing in ("MG1:S:", "MG1:S:x", "MG1:B:zu", "MG1:F:" + "x" * 30, "MG1:Q:1", "S:1", "MG1:"):
        assert meant([nothing]) == sheet_codes.Meant()


def test_the_look_at_a_page_tells_its_codes(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(separator(3))
    _, reading = looking.look(path, 0, BlindEngine(), 10)
    assert list(reading.codes) == [sheet_codes.of_separator(3)]
