"""Asking in steps at the site: nothing typed is lost, nothing is sent unseen, nothing of others is told."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.catalogue import documents
from portal.core.db import transaction
from portal.rights.levels import Level
from tests.conftest import PASSWORD
from tests.web import steps_by_hand as steps
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers
from tests.web.steps_by_hand import ASK

PURPOSE = "Tìm lại đất của ông bà <b>tôi</b>"


def test_a_basket_becomes_one_request_with_a_receipt(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    for state in ("open", "conditional", "granted"):
        browser.send("/gio/them", document=archive.documents[state])
    away = browser.get(ASK)
    assert away.status_code == 302
    browser.send(away.headers["Location"], email="other@example.vn", password=PASSWORD)
    page = browser.get(ASK).text
    assert "Những tài liệu này rời khỏi yêu cầu" in page
    assert f'href="/r/{archive.documents["open"]}"' in page, "the open one is read at once"
    assert page.count(" checked") == 2
    request_id = steps.ask(
        browser, archive.documents["conditional"], archive.documents["granted"], purpose=PURPOSE
    )
    receipt = browser.get(f"/yeu-cau/{request_id}/phieu").text
    for told in ("Phiếu tiếp nhận yêu cầu", "YC-", "Đọc trực tuyến", "1.013932", "7 ngày làm việc"):
        assert told in receipt
    assert "Giỏ (1)" in receipt, "the open one stays in the basket"
    assert browse("citizen").get(f"/yeu-cau/{request_id}/phieu").status_code == 404
    for staff, address in (("archivist", f"/xu-ly/{request_id}"), ("approver", f"/duyet/{request_id}")):
        shown = browse(staff).get(address).text
        for told in ("Nghiên cứu khoa học, lịch sử", "Đọc trực tuyến", "Cam kết của bạn đọc"):
            assert told in shown, f"{told} at {address}"


@pytest.mark.parametrize("place", ["muc-dich", "giay-to", "cam-ket", "kiem-tra"])
def test_who_comes_to_a_step_too_early_is_led_to_the_first_that_is_missing(
    archive: Archive, browse: Browsers, place: str
) -> None:
    browser = browse("other")
    assert browser.get(f"{ASK}/{place}").headers["Location"] == ASK
    assert browser.send(f"{ASK}/{place}", purpose=PURPOSE).headers["Location"] == ASK
    browser.send(ASK, document=archive.documents["conditional"])
    if place != "muc-dich":
        assert browser.get(f"{ASK}/{place}").headers["Location"] == f"{ASK}/muc-dich"
    assert browser.get("/yeu-cau").text.count("YC-") == 0


def test_an_empty_basket_leads_to_the_basket(browse: Browsers) -> None:
    assert browse("other").get(ASK).headers["Location"] == "/gio"


def test_what_was_answered_stands_in_another_browser(archive: Archive, browse: Browsers) -> None:
    first, second = browse("other"), browse("other")
    first.send(ASK, document=archive.documents["conditional"])
    assert steps.answer(first, PURPOSE) == f"{ASK}/cam-ket"
    page = second.get(f"{ASK}/muc-dich").text
    assert "Tìm lại đất của ông bà &lt;b&gt;tôi&lt;/b&gt;" in page
    assert page.count(" checked") == 3
    assert steps.accept(second) == f"{ASK}/kiem-tra"
    page = first.get(f"{ASK}/kiem-tra").text
    for change in (ASK, f"{ASK}/muc-dich", f"{ASK}/cam-ket"):
        assert f'href="{change}"' in page
    assert "tieudeconditional" in page
    assert first.send(f"{ASK}/bo").headers["Location"] == "/gio"
    assert second.get(f"{ASK}/kiem-tra").headers["Location"] == ASK


def test_a_wrong_answer_loses_nothing(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    assert browser.send(ASK).status_code == 302, "nothing is chosen and the basket is empty"
    browser.send(ASK, document=archive.documents["conditional"])
    kind = steps.term_of(browser, "purpose_kind", "Học tập")
    answer = browser.send(f"{ASK}/muc-dich")
    for field in ("purpose", "purpose_kind", "use_form"):
        assert f'href="#{field}' in answer.text, "all that is wrong is said at once"
    form = steps.term_of(browser, "use_form", "Bản sao")
    answer = browser.send(f"{ASK}/muc-dich", purpose="ngắn", purpose_kind=kind, use_form=form)
    assert answer.status_code == 400
    assert ">ngắn</textarea>" in answer.text
    assert f'value="{kind}" checked' in answer.text
    assert 'href="#purpose"' in answer.text
    steps.answer(browser, PURPOSE)
    answer = browser.send(f"{ASK}/cam-ket", term="term000001")
    assert (answer.status_code, "đánh dấu là bạn đồng ý" in answer.text) == (400, True)


def test_pressing_twice_sends_one_request(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    browser.send(ASK, document=archive.documents["conditional"])
    steps.answer(browser, PURPOSE)
    steps.accept(browser)
    fields = steps.seen(browser)
    places = {browser.send(f"{ASK}/kiem-tra", **fields).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert browser.get("/yeu-cau").text.count("/yeu-cau/YC") == 0
    assert browser.get("/yeu-cau").text.count('class="mg-case"') == 1


def test_an_older_page_of_another_tab_sends_nothing_else(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    browser.send(ASK, document=archive.documents["conditional"])
    steps.answer(browser, PURPOSE)
    steps.accept(browser)
    old = steps.seen(browser)
    browser.send(ASK, document=archive.documents["granted"])
    answer = browser.send(f"{ASK}/kiem-tra", **old)
    assert answer.status_code == 400
    assert "có thể ở một cửa sổ khác" in answer.text
    assert "tieudegranted" in answer.text
    assert browser.send(f"{ASK}/kiem-tra", **steps.seen(browser)).status_code == 302


def test_papers_that_the_rules_ask_for_are_sent_sealed_or_brought(archive: Archive, browse: Browsers) -> None:
    browser = browse("citizen")
    browser.send(ASK, document=archive.documents["expired"])
    assert steps.answer(browser, PURPOSE, kind="Báo chí") == f"{ASK}/giay-to"
    assert "Giấy giới thiệu" in browser.get(f"{ASK}/giay-to").text
    answer = browser.send(f"{ASK}/giay-to", way="sent")
    assert (answer.status_code, 'href="#evidence"' in answer.text) == (400, True)
    picture = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(picture, "JPEG")
    picture.seek(0)
    fields = {"csrf_token": browser.token(), "way": "sent", "evidence": (picture, "giay.jpg")}
    sent = browser.post(f"{ASK}/giay-to", data=fields, content_type="multipart/form-data")
    assert sent.headers["Location"] == f"{ASK}/cam-ket"
    assert "Còn giữ 1 tệp" in browser.get(f"{ASK}/giay-to").text
    assert browser.send(f"{ASK}/giay-to", way="before").status_code == 302
    steps.accept(browser)
    assert "Đã gửi ảnh" in browser.get(f"{ASK}/kiem-tra").text
    assert browser.send(f"{ASK}/giay-to", way="brought").status_code == 302
    assert "Sẽ xuất trình tại phòng đọc" in browser.get(f"{ASK}/kiem-tra").text
    assert browser.send(f"{ASK}/giay-to", way="before").status_code == 302
    request_id = browser.send(f"{ASK}/kiem-tra", **steps.seen(browser)).headers["Location"].split("/")[2]
    officer = browse("archivist")
    shown = re.search(r'href="(/xac-minh/giay-to/\w+/1.jpg)"', officer.get(f"/xu-ly/{request_id}").text)
    assert shown is not None
    assert officer.get(shown[1]).mimetype == "image/jpeg"
    assert browser.get(shown[1]).status_code == 403


def test_a_record_closed_while_asking_loses_its_title(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    browser = browse("other")
    browser.send(ASK, document=[archive.documents["conditional"], archive.documents["granted"]])
    steps.answer(browser, PURPOSE)
    steps.accept(browser)
    with transaction():
        documents.set_level(
            people["administrator"], archive.documents["granted"], Level.WITHHELD, "có khiếu nại"
        )
    for address in (ASK, f"{ASK}/kiem-tra"):
        page = browser.get(address).text
        assert "tieudegranted" not in page
        assert "tieudeconditional" in page
    request_id = browser.send(f"{ASK}/kiem-tra", **steps.seen(browser)).headers["Location"].split("/")[2]
    assert "tieudegranted" not in browser.get(f"/yeu-cau/{request_id}/phieu").text


def test_one_record_is_asked_for_beside_what_is_half_written(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    browser.send(ASK, document=[archive.documents["conditional"], archive.documents["granted"]])
    steps.answer(browser, PURPOSE)
    page = browser.get(f"{ASK}?document={archive.documents['expired']}").text
    assert "Bạn đang viết dở một yêu cầu cho 2 tài liệu" in page
    assert page.count(" checked") == 1
    assert "tieudeconditional" in browser.get(ASK).text


def _case(browser: Browser, archive: Archive) -> str:
    return f"{ASK}?document={archive.documents['conditional']}"


def test_english_pages_are_english(archive: Archive, browse: Browsers) -> None:
    browser = browse("other")
    assert "What do you ask for?" in browser.get(f"/en{_case(browser, archive)}").text
    browser.send(ASK, document=archive.documents["conditional"])
    page = browser.get(f"/en{ASK}/muc-dich").text
    assert "Read in the reading room" in page
    steps.answer(browser, PURPOSE)
    assert "to name the source where I quote or publish" in browser.get(f"/en{ASK}/cam-ket").text
