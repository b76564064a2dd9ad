"""Suggestions while one types, by keyboard, finger and without a line, in both languages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from portal.catalogue import documents, indexing
from portal.catalogue.documents import Description
from portal.core.db import db, transaction
from portal.rights.levels import Level
from tests.face.onlooker import judge
from tests.face.served import served
from tests.face.typist import Typist
from tests.journeys.persons import chromium
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

FIELD = "input[name=q]"
TITLES = ("Rừng phòng hộ biên giới", "Giao rừng phòng hộ cho xã Trà Vân", "Rừng phòng hộ đầu nguồn")
"""In the order in which they go on after "phòng hộ"."""
SUGGESTED = ".mg-suggestions [role=option]"

Enter = Callable[[int], Typist]


@pytest.fixture(scope="module")
def enter(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enter]:  # noqa: F811
    """Let somebody nobody knows in, into an archive with some papers on one wood."""
    home = tmp_path_factory.mktemp("suggesting") / "home"
    shutil.copytree(built.home, home)
    with chromium() as browser, served(home) as (app, base):
        with app.app_context():
            _papers(built)
            db.session.remove()

        def come(width: int) -> Typist:
            return Typist(_page(browser, base, width))

        yield come


def _papers(built: Built) -> None:  # noqa: F811
    for number, title in enumerate(TITLES):
        described = Description(subject=title, number=f"{number + 940}/QĐ-UBND", level=Level.OPEN)
        with transaction():
            node = documents.add_on_paper(built.people["archivist"], built.archive.file, described)
            documents.publish(built.people["archivist"], node.id)
    while indexing.drain():
        pass


def _page(browser: Browser, base: str, width: int) -> Page:
    context = browser.new_context(
        base_url=base, locale="vi-VN", viewport={"width": width, "height": 800}, has_touch=width < 640
    )
    return context.new_page()


def begin(reader: Typist, selector: str, text: str, count: int) -> None:
    """Type, and see so many suggestions."""
    with reader.page.expect_response(re.compile("goi-y")):
        reader.tell(selector, text)
    expect(reader.page.locator(SUGGESTED)).to_have_count(count)


def active(page: Page) -> str | None:
    """Return what the field says is chosen; None where one is at the letters."""
    return page.evaluate(
        f"""() => {{
          const id = document.querySelector("{FIELD}").getAttribute("aria-activedescendant");
          const one = id && document.getElementById(id);
          return one && one.getAttribute("aria-selected") === "true" ? one.innerText.trim() : id;
        }}"""
    )


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "told"), [("", "Có 3 gợi ý"), ("/en", "3 suggestions")])
def test_from_some_letters_to_a_record(enter: Enter, language: str, told: str, width: int) -> None:
    reader = enter(width)
    page, press = reader.page, reader.page.keyboard.press
    page.goto(f"{language}/co-quan")
    begin(reader, FIELD, "phong ho", 3)
    field = page.locator(FIELD)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[role=status]").last).to_contain_text(told)
    assert judge(page) == []
    page.set_viewport_size({"width": width, "height": 800})

    boxes = page.locator(SUGGESTED).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert min(boxes) >= 44
    wide = page.evaluate("""() => [".mg-find", ".mg-suggestions"].map(one =>
        document.querySelector(one).getBoundingClientRect().width)""")
    assert wide[0] == wide[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    press("ArrowUp")
    assert TITLES[2] in (active(page) or "")
    press("ArrowDown")
    assert active(page) is None, "the last is followed by the letters"
    press("ArrowDown")
    assert TITLES[0] in (active(page) or "")
    press("Home")
    assert active(page) is None
    assert page.evaluate(f"document.querySelector('{FIELD}').selectionStart") == 0
    press("End")
    assert page.evaluate(f"document.querySelector('{FIELD}').selectionStart") == len("phong ho")
    press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("phong ho")
    press("ArrowDown")
    expect(page.locator(SUGGESTED)).to_have_count(3)
    press("ArrowDown")
    press("ArrowDown")
    with page.expect_navigation():
        press("Enter")
    assert page.locator("h1").inner_text().startswith(TITLES[1])
    assert urlsplit(page.url).path.startswith(f"{language}/r/")


def test_enter_without_a_choice_searches_what_was_typed(enter: Enter) -> None:
    reader = enter(1280)
    page = reader.page
    page.goto("/tim-kiem")
    begin(reader, "main input[name=q]", "940/qd", 1)
    expect(page.locator(SUGGESTED)).to_contain_text("940/QĐ-UBND")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert parse_qs(urlsplit(page.url).query)["q"] == ["940/qd"]
    reader.leaves()


def test_a_finger_chooses_and_leaving_the_field_closes(enter: Enter) -> None:
    reader = enter(360)
    page = reader.page
    page.goto("/")
    begin(reader, FIELD, "rung", 3)
    page.keyboard.press("Tab")
    expect(page.locator(".mg-suggestions")).to_be_hidden()
    page.locator(FIELD).press("ArrowDown")
    with page.expect_navigation():
        page.locator(SUGGESTED).nth(1).tap()
    assert page.locator("h1").inner_text().startswith(TITLES[2])


def test_an_answer_that_comes_late_or_not_at_all_changes_nothing(enter: Enter) -> None:
    reader = enter(1280)
    page = reader.page
    page.goto("/")
    kept: list[Route] = []

    def keep(route: Route) -> None:
        kept.append(route)

    page.route(re.compile(r"goi-y\?q=giao$"), keep)
    page.route(re.compile(r"goi-y\?q=giaox$"), lambda route: route.abort())
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with page.expect_request(re.compile("goi-y")):
        reader.tell(FIELD, "giao")
    with page.expect_response(re.compile("goi-y")):
        page.locator(FIELD).fill("rung")
    expect(page.locator(SUGGESTED)).to_have_count(3)
    one = {"kind": "document", "title": "Đã cũ", "number": "", "facts": "", "issuer": "", "url": "/"}
    (late,) = kept
    with page.expect_response(re.compile("goi-y")):
        late.fulfill(body=json.dumps({"told": "", "suggestions": [one]}), content_type="application/json")
    page.wait_for_timeout(100)
    expect(page.locator(SUGGESTED)).to_have_count(3)
    with page.expect_event("requestfailed"):
        page.locator(FIELD).fill("giaox")
    expect(page.locator(".mg-suggestions")).to_be_hidden()
    assert errors == []
