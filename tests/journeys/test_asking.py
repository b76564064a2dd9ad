"""Three records in one request: an open one falls out, one is granted redacted and delivered, one is refused.

By the keyboard alone, reader and staff, in both languages; web, worker and copies are the real ones.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser

from portal.demo import scanning
from portal.demo.documents import CONDITIONAL, OPEN
from tests.face.onlooker import both_widths
from tests.face.typist import Typist
from tests.journeys import pixels
from tests.journeys.conftest import NAMES, email_of
from tests.journeys.persons import chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr, pytest.mark.browser]

NEXT = "main form button[type=submit]"
REFUSED = "Còn trong thời hạn đóng"
HIDDEN = ("Rế", "Nhiễu")
"""Names of people that stand in the conditional record; beside them stand words that stay."""
LEFT = "vườn quế và ao cá"

TRACE = re.compile(r"\b[0-9A-Z]{3}(?:-[0-9A-Z]{3}){2}\b")

Come = Callable[[str], Typist]


@dataclass(frozen=True)
class Records:
    """Ids of what is asked for."""

    opened: str
    granted: str
    refused: str


@pytest.fixture
def records(portal: Portal, tmp_path: Path) -> Records:
    paths = []
    for number, document in enumerate((OPEN, CONDITIONAL, CONDITIONAL)):
        paths.append(tmp_path / f"{number}.pdf")
        paths[-1].write_bytes(scanning.file_of(document, f"{tmp_path.name} {number}"))
    code = "H" + tmp_path.name[-6:].replace("_", "").upper()
    taken = portal.flask(
        "ingest", *map(str, paths), "--fonds", code, "--new-fonds", f"Phông {code}", "--wait"
    )
    by_name = {Path(one["path"]).name: one["document"] for one in taken["files"]}
    found = [by_name[path.name] for path in paths]
    for document_id, level in zip(found, ("open", "conditional", "conditional"), strict=True):
        portal.flask("access", "set", document_id, level, "--as", email_of("archivist"))
    return Records(*found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def come(portal: Portal, browser: Browser) -> Iterator[Come]:
    """How somebody comes to the portal, to use it by the keyboard."""
    there = []

    def enter(key: str) -> Typist:
        there.append(browser.new_context(base_url=portal.base))
        page = there[-1].new_page()
        page.goto(portal.flask("login-link", email_of(key))["url"])
        return Typist(page)

    yield enter
    for context in there:
        context.close()


@pytest.mark.parametrize(("who", "language"), [("citizen", ""), ("other", "/en")])
def test_what_was_asked_for_together_is_delivered_by_its_decision(
    portal: Portal, records: Records, come: Come, who: str, language: str
) -> None:
    reader, archivist, approver = come(who), come("archivist"), come("approver")
    page = reader.page
    for document in (records.opened, records.granted, records.refused):
        page.goto(f"{language}/r/{document}")
        reader.follow(f"button[form=basket][value='{document}']")
    reader.follow("nav a[href$='/gio']")
    both_widths(page)
    reader.follow("main a[href$='/yeu-cau/moi']")
    both_widths(page)
    assert page.locator(f"main a[href$='/r/{records.opened}']").count() == 1, "the open one is read at once"
    assert page.locator("[name=document]:checked").count() == 2
    request_id = _send(reader)
    shown = portal.flask("request", "show", request_id, "--as", email_of(who))
    items = {one["document"]: one["id"] for one in shown["items"]}
    assert set(items) == {records.granted, records.refused}

    redaction_id = _redact(portal, archivist, f"{language}/che/tai-lieu/{records.granted}")
    approver.page.goto(f"{language}/che")
    approver.follow(f"main a[href$='/che/{redaction_id}']")
    both_widths(approver.page)
    approver.follow("form[action$='/xac-nhan'] button:not([formaction])")
    _draft(archivist, f"{language}/xu-ly/{request_id}/{items[records.granted]}")
    approver.page.goto(f"{language}/duyet/{request_id}/{items[records.granted]}")
    both_widths(approver.page)
    approver.follow("form[action$='/ky'] button")
    approver.page.goto(f"{language}/duyet/{request_id}/{items[records.refused]}")
    approver.tell("[name=reason]", REFUSED)
    approver.follow("button[value=refuse]")
    portal.settle()

    page.goto(f"{language}/yeu-cau/{request_id}")
    assert REFUSED in page.content()
    both_widths(page)
    copy = page.request.get(page.locator("a[href*='/ban-sao/']").get_attribute("href") or "").body()
    reader.follow(f"main a[href$='/r/{records.granted}']")
    reader.follow(".mg-strip a")
    seen = page.request.get(page.locator("#viewer img").get_attribute("src") or "")
    assert seen.status == 200
    _hold_no_name(page.content(), Image.open(io.BytesIO(seen.body())))
    _carries(copy, (NAMES[who], shown["number"]))
    code = portal.flask("trace", _trace_of(copy), "--as", email_of("approver"))
    assert (code["request"], code["name"], code["document"]) == (request_id, NAMES[who], records.granted)
    page.goto(f"{language}/r/{records.refused}")
    assert page.locator("main a[href*='/p/']").count() == 0


def _send(reader: Typist) -> str:
    """Go through the steps by keys; return the id of the request."""
    reader.follow(NEXT)
    both_widths(reader.page)
    reader.choose("[name=purpose_kind]", "ArrowDown")
    reader.tell("[name=purpose]", "Tra cứu việc bồi thường đất của gia đình tôi")
    reader.choose("[name=use_form]", "Space")
    reader.follow(NEXT)
    both_widths(reader.page)
    reader.choose("[name=accepted]", "Space")
    reader.follow(NEXT)
    both_widths(reader.page)
    reader.follow(NEXT)
    both_widths(reader.page)
    assert reader.page.url.endswith("/phieu"), reader.page.url
    return reader.page.url.split("/")[-2]


def _redact(portal: Portal, archivist: Typist, address: str) -> str:
    """Hide the names on all pages by choosing them among the words; return the id of the version offered."""
    page = archivist.page
    page.goto(address)
    archivist.tell("[name=reason]", "Tên của người dân trong phương án")
    archivist.follow("main form button")
    place = page.url
    archivist.follow("main a[href$='/trang/1']")
    archivist.choose("main .govuk-details__summary", "Enter")
    for word in HIDDEN:
        number = page.locator(".mg-word", has_text=word).locator("input").get_attribute("value")
        archivist.choose(f"[name=words][value='{number}']", "Space")
    both_widths(page)
    archivist.follow("button[value=everywhere]")
    assert page.locator("rect[data-box]").count() == len(HIDDEN)
    page.goto(place)
    archivist.follow("form[action$='/lam'] button")
    portal.settle()
    page.goto(place)
    archivist.follow("form[action$='/gui'] button")
    return place.split("/")[-1]


def _draft(archivist: Typist, address: str) -> None:
    """Propose to grant the redacted version."""
    archivist.page.goto(address)
    archivist.choose("input[name=act]", "Space")
    archivist.tell("[name=reason]", "Mục đích chính đáng")
    archivist.choose("[name=version]", "ArrowDown")
    both_widths(archivist.page)
    archivist.follow("form[action*='/xu-ly/'] button")


def _carries(copy: bytes, wanted: tuple[str, ...]) -> None:
    """See that the copy is marked as this reader's, and that no name is in it."""
    with pypdfium2.PdfDocument(copy) as sides:
        side = sides[len(sides) - 1]
        told = " ".join(side.get_textpage().get_text_range().split())
        _hold_no_name(told, side.render(scale=200 / 72).to_pil())
    for one in wanted:
        assert one in told
    assert not any(name.encode() in copy for name in HIDDEN)


def _trace_of(copy: bytes) -> str:
    """Return the code on the copy that leads back to whom it was given to."""
    with pypdfium2.PdfDocument(copy) as sides:
        told = sides[len(sides) - 1].get_textpage().get_text_range()
    found = TRACE.search(told)
    assert found, told
    return found[0]


def _hold_no_name(text: str, image: Image.Image) -> None:
    for name in HIDDEN:
        assert name not in text
    read = pixels.read(image.convert("L"))
    assert LEFT in read, read
    assert not [name for name in HIDDEN if name.lower() in read.split()], read
