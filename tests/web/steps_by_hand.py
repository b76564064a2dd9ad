"""Asking as a reader does it at the site: step by step."""

from __future__ import annotations

import re

from tests.web.browser import Browser

ASK = "/yeu-cau/moi"


def value_of(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return found[1]


def term_of(browser: Browser, name: str, words: str) -> str:
    """Return the value of the choice with such words on the page about why and how."""
    page = browser.get(f"{ASK}/muc-dich").text
    choice = re.compile(rf'name="{name}"[^>]*? value="(\w{{10}})"[^>]*>\s*<label[^>]*>\s*([^<]+)')
    return next(found[1] for found in choice.finditer(page) if words in found[2])


def answer(browser: Browser, purpose: str, kind: str = "Nghiên cứu", form: str = "Đọc trực tuyến") -> str:
    """Answer why and how; return where it leads."""
    sent = browser.send(
        f"{ASK}/muc-dich",
        purpose=purpose,
        purpose_kind=term_of(browser, "purpose_kind", kind),
        use_form=term_of(browser, "use_form", form),
    )
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"]


def accept(browser: Browser) -> str:
    """Accept the undertaking; return where it leads."""
    term = value_of(browser.get(f"{ASK}/cam-ket").text, "term")
    sent = browser.send(f"{ASK}/cam-ket", term=term, accepted="y")
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"]


def seen(browser: Browser) -> dict[str, str]:
    """Return what the page to check sends along."""
    page = browser.get(f"{ASK}/kiem-tra").text
    return {name: value_of(page, name) for name in ("draft", "seen")}


def ask(browser: Browser, *documents: str, purpose: str) -> str:
    """Ask for documents through all steps; return the id of the request."""
    assert browser.send(ASK, document=list(documents)).status_code == 302
    answer(browser, purpose)
    assert accept(browser) == f"{ASK}/kiem-tra"
    sent = browser.send(f"{ASK}/kiem-tra", **seen(browser))
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"].split("/")[2]
