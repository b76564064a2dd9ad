"""The headers of every answer: what the browser may load, keep, and tell others."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from flask import Flask, Response, g, request

from portal.core import house
from portal.web import assets

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
"""Only a script that carries the answer's own nonce runs: not even our own address is trusted by itself,
for files that people sent could one day be served from it. Modules hand the nonce on to what they import."""

SANDBOX = "default-src 'none'; sandbox"
"""For files that are handed out, not shown: whatever is inside them runs nowhere."""

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

PRIVATE = "private, no-store"
YEAR = 365 * 24 * 3600
FOR_GOOD = f"public, max-age={YEAR}, immutable"
"""For files whose name changes with their content."""


def to_be_saved(name: str) -> str:
    """Return what has a browser save a file under a name in any script."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def init_app(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """Return the nonce of this answer: 128 random bits, made when first asked for."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    made: str = g.csp_nonce
    return made


def come_back_after(seconds: int) -> None:
    """Have the answer say when what was done too often is possible again."""
    g.retry_seconds = seconds


def _add(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    if "retry_seconds" in g:
        response.headers["Retry-After"] = str(g.retry_seconds)
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code < 400:
        lasting = assets.is_lasting(request.path)
        response.headers["Cache-Control"] = FOR_GOOD if lasting else "public, max-age=3600"
    else:
        # Not "no-cache": a page that a grant opened must not stay on a shared computer after its end.
        response.headers["Cache-Control"] = PRIVATE
    if house.settings().is_private_line:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return response
