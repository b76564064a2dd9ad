"""Which language a request is in: Vietnamese without prefix, English under `/en`.

The prefix moves from the path into SCRIPT_NAME before routing, so every rule is written
once and every `url_for` keeps the language by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, has_request_context, request
from flask_babel import Babel

from portal.core import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VIETNAMESE = "vi"
ENGLISH = "en"
LOCALES = (VIETNAMESE, ENGLISH)
PREFIX = f"/{ENGLISH}"


class PrefixMiddleware:
    """WSGI middleware that reads the language off the path."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(PREFIX + "/"):
            environ["PATH_INFO"] = path[len(PREFIX) :] or "/"
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
            environ["portal.locale"] = ENGLISH
        return self._app(environ, start_response)


def current() -> str:
    """Return the language of the request; outside of one, Vietnamese."""
    if not has_request_context():
        return VIETNAMESE
    locale: str = request.environ.get("portal.locale", VIETNAMESE)
    return locale


def other_address() -> str:
    """Return the address of the present page in the other language."""
    root = request.script_root.removesuffix(PREFIX) if current() == ENGLISH else request.script_root + PREFIX
    query = request.query_string.decode("ascii", "ignore")
    return root + quote(request.path) + (f"?{query}" if query else "")


def init_app(app: Flask) -> None:
    """Set up translations and the prefix."""
    app.config["BABEL_DEFAULT_LOCALE"] = VIETNAMESE
    app.config["BABEL_DEFAULT_TIMEZONE"] = str(clock.LOCAL)
    Babel(app, locale_selector=current)
    app.wsgi_app = PrefixMiddleware(app.wsgi_app)  # type: ignore[method-assign]  # Flask's documented way
    app.jinja_env.globals.update(locale=current, other_address=other_address)
