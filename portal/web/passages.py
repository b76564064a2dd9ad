"""What stands in Vietnamese on pages of another language, marked so that it is spoken as Vietnamese.

The archive's titles, issuers and names of places are Vietnamese whatever language the page is in; a
voice that reads them by English rules cannot be understood (WCAG 3.1.2).
"""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup, escape

from portal.web import locale, texts

_LETTERS = "ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_EXAMPLE = re.compile(rf"(“|<strong>)([^”<]*[{_LETTERS}][^”<]*)(”|</strong>)", re.IGNORECASE)
_MARKED = Markup('<span lang="{}">{}</span>')


def vietnamese(text: str | None) -> Markup:
    """Return a text of the archive as HTML, marked where the page is in another language."""
    if not text:
        return Markup()
    return escape(text) if locale.current() == locale.VIETNAMESE else _MARKED.format(locale.VIETNAMESE, text)


def title_of(title: str, record_id: str) -> str:
    """Return the public title as HTML; what goes by its id is said in the reader's language."""
    return vietnamese(title) or texts.title_of("", record_id)


def examples(html: Markup) -> Markup:
    """Mark the examples of a text in another language: quoted or bold words with Vietnamese letters."""
    # What comes in is HTML already, and nothing but these marks is added to it.
    return Markup(_EXAMPLE.sub(r'\1<span lang="vi">\2</span>\3', str(html)))  # noqa: S704


def init_app(app: Flask) -> None:
    """Give templates the filter, and titles that are marked; `striptags` makes them plain again."""
    app.jinja_env.filters.update(vietnamese=vietnamese)
    app.jinja_env.globals.update(title_of=title_of)
