"""Photograph every page of the demo archive, in both languages, on a phone and on a desk.

    make screenshots [ARGS="--home HOME --to FOLDER"]

Without a home the demo is brought into an empty one by the real worker, which takes minutes.
Which pages there are is what a person of each role can reach: the menus, the lists, and the
first records, pages and requests that these lead to; one address of each kind is enough.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import measuring

sys.path.insert(0, str(measuring.PROJECT))

from playwright.sync_api import Browser, Page

from tests.journeys.persons import chromium
from tests.journeys.portal import Portal

FOLDER = measuring.PROJECT / "var" / "screenshots"
SPOKEN = (("vi", ""), ("en", "/en"))
SEEN_ON = (("phone", 360), ("desk", 1280))
STARTS = ("/", "/tim-kiem?q=đất", "/tim-kiem?q=khongcogi", "/khong-co")
ID = re.compile(r"[0-9a-z]{10}")
YEAR = re.compile(r"(?<=/nam/)[0-9-]+")
NO_PAGE = re.compile(
    r"^/(en|static|api|iiif|dang-xuat)(/|$)|/(image|thumbnail|text|words|copy|ban-sao)(/|$)|\.\w+$"
)
ASKED = "document="
"""The one query without which an address is no page: what is asked for."""
TARGETS = "all => all.map(one => one.getAttribute('href'))"
LOAD_ALL = """() => Promise.all([...document.images].map(one => {
  one.loading = "eager";
  return one.decode().catch(() => null);
}))"""
"""Pictures below the fold load when they are scrolled to, and a photograph does not scroll."""
MOST_OF_A_KIND = 2
EVERYBODYS_OWN = ("/ban-lam-viec",)
"""Addresses where each role sees another page."""
LONGEST_READ = 1800


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the demo and photograph what each role can reach."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--home", type=Path, help="a home in which the demo was read; a copy is served")
    options.add_argument("--to", type=Path, default=FOLDER)
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        home = Path(folder) / "home"
        if chosen.home:
            shutil.copytree(chosen.home, home)
        portal = Portal(home, {"DEMO": "1"})
        try:
            portal.start()
            portal.wait_until(lambda: _is_read(portal), "the demo to be read", LONGEST_READ)
            count = _photograph(portal, chosen.to)
        finally:
            portal.stop()
    print(f"{count} screenshots in {chosen.to}")


def _is_read(portal: Portal) -> bool:
    known = portal.health()
    return bool(known) and known["queue"] == 0 and known["index_pending"] == 0


def _photograph(portal: Portal, folder: Path) -> int:
    accounts = json.loads((portal.home / "demo-accounts.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    count = 0
    with chromium() as browser:
        for role in ("anonymous", *accounts):
            page = _window(browser, portal.base, accounts.get(role))
            if role == "operator":
                _take_in(page)
                portal.wait_until(lambda: _is_read(portal), "one more sheet to be read")
            for address in list(_reachable(page, seen)):
                name = f"{role}{_kind(address).replace('/', '-').rstrip('-') or '-home'}"
                for (language, before), (width, pixels) in itertools.product(SPOKEN, SEEN_ON):
                    page.set_viewport_size({"width": pixels, "height": 800})
                    page.goto(before + address, wait_until="load")
                    page.evaluate(LOAD_ALL)
                    page.screenshot(path=folder / f"{name}-{language}-{width}.png", full_page=True)
                    count += 1
            page.context.close()
    return count


def _window(browser: Browser, base: str, account: dict[str, str] | None) -> Page:
    page = browser.new_context(base_url=base, locale="vi-VN").new_page()
    if account:
        page.goto("/dang-nhap")
        page.fill("main [name=email]", account["email"])
        page.fill("main [name=password]", account["password"])
        with page.expect_navigation():
            page.keyboard.press("Enter")
    return page


def _take_in(page: Page) -> None:
    """Take in a picture of the home page: the batches of the demo are in use and cannot be withdrawn."""
    page.goto("/")
    sheet = page.screenshot()
    page.goto("/tiep-nhan")
    page.select_option("main [name=fonds]", index=1)
    page.fill("main [name=name]", "Hộp 12, giá 3")
    page.set_input_files("main [name=files]", {"name": "to-1.png", "mimeType": "image/png", "buffer": sheet})
    page.check("main [name=declared]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _reachable(page: Page, seen: set[str]) -> Iterator[str]:
    """Yield an address of each kind that nobody has photographed yet, following links from the start."""
    waiting, met = list(STARTS), set(STARTS)
    kinds: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        kind = _kind(address)
        if kinds.get(kind, 0) >= MOST_OF_A_KIND and address not in STARTS:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = page.goto(address)
        if answer is None or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        is_elsewhere = urlsplit(page.url).path != urlsplit(address).path
        if is_elsewhere or (answer.status >= 400 and address not in STARTS):
            # The sign-in page or a refusal: whoever is let in will photograph the page itself.
            continue
        for link in page.locator("a[href^='/']").evaluate_all(TARGETS):
            parts = urlsplit(link)
            path = f"{parts.path}?{parts.query}" if parts.query.startswith(ASKED) else parts.path
            if path not in met and not NO_PAGE.search(path):
                met.add(path)
                waiting.append(path)
        if kind not in seen or kind in EVERYBODYS_OWN:
            seen.add(kind)
            yield address


def _kind(address: str) -> str:
    """Return an address with ids and years left out, so that pages of one kind have one name."""
    plain = address.partition(f"?{ASKED}")[0].replace("?q=", "-")
    return YEAR.sub("x", ID.sub("x", plain)).replace("đ", "d").replace("ấ", "a")


if __name__ == "__main__":
    main()
