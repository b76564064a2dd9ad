"""The page viewer as readers use it, in Chromium: zoom, turn, step, keys; and the same without scripts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from portal.core.db import end_reading
from tests.journeys.persons import chromium
from tests.web import leaves
from tests.web.archive import Archive

pytestmark = pytest.mark.browser

TEXT = "giao đất rừng\nthu hồi\nđất ở"


@pytest.fixture
def pages(archive: Archive) -> list[str]:
    """The pages of the open document; the second and the third speak of land."""
    made = [archive.pages["open"], leaves.add(archive, TEXT), leaves.add(archive, "đất trống")]
    end_reading()
    return made


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The portal at an address of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


Opens = Callable[..., Page]


@pytest.fixture
def opens(browser: Browser, site: str) -> Iterator[Opens]:
    """Open an address in a window of its own; whatever the page complains of fails the test."""
    complaints: list[str] = []
    with _windows(browser) as window:

        def opened(path: str, *, scripts: bool = True, width: int = 1280) -> Page:
            context = window(java_script_enabled=scripts, viewport={"width": width, "height": 800})
            page: Page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(site + path)
            if scripts:
                expect(page.locator(".mg-tools")).to_be_visible()
                expect(page.locator(".mg-viewer__plain")).to_be_hidden()
            return page

        yield opened
    assert complaints == []


@contextmanager
def _windows(browser: Browser) -> Iterator[Callable[..., object]]:
    made = []

    def window(**options: object) -> object:
        made.append(browser.new_context(locale="vi-VN", **options))  # type: ignore[arg-type]
        return made[-1]

    yield window
    for one in made:
        one.close()


def press(page: Page, act: str) -> None:
    page.locator(f"[data-act='{act}']").click()


def said(page: Page) -> str:
    return page.locator("[data-says]").inner_text()


def here(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def pixels(page: Page) -> str:
    """Return what the canvas shows, once it no longer moves."""
    drawn = ""
    while (now := page.evaluate("document.querySelector('.mg-viewer canvas').toDataURL()")) != drawn:
        drawn = str(now)
        page.wait_for_timeout(200)
    return drawn


def test_buttons_zoom_and_turn_and_say_so(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}")
    whole = pixels(page)
    press(page, "zoom-in")
    expect(page.locator("[data-says]")).to_have_text("Mức phóng 150 %")
    larger = pixels(page)
    assert larger != whole
    press(page, "zoom-out")
    expect(page.locator("[data-says]")).to_have_text("Mức phóng 100 %")
    press(page, "turn")
    expect(page.locator("[data-says]")).to_have_text("Đã xoay 90 độ")
    assert pixels(page) not in (whole, larger)
    press(page, "fit")
    expect(page.locator("[data-says]")).to_have_text("Mức phóng 100 %")


def test_contrast_changes_what_is_seen_and_shows_that_it_is_on(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}")
    for act, function in (("contrast", "contrast("), ("invert", "invert(")):
        press(page, act)
        expect(page.locator(f"[data-act='{act}']")).to_have_attribute("aria-pressed", "true")
        canvas = "getComputedStyle(document.querySelector('.mg-viewer canvas')).filter"
        assert function in str(page.evaluate(canvas))
        press(page, act)
        assert page.evaluate(canvas) == "none"


def test_one_steps_through_the_places_and_on_to_the_next_page(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}?q=đất")
    expect(page.locator(".mg-found")).to_have_count(2)
    expect(page.locator("[data-place-of]")).to_have_text("Chỗ 1 trên 2")
    page.get_by_role("link", name="Chỗ tiếp theo ›").click()
    expect(page.locator("[data-place-of]")).to_have_text("Chỗ 2 trên 2")
    assert here(page)["hit"] == ["2"]
    expect(page.locator(".mg-found--here")).to_have_count(1)
    expect(page.locator("#word-address")).to_have_text(
        f"{page.url.partition('/p/')[0]}/p/{pages[1]}?at=10,90,50,20#word"
    )
    page.get_by_role("link", name="Chỗ tiếp theo, ở trang sau").click()
    page.wait_for_url(f"**/p/{pages[2]}?**")
    expect(page.locator("[data-place-of]")).to_have_text("Chỗ 1 trên 1")
    page.get_by_role("link", name="Chỗ trước, ở trang trước").click()
    page.wait_for_url(f"**/p/{pages[1]}?**")
    expect(page.locator("[data-place-of]")).to_have_text("Chỗ 2 trên 2")


def test_the_keyboard_does_all_of_it(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}?q=đất")
    page.locator("[data-act='zoom-in']").focus()
    for key, words in (
        ("0", "Mức phóng 100 %"),
        ("+", "Mức phóng 150 %"),
        ("-", "Mức phóng 100 %"),
        ("r", "Đã xoay 90 độ"),
        ("Shift+R", "Đã xoay 0 độ"),
        ("n", "Chỗ 2 trên 2"),
        ("p", "Chỗ 1 trên 2"),
    ):
        page.keyboard.press(key)
        expect(page.locator("[data-says]")).to_have_text(words)
    page.keyboard.press("c")
    expect(page.locator("[data-act='contrast']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(page.locator("[data-act='full']")).to_have_attribute("aria-pressed", "true")
    box = page.locator("#viewer").bounding_box()
    assert box is not None
    assert box["height"] >= 800 - 1
    page.keyboard.press("f")
    expect(page.locator("[data-act='full']")).to_have_attribute("aria-pressed", "false")
    _move_by_arrows(page)


def _move_by_arrows(page: Page) -> None:
    page.keyboard.press("0")
    page.keyboard.press("+")
    page.keyboard.press("+")
    before = pixels(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "openseadragon-canvas":
            break
    page.keyboard.down("ArrowDown")
    # On a busy machine the first picture after the key comes late.
    for _ in range(20):
        page.wait_for_timeout(300)
        if pixels(page) != before:
            break
    page.keyboard.up("ArrowDown")
    assert pixels(page) != before


def test_keys_leave_those_alone_who_type(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}")
    page.locator("#search-inside").focus()
    page.keyboard.type("rừng 0+c")
    expect(page.locator("#search-inside")).to_have_value("rừng 0+c")
    expect(page.locator("[data-act='contrast']")).to_have_attribute("aria-pressed", "false")
    assert said(page) == ""


def test_a_click_on_a_word_shows_it_and_makes_a_link_that_works(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}")
    page.locator("[data-at]", has_text="hồi").click()
    expect(page.locator(".mg-found--here")).to_have_count(1)
    assert here(page)["at"] == ["70,50,50,20"]
    address = page.locator("#word-address").inner_text()
    again = opens("/" + address.split("/", 3)[3])
    expect(again.locator("#word")).to_have_text("hồi")
    expect(again.locator("#word")).to_be_in_viewport()
    expect(again.locator(".mg-found--here")).to_have_count(1)


def test_a_button_copies_the_citation(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy='citation']").click()
    expect(page.locator("[data-copy='citation']")).to_have_text("Đã chép")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#citation").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways(pages: list[str], opens: Opens, width: int) -> None:
    for scripts in (True, False):
        page = opens(f"/p/{pages[1]}?q=đất", scripts=scripts, width=width)
        assert page.locator("html").evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_without_scripts_the_page_has_the_image_its_boxes_and_links(pages: list[str], opens: Opens) -> None:
    page = opens(f"/p/{pages[1]}?q=đất", scripts=False)
    expect(page.locator(".mg-tools")).to_be_hidden()
    expect(page.locator(".mg-copy button").first).to_be_hidden()
    image, first = page.locator(".mg-viewer__plain img").bounding_box(), page.locator("rect").first
    box = first.bounding_box()
    assert image is not None
    assert box is not None
    scale = image["width"] / leaves.WIDTH
    # A line has half of its width outside of the box.
    assert box["x"] - image["x"] == pytest.approx(70 * scale, abs=8)
    assert box["y"] - image["y"] == pytest.approx(10 * scale, abs=8)
    page.get_by_role("link", name="Chỗ tiếp theo ›").click()
    expect(page.locator("[data-place-of]")).to_have_text("Chỗ 2 trên 2")
    page.get_by_role("link", name="Chỗ tiếp theo, ở trang sau").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang 3 trên 3")
    page.get_by_role("searchbox", name="Tìm trong tài liệu này").fill("trống")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.locator("rect")).to_have_count(1)
