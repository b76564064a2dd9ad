"""The same person in two bodies: a browser without JavaScript over plain HTTP, and Chromium."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.portal import Portal
from tests.journeys.visitor import Answer

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Person(Protocol):
    """What a journey needs of somebody."""

    def open(self, path: str) -> int:
        """Go to an address and return its status."""

    def shown(self) -> str:
        """Return the HTML of the page the person looks at."""

    def where(self) -> str:
        """Return the address the person is at."""

    def send(
        self,
        action: str,
        values: dict[str, str],
        press: tuple[str, str] | None = None,
        files: list[Path] | None = None,
    ) -> None:
        """Fill in the form whose address has this part and send it."""

    def fetch(self, path: str) -> tuple[int, bytes]:
        """Ask for an address with the person's cookies, without going there."""


class PlainPerson:
    """Somebody whose browser runs no JavaScript."""

    def __init__(self, portal: Portal, email: str | None) -> None:
        self._visitor = portal.visitor()
        self._answer: Answer | None = None
        if email:
            self.open(portal.flask("login-link", email)["url"])

    def open(self, path: str) -> int:
        self._answer = self._visitor.get(path)
        return self._answer.status

    def shown(self) -> str:
        return self._page.text

    def where(self) -> str:
        return self._page.url

    def send(
        self,
        action: str,
        values: dict[str, str],
        press: tuple[str, str] | None = None,
        files: list[Path] | None = None,
    ) -> None:
        content = {"files": [(path.name, path.read_bytes()) for path in files]} if files else None
        self._answer = self._visitor.submit(self._page.form(action), values, content, press)

    def fetch(self, path: str) -> tuple[int, bytes]:
        answer = self._visitor.get(path)
        return answer.status, answer.body

    @property
    def _page(self) -> Answer:
        assert self._answer is not None
        return self._answer


class ChromiumPerson:
    """Somebody at Chromium, in a window without anybody else's cookies."""

    def __init__(self, browser: Browser, portal: Portal, email: str | None) -> None:
        self._base = portal.base
        self._context: BrowserContext = browser.new_context(base_url=portal.base, locale="vi-VN")
        self._page: Page = self._context.new_page()
        self.violations: list[str] = []
        self._page.on("console", self._listen)
        if email:
            self.open(portal.flask("login-link", email)["url"])

    def open(self, path: str) -> int:
        answer = self._page.goto(path)
        assert answer is not None
        return answer.status

    def shown(self) -> str:
        return self._page.content()

    def where(self) -> str:
        return self._page.url

    def send(
        self,
        action: str,
        values: dict[str, str],
        press: tuple[str, str] | None = None,
        files: list[Path] | None = None,
    ) -> None:
        form = self._page.locator("form[method=post]").nth(self._place_of(action))
        for name, value in values.items():
            field = form.locator(f"[name='{name}']")
            kind = field.first.get_attribute("type")
            if field.first.evaluate("one => one.tagName") == "SELECT":
                field.first.select_option(value)
            elif kind in ("radio", "checkbox"):
                form.locator(f"[name='{name}'][value='{value}']").check()
            else:
                field.first.fill(value)
        if files:
            form.locator("input[type=file]").set_input_files(files)
        button = form.locator("button" if press is None else f"button[name='{press[0]}'][value='{press[1]}']")
        with self._page.expect_navigation():
            button.first.click()

    def fetch(self, path: str) -> tuple[int, bytes]:
        answer = self._context.request.get(path)
        return answer.status, answer.body()

    def _place_of(self, action: str) -> int:
        """Return which of the page's posting forms goes to an address with this part."""
        forms = self._page.locator("form[method=post]")
        targets = forms.evaluate_all(
            "all => all.map(one => new URL(one.getAttribute('action') || '', location).href)"
        )
        places = [place for place, target in enumerate(targets) if action in target]
        assert places, f"no form for {action} on {self._page.url}"
        return places[0]

    def _listen(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        if "Content Security Policy" in text:
            self.violations.append(text)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium that has no window."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with tempfile.TemporaryDirectory(), sync_playwright() as tools:
        command = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
        browser = tools.chromium.launch(executable_path=command, args=flags)
        yield browser
        browser.close()
