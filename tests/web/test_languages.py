"""Both languages are whole: every text is marked, extracted, translated, and every page says its language."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from flask import Flask, url_for

from portal.core import house
from portal.web import catalogues, filters, guide, locale
from tests.web import pseudo
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", locale.LOCALES)
def test_every_text_is_translated(texts: Catalog, language: str) -> None:
    known = catalogues.read(language)
    missing = [
        message.id
        for message in texts
        if message.id and ((found := known.get(message.id)) is None or not catalogues.is_translated(found))
    ]
    assert missing == []


@pytest.mark.parametrize("language", locale.LOCALES)
def test_no_translation_is_left_over(texts: Catalog, language: str) -> None:
    left = [
        message.id for message in catalogues.read(language) if message.id and texts.get(message.id) is None
    ]
    assert left == []


@pytest.mark.parametrize("language", locale.LOCALES)
def test_translations_hold_the_same_values(language: str) -> None:
    for message in catalogues.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert set(PLACEHOLDER.findall(str(text))) == set(PLACEHOLDER.findall(ids[-1])), message.id


def test_no_text_of_a_template_escapes_translation(
    app: Flask, archive: Archive, browse: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open every page in the pseudo-language; letters outside the brackets are unmarked."""
    pseudo.speak(monkeypatch)
    words = pseudo.data_words() | pseudo.words_of(house.settings().province)
    with app.test_request_context():
        # A chapter is written in each language, not translated sentence by sentence.
        words |= pseudo.words_of(*(guide.chapter(slug).title for slug in guide.CHAPTERS))
    for role in ("approver", "administrator", "citizen", "anonymous"):
        browser = browse(role)
        for row in rows(archive):
            with app.test_request_context():
                address = url_for(row.endpoint, **row.values)
            answer = browser.get(address)
            if answer.mimetype != "text/html" or answer.status_code in (302, 303):
                continue
            typed = pseudo.words_of(str(row.values.get("q", "")))
            assert pseudo.bare(answer.text, words | typed) == [], address


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


def test_a_page_keeps_no_words_of_who_read_it_first(browse: Browsers) -> None:
    reader, address = browse("anonymous"), "/tai-lieu-tiep-can-co-dieu-kien"
    vietnamese, english = "Mọi người được đọc phần mô tả", "Everybody may read the description"
    for prefix, said, unsaid in (
        ("", vietnamese, english),
        ("/en", english, vietnamese),
        ("", vietnamese, english),
    ):
        page = reader.get(f"{prefix}{address}").text
        assert said in page
        assert unsaid not in page


def test_a_word_that_begins_with_en_is_no_prefix(browse: Browsers) -> None:
    assert browse("anonymous").get("/english").status_code == 404


def test_dates_and_numbers_are_written_as_people_here_do(app: Flask) -> None:
    from datetime import UTC, date, datetime

    with app.test_request_context():
        assert filters.day(date(1975, 4, 30)) == "30/04/1975"
        assert filters.day(datetime(2026, 1, 31, 18, 0, tzinfo=UTC)) == "01/02/2026"
        assert filters.moment(datetime(2026, 1, 31, 18, 5, tzinfo=UTC)) == "01/02/2026 01:05"
        assert filters.number(1204) == "1.204"
        assert filters.years(date(1990, 1, 1), date(2004, 3, 31)) == "1990–2004"
        assert filters.years(date(1990, 1, 1), None) == "từ 1990"
        assert filters.days(date(1990, 1, 1), date(2004, 3, 31)) == "01/01/1990–31/03/2004"
        assert filters.days(None, date(2004, 3, 31)) == "đến 31/03/2004"
        assert filters.days(None, None) == ""


def test_the_selector_needs_no_request(app: Flask) -> None:
    assert locale.current() == "vi"
