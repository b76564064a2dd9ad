"""Two ways after asking, in Chromium and both languages: a guest follows by code, and a reader appeals.

Web, worker, forms and mails are the real ones; the mails lie as files in the home of the portal.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from portal.demo import scanning
from portal.demo.documents import CONDITIONAL
from tests.face.onlooker import both_widths
from tests.journeys.conftest import email_of
from tests.journeys.persons import chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr, pytest.mark.browser]

PURPOSE = "Tra cứu phương án bồi thường của gia đình"
WORDS = "Gia đình tôi là chủ sử dụng thửa đất này"
ANSWER = "Giấy tờ kèm theo cho thấy người khiếu nại là chủ sử dụng"

SAID = {
    "": {
        "ask": "Yêu cầu không cần tài khoản",
        "next": "Việc tiếp theo",
        "held": "chỉ dành cho người có tài khoản",
        "appeal": "Khiếu nại",
        "anew": "Xét lại từ đầu",
    },
    "/en": {
        "ask": "Ask without an account",
        "next": "What comes next",
        "held": "for account holders only",
        "appeal": "Appeal",
        "anew": "Decided anew",
    },
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def judge(portal: Portal) -> str:
    """Another approver, who has nothing to do with anything."""
    portal.flask("user", "create", "judge@example.vn", "--role", "approver", "--name", "Bùi Xét")
    return "judge@example.vn"


@pytest.fixture
def document(portal: Portal, tmp_path: Path) -> str:
    """The id of a published record of conditional access."""
    paper = tmp_path / "giay.pdf"
    paper.write_bytes(scanning.file_of(CONDITIONAL, "f" + tmp_path.name))
    code = "F" + tmp_path.name[-6:].replace("_", "").upper()
    taken = portal.flask("ingest", str(paper), "--fonds", code, "--new-fonds", f"Phông {code}", "--wait")
    found: str = taken["files"][0]["document"]
    archivist = portal.signed_in(email_of("archivist"))
    form = archivist.get(f"/mo-ta/{found}").form(f"/mo-ta/{found}")
    described = {"subject": "Phương án bồi thường", "level": "conditional", "reason": "Có dữ liệu cá nhân"}
    archivist.submit(form, described, None, ("act", "publish"))
    portal.settle()
    return found


def _page(browser: Browser, portal: Portal, email: str = "") -> Page:
    page = browser.new_context(base_url=portal.base, viewport={"width": 360, "height": 740}).new_page()
    if email:
        page.goto(portal.flask("login-link", email)["url"])
    return page


def _mails(portal: Portal, to: str) -> list[str]:
    """Return the texts of the mails to an address, oldest first."""
    portal.settle()
    found = []
    for path in sorted((portal.home / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body()
        if to in str(mail["To"]) and body is not None:
            found.append(f"{mail['Subject']}\n{body.get_content()}")
    return found


def _item_of(portal: Portal, number: str) -> str:
    """Return the id of the one document of a request."""
    database = sqlite3.connect(portal.home / "portal.db")
    try:
        found = database.execute(
            "SELECT i.id FROM request_items i JOIN requests r ON r.id = i.request_id WHERE r.number = ?",
            (number,),
        ).fetchone()
    finally:
        database.close()
    return str(found[0])


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_guest_asks_and_follows_by_code(
    portal: Portal, browser: Browser, document: str, prefix: str
) -> None:
    said, email = SAID[prefix], f"khach{len(prefix)}@vidu.vn"
    page = _page(browser, portal)
    page.goto(f"{prefix}/r/{document}")
    page.get_by_role("link", name=said["ask"]).click()
    both_widths(page)
    page.locator("#name").fill("Lê Thị Khách")
    page.locator("#email").fill(email)
    page.locator("#purpose").fill(PURPOSE)
    for choice in ("purpose_kind", "use_form"):
        page.locator(f"input[name='{choice}']").first.check(force=True)
    # By keyboard from the last field to the button.
    page.locator("#accepted").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/xem-thu")
    (mail,) = _mails(portal, email)
    link = re.search(rf"{re.escape(portal.base)}\S*/yeu-cau/khach/\w+", mail)
    assert link is not None
    page.goto(link[0])
    both_widths(page)
    page.locator("main form button").click()
    both_widths(page)
    code = page.locator(".mg-code__value").inner_text()
    number = re.search(r"YC-\d{4}-\d{6}", page.locator("main").inner_text())
    assert number is not None

    later = _page(browser, portal)
    later.goto(f"{prefix}/theo-doi")
    later.locator("#number").fill(number[0])
    later.locator("#code").fill(code.lower())
    later.keyboard.press("Enter")
    later.wait_for_url("**/theo-doi/ma")
    digits = re.search(r"(?m)^(\d{6}):", _mails(portal, email)[-1])
    assert digits is not None
    both_widths(later)
    later.locator("#digits").fill(digits[1])
    later.keyboard.press("Enter")
    later.wait_for_url("**/theo-doi/yeu-cau")
    both_widths(later)
    shown = later.locator("main").inner_text()
    assert number[0] in shown
    assert said["next"] in shown
    assert code not in shown

    grant = ("request", "decide", _item_of(portal, number[0]), "grant", "--reason", "Đủ điều kiện")
    portal.flask(*grant, "--as", email_of("approver"))
    later.reload()
    assert said["held"] in later.locator("main").inner_text()
    assert "/theo-doi" in _mails(portal, email)[-1]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_reader_appeals_and_it_is_decided_anew(
    portal: Portal, browser: Browser, document: str, judge: str, prefix: str
) -> None:
    said, citizen = SAID[prefix], email_of("citizen")
    asked = portal.flask("request", "submit", document, "--purpose", PURPOSE, "--as", citizen)
    refuse = ("request", "decide", asked["items"][0]["id"], "refuse", "--reason", "Còn trong thời hạn đóng")
    portal.flask(*refuse, "--as", email_of("approver"))

    reader = _page(browser, portal, citizen)
    reader.goto(f"{prefix}/yeu-cau/{asked['request']}")
    reader.locator(f"main a[href$='/yeu-cau/{asked['request']}/khieu-nai']").first.click()
    both_widths(reader)
    reader.locator("#text").fill(WORDS)
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/khieu-nai/*")
    both_widths(reader)
    place = reader.url.removeprefix(portal.base)

    involved = portal.signed_in(email_of("approver"))
    assert "/nhan" in involved.get(place).text
    assert involved.submit(involved.get(place).form("/nhan"), {}).status == 403

    page = _page(browser, portal, judge)
    page.goto(f"{prefix}/khieu-nai")
    page.locator(f"main a[href$='{place}']").click()
    page.locator("form[action$='/nhan'] button").click()
    both_widths(page)
    page.locator("input[value='overturn']").check(force=True)
    page.locator("#answer").fill(ANSWER)
    page.locator("form[action$='/quyet-dinh'] button").click()
    assert ANSWER in page.locator("main").inner_text()

    reader.goto(f"{prefix}/yeu-cau/{asked['request']}")
    both_widths(reader)
    shown = reader.locator("main").inner_text()
    assert said["anew"] in shown
    assert ANSWER in _mails(portal, citizen)[-1]
