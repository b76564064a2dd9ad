"""The user guide fits the site: addresses, labels and sections that it names are there, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from flask import Flask, url_for
from markdown_it.token import Token
from werkzeug.exceptions import HTTPException

from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.web import catalogues, guards, guide, locale, prose
from tests.architecture.sources import PROJECT
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

BOTH = [(language, slug) for language in locale.LOCALES for slug in guide.CHAPTERS]
OTHER_LANGUAGE = {"English", "Tiếng Việt"}
HELP = re.compile(r'href="(/(?:en/)?tro-giup/([a-z-]+)(?:#([a-z0-9-]+))?)"')


def _tokens(language: str, slug: str) -> list[Token]:
    return prose.tokens_of((guide.FOLDER / language / f"{slug}.md").read_text(encoding="utf-8"))


def _inline(language: str, slug: str) -> Iterator[Token]:
    for token in _tokens(language, slug):
        yield from token.children or ()


def _labels(language: str, slug: str) -> list[str]:
    """Return what stands in bold: words that the guide says are on the screen."""
    found, inside = [], False
    for token in _inline(language, slug):
        if token.type in ("strong_open", "strong_close"):
            inside = token.type == "strong_open"
            found += [""] if inside else []
        elif inside:
            found[-1] += " " if token.type == "softbreak" else token.content
    return found


def _addresses(language: str, slug: str) -> set[str]:
    links = {
        str(token.attrGet("href") or "") for token in _inline(language, slug) if token.type == "link_open"
    }
    return {link for link in links if link.startswith("/")}


def _forms(text: Any) -> tuple[str, ...]:
    """Return singular and plural of a message, or its only form."""
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


def _gapped(text: str) -> str:
    """Return a text as the guide quotes it: … stands where a value stands on the screen."""
    return re.sub(r"%\(\w+\)[sd]", "…", text)


@pytest.mark.parametrize(("language", "slug"), BOTH)
def test_every_address_that_is_named_is_a_page_of_those_it_is_for(
    app: Flask, language: str, slug: str
) -> None:
    adapter = app.url_map.bind("localhost")
    role = guide.CHAPTERS[slug]
    for address in _addresses(language, slug):
        try:
            endpoint, _ = adapter.match(address, "GET")
        except HTTPException:
            pytest.fail(f"{address} is no address of the portal")
        need = guards.need_of(app.view_functions[endpoint])
        assert not isinstance(need, Permission) or need in PERMISSIONS[role], address


@pytest.mark.parametrize(("language", "slug"), BOTH)
def test_every_label_that_is_quoted_is_on_the_screen(texts: Catalog, language: str, slug: str) -> None:
    shown = {
        _gapped(str(text))
        for message in catalogues.read(language)
        if message.id and texts.get(message.id) is not None
        for text in _forms(message.string)
    }
    assert _labels(language, slug)
    assert [label for label in _labels(language, slug) if label not in shown | OTHER_LANGUAGE] == []


@pytest.mark.parametrize("slug", guide.CHAPTERS)
def test_both_languages_say_the_same(app: Flask, slug: str) -> None:
    """The same sections in the same order, the same addresses, and the same labels in their own words."""
    with app.test_request_context("/"):
        vietnamese = guide.chapter(slug)
    with app.test_request_context("/", environ_overrides={"portal.locale": "en"}):
        english = guide.chapter(slug)
    assert [one.anchor for one in vietnamese.sections] == [one.anchor for one in english.sections]
    assert _addresses("vi", slug) == _addresses("en", slug)
    words = {
        _gapped(text): _gapped(_forms(message.string)[0])
        for message in catalogues.read("vi")
        for text in _forms(message.id)
    }
    translated = {words.get(label, label) for label in _labels("en", slug)} - OTHER_LANGUAGE
    assert translated == set(_labels("vi", slug)) - OTHER_LANGUAGE


@pytest.mark.parametrize(("language", "slug"), BOTH)
def test_every_command_that_is_named_is_documented(language: str, slug: str) -> None:
    commands = (PROJECT / "docs/cli.md").read_text(encoding="utf-8")
    named = [token.content for token in _inline(language, slug) if token.type == "code_inline"]
    assert [one for one in named if one.startswith("flask ") and f"### `{one}" not in commands] == []


def test_there_is_a_chapter_for_every_role() -> None:
    assert set(guide.CHAPTERS.values()) == set(Role)
    for language in locale.LOCALES:
        assert {path.stem for path in (guide.FOLDER / language).glob("*.md")} == set(guide.CHAPTERS)


def test_every_section_that_pages_lead_to_is_there(app: Flask) -> None:
    with app.test_request_context("/"):
        there = {
            f"{slug}#{section.anchor}" for slug in guide.CHAPTERS for section in guide.chapter(slug).sections
        }
    own = {place for place in guide.PLACES.values() if place.startswith(guide.OWN)}
    staff = [slug for slug, role in guide.CHAPTERS.items() if role is not Role.CITIZEN]
    wanted = {slug + place.removeprefix(guide.OWN) for place in own for slug in staff}
    assert (set(guide.PLACES.values()) - own) | wanted <= there
    assert set(guide.PLACES) <= set(app.view_functions)


def test_every_page_leads_to_the_section_about_it(app: Flask, archive: Archive, browse: Browsers) -> None:
    """Whoever is let in anywhere finds, always in the header, the way to a section that is there."""
    without = set()
    for role in ("anonymous", "citizen", "approver", "administrator"):
        browser = browse(role)
        for row in rows(archive):
            with app.test_request_context():
                address = url_for(row.endpoint, **row.values)
            answer = browser.get(address) if row.method == "GET" else None
            if answer is None or answer.mimetype != "text/html" or answer.status_code in (302, 303):
                continue
            header = answer.text.split("</header>")[0]
            found = HELP.search(header)
            assert found is not None, address
            if answer.status_code == 200 and row.endpoint not in guide.PLACES:
                without.add(row.endpoint)
    assert without - {"guide.contents", "guide.chapter"} == set()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_help_opens_at_its_section_in_the_readers_language(browse: Browsers, prefix: str) -> None:
    browser = browse("operator")
    found = HELP.search(browser.get(f"{prefix}/tiep-nhan").text)
    assert found is not None
    assert found[1] == f"{prefix}/tro-giup/nhap-lieu#lo-moi"
    page = browser.get(found[1]).text
    assert '<h2 id="lo-moi">' in page
    assert "{#" not in page
    assert f'href="{prefix}/tiep-nhan"' in page.split("<article")[1]


def test_a_page_of_an_error_leads_to_the_chapter_of_whoever_meets_it(browse: Browsers) -> None:
    assert 'href="/tro-giup/nguoi-duyet"' in browse("approver").get("/khong-co").text
    assert 'href="/tro-giup/ban-doc"' in browse("anonymous").get("/khong-co").text


def test_the_contents_begin_with_the_chapter_for_whoever_asks(browse: Browsers) -> None:
    page = browse("archivist").get("/tro-giup").text.split("<main")[1]
    assert re.findall(r'href="/tro-giup/([a-z-]+)"', page)[0] == "luu-tru-vien"
