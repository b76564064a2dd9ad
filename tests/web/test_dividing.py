"""Splitting a batch and bringing two passes together in the browser, by forms that need no script."""

from __future__ import annotations

import html
import re

import pytest

from portal.accounts.actors import Actor
from portal.catalogue import documents, pages, tree
from portal.core.db import end_reading, transaction
from portal.ingest import batches, sheet_codes
from portal.ingest.papers import Paper
from portal.ingest.rearranging_rows import Mark
from tests.unit.ingest.test_splitting import BLANK, FULL, PAGE, SEP, Desk, one_by_one
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers


@pytest.fixture
def desk(archive: Archive, people: dict[str, Actor]) -> Desk:
    """A batch of its own in the fonds of the archive."""
    paper = Paper(box="12", folders="12–14, 18")
    with transaction():
        batch = batches.open_batch(people["operator"], archive.fonds, "Lô <b>hai lượt</b>", True, paper)
        return Desk(people["operator"], batch.id)


def hidden(shown: str) -> dict[str, str]:
    """Return what the hidden fields of a page say."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def seen(browser: Browser, address: str) -> dict[str, str]:
    return hidden(browser.get(address).text)


def test_borders_are_moved_confirmed_and_undone_without_a_script(desk: Desk, browse: Browsers) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, SEP, PAGE])
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/tach"
    answer = browser.send(f"{where}/ranh-gioi", mark=f"begin:{ids[2]}", page="1")
    assert answer.headers["Location"] == f"{where}?page=1#p-{ids[2]}"
    end_reading()
    assert desk.proposed() == [[ids[1]], [ids[2]], [ids[4]]]
    shown = browser.get(where).text
    assert shown.count('<section class="mg-group') == 5
    browser.send(f"{where}/xac-nhan", **hidden(shown))
    end_reading()
    assert desk.documents() == sorted([[ids[1]], [ids[2]], [ids[4]]])
    assert "Lô nay gồm 3 tài liệu." in browser.get(where).text
    browser.send(f"{where}/hoan-tac")
    end_reading()
    assert len(desk.documents()) == 5


def test_what_is_refused_is_said_above_the_pages(
    desk: Desk, people: dict[str, Actor], browse: Browsers
) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE])
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/tach"
    before = hidden(browser.get(where).text)
    desk.mark(ids[2], Mark.BEGIN)
    answer = browser.send(f"{where}/xac-nhan", **before)
    assert answer.status_code == 400
    assert 'class="govuk-error-summary"' in answer.text
    # What can be confirmed now stands below.
    again = hidden(answer.text)
    assert again["seen"] != before["seen"]
    assert browser.send(f"{where}/xac-nhan", **again).status_code == 302
    end_reading()
    document = pages.by_id(ids[1]).document_id
    with transaction():
        documents.describe(people["archivist"], document, FULL, tree.by_id(document).version)
    answer = browser.send(f"{where}/hoan-tac")
    assert answer.status_code == 400
    assert 'class="govuk-error-summary"' in answer.text
    assert browser.send(f"{where}/ranh-gioi", mark=f"twist:{ids[1]}").status_code == 400
    assert browser.send(f"{where}/ranh-gioi", mark="begin:0000000000").status_code == 404


def test_passes_are_said_seen_confirmed_and_undone(desk: Desk, browse: Browsers) -> None:
    ids = one_by_one(desk, [SEP, PAGE, PAGE, PAGE, PAGE, BLANK])
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/hai-luot"
    shown = browser.get(where).text
    assert re.findall(r'name="(first|second|last)"[^>]* value="(\d+)"', shown) == [
        ("first", "1"),
        ("second", "4"),
        ("last", "6"),
    ]
    assert f"/p/{ids[0]}" in shown
    assert "&lt;b&gt;hai lượt" in shown
    asked = f"{where}?first=1&second=4&last=6&starts=fronts&order=reversed"
    shown = browser.get(asked).text
    order = re.findall(r'<a class="govuk-link" href="/p/(\w+)"', shown)
    assert order == [ids[0], ids[5], ids[1], ids[4], ids[2], ids[3]]
    answer = browser.send(f"{where}/xac-nhan", **hidden(shown))
    assert answer.headers["Location"] == f"/tiep-nhan/{desk.id}/tach"
    end_reading()
    assert desk.proposed() == [[ids[1], ids[4], ids[2], ids[3]]]
    assert browser.send(f"/tiep-nhan/{desk.id}/tach/hoan-tac").headers["Location"] == where
    end_reading()
    assert len(desk.documents()) == 6


def test_passes_that_cannot_be_are_said_beside_the_numbers(desk: Desk, browse: Browsers) -> None:
    one_by_one(desk, [PAGE] * 5)
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/hai-luot"
    for asked in ("first=1&second=3&last=5", "first=x&second=3&last=99", "first=&second=&last="):
        shown = browser.get(f"{where}?{asked}").text
        assert 'class="govuk-error-summary"' in shown
        assert "govuk-input--error" in shown
        assert 'name="seen"' not in shown
    said = {"first": "1", "second": "3", "last": "4", "starts": "fronts", "order": "same"}
    answer = browser.send(f"{where}/xac-nhan", **said | {"last": "zu"})
    assert answer.status_code == 400
    assert 'value="zu"' in answer.text
    assert browser.send(f"{where}/xac-nhan", **said | {"starts": "x"}).status_code == 400


def test_passes_otherwise_than_seen_are_shown_again(desk: Desk, browse: Browsers) -> None:
    ids = one_by_one(desk, [PAGE] * 4)
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/hai-luot"
    before = seen(browser, f"{where}?first=1&second=3&last=4")
    answer = browser.send(f"{where}/xac-nhan", **before | {"order": "same"})
    assert answer.status_code == 400
    assert desk.proposed() == [[one] for one in ids]
    assert browser.send(f"{where}/xac-nhan", **hidden(answer.text)).status_code == 302
    end_reading()
    assert desk.proposed() == [[ids[0], ids[2]], [ids[1], ids[3]]]


def test_a_long_batch_is_shown_sheet_by_sheet_a_page_at_a_time(desk: Desk, browse: Browsers) -> None:
    desk.file("a.pdf", *[PAGE] * 140)
    browser, where = browse("operator"), f"/tiep-nhan/{desk.id}/hai-luot"
    shown = browser.get(f"{where}?first=1&second=71&last=140&page=3").text
    assert shown.count('<h3 class="mg-group__name">') == 10
    assert "second=71" in shown
    assert browser.get(f"{where}?page=3").text.count('class="mg-thumb"') == 20


def test_sheets_are_printed_for_the_folders_of_the_batch(desk: Desk, browse: Browsers) -> None:
    browser = browse("operator")
    assert f"/tiep-nhan/{desk.id}/to-ho-so.pdf" in browser.get(f"/tiep-nhan/{desk.id}").text
    where = f"/tiep-nhan/{desk.id}/to-ho-so.pdf"
    answer = browser.get(where)
    assert answer.mimetype == "application/pdf"
    assert len(answer.data) > 2000
    for bad in ("1–500", "x" * 21, ",;,"):
        assert browser.get(where, query_string={"ho-so": bad}).status_code == 400


def test_the_folder_stands_above_its_documents(desk: Desk, browse: Browsers) -> None:
    one_by_one(desk, [sheet_codes.of_folder("14"), PAGE, SEP, PAGE, sheet_codes.of_folder("18/<b>"), PAGE])
    shown = browse("operator").get(f"/tiep-nhan/{desk.id}/tach").text
    assert shown.count("Hồ sơ 14<") == 4
    assert shown.count("Hồ sơ 18/&lt;b&gt;<") == 2
