"""The web process of gunicorn, which says in plain words that an address is too long.

gunicorn answers 414 in English. A query pasted by mistake is bad input like any other: 400, and
what to do.
"""

from __future__ import annotations

from typing import Any

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

_PAGE = """<!DOCTYPE html>
<html lang="vi">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Địa chỉ quá dài</title>
<h1>Địa chỉ quá dài</h1>
<p>Nội dung tìm kiếm dài hơn mức cổng đọc được. Hãy quay lại và chỉ gõ vài từ.</p>
<p lang="en">The address is too long: what was searched for is more than the portal reads.
Go back and type a few words only.</p>
<p><a href="/tim-kiem">Tìm kiếm</a> · <a href="/en/tim-kiem" lang="en">Search</a></p>
</html>
""".encode()

TOO_LONG = (
    b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)
)
"""The whole answer, since no request reached the portal that could be asked for a language."""


class WebWorker(ThreadWorker):  # type: ignore[misc]
    """Serves as gthread does."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read."""
        if isinstance(exc, LimitRequestLine):
            util.write_nonblock(client, TOO_LONG)
        else:
            super().handle_error(req, client, addr, exc)
