"""An operator watches a batch being read: live with JavaScript, by loading again without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures import papers
from tests.journeys.conftest import email_of
from tests.journeys.persons import PlainPerson, chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.ocr]

PAGES = 3
READING = "data-batch="
"""Of the bar that says how far the machine is; sending has bars of its own."""


def batch_of(portal: Portal, operator: PlainPerson, tmp_path: Path) -> str:
    """Send some scans and return the address of their batch."""
    code = "T" + tmp_path.name[-6:].replace("_", "")
    archivist = PlainPerson(portal, email_of("archivist"))
    archivist.open("/sap-xep/phong/moi")
    archivist.send("/sap-xep/phong/moi", {"code": code, "name": f"Phông {code}"})
    operator.open("/tiep-nhan")
    found = re.search(rf'<option value="(\w+)"[^>]*>{code} ', operator.shown())
    assert found is not None
    files = []
    for number in range(PAGES):
        files.append(tmp_path / f"{code}-{number}.png")
        files[-1].write_bytes(papers.png(papers.picture((f"Trang {number} của lô {code}",))))
    operator.send("/tiep-nhan", {"fonds": found.group(1), "name": f"Lô {code}", "declared": "y"}, files=files)
    return operator.where()


def test_without_javascript_the_page_has_the_numbers_and_a_link_to_look_again(
    portal: Portal, tmp_path: Path
) -> None:
    operator = PlainPerson(portal, email_of("operator"))
    address = batch_of(portal, operator, tmp_path)
    path = address.removeprefix(portal.base)
    assert READING in operator.shown()
    assert f'href="{path}">Xem lại' in operator.shown()
    portal.settle()
    operator.open(path)
    assert READING not in operator.shown()
    assert f"<dd>{PAGES}</dd>" in operator.shown()


@pytest.mark.browser
def test_with_javascript_the_numbers_grow_by_themselves(portal: Portal, tmp_path: Path) -> None:
    with chromium() as browser:
        page = browser.new_context(base_url=portal.base, locale="vi-VN").new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(portal.flask("login-link", email_of("operator"))["url"])
        assert page.url.endswith("/ban-lam-viec")
        address = batch_of(portal, PlainPerson(portal, email_of("operator")), tmp_path)
        with page.expect_request(lambda asked: "/tien-do/truc-tiep" in asked.url):
            page.goto(address)
        page.evaluate("window.isTheSamePage = true")
        page.locator("[data-live]:not(:empty)").wait_for(state="attached", timeout=120_000)
        bar = page.locator("[data-batch] progress")
        assert bar.evaluate("one => [one.value, one.max]") == [PAGES, PAGES]
        assert f"Đã đọc {PAGES} trên {PAGES} trang" in page.locator("[data-batch]").inner_text()
        assert page.evaluate("window.isTheSamePage"), "nothing was loaded again"
        assert complaints == []
