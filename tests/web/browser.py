"""A browser for tests: keeps cookies, sends forms with their token, shares nothing with the test."""

from __future__ import annotations

import contextvars
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser(FlaskClient):
    """A client whose every request runs in a context of its own.

    The shared `app` fixture holds an application context open; a request made inside it
    would share `g`, and with it whoever was signed in by the request before.
    """

    def open(self, *words: Any, **options: Any) -> TestResponse:
        options.setdefault("buffered", True)
        return contextvars.Context().run(super().open, *words, **options)

    def token(self) -> str:
        """Return a fresh token of this session; the sign-in form is open to all."""
        found = TOKEN.search(self.get("/dang-nhap").text)
        assert found is not None
        return found.group(1)

    def send(self, address: str, **fields: Any) -> TestResponse:
        """Post a form as a page of this site would."""
        return self.post(address, data={"csrf_token": self.token(), **fields})

    def sign_in(self, email: str) -> TestResponse:
        """Sign in through the real form."""
        answer = self.send("/dang-nhap", email=email, password=PASSWORD)
        assert answer.status_code == 302, answer.text
        return answer
