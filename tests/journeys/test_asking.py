"""Three records in one request: the open one falls out, one is granted and delivered, one is refused.

By the keyboard alone, in both languages; web, worker and copies are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from portal.demo import scanning
from portal.demo.documents import CONDITIONAL, OPEN
from tests.face.typist import Typist
from tests.journeys.conftest import NAMES, email_of
from tests.journeys.persons import chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr, pytest.mark.browser, pytest.mark.xdist_group("journey")]

NEXT = "main form button[type=submit]"
REFUSED = "Còn trong thời hạn đóng"


@dataclass(frozen=True)
class Records:
    """Ids of what is asked for."""

    opened: str
    granted: str
    refused: str


@pytest.fixture(scope="module")
def records(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Records:
    folder, paths = tmp_path_factory.mktemp("records"), []
    for number, document in enumerate((OPEN, CONDITIONAL, CONDITIONAL)):
        paths.append(folder / f"{number}.pdf")
        paths[-1].write_bytes(scanning.file_of(document, f"asked {number}"))
    taken = portal.flask("ingest", *map(str, paths), "--fonds", "HOI", "--new-fonds", "Phông hỏi", "--wait")
    by_name = {Path(one["path"]).name: one["document"] for one in taken["files"]}
    found = [by_name[path.name] for path in paths]
    for document_id, level in zip(found, ("open", "conditional", "conditional"), strict=True):
        portal.flask("access", "set", document_id, level, "--as", email_of("archivist"))
    return Records(*found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize(("who", "language"), [("citizen", ""), ("other", "/en")])
def test_what_was_asked_for_together_is_delivered_by_its_decision(
    portal: Portal, records: Records, browser: Browser, who: str, language: str
) -> None:
    page = browser.new_context(base_url=portal.base).new_page()
    page.goto(portal.flask("login-link", email_of(who))["url"])
    reader = Typist(page)
    for document in (records.opened, records.granted, records.refused):
        page.goto(f"{language}/r/{document}")
        reader.follow(f"button[form=basket][value='{document}']")
    reader.follow("nav a[href$='/gio']")
    reader.follow("main a[href$='/yeu-cau/moi']")
    assert page.locator(f"main a[href$='/r/{records.opened}']").count() == 1, "the open one is read at once"
    assert page.locator("[name=document]:checked").count() == 2
    request_id = _send(reader)
    number = _decide(portal, request_id, records, who)
    portal.settle()

    page.goto(f"{language}/yeu-cau/{request_id}")
    assert REFUSED in page.content()
    copy = page.request.get(page.locator("a[href*='/ban-sao/']").get_attribute("href") or "")
    with pypdfium2.PdfDocument(copy.body()) as sides:
        told = " ".join(sides[len(sides) - 1].get_textpage().get_text_range().split())
    assert NAMES[who] in told
    assert number in told
    reader.follow(f"main a[href$='/r/{records.granted}']")
    reader.follow(".mg-strip a")
    assert page.request.get(page.locator("#viewer img").get_attribute("src") or "").status == 200
    page.goto(f"{language}/r/{records.refused}")
    assert page.locator("main a[href*='/p/']").count() == 0
    page.context.close()


def _send(reader: Typist) -> str:
    """Go through the steps by keys; return the id of the request."""
    reader.follow(NEXT)
    reader.choose("[name=purpose_kind]", "ArrowDown")
    reader.tell("[name=purpose]", "Tra cứu việc bồi thường đất của gia đình tôi")
    reader.choose("[name=use_form]", "Space")
    reader.follow(NEXT)
    reader.choose("[name=accepted]", "Space")
    reader.follow(NEXT)
    reader.follow(NEXT)
    assert reader.page.url.endswith("/phieu"), reader.page.url
    return reader.page.url.split("/")[-2]


def _decide(portal: Portal, request_id: str, records: Records, who: str) -> str:
    """Grant one and refuse the other; return the number of the request."""
    shown = portal.flask("request", "show", request_id, "--as", email_of(who))
    items = {one["document"]: one["id"] for one in shown["items"]}
    assert set(items) == {records.granted, records.refused}
    for document, decision, reason in (
        (records.granted, "grant", "Mục đích chính đáng"),
        (records.refused, "refuse", REFUSED),
    ):
        words = ("request", "decide", items[document], decision, "--reason", reason)
        portal.flask(*words, "--as", email_of("approver"))
    return str(shown["number"])
