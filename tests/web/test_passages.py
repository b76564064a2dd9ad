"""Titles and texts in Vietnamese say so on English pages, to be read aloud as such (WCAG 3.1.2)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from portal.access.appeal_rows import Appeal
from portal.access.exposure_rows import Exposure
from portal.access.models import Request, RequestMessage
from portal.accounts import outbox
from portal.accounts.models import Person
from portal.catalogue.redaction_rows import Redaction
from portal.core import house
from portal.core.db import db
from portal.ingest.takeout_rows import Takeout
from tests.web import pseudo
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

VIETNAMESE = re.compile(
    "[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)
NUMBER = re.compile(r"\d+/[A-ZĐ-]+")
"""Number and symbol of a document, which belong to no language."""
REASONS = ("theo luật", "đủ điều kiện", "không còn đúng", "có khiếu nại")
"""What somebody of the staff gave as a reason in the archive of the test."""
UNSEEN = ("title", "script", "style", "textarea")
"""What is no passage of the page: its name cannot be marked, and what people type is theirs."""


class Passages(HTMLParser):
    """Collects the texts of a page with the language that holds where they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in pseudo.VOID:
            above = self._open[-1][1] if self._open else ""
            self._open.append((tag, dict(attrs).get("lang") or above))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] not in UNSEEN:
            self.found.append((data.strip(), self._open[-1][1]))


def unmarked(html: str, names: list[str]) -> list[str]:
    """Return the Vietnamese texts where another language holds; `names` belong to any."""
    page = Passages()
    page.feed(html)
    left = []
    for text, language in page.found:
        rest = NUMBER.sub("", text)
        for name in names:
            rest = rest.replace(name, "")
        if language != "vi" and VIETNAMESE.search(rest):
            left.append(text)
    return left


def test_a_passage_is_found_by_the_language_around_it() -> None:
    page = '<html lang="en"><title>Tờ</title><p>{}</p><svg><path /></svg><p lang="vi">Sổ<b>cũ</b></p></html>'
    assert unmarked(page.format("Record"), []) == []
    assert unmarked(page.format("Tờ trình"), []) == ["Tờ trình"]
    assert unmarked(page.format('<span lang="vi">Tờ trình</span> 5'), []) == []
    assert unmarked(page.format("Archive of Sơn Hà"), ["Sơn Hà"]) == []


@pytest.mark.parametrize(
    "role", ["anonymous", "citizen", "operator", "archivist", "approver", "administrator"]
)
def test_english_pages_mark_what_is_vietnamese(
    app: Flask, archive: Archive, browse: Browsers, role: str
) -> None:
    # Names of people and of the province belong to no language; what somebody wrote as a purpose, a message
    # or a reason may be in any.
    names = [
        pseudo.BRAND,
        house.settings().province,
        outbox.SAMPLE_NAME,
        *db.session.scalars(select(Person.name)),
    ]
    texts = (Request.purpose, RequestMessage.text, Appeal.text, Redaction.reason, Exposure.text)
    for typed in (*texts, Takeout.handed_by, Takeout.handed_to):
        names += db.session.scalars(select(typed)).all()
    names += REASONS
    browser, marked, wrong = browse(role), 0, []
    for row in rows(archive):
        if row.method != "GET" or row.status_for(role) != 200:
            continue
        with app.test_request_context():
            address = url_for(row.endpoint, **row.values)
        answer = browser.get(f"/en{address}")
        if answer.mimetype == "text/html":
            wrong += [(address, text) for text in unmarked(answer.text, names)]
            marked += answer.text.count('<span lang="vi">')
            assert "&lt;span" not in answer.text, address
            assert '<span lang="vi">' not in browser.get(address).text
    assert wrong == []
    assert marked > 10
