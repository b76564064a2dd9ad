"""A language that nobody speaks: every text accented, 40 % longer and in brackets.

What stands outside the brackets on a page was never marked for translation, unless it is data: words
that the archive of the test holds in its database, or what a template marks by `translate="no"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from flask_babel import Domain
from sqlalchemy import inspect, select

from portal.core import wording
from portal.core.db import Base, db

LONGER = 0.4
BRAND = "Mét Giá"
SAID = ("aria-label", "alt", "title", "placeholder")
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "rect", "use"})

_PLAIN = "abcdeghiklnoprstuwyzABCDEGHIKLNOPRSTUWYZ"
_ACCENTED = "åƀçďéğħîķļñöþŕšţûŵýžÅƁÇĎÉĞĦÎĶĻÑÖÞŔŠŢÛŴÝŽ"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]+>)")
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"[a-z][a-z_.]*")
"""Values by which states and kinds go inside; a page that shows one has forgotten its words."""


def said(text: str) -> str:
    """Return a text in the language, its placeholders as they are."""
    parts = _KEPT.split(text)
    spoken = "".join(part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts))
    longer = round(len(_KEPT.sub("", text)) * LONGER)
    more = " ".join("é" * min(6, longer - start) for start in range(0, longer, 6))
    return f"⟦{spoken}{' ' + more if more else ''}⟧"


class Translations:
    """What Flask-Babel and the standard library ask a catalogue for."""

    def gettext(self, text: str) -> str:
        return said(text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return said(one if number == 1 else many)

    ugettext, ungettext = gettext, ngettext


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages, mails and papers be in the language, whatever is asked for."""
    spoken = Translations()
    monkeypatch.setattr(Domain, "get_translations", lambda _self: spoken)
    # Not in the library itself: others say their own texts by it.
    translating = SimpleNamespace(translation=lambda *_words, **_options: spoken)
    monkeypatch.setattr(wording, "gettext", translating)


class Texts(HTMLParser):
    """Collects what a reader sees or hears of a page and what is not marked as data."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        # The text of a page is data too, but one that a browser may translate for its reader.
        is_data = given.get("translate") == "no" or "data-text" in given or self._is_data()
        if not is_data:
            self.found += [text for name in SAID if (text := given.get(name))]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.found.append(given.get("value") or "")
        if tag not in VOID:
            self._open.append((tag, is_data))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _ = self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_data() and self._open[-1:] != [("script", False)]:
            self.found.append(data.strip())

    def _is_data(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def data_words() -> set[str]:
    """Return the words of all that people typed into the archive of the test."""
    words: set[str] = set()
    for value in _values():
        if not _CODE.fullmatch(value):
            words.update(_WORD.findall(value))
    return words


def words_of(*texts: str) -> set[str]:
    """Return the words of texts that are data, too."""
    return {word for text in texts for word in _WORD.findall(text)}


def bare(html: str, words: set[str]) -> list[str]:
    """Return the texts of a page that nobody marked for translation and that are no data."""
    page = Texts()
    page.feed(html)
    return [text for text in page.found if is_bare(text, words)]


def is_bare(text: str, words: set[str]) -> bool:
    """Tell whether letters stand outside the brackets that the archive does not hold."""
    rest = text.replace(BRAND, "")
    while (shorter := _INNERMOST.sub("", rest)) != rest:
        rest = shorter
    if any(bracket in rest for bracket in "⟦⟧"):
        # A part of a text with an element inside, or one that was cut: its other end is in brackets too.
        return False
    if _CODE.fullmatch(rest.strip()) and len(rest.strip()) > 1:
        return True
    return any(word not in words for word in _WORD.findall(rest))


def _values() -> Iterator[str]:
    """Yield every text of every table."""
    for table in Base.metadata.sorted_tables:
        if not inspect(db.engine).has_table(table.name):
            continue
        for row in db.session.execute(select(table)):
            for value in row:
                yield from _strings(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
