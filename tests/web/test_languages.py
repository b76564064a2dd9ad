"""Both languages are whole: every text is marked, extracted, translated, and every page says its language."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, url_for

from portal.catalogue import documents
from portal.web import catalogues, filters, locale
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
SAME_IN_BOTH = {"Mét Giá", "English", "Tiếng Việt"}


@pytest.mark.parametrize("language", locale.LOCALES)
def test_every_text_is_translated(language: str) -> None:
    known = catalogues.read(language)
    missing = [
        message.id
        for message in catalogues.extracted()
        if message.id and ((found := known.get(message.id)) is None or not catalogues.is_translated(found))
    ]
    assert missing == []


@pytest.mark.parametrize("language", locale.LOCALES)
def test_no_translation_is_left_over(language: str) -> None:
    used = catalogues.extracted()
    left = [
        message.id for message in catalogues.read(language) if message.id and used.get(message.id) is None
    ]
    assert left == []


@pytest.mark.parametrize("language", locale.LOCALES)
def test_translations_hold_the_same_values(language: str) -> None:
    for message in catalogues.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert set(PLACEHOLDER.findall(str(text))) == set(PLACEHOLDER.findall(ids[-1])), message.id


class Texts(HTMLParser):
    """Collects what a reader sees or hears of a page, with the language it is in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.declared = ""
        self._foreign = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.declared = given.get("lang") or ""
        for name in ("aria-label", "alt", "title", "placeholder"):
            if given.get(name):
                self.found.append(given[name] or "")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


def test_no_text_of_a_template_escapes_translation(
    app: Flask, archive: Archive, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Render every page in a language whose texts stand in brackets; letters outside are unmarked."""
    _speak_pseudo(app, monkeypatch)
    vocabulary = {kind.name for kind in documents.types()}
    for role in ("approver", "administrator", "citizen", "anonymous"):
        browser = browse(role)
        for row in rows(archive):
            with app.test_request_context():
                address = url_for(row.endpoint, **row.values)
            answer = browser.get(address)
            if answer.mimetype != "text/html" or answer.status_code == 302:
                continue
            page = Texts()
            page.feed(answer.text)
            bare = [text for text in page.found if _is_unmarked(text) and text not in vocabulary]
            assert bare == [], address


def _speak_pseudo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from flask_babel import Domain

    monkeypatch.setattr(Domain, "get_translations", lambda _self: _Pseudo())


class _Pseudo:
    """Translations that put every text in brackets."""

    def ugettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    gettext = ugettext

    def ungettext(self, one: str, many: str, number: int) -> str:
        return f"⟦{one if number == 1 else many}⟧"

    ngettext = ungettext


def _is_unmarked(text: str) -> bool:
    rest = text
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
        rest = shorter
    if any(mark in rest for mark in "⟦⟧"):
        return False
    return bool(re.search(r"[A-Za-z]{3}", rest)) and not _is_data(rest)


DATA = re.compile(
    r"Mét Giá|English|Tiếng Việt|Tỉnh Mẫu|Người \w+|\w+@example\.vn|Phông|Hồ sơ|Hộp|Uỷ ban|Về việc|"
    r"Trang <em>|tepbimat|YC-\d|93/QĐ|H1|P01|UB|Nghiên cứu|đủ điều kiện|không còn đúng|theo luật|"
    r"có khiếu nại|trang|example|[0-9a-z]{10}|dd/mm/yyyy|đậm"
)


def _is_data(text: str) -> bool:
    """Tell whether the text is what people typed into the archive of the test, not of the site."""
    return DATA.search(text) is not None


def test_english_stays_english_from_page_to_page(browse: Browsers) -> None:
    page = browse("anonymous").get("/en/").text
    assert '<html lang="en"' in page
    assert 'href="/en/cay"' in page
    assert 'href="/"' in page, "the way to Vietnamese"
    assert 'action="/en/tim-kiem"' in page


def test_vietnamese_has_no_prefix(browse: Browsers) -> None:
    page = browse("anonymous").get("/").text
    assert '<html lang="vi"' in page
    assert 'href="/cay"' in page
    assert 'href="/en/"' in page


def test_the_other_language_shows_the_same_page(browse: Browsers) -> None:
    page = browse("anonymous").get("/en/tim-kiem?q=%C4%91%E1%BA%A5t&page=2").text
    assert 'href="/tim-kiem?q=%C4%91%E1%BA%A5t&amp;page=2"' in page


def test_a_word_that_begins_with_en_is_no_prefix(browse: Browsers) -> None:
    assert browse("anonymous").get("/english").status_code == 404


def test_dates_and_numbers_are_written_as_people_here_do(app: Flask) -> None:
    from datetime import UTC, date, datetime

    with app.test_request_context():
        assert filters.day(date(1975, 4, 30)) == "30/04/1975"
        assert filters.day(datetime(2026, 1, 31, 18, 0, tzinfo=UTC)) == "01/02/2026"
        assert filters.moment(datetime(2026, 1, 31, 18, 5, tzinfo=UTC)) == "01/02/2026 01:05"
        assert filters.number(1204) == "1.204"


def test_the_selector_needs_no_request(app: Flask) -> None:
    assert locale.current() == "vi"
