"""Failures as HTTP, once for the whole site: a page for people, problem+json for programs.

What is secret and what does not exist get the very same answer. No stack and no text of
a record ever stands in one.
"""

from __future__ import annotations

import errno
import logging
from types import TracebackType

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from portal.core import ids, traces
from portal.core.db import trouble
from portal.core.errors import FullError, PortalError, TooManyError, UnavailableError
from portal.purging import tombstones
from portal.storage import folder
from portal.web import actors, guards, headers, identity, texts

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

log = logging.getLogger(__name__)

_CODES = {400: "bad_request", 403: "not_permitted", 404: "not_found", 405: "wrong_method"}
NOT_SENT_AGAIN = frozenset({"csrf_token", "password", "present"})
"""Fields of an expired form that are not shown again: its token, and every password."""

AGAIN_SECONDS = 10
"""After which a reader may try again what a database or a disk did not do."""

PICTURES = "tiles"
"""The blueprint that a viewer asks, often: it is told in words, without a page around them."""

_MEBIBYTE = 1024 * 1024


def init_app(app: Flask) -> None:
    """Answer every failure in one form."""
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(CSRFError, _expired_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_trouble)
    app.register_error_handler(OSError, _disk_trouble)
    app.register_error_handler(500, _broken)
    # Flask would write the address, which may be a sign-in link, and the text of the error.
    app.log_exception = _log  # type: ignore[method-assign]


def _portal_error(error: PortalError) -> Response:
    if error.status == 404:
        return _not_here()
    if isinstance(error, TooManyError | UnavailableError):
        headers.come_back_after(getattr(error, "seconds", AGAIN_SECONDS))
    status = 401 if error.code in ("sign_in_first", "bad_token") else error.status
    return answer(status, texts.of_error(error))


def _not_here() -> Response:
    """Say that there is no such thing; of what everybody could see until it was purged, that it is gone."""
    named = [str(one) for one in (request.view_args or {}).values() if ids.is_id(str(one))]
    try:
        is_gone = tombstones.is_gone(named)
    except SQLAlchemyError:
        # The page for what is not here must come also where the database does not.
        is_gone = False
    return answer(410, texts.message("gone")) if is_gone else answer(404, texts.message("not_found"))


def _database_trouble(error: OperationalError) -> Response:
    """Have readers come again; the page asks neither database nor session."""
    return _come_again(trouble(error))


def _disk_trouble(error: OSError) -> Response:
    """Tell a disk that is full or broken from what is our own mistake."""
    if error.errno in folder.NO_SPACE:
        return _come_again(FullError("disk_full"))
    if error.errno == errno.EIO:
        return _come_again(UnavailableError("disk_broken"))
    raise error


def _come_again(error: UnavailableError) -> Response:
    log.error("%s cannot be answered now: %s", request.endpoint, error.code)
    actors.become_nobody()
    identity.ask_nothing()
    headers.come_back_after(getattr(error, "seconds", AGAIN_SECONDS))
    return answer(error.status, texts.of_error(error))


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        # A redirect of the router (a missing slash) is an answer, not a failure.
        return make_response(error.response)
    status = error.code or 500
    if status == 413:
        return answer(413, texts.message("too_large", {"most_mb": guards.largest_form() // _MEBIBYTE}))
    response = answer(status, texts.message(_CODES.get(status, "bad_request")))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _expired_form(_error: CSRFError) -> Response:
    """Hand back what was typed, ready to be sent again, but only to our own pages.

    Whatever another site posted must not come back with a fresh token and a button.
    """
    values: list[tuple[str, str]] = []
    if guards.is_from_here():
        values = [item for item in request.form.items(multi=True) if item[0] not in NOT_SENT_AGAIN]
    if _wants_json() or not values:
        return answer(400, texts.message("form_expired"))
    page = render_template("errors/expired.html", values=values, has_files=bool(request.files))
    return make_response(page, 400)


def _broken(_error: Exception) -> Response:
    """Say that something broke. Flask has logged it; the page asks neither database nor session."""
    actors.become_nobody()
    identity.ask_nothing()
    return answer(500, texts.message("internal"))


def _log(exc_info: ExcInfo) -> None:
    """Write kind and place of what broke, and at which endpoint; nothing that a reader sent."""
    error = exc_info[1]
    if error is not None:
        log.error("%s broke: %s", request.endpoint, traces.of(error))


def answer(status: int, text: str) -> Response:
    """Return a failure as a page, or as problem+json for programs."""
    if _wants_json():
        response = jsonify({"type": "about:blank", "title": text, "status": status})
        response.content_type = "application/problem+json"
    elif request.blueprint == PICTURES:
        response = Response(text, mimetype="text/plain")
    else:
        response = make_response(render_template("errors/error.html", text=text, status=status))
    response.status_code = status
    return response


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    return accepted.best_match(["text/html", "application/json"]) == "application/json"
