"""Which pages a browser looks at: every route that shows HTML, in each state, as the first role it is for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Flask, url_for

from tests.web.archive import Archive
from tests.web.authorization.matrix import ROLES, Row, rows
from tests.web.browser import Browser

LANGUAGES = ("", "/en")
WIDTHS = (360, 1280)


@dataclass(frozen=True)
class Visit:
    """One page to look at: by whom, in which language, how wide, and whether its form is sent empty first."""

    endpoint: str
    address: str
    role: str
    language: str
    width: int
    is_sent: bool = False

    def __str__(self) -> str:
        sent = "sent " if self.is_sent else ""
        return f"{sent}{self.language}{self.address} ({self.role}, {self.width} px)"


def all_of(app: Flask, archive: Archive) -> Iterator[Visit]:
    """Yield every page in every state × language × width; what answers with files or data is no page."""
    seen: set[tuple[str, bool]] = set()
    browsers = {role: _browser(app, role) for role in ROLES}
    for row in rows(archive):
        role, is_sent = _shown_to(row), row.method == "POST"
        with app.test_request_context():
            address = url_for(row.endpoint, **row.values, **row.form)
        if role is None or row.endpoint == "accounts.sign_out" or (address, is_sent) in seen:
            continue
        seen.add((address, is_sent))
        answer = browsers[role].get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for language, width in itertools.product(LANGUAGES, WIDTHS):
            yield Visit(row.endpoint, address, role, language, width, is_sent)


def in_turn(visits: Sequence[Visit]) -> list[Visit]:
    """Return one visit of each route, languages and widths taking turns."""
    chosen: dict[tuple[str, bool], list[Visit]] = {}
    for visit in visits:
        chosen.setdefault((visit.endpoint, visit.is_sent), []).append(visit)
    return [several[place % len(several)] for place, several in enumerate(chosen.values())]


def _shown_to(row: Row) -> str | None:
    """Return the first role that gets the page, or for a form the first that gets it back with errors."""
    wanted = 200 if row.method == "GET" else 400
    return next((role for role in ROLES if row.status_for(role) == wanted), None)


def _browser(app: Flask, role: str) -> Browser:
    browser = Browser(app, app.response_class, use_cookies=True)
    if role != "anonymous":
        browser.sign_in(f"{role}@example.vn")
    return browser
