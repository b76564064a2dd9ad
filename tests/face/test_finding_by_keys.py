"""Finding by keyboard alone, in both languages: from a query without marks to a citation and back.

Every page on the way is looked at by axe, on a desk and on a phone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import bibtexparser
import pytest
from playwright.sync_api import Browser, Page, expect

from portal.catalogue import documents, indexing
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.rights.levels import Level
from tests.face.onlooker import judge
from tests.face.served import served
from tests.face.typist import Typist
from tests.journeys.persons import chromium
from tests.web import leaves
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

WIDTHS = (360, 1280)
TEXT = "Giao rừng phòng hộ\ncho xã Trà Vân\nrừng phòng hộ ven sông"
LATER_TEXT = "Danh sách kèm theo\ncác hộ nhận khoán\nrừng phòng hộ\nvà diện tích từng thửa"

WORDS = {
    "": {
        "place": "Chỗ 1 trên 1",
        "next_result": "Kết quả sau ›",
        "previous_result": "‹ Kết quả trước",
        "back": "Về kết quả tìm",
        "copied": "Đã chép",
        "nothing": "Không tìm thấy gì",
        "mended": "Thiếu một dấu ngoặc kép",
    },
    "/en": {
        "place": "Place 1 of 1",
        "next_result": "Next result ›",
        "previous_result": "‹ Previous result",
        "back": "Back to the results",
        "copied": "Copied",
        "nothing": "Nothing was found",
        "mended": "quotation mark",
    },
}

Enter = Callable[[int], Typist]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def enter(
    browser: Browser,
    built: Built,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Enter]:
    """Let somebody nobody knows in, into an archive with some papers on one wood."""
    home = tmp_path_factory.mktemp("finding") / "home"
    shutil.copytree(built.home, home)
    with served(home) as (app, base):
        with app.app_context():
            _papers(built)
            db.session.remove()

        def come(width: int) -> Typist:
            context = browser.new_context(
                base_url=base, locale="vi-VN", viewport={"width": width, "height": 800}
            )
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            return Typist(context.new_page())

        yield come


def _papers(built: Built) -> None:  # noqa: F811
    """Add two pages on the wood to the open document, and two papers: one open, one on request."""
    archivist = built.people["archivist"]
    for text in (TEXT, LATER_TEXT):
        leaves.add(built.archive, text)
    for title, level in (
        ("Rừng phòng hộ đầu nguồn", Level.OPEN),
        ("Rừng phòng hộ biên giới", Level.CONDITIONAL),
    ):
        reason = "" if level is Level.OPEN else "theo luật"
        described = Description(subject=title, issuer="Hạt Kiểm lâm", level=level, reason=reason)
        with transaction():
            node = documents.add_on_paper(archivist, built.archive.file, described)
            documents.publish(archivist, node.id)
    while indexing.drain():
        pass


def looked_at(page: Page) -> None:
    """Have axe look at the page at both widths, and leave it as it was."""
    before = page.viewport_size
    assert before
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert judge(page) == [], (page.url, width)
    page.set_viewport_size(before)


def asked_in(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def _cite(reader: Typist, copied: str) -> None:
    """Copy the citation, then take it along as a file."""
    page = reader.page
    reader.reach("[data-copy='citation']")
    page.keyboard.press("Enter")
    expect(page.locator("[data-copy='citation']")).to_have_text(copied)
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#citation").inner_text()
    reader.reach("a[href$='/trich-dan.bib']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    (entry,) = bibtexparser.parse_string(download.value.path().read_text(encoding="utf-8")).entries
    assert entry.fields_dict["pages"].value in {"2", "3"}


def _ask_badly(reader: Typist, words: dict[str, str]) -> None:
    """Ask for what has to be mended, and for what nobody has."""
    page = reader.page
    reader.tell("main input[type=search]", '"rừng phòng hộ')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert words["mended"] in page.inner_text("main")
    assert page.locator(".mg-result").count() == 3
    looked_at(page)

    reader.tell("main input[type=search]", "xyzzyqwert")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert words["nothing"] in page.inner_text("main")
    looked_at(page)


@pytest.mark.parametrize("language", WORDS)
def test_from_a_query_to_a_citation_and_back(enter: Enter, language: str) -> None:
    words = WORDS[language]
    reader = enter(1280)
    page = reader.page
    page.goto(f"{language}/")
    reader.tell("main input[type=search]", "rung phong ho")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    looked_at(page)
    assert page.locator(".mg-result").count() == 3

    reader.follow("a[href*='tiep-can=open']")
    looked_at(page)
    assert page.locator(".mg-result").count() == 2
    listed = page.url

    reader.follow(".mg-result a[href*='/p/']")
    looked_at(page)
    kept = asked_in(page)
    assert (kept["q"], kept["tiep-can"]) == ("rung phong ho", "open")
    first = urlsplit(page.url).path
    reader.reach("[data-step='1']")
    page.keyboard.press("Enter")
    page.wait_for_url("**hit=2**")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path != first
    assert words["place"] in page.inner_text(".mg-hits")
    assert asked_in(page).items() >= kept.items()

    _cite(reader, words["copied"])

    came = page.locator(".mg-came")
    expect(came).to_contain_text(words["next_result"] if kept["kq"] == "1" else words["previous_result"])
    reader.follow(".mg-came a[href*='ket-qua']")
    looked_at(page)
    assert asked_in(page)["kq"] != kept["kq"]
    expect(came).to_contain_text(words["back"])
    reader.follow(".mg-came p a")
    assert page.url.split("#")[0] == listed
    assert page.locator(".mg-result:target").count() == 1

    _ask_badly(reader, words)
    reader.leaves()


def test_on_a_phone_what_narrows_takes_the_place_of_the_results(enter: Enter) -> None:
    reader = enter(360)
    page = reader.page
    page.goto("/tim-kiem?q=rung+phong+ho")
    panel, found = page.locator("#thu-hep"), page.locator(".mg-answer__found")
    expect(panel).to_be_hidden()
    reader.reach("a[href='#thu-hep']")
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    expect(found).to_be_hidden()
    assert judge(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#thu-hep') !== null"), (
        "the focus goes into the panel"
    )
    page.keyboard.press("Enter")
    expect(found).to_be_visible()
    expect(panel).to_be_hidden()
    reader.reach("a[href='#thu-hep']")
    page.keyboard.press("Enter")
    reader.follow("a[href*='tiep-can=open']")
    expect(found).to_be_visible()
    assert "(1)" in page.inner_text("a[href='#thu-hep']")
