"""The second person of a batch, at Chromium and by keyboard: looks at its pages and closes it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser

from tests.face.onlooker import both_widths
from tests.face.typist import Typist
from tests.faults.portal import WatchedPortal

NEXT, CLOSE = "#next button", "#close button"
DESKTOP = {"width": 1280, "height": 800}


class Second:
    """Somebody who brought nothing of a batch."""

    def __init__(self, portal: WatchedPortal, browser: Browser, email: str, batch: str) -> None:
        self.page = browser.new_context(base_url=portal.base, locale="vi-VN").new_page()
        self.page.goto(portal.flask("login-link", email)["url"])
        self.address = f"/kiem-tra/lo/{batch}"
        self.keys = Typist(self.page)
        self._portal, self._batch = portal, batch

    @property
    def is_looking(self) -> bool:
        return "/kiem-tra/trang/" in self.page.url

    @property
    def says(self) -> str:
        """How the batch stands, in one sentence."""
        self.page.goto(self.address)
        return self.page.locator("#count-sentence").inner_text()

    def looks(self, judge: Callable[[int], str]) -> int:
        """Look at all pages that wait, pressing the keys that `judge` says; return how many they were."""
        self.page.goto(self.address)
        self.keys.follow(NEXT)
        seen = 0
        while self.is_looking:
            seen += 1
            *said, act = judge(seen)
            for key in said:
                self.page.keyboard.press(key)
            with self.page.expect_navigation():
                self.page.keyboard.press(act)
        return seen

    def is_closed(self) -> bool:
        query = f"SELECT COUNT(*) FROM batches WHERE id = '{self._batch}' AND closed_at IS NOT NULL"
        return bool(self._portal.count(query))

    def closes(self) -> None:
        """Press the button that closes the batch."""
        self.page.goto(self.address)
        self.keys.follow(CLOSE)

    def sees_nothing_wrong(self) -> None:
        """See the page at both widths, and go on at a desktop."""
        both_widths(self.page)
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
