"""The basket at the site: filled wherever a record is found, by visitors too; nothing is told to others."""

from __future__ import annotations

import re

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.rights.levels import Level
from tests.conftest import PASSWORD
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

BASKET = "/gio"


def _put(browser: Browser, *node_ids: str, came: str = "") -> str:
    headers = {"Referer": f"http://localhost{came}"} if came else {}
    answer = browser.post(
        "/gio/them", data={"csrf_token": browser.token(), "document": list(node_ids)}, headers=headers
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_a_record_is_put_in_from_each_page_that_shows_it(
    archive: Archive, browse: Browsers, people: dict[str, Actor]
) -> None:
    while indexing.drain():
        pass
    with transaction():
        wanted = Description(subject="Sổ địa bạ", number="1/SĐB", level=Level.CONDITIONAL, reason="vì thử")
        paper = documents.add_on_paper(people["archivist"], archive.file, wanted).id
        documents.publish(people["archivist"], paper)
    browser, record = browse("anonymous"), archive.documents["open"]
    for address, node_id in (
        ("/tim-kiem?q=trang", record),
        (f"/cay/{archive.file}", paper),
        (f"/cay/{archive.fonds}", archive.file),
        ("/nam/khong-ro", record),
        (f"/r/{record}", record),
        (f"/p/{archive.pages['open']}", record),
    ):
        button = re.compile(rf'<button[^>]*form="basket"[^>]*value="{node_id}"')
        shown = browser.get(address).text
        assert button.search(shown), address
        assert shown.count('<form id="basket"') == 1, address
        assert _put(browser, node_id, came=address) == f"{address}#gio-{node_id}"
        shown = browser.get(address).text
        assert "Giỏ (1)" in shown
        assert not button.search(shown)
        browser.send("/gio/bo-het")


def test_a_form_of_another_site_leads_back_to_the_basket_alone(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    answer = browser.post(
        "/gio/them",
        data={"csrf_token": browser.token(), "document": archive.documents["open"]},
        headers={"Referer": "http://evil.example/x"},
    )
    assert answer.headers["Location"] == BASKET
    assert browser.post("/gio/them", data={"document": archive.documents["open"]}).status_code == 400


def test_a_visitors_basket_comes_along_on_signing_in_and_ends_on_signing_out(
    archive: Archive, browse: Browsers
) -> None:
    browser = browse("anonymous")
    for state in ("open", "conditional"):
        _put(browser, archive.documents[state])
    browser.send("/dang-nhap", email="other@example.vn", password=PASSWORD)
    assert "Giỏ (2)" in browser.get(BASKET).text
    browser.send("/dang-xuat")
    assert "Giỏ (" not in browser.get(BASKET).text
    assert "Giỏ của bạn đang trống" in browser.get(BASKET).text
    browser.send("/dang-nhap", email="other@example.vn", password=PASSWORD)
    assert "Giỏ (2)" in browser.get(BASKET).text
    assert "Giỏ (" not in browse("citizen").get(BASKET).text


def test_what_is_taken_out_can_be_put_back_once(archive: Archive, browse: Browsers) -> None:
    browser = browse("citizen")
    _put(browser, archive.documents["open"], archive.documents["conditional"])
    browser.send("/gio/bo-het")
    shown = browser.get(BASKET).text
    assert "Đã lấy 2 tài liệu ra khỏi giỏ" in shown
    again = re.findall(r'type="hidden" name="document" value="(\w{10})"', shown)
    _put(browser, *again)
    assert "Giỏ (2)" in browser.get(BASKET).text
    assert "Bỏ lại vào giỏ" not in browser.get(BASKET).text


@pytest.mark.parametrize("role", ["anonymous", "other", "archivist"])
def test_a_record_that_was_closed_meanwhile_has_no_title_in_the_basket(
    archive: Archive, browse: Browsers, people: dict[str, Actor], role: str
) -> None:
    browser, document = browse(role), archive.documents["conditional"]
    _put(browser, document)
    assert "tieudeconditional" in browser.get(BASKET).text
    with transaction():
        documents.set_level(people["administrator"], document, Level.WITHHELD, "có khiếu nại")
    shown = browser.get(BASKET).text
    assert "tieudeconditional" not in shown
    assert "Không còn để yêu cầu nữa" in shown
    assert f"/r/{document}" not in shown
    browser.send("/gio/bo", document=document)
    assert "Bỏ lại vào giỏ" not in browser.get(BASKET).text, "it cannot be put back"
    assert "Giỏ (" not in browser.get(BASKET).text


def test_a_visitor_cannot_put_in_more_than_a_cookie_carries(
    archive: Archive, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.access import basket

    monkeypatch.setattr(basket, "MOST_OF_VISITOR", 1)
    browser = browse("anonymous")
    _put(browser, archive.documents["open"])
    answer = browser.send("/gio/them", document=archive.documents["conditional"])
    assert answer.status_code == 400
    assert "Giỏ chứa nhiều nhất 1 tài liệu" in answer.text
    assert "Giỏ (1)" in answer.text


def test_a_session_that_holds_nonsense_is_an_empty_basket(browse: Browsers) -> None:
    browser = browse("anonymous")
    for nonsense in ("x", [1, None, "0000000000x"], {"a": 1}):
        with browser.session_transaction() as session:
            session["basket"] = nonsense
        assert "Giỏ của bạn đang trống" in browser.get(BASKET).text
