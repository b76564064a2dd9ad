"""Redacted versions on the site: drawn by numbers and from words, offered, compared, confirmed, granted."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.access import boxes
from portal.accounts.actors import Actor
from portal.catalogue import hiding, images, redacted
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading
from portal.catalogue.redacted import Proved
from portal.catalogue.redaction_rows import RedactedPage
from portal.core.db import db, transaction
from portal.storage import originals
from tests.web.archive import Archive, secret_of
from tests.web.conftest import Browsers

SECRET = secret_of("granted")


@pytest.fixture
def page(archive: Archive) -> str:
    return f"/che/{archive.redaction}/trang/1"


def made(archive: Archive) -> RedactedPage:
    where = RedactedPage.redaction_id == archive.redaction
    return db.session.scalars(select(RedactedPage).where(where)).one()


def work_off(archive: Archive, text: str = "Trang này có chữ") -> None:
    """Do what the worker does, with what the engine would read."""
    pixels = Pixels(made(archive).id)
    sheet = Image.new("RGB", (600, 800), (90, 90, 90))
    sheet.paste((0, 0, 0), (90, 0, 200, 40))
    staged = originals.stage(io.BytesIO(hiding.png(sheet, 150)))
    words = [(word, 10, 300 + 40 * place, 80, 20, 90.0) for place, word in enumerate(text.split())]
    said = Reading("ocr", "test", text, words, 600, 800, 150, 1)
    images.keep(pixels, sheet)
    with transaction():
        redacted.keep(pixels, Proved(staged, said, [(SECRET, 100, 10, 90, 20, 90.0)], []))


def test_boxes_are_drawn_changed_removed_and_brought_back_without_a_script(
    browse: Browsers, archive: Archive, page: str
) -> None:
    browser = browse("archivist")
    kept = boxes.of_page(archive.redaction, archive.pages["granted"])[0].id

    def drawn() -> list[str]:
        text = browser.get(page).text
        return re.findall(r'data-box="\w+" x="(\d+)" y="\d+" width="(\d+)"', text)

    assert drawn() == [("100", "90")]
    sent = browser.send(page, act="draw", left="20", top="300", width="50", height="40", note="Tên")
    assert sent.status_code == 302
    assert drawn() == [("100", "90"), ("20", "50")]
    moved = {f"{kept}-{name}": value for name, value in (("left", "90"), ("top", "5"), ("width", "110"))}
    assert browser.send(page, act="save", box=kept, **moved, **{f"{kept}-height": "30"}).status_code == 302
    assert drawn()[0] == ("90", "110")
    assert browser.send(page, act="remove", box=kept).status_code == 302
    assert drawn() == [("20", "50")]
    assert browser.send(page, act="undo").status_code == 302
    assert drawn() == [("90", "110"), ("20", "50")]


def test_a_box_that_cannot_be_drawn_says_why_and_nothing_typed_is_lost(browse: Browsers, page: str) -> None:
    answer = browse("archivist").send(
        page, act="draw", left="5000", top="10", width="7", height="9", note="Ô"
    )
    assert answer.status_code == 400
    assert "600 × cao 800 px" in answer.text
    for typed in ("5000", "7", "9"):
        assert f'value="{typed}"' in answer.text


def test_words_are_chosen_from_the_text(browse: Browsers, archive: Archive, page: str) -> None:
    browser = browse("archivist")
    shown = browser.get(page).text
    number = re.search(rf'name="words" value="(\d+)"> {SECRET}', shown)
    assert number
    browser.send(page, act="undo")
    assert browser.send(page, act="words", words=[number[1]]).status_code == 302
    (box,) = boxes.of_page(archive.redaction, archive.pages["granted"])
    assert box.left < 100
    assert box.left + box.width > 190
    assert browser.send(page, act="words").status_code == 400


def test_a_version_goes_from_its_maker_to_a_second_person_and_to_a_draft(
    browse: Browsers, archive: Archive, people: dict[str, Actor], page: str, app: Flask
) -> None:
    place, maker, second = f"/che/{archive.redaction}", browse("archivist"), browse("approver")
    assert "Làm các trang" in maker.get(place).text
    assert maker.send(f"{place}/lam").status_code == 302
    assert "Đang làm" in maker.get(place).text
    assert maker.send(f"{place}/gui").status_code == 400, "not made yet"
    work_off(archive, f"Trang {SECRET}")
    asked = maker.get(place).text
    assert "Còn đứng ở chỗ khác" not in asked
    with transaction():
        made(archive).text = "Trang này có chữ"
    assert maker.get(f"{page}/anh.jpg").mimetype == "image/jpeg"
    assert maker.send(f"{place}/gui").status_code == 302
    assert maker.send(f"{place}/xac-nhan").status_code == 403
    assert "Chờ người thứ hai" in second.get("/che").text
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', second.get(place).text)
    assert seen
    assert second.send(f"{place}/xac-nhan", seen="0" * 64).status_code == 400, "something else was seen"
    assert second.send(f"{place}/tra-lai", reason="").status_code == 400
    assert second.send(f"{place}/xac-nhan", seen=seen[1]).status_code == 302
    document = archive.documents["granted"]
    assert "Đã xác nhận" in second.get(f"/che/tai-lieu/{document}").text
    assert second.send(f"{place}/rut", reason="Còn đọc được một chữ").status_code == 302
    assert "Đã rút" in second.get(place).text


def test_readers_learn_nothing_of_versions(browse: Browsers, archive: Archive, page: str) -> None:
    for role in ("anonymous", "citizen", "operator", "administrator"):
        browser = browse(role)
        for address in ("/che", f"/che/{archive.redaction}", page, f"{page}/anh.jpg"):
            assert browser.get(address).status_code in (302, 403)
