"""Purging on the site: proposed, confirmed by somebody else, and what its addresses say afterwards."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.catalogue import pages
from portal.catalogue.models import Page
from portal.core.db import db, transaction
from portal.purging import carrying_out
from tests.conftest import PASSWORD
from tests.unit.access.conftest import run as perform
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers

REASON = "Theo Quyết định 12/QĐ-UBND"


def propose(browser: Browser, document: str) -> str:
    """Propose a purge through the form. Return the address of it."""
    answer = browser.send(f"/xoa-han/moi/tai-lieu/{document}", basis="purgeb0002", reason=REASON)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def seen(browser: Browser, address: str) -> str:
    """Return what the form carries of what goes; empty where there is no such form."""
    found = re.search(r'name="seen"[^>]*value="(\w+)"', browser.get(address).text)
    return found[1] if found else ""


def confirm(browser: Browser, address: str, **changed: str) -> int:
    said = {"present": PASSWORD, "sure": "y", "seen": seen(browser, address), **changed}
    return browser.send(f"{address}/xac-nhan", **said).status_code


@pytest.mark.parametrize(
    ("state", "record", "page"),
    [("conditional", 410, 404), ("unpublished", 404, 404), ("withheld", 404, 404)],
)
def test_only_what_was_public_is_said_to_be_gone(
    archive: Archive, browse: Browsers, state: str, record: int, page: int
) -> None:
    document, leaf = archive.documents[state], archive.pages[state]
    assert confirm(browse("approver"), propose(browse("archivist"), document)) == 302
    for role in ("anonymous", "operator", "archivist"):
        browser = browse(role)
        assert browser.get(f"/r/{document}").status_code == record
        for address in ("", "/text", "/image/960.jpg", "/thumbnail.jpg"):
            assert browser.get(f"/p/{leaf}{address}").status_code == page, address


def test_an_open_record_and_its_pages_are_gone_in_both_languages(
    app: Flask, archive: Archive, browse: Browsers
) -> None:
    document, leaf = archive.documents["open"], archive.pages["open"]
    address = f"/xoa-han/{archive.purge}"
    assert confirm(browse("approver"), address) == 302
    browser = browse("anonymous")
    images = (f"/p/{leaf}/image/960.jpg", f"/p/{leaf}/thumbnail.jpg")
    for path in (f"/r/{document}", f"/en/r/{document}", f"/p/{leaf}", *images):
        assert browser.get(path).status_code == 410
    perform(carrying_out.carry_out, archive.purge)
    for path in (f"/r/{document}", f"/p/{leaf}"):
        assert browser.get(path).status_code == 410
    assert browser.get("/r/0000000000").status_code == 404


def test_the_proposer_sees_no_button_and_cannot_confirm(archive: Archive, browse: Browsers) -> None:
    browser = browse("administrator")
    address = propose(browser, archive.documents["conditional"])
    assert "/xac-nhan" not in browser.get(address).text
    assert confirm(browser, address) == 400
    assert browser.get(f"/r/{archive.documents['conditional']}").status_code == 200


def test_whoever_decides_can_look_at_what_goes(archive: Archive, browse: Browsers) -> None:
    document, leaf = archive.documents["unpublished"], archive.pages["unpublished"]
    address = propose(browse("archivist"), document)
    assert f'href="/r/{document}"' in browse("approver").get(address).text
    asked = browse("archivist").get(f"/xoa-han/moi/trang/{leaf}")
    assert f'href="/p/{leaf}"' in asked.text


@pytest.mark.parametrize("changed", [{"present": "không phải"}, {"sure": ""}], ids=["password", "tick"])
def test_password_and_tick_are_needed(archive: Archive, browse: Browsers, changed: dict[str, str]) -> None:
    address = propose(browse("archivist"), archive.documents["conditional"])
    assert confirm(browse("approver"), address, **changed) == 400
    assert browse("anonymous").get(f"/r/{archive.documents['conditional']}").status_code == 200


def test_what_came_since_it_was_looked_at_is_shown_and_confirmed_anew(
    archive: Archive, browse: Browsers
) -> None:
    browser, document = browse("approver"), archive.documents["unpublished"]
    address = propose(browse("archivist"), document)
    before = seen(browser, address)
    with transaction():
        pages.add(document, db.session.get_one(Page, archive.pages["unpublished"]).blob_sha256, 9)
    answer = browser.send(f"{address}/xac-nhan", present=PASSWORD, sure="y", seen=before)
    assert answer.status_code == 400
    assert seen(browser, address) != before
    assert f'value="{seen(browser, address)}"' in answer.text
    assert 'name="sure" type="checkbox" value="y">' in " ".join(answer.text.split())
    assert browse("archivist").get(f"/r/{document}").status_code == 200
    assert confirm(browser, address) == 302
    assert browse("archivist").get(f"/r/{document}").status_code == 404


def test_nothing_typed_is_lost(archive: Archive, browse: Browsers) -> None:
    address = f"/xoa-han/moi/tai-lieu/{archive.documents['open']}"
    answer = browse("archivist").send(address, basis="", reason="Lý do <b>đủ dài</b> để giữ")
    assert answer.status_code == 400
    assert "Lý do &lt;b&gt;đủ dài&lt;/b&gt; để giữ" in answer.text


def test_who_holds_leave_is_told_in_plain_words(archive: Archive, browse: Browsers) -> None:
    address = propose(browse("archivist"), archive.documents["granted"])
    assert confirm(browse("approver"), address) == 302
    holder = browse("citizen")
    assert holder.get(f"/p/{archive.pages['granted']}").status_code == 404
    asked = holder.get(f"/yeu-cau/{archive.requests['granted']}")
    assert asked.status_code == 200
    assert "theo quy định của pháp luật" in asked.text


def test_a_proposal_is_taken_back_by_whoever_made_it(archive: Archive, browse: Browsers) -> None:
    address = f"/xoa-han/{archive.purge}"
    assert browse("administrator").send(f"{address}/rut").status_code == 403
    assert browse("archivist").send(f"{address}/rut").status_code == 302
    assert browse("anonymous").get(f"/r/{archive.documents['open']}").status_code == 200
