"""Those who use the portal while `bench-web` measures it: readers, members who hold leave, and staff.

Each has an address of their own, pauses between pages (seeded), and fetches of a page looked at what the
viewer fetches: coarse levels until the page fills its window, then, after a look, a part of it in full size.
"""

from __future__ import annotations

import http.client
import json
import math
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

PAUSE = (5.0, 15.0)
ROUND = 45.0
"""Seconds within which all have come: about one round of pages, so that they are spread over its steps."""
TRIES, AGAIN = 13, 2.5
"""How often the viewer asks for a tile whose image is still being made, and after how many seconds again."""
NOT_YET = 503
COARSE_TILES = 5
WINDOW = 800
"""Px of the longer side of a page as a viewer first shows it; the viewer takes the level nearest to it."""
LOOK = (2.0, 4.0)
"""Seconds in which a reader looks at the page before zooming in."""
TILE = 512
QUERIES = ("đất", "quyết định", "quyet dinh", "chỉnh lý", "ủy ban", "mét giá", "giao đất", "bồi thường")
RECORD = re.compile(r'href="(/r/[0-9a-z]{10})')
PAGE = re.compile(r'href="(/p/([0-9a-z]{10})[^"]*)"')
CASE = re.compile(r'href="(/xu-ly/[0-9a-z]{10})"')
DRAFT = re.compile(r'href="(/xu-ly/[0-9a-z]{10}/[0-9a-z]{10})"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Journal:
    """What all users met: milliseconds by kind of address, and what did not answer 200."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self._lock = threading.Lock()

    def add(self, kind: str, seconds: float, error: str) -> None:
        with self._lock:
            self.times[kind].append(seconds * 1000)
            if error:
                self.errors.append(error)


class User:
    """Somebody not signed in: goes home, searches, opens a record, looks at a page, and begins anew."""

    def __init__(self, number: int, port: int, journal: Journal, until: float) -> None:
        self.chance = random.Random(number)
        self._connect = ((f"127.0.{1 + number // 250}.{number % 250 + 1}", 0), port)
        self._journal = journal
        self.until = until
        self._cookies: dict[str, str] = {}

    def run(self) -> None:
        self.wait(self.chance.uniform(0, ROUND))
        while time.monotonic() < self.until:
            self.work()

    def work(self) -> None:
        self.page("home", "/")
        found = self.page("results", f"/tim-kiem?q={quote(self.chance.choice(QUERIES))}")
        pages = [(path.replace("&amp;", "&"), page) for path, page in PAGE.findall(found)]
        records = RECORD.findall(found)
        if pages:
            path, page_id = self.chance.choice(pages)
            shown = self.page("page", path, page_id)
            records = RECORD.findall(shown) or records
        if records:
            self.page("record", self.chance.choice(records))

    def sign_in(self, url: str) -> None:
        """Follow a one-time link; not measured, for nobody does it twice."""
        parts = urlsplit(url)
        status, _body, place = self._ask("GET", parts.path)
        if status not in (200, 302, 303):
            self._journal.add("sign in", 0, f"{status} sign in {place}")

    def page(self, kind: str, path: str, page_id: str = "") -> str:
        if time.monotonic() >= self.until:
            return ""
        body = self.get(kind, path)
        if page_id:
            self._tiles(page_id)
        self.wait(self.chance.uniform(*PAUSE))
        return body.decode("utf-8", "replace")

    def send(self, kind: str, path: str, body: str, values: Mapping[str, str]) -> None:
        """Send a form of the page `body`; the page that it leads to is not fetched."""
        token = TOKEN.search(body)
        if token and time.monotonic() < self.until:
            self._timed(kind, "POST", path, urlencode({**values, "csrf_token": token[1]}), (200, 302, 303))

    def get(self, kind: str, path: str) -> bytes:
        return self._timed(kind, "GET", path, "", (200,))

    def wait(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, self.until - time.monotonic())))

    def _tiles(self, page_id: str) -> None:
        info = json.loads(self.get("info", f"/p/{page_id}/iiif/info.json") or b"{}")
        if not info:
            return
        whole = info["width"], info["height"]
        scales = sorted(info["tiles"][0]["scaleFactors"], reverse=True)
        shown = next((one for one in scales if max(whole) / one >= WINDOW), 1)
        coarse = [tile for one in scales if one >= shown for tile in _tiles_of(whole, one)]
        for tile in coarse[:COARSE_TILES]:
            self._tile(f"/p/{page_id}/iiif/{tile}")
        self.wait(self.chance.uniform(*LOOK))
        if time.monotonic() < self.until:
            tile = self.chance.choice(_tiles_of(whole, 1))
            self._tile(f"/p/{page_id}/iiif/{tile}")

    def _tile(self, path: str) -> None:
        """Ask as the viewer does; the time runs from the first asking until the tile is there."""
        start, error = time.monotonic(), ""
        for left in reversed(range(TRIES)):
            status, error, _answer = self._tried("tile", "GET", path, "", (200,))
            if status != NOT_YET or not left:
                break
            time.sleep(AGAIN)
        self._journal.add("tile", time.monotonic() - start, error)

    def _timed(self, kind: str, method: str, path: str, body: str, fine: tuple[int, ...]) -> bytes:
        start = time.monotonic()
        _status, error, answer = self._tried(kind, method, path, body, fine)
        self._journal.add(kind, time.monotonic() - start, error)
        return b"" if error else answer

    def _tried(
        self, kind: str, method: str, path: str, body: str, fine: tuple[int, ...]
    ) -> tuple[int, str, bytes]:
        """Return the status, what went wrong, and what came; 0 where there was no answer."""
        try:
            status, answer, _place = self._ask(method, path, body)
        except (OSError, http.client.HTTPException) as failure:
            return 0, f"{type(failure).__name__} {kind} {path}", b""
        return status, "" if status in fine else f"{status} {kind} {path}", answer

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes, str]:
        source, port = self._connect
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
        headers = {"Origin": f"http://127.0.0.1:{port}"} if method == "POST" else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.split(";", 1)[0].partition("=")
                self._cookies[name] = value
            return answer.status, content, answer.headers.get("Location", path)
        finally:
            connection.close()


class Member(User):
    """Somebody who was granted a closed record: looks at its pages, marked, and at how the requests stand."""

    document = ""
    request = ""

    def work(self) -> None:
        super().work()
        shown = self.page("record", f"/r/{self.document}")
        pages = PAGE.findall(shown)
        if pages:
            path, page_id = self.chance.choice(pages)
            self.page("page", path.replace("&amp;", "&"), page_id)
        self.page("own", f"/yeu-cau/{self.request}" if self.request else "/yeu-cau")


class Clerk(User):
    """Somebody of the staff: looks through the queue, works on a request, looks at closed pages, searches."""

    document = ""

    def work(self) -> None:
        queue = self.page("queue", self.chance.choice(("/xu-ly", "/xu-ly?hang=mine", "/xu-ly?hang=overdue")))
        cases = CASE.findall(queue)
        if cases:
            place = self.chance.choice(cases)
            shown = self.page("case", place)
            self.send("note", place, shown, {"work": "note", "text": "Đã xem hồ sơ, chờ đối chiếu."})
            drafts = DRAFT.findall(shown)
            if drafts:
                self.page("case", self.chance.choice(drafts))
        record = self.page("record", f"/r/{self.document}")
        pages = PAGE.findall(record)
        if pages:
            path, page_id = self.chance.choice(pages)
            self.page("page", path.replace("&amp;", "&"), page_id)
        self.page("results", f"/tim-kiem?q={quote(self.chance.choice(QUERIES))}")


def _tiles_of(whole: tuple[int, int], scale: int) -> list[str]:
    """Return the addresses of the tiles of a level, left to right and top to bottom."""
    step = TILE * scale
    found = []
    for y in range(0, whole[1], step):
        for x in range(0, whole[0], step):
            across, down = min(step, whole[0] - x), min(step, whole[1] - y)
            size = f"{math.ceil(across / scale)},{math.ceil(down / scale)}"
            found.append(f"{x},{y},{across},{down}/{size}/0/default.jpg")
    return found
