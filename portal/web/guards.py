"""Who may call an address at all: denied by default, allowed by a mark on the view.

The mark is an attribute of the view function, so it does not matter whether it stands
above or below the route. Whether the *record* may be seen is asked later, in `rights`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from portal.accounts.roles import Permission
from portal.core import house
from portal.core.errors import NotAllowedError, NotFoundError
from portal.web import actors

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "portal_guard"
_MOST = "portal_largest_form"
_STREAMED = "portal_streamed"
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})

SMALL_FORM_BYTES = 2 * 1024 * 1024
"""What a form without files can hold at most. Only people who take in may send much more, so that
nobody fills the disk from outside: a form is read as a whole before its token can be checked."""


class Need(Enum):
    """What an address asks of whoever calls it, where it is not a permission."""

    NOTHING = "nothing"
    SIGN_IN = "sign_in"


def public(view: View) -> View:
    """Let everybody call the view."""
    return _marked(view, Need.NOTHING)


def signed_in(view: View) -> View:
    """Let everybody who is signed in call the view."""
    return _marked(view, Need.SIGN_IN)


def permission(needed: Permission) -> Callable[[View], View]:
    """Let people whose role carries the permission call the view."""
    return lambda view: _marked(view, needed)


def up_to(most_bytes: int) -> Callable[[View], View]:
    """Let a form of so many bytes be sent to the view, which must ask for a sign-in at least."""

    def marked(view: View) -> View:
        setattr(view, _MOST, most_bytes)
        return view

    return marked


def streamed(view: View) -> View:
    """Let the view read a body of any length as it comes; it must see to a limit itself, and keep none of it
    in memory."""
    setattr(view, _STREAMED, True)
    return view


def need_of(view: Callable[..., Any]) -> Need | Permission | None:
    """Return the mark of a view; None means that nobody may call it."""
    mark: Need | Permission | None = getattr(view, _MARK, None)
    return mark


def init_app(app: Flask) -> None:
    """Refuse every endpoint without a mark, and every unsafe request without proof of where it began."""
    public(app.view_functions["static"])
    app.before_request(_enforce)
    CSRFProtect(app)


def is_from_here() -> bool:
    """Tell whether the browser says that one of our own pages sent this request.

    `Sec-Fetch-Site` comes on private lines only; on plain http in a local network the
    `Origin` header stands in for it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in _own_origins()


def largest_form() -> int:
    """Return how many bytes a form may have that is sent to the present address."""
    view = current_app.view_functions[request.endpoint] if request.endpoint else None
    if view is None or need_of(view) is not Permission.TAKE_IN:
        return int(getattr(view, _MOST, SMALL_FORM_BYTES))
    return house.settings().max_form_bytes


def local_path(target: str | None) -> str:
    """Return the target if it is a path on this site, else the home page."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return url_for("reading.home")
    if "\\" in target or any(ord(sign) < 32 for sign in target):
        return url_for("reading.home")
    parts = urlsplit(target)
    return url_for("reading.home") if parts.scheme or parts.netloc else target


def _marked(view: View, need: Need | Permission) -> View:
    setattr(view, _MARK, need)
    return view


def _enforce() -> Response | None:
    if request.endpoint is None:
        return None
    need = need_of(current_app.view_functions[request.endpoint])
    if need is None:
        raise NotFoundError("not_found")
    if request.method not in SAFE_METHODS:
        _refuse_strangers()
        if _is_streamed():
            # Not None, by which Flask means the limit of the site.
            request.max_content_length = sys.maxsize
        elif need is not Permission.TAKE_IN:
            # The limit of the site stands for those who take in.
            request.max_content_length = largest_form()
    if need is Need.NOTHING:
        return None
    actor = actors.current()
    if not actor.is_signed_in:
        return _to_sign_in()
    if isinstance(need, Permission):
        actor.must(need)
    return None


def _is_streamed() -> bool:
    """Tell whether the view reads the body itself; never a form, which is read before its token is known."""
    view = current_app.view_functions[request.endpoint or ""]
    return getattr(view, _STREAMED, False) and request.mimetype not in FORMS


def _refuse_strangers() -> None:
    """Refuse what another site sent. A client that says nothing still needs the form's token."""
    says_something = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if says_something and not is_from_here():
        raise NotAllowedError("sent_from_elsewhere")


def _own_origins() -> set[str]:
    """Return our origin as the request shows it and as the settings name it: a proxy may stand between."""
    public = urlsplit(house.settings().public_url)
    return {request.host_url.rstrip("/"), f"{public.scheme}://{public.netloc}"}


def _to_sign_in() -> Response:
    """Send readers to the sign-in page and back; a form that was sent is told so instead."""
    if request.method not in SAFE_METHODS or request.path.startswith("/api/"):
        raise NotAllowedError("sign_in_first")
    here = request.script_root + request.full_path.rstrip("?")
    return redirect(url_for("accounts.sign_in", next=here))
