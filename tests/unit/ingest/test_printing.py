"""Sheets that the portal prints say what is known of the batch, and are read again when they are scanned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import InvalidError, NotAllowedError, NotFoundError
from portal.ingest import batches, printing, sheet_codes
from portal.ingest.papers import Paper
from portal.ingest.stages import codes

PAPER = Paper("Hộp 12", "12–14, 18", 320, 2, "Máy quét số 3")


@pytest.fixture
def batch(operator: Actor, open_batch: Callable[[str], str]) -> str:
    """A batch of which everything is known."""
    open_batch("P1")
    fonds = tree.fonds_by_code("P1")
    assert fonds is not None
    with transaction():
        return batches.open_batch(operator, fonds.id, "Hộp 12, giá 3", True, PAPER).id


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(pdf)]


def pictures(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=150 / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]


def test_the_batch_sheet_says_all_that_is_known(operator: Actor, batch: str) -> None:
    (said,) = texts(printing.batch_sheet(operator, batch))
    today = f"{clock.now().astimezone(clock.LOCAL):%d/%m/%Y}"
    for words in (
        "PHIẾU LÔ QUÉT",
        "Tên lô Hộp 12, giá 3",
        "Phông P1 Phông P1",
        "Hồ sơ 12–14, 18",
        "Số tờ 320",
        "Số mặt quét hai mặt",
        "Máy quét Máy quét số 3",
        f"Khai báo khi mở lô, ngày {today}.",
        "Người giao",
        "Người kiểm tra",
        sheet_codes.of_batch(batch),
    ):
        assert words in said
    (picture,) = pictures(printing.batch_sheet(operator, batch))
    assert codes.of(picture, 150) == [sheet_codes.of_batch(batch)]


def test_what_nobody_said_is_a_line_to_be_written_on(
    operator: Actor, open_batch: Callable[[str], str]
) -> None:
    (said,) = texts(printing.batch_sheet(operator, open_batch("P1")))
    assert "None" not in said
    assert "Số tờ Số mặt quét một mặt" in said


def test_separators_are_numbered_and_tell_which_way_they_lie(operator: Actor) -> None:
    pdf = printing.separators(operator, 3)
    assert [f"TỜ PHÂN CÁCH {one}" in said for one, said in enumerate(texts(pdf), start=1)] == [True] * 3
    for number, picture in enumerate(pictures(pdf), start=1):
        assert codes.of(picture, 150) == [sheet_codes.of_separator(number)]
        dark = np.asarray(picture) < 128
        eighth = dark.shape[0] // 8
        assert dark[:eighth].mean() > 0.15
        assert dark[-eighth:].mean() == 0


def test_folders_have_sheets_that_name_them(operator: Actor, batch: str) -> None:
    pdf = printing.folders(operator, batch)
    assert [said.split(" Hộp")[0] for said in texts(pdf)] == [f"HỒ SƠ {one}" for one in (12, 13, 14, 18)]
    named = [codes.of(picture, 150) for picture in pictures(pdf)]
    assert named == [[sheet_codes.of_folder(one)] for one in ("12", "13", "14", "18")]
    assert len(texts(printing.folders(operator, batch, "7/1978"))) == 1


def test_too_many_none_and_strangers_are_refused(
    operator: Actor, people: dict[str, Actor], batch: str, open_batch: Callable[[str], str]
) -> None:
    for number in (0, printing.MOST_SEPARATORS + 1):
        with pytest.raises(InvalidError, match="bad_separators"):
            printing.separators(operator, number)
    for written in ("1–101", "x" * (sheet_codes.LONGEST_FOLDER + 1), " , "):
        with pytest.raises(InvalidError, match="bad_folders"):
            printing.folders(operator, batch, written)
    with pytest.raises(InvalidError, match="bad_folders"):
        printing.folders(operator, open_batch("P1"))
    with pytest.raises(NotFoundError):
        printing.batch_sheet(operator, "0000000000")
    for verb in (printing.batch_sheet, printing.folders):
        with pytest.raises(NotAllowedError):
            verb(people["approver"], batch)
