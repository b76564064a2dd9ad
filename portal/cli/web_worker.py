"""The web process of gunicorn: it is warm before it is asked, and says in plain words what is too long.

gunicorn answers 414 in English. A query pasted by mistake is bad input like any other: 400, and
what to do.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

import portal
from portal.catalogue import finding
from portal.web import assets

STATIC = Path(portal.__file__).parent / "static"

_PAGE = """<!DOCTYPE html>
<html lang="vi" class="govuk-template">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Địa chỉ quá dài – Mét Giá</title>
<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/{styles}">
</head>
<body class="govuk-template__body mg-page">
<header class="mg-header"><div class="govuk-width-container mg-header__row">
<a class="mg-brand" href="/"><span class="mg-brand__name">Mét Giá</span></a>
</div></header>
<main class="govuk-width-container govuk-main-wrapper">
<h1>Địa chỉ quá dài</h1>
<p>Nội dung tìm kiếm dài hơn mức máy đọc được. Hãy quay lại và chỉ gõ vài từ.</p>
<p lang="en">The address is too long: what was searched for is more than the portal reads.
Go back and type a few words only.</p>
<p class="mg-actions"><a class="govuk-link" href="/tim-kiem">Tìm kiếm</a>
<a class="govuk-link" href="/en/tim-kiem" lang="en" hreflang="en">Search</a></p>
</main>
</body>
</html>
"""


@cache
def too_long() -> bytes:
    """Return the whole answer, since no request reached the portal that could be asked for a language."""
    page = _PAGE.format(styles=assets.built(STATIC, "site.css")).encode()
    return (
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Security-Policy: "
        b"default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(page), page)
    )


def _warm(app: Flask) -> None:
    with app.app_context():
        finding.warm()


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """Serves as gthread does, and opens the index before anybody asks."""

    def load_wsgi(self) -> None:
        """Load the portal; beside the first requests, read what every search needs."""
        super().load_wsgi()
        threading.Thread(target=_warm, args=(self.wsgi,), name="warm", daemon=True).start()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read."""
        if isinstance(exc, LimitRequestLine):
            util.write_nonblock(client, too_long())
        else:
            super().handle_error(req, client, addr, exc)
