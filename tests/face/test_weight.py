"""What a page weighs before its images, as Chromium loads it with nothing kept from before."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Response, Route

from tests.face.conftest import Site
from tests.journeys.persons import chromium
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

KIB = 1024
FONT = "font/woff2"


def test_search_and_viewer_stay_light(site: Site, built: Built) -> None:  # noqa: F811
    search, page = "/tim-kiem?q=trang", f"/p/{built.archive.pages['open']}?q=trang"
    weights = {address: _weight(site[1], address) for address in (search, page)}
    print(f"\nweight: search {weights[search] / KIB:.0f} KiB, page {weights[page] / KIB:.0f} KiB")
    assert KIB < weights[search] <= 120 * KIB
    assert KIB < weights[page] <= 220 * KIB


def test_the_policy_has_no_exception(site: Site) -> None:
    with chromium() as browser:
        answer = browser.new_page().goto(site[1] + "/tim-kiem?q=trang")
        assert answer is not None
        policy = answer.headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'nonce-[\w-]{22}'", rules["script-src"])
    assert rules["style-src"] == "'self'"
    for exception in ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "*", "http:", "https:"):
        assert exception not in policy


@pytest.mark.parametrize(
    "smuggled", ["<script>SMUGGLED</script>", "<img src=x onerror=SMUGGLED>", "FROM_HERE"]
)
def test_a_script_that_somebody_smuggled_in_does_not_run(site: Site, smuggled: str) -> None:
    """As if escaping had failed: inline, as a handler, and as a file of our own address."""
    mark = "document.documentElement.dataset.smuggled=1"

    def poison(route: Route) -> None:
        answer = route.fetch()
        code = f'<script src="{site[1]}/smuggled.js"></script>' if smuggled == "FROM_HERE" else smuggled
        body = answer.text().replace("</main>", code.replace("SMUGGLED", mark) + "</main>")
        assert code.replace("SMUGGLED", mark) in body
        route.fulfill(response=answer, body=body)

    with chromium() as browser:
        page = browser.new_page()
        page.route("**/smuggled.js", lambda route: route.fulfill(body=mark, content_type="text/javascript"))
        page.route("**/tim-kiem*", poison)
        page.goto(site[1] + "/tim-kiem?q=trang", wait_until="networkidle")
        root = page.locator("html")
        assert root.get_attribute("data-smuggled") is None
        assert "govuk-frontend-supported" in (page.locator("body").get_attribute("class") or ""), "ours runs"


def _weight(base: str, address: str) -> int:
    """Return the bytes of page, styles, scripts and fonts, as the server in front sends them: compressed."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    with chromium() as browser:
        page = browser.new_context(base_url=base, locale="vi-VN").new_page()
        page.on("response", keep)
        page.goto(address, wait_until="networkidle")
        return sum(_size(one) for one in answers if not one.headers["content-type"].startswith("image/"))


def _size(answer: Response) -> int:
    body = answer.body()
    return len(body) if answer.headers["content-type"] == FONT else len(gzip.compress(body, 6))
