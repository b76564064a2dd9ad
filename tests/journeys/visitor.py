"""A person at a browser without JavaScript: real HTTP, real cookies, real forms with their tokens."""

from __future__ import annotations

import http.cookiejar
import ssl
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form as it stands in a page, with the values it would send untouched."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Answer:
    """What the server sent."""

    status: int
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def forms(self) -> list[Form]:
        reader = _FormReader(self.url)
        reader.feed(self.text)
        return reader.forms

    def form(self, action_part: str) -> Form:
        """Return the form that posts to an address with this part."""
        found = [one for one in self.forms if one.method == "post" and action_part in one.action]
        assert found, f"no form for {action_part} on {self.url} ({self.status})"
        return found[0]

    @property
    def links(self) -> list[str]:
        reader = _FormReader(self.url)
        reader.feed(self.text)
        return reader.links


class Visitor:
    """One person with one cookie jar."""

    def __init__(self, base: str, trusted: ssl.SSLContext | None = None) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.HTTPSHandler(context=trusted),
        )

    def get(self, path: str) -> Answer:
        address = urllib.parse.quote(urllib.parse.urljoin(self.base + "/", path), safe="/?&=+:%#@")
        return self._send(urllib.request.Request(address))

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send a request with headers of one's own."""
        request = urllib.request.Request(f"{self.base}{path}", method=method, headers=headers or {})
        request.data = body
        return self._send(request)

    def submit(
        self,
        form: Form,
        values: dict[str, str] | None = None,
        files: dict[str, list[tuple[str, bytes]]] | None = None,
        button: tuple[str, str] | None = None,
    ) -> Answer:
        """Send the form as a browser would: what stands in it, what was typed, the button pressed."""
        data = {**form.values, **(values or {}), **(dict([button]) if button else {})}
        request = urllib.request.Request(form.action, method="POST")
        if files is None:
            request.data = urllib.parse.urlencode(data).encode()
            request.add_header("Content-Type", "application/x-www-form-urlencoded")
        else:
            boundary = uuid.uuid4().hex
            request.data = _multipart(boundary, data, files)
            request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        request.add_header("Origin", self.base)
        return self._send(request)

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.url, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.url, dict(error.headers), error.read())


def _multipart(boundary: str, data: dict[str, str], files: dict[str, list[tuple[str, bytes]]]) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]
    for name, several in files.items():
        for file_name, content in several:
            head = (
                f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            )
            parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


class _FormReader(HTMLParser):
    """Collect forms and links of a page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in known:
            self.links.append(urllib.parse.urljoin(self.url, known["href"]))
        if tag == "form":
            self._form = Form(
                urllib.parse.urljoin(self.url, known.get("action") or self.url),
                known.get("method", "get").lower(),
            )
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, known)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._form is None:
            return
        if self._textarea:
            self._form.values[self._textarea] += data
        elif self._select and self._form.options[self._select]:
            value, label = self._form.options[self._select][-1]
            self._form.options[self._select][-1] = (value, (label + data).strip())

    def _field(self, tag: str, known: dict[str, str]) -> None:
        assert self._form is not None
        name, value, kind = known.get("name", ""), known.get("value", ""), known.get("type", "text")
        if tag == "button" or (tag == "input" and kind == "submit"):
            self._form.buttons.append((name, value))
        elif tag == "input" and name and kind != "file":
            if kind not in ("radio", "checkbox") or "checked" in known:
                self._form.values[name] = value
        elif tag == "select":
            self._select = name
            self._form.options[name] = []
        elif tag == "option" and self._select:
            self._form.options[self._select].append((value, ""))
            if "selected" in known or self._select not in self._form.values:
                self._form.values[self._select] = value
        elif tag == "textarea":
            self._textarea = name
            self._form.values[name] = ""
