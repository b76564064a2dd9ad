"""What templates call hundreds of times a page, without the detours: translations and addresses.

A page of results asks for some 140 texts and 150 addresses. The ways of Flask-Babel and Flask look up
language, domain and rules anew each time, which was a fifth of the whole page; what they answer is kept
here instead: the catalogue for the request, and plain addresses for as long as the process lives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import flask
from babel.support import NullTranslations
from flask import Flask, g, has_request_context, request
from flask_babel import get_locale, get_translations
from markupsafe import Markup

KEPT_ADDRESSES = 8192
LONGEST_KEPT = 40
"""Letters of a value: ids, slugs, numbers of pages; longer ones hardly come back."""
MOST_VALUES = 3
SPECIAL = "_"
"""What begins so asks for more than a path: an anchor, a method, a scheme."""


def init_app(app: Flask) -> None:
    """Give templates the short ways, under the names that they know."""
    kept = _keeper(app)

    def url_for(endpoint: str, **values: Any) -> str:
        if has_request_context() and _comes_back(values):
            return kept(request.script_root, endpoint, tuple(values.items()))
        return flask.url_for(endpoint, **values)

    def gettext(text: str, /, **variables: Any) -> Markup:
        return Markup(_spoken().ugettext(text)) % variables  # noqa: S704 - texts are our own, and values escaped

    def ngettext(one: str, many: str, number: int, /, **variables: Any) -> Markup:
        spoken = _spoken().ungettext(one, many, number)
        return Markup(spoken) % {"num": number, **variables}  # noqa: S704 - as above

    app.jinja_env.globals.update(url_for=url_for, _=gettext, gettext=gettext, ngettext=ngettext)


def _comes_back(values: Mapping[str, Any]) -> bool:
    """Tell whether an address is one that other pages will hold, too."""
    return len(values) <= MOST_VALUES and all(
        type(value) in (str, int) and len(str(value)) <= LONGEST_KEPT and not name.startswith(SPECIAL)
        for name, value in values.items()
    )


def _keeper(app: Flask) -> Callable[[str, str, tuple[tuple[str, Any], ...]], str]:
    """Return what makes addresses of this app, and keeps the latest."""

    @lru_cache(KEPT_ADDRESSES)
    def address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    return address


def _spoken() -> NullTranslations:
    """Return the catalogue of the request's language."""
    wanted = get_locale()
    held: tuple[Any, NullTranslations] | None = g.get("spoken")
    if held is None or held[0] is not wanted:
        held = g.spoken = (wanted, get_translations())
    return held[1]
