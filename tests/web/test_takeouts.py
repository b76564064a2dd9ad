"""The register of originals on the site: entered, late, taken back file by file, minutes to sign."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from portal.core import clock
from tests.web.archive import Archive
from tests.web.conftest import Browsers

LEAVING = {
    "store": "Kho 2",
    "box": "Hộp 5",
    "files": "H12; 45\nH13; 7",
    "handed_by": "Trần Thị Giao",
    "handed_to": "Lê Văn Nhận",
    "purpose": "Số hóa",
    "due_on": "31/12/2041",
    "condition": "Còn nguyên",
}
BACK = {"returned_by": "Lê Văn Nhận", "received_by": "Trần Thị Giao", "condition": "Còn nguyên"}


def test_originals_leave_and_come_back(archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    answer = browser.send("/so-xuat/moi", fonds=archive.fonds, **LEAVING)
    assert answer.status_code == 302, answer.text
    address = str(answer.location)
    assert "H13" in browser.get(address).text
    files = {"sheets_1": "45", "order_1": "y", "sheets_2": "6", "order_2": "y", "note_2": "mất tờ 3"}
    assert browser.send(f"{address}/tra", **BACK, **files).status_code == 302
    shown = browser.get(address).text
    assert "mất tờ 3" in shown
    assert browser.send(f"{address}/xong", note="Đã tìm thấy, xếp lại").status_code == 302
    for way in ("", "?chieu=tra"):
        pdf = browser.get(f"{address}/bien-ban.pdf{way}")
        assert pdf.mimetype == "application/pdf"
        assert pdf.data.startswith(b"%PDF")


def test_a_file_that_nobody_counted_is_said_at_its_field(archive: Archive, browse: Browsers) -> None:
    browser, address = browse("operator"), f"/so-xuat/{archive.takeout}/tra"
    answer = browser.send(address, **BACK, note_1="rách tờ 2")
    assert answer.status_code == 400
    assert 'id="sheets_1-error"' in answer.text
    # What was typed is still there.
    assert "rách tờ 2" in answer.text
    assert "Lê Văn Nhận" in answer.text


def test_a_line_that_cannot_be_read_is_named(archive: Archive, browse: Browsers) -> None:
    answer = browse("operator").send(
        "/so-xuat/moi", fonds=archive.fonds, **{**LEAVING, "files": "H12; 45\nH13"}
    )
    assert answer.status_code == 400
    assert "2" in answer.text
    assert "H12; 45" in answer.text


def test_what_is_late_stands_on_the_desk(app: Flask, archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    late = f'href="/so-xuat/{archive.takeout}"'
    assert late not in browser.get("/ban-lam-viec").text
    assert late in browser.get("/so-xuat").text
    with clock.held_at(clock.now() + timedelta(days=2)):
        browser = browse("operator")
        assert late in browser.get("/ban-lam-viec").text
        assert late in browser.get("/so-xuat?xem=overdue").text


def test_a_batch_names_its_originals(archive: Archive, browse: Browsers) -> None:
    browser, address = browse("operator"), f"/so-xuat/lo/{archive.batch}"
    assert address in browser.get(f"/tiep-nhan/{archive.batch}").text
    assert browser.send(address, takeout=archive.takeout).status_code == 302
    assert f"/tiep-nhan/{archive.batch}" in browser.get(f"/so-xuat/{archive.takeout}").text


def test_both_languages_have_the_register(archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    assert "Originals out of the store" in browser.get("/en/so-xuat").text
    assert "Originals out of the store" not in browser.get("/so-xuat").text
