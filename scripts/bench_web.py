"""Measure how long pages take while fifty people read and a batch is being read by the worker.

    make bench-web [ARGS="--home HOME --seconds N"]

The portal is served as `make run` serves it. Each user has an address of their own, pauses
5 to 15 seconds between pages (seeded) and fetches at most six tiles of a page looked at, as the
viewer does: coarse levels until the page fills its window, then, after a look, a part of it in
full size. Without a home, the demo is brought into an empty one by the worker first, which
takes minutes.
Ends with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import math
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import measuring

sys.path.insert(0, str(measuring.PROJECT))

from portal.demo import documents, scanning
from tests.journeys.portal import Portal

USERS = 50
PAUSE = (5.0, 15.0)
COARSE_TILES = 5
WINDOW = 800
"""Px of the longer side of a page as a viewer first shows it; the viewer takes the level nearest to it."""
LOOK = (2.0, 4.0)
"""Seconds in which a reader looks at the page before zooming in."""
TILE = 512
LIMITS = {"home": 300, "results": 300, "record": 300, "page": 300, "tile": 150}
"""Milliseconds of the 95th percentile."""
QUERIES = ("đất", "quyết định", "quyet dinh", "chỉnh lý", "ủy ban", "mét giá", "giao đất", "bồi thường")
RECORD = re.compile(r'href="(/r/[0-9a-z]{10})')
PAGE = re.compile(r'href="(/p/([0-9a-z]{10})[^"]*)"')
BATCH = 120
"""Papers; their pages keep two readers busy for longer than everybody reads."""
LONGEST_READ = 1800


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
    """One reader who goes home, searches, opens a record, looks at a page, and begins anew."""

    def __init__(self, number: int, port: int, journal: Journal, until: float) -> None:
        self._chance = random.Random(number)
        self._connect = ((f"127.0.1.{number + 1}", 0), port)
        self._journal = journal
        self._until = until
        self._number = number

    def run(self) -> None:
        self._wait(self._chance.uniform(0, PAUSE[1]))
        while time.monotonic() < self._until:
            self._read_something()

    def _read_something(self) -> None:
        self._page("home", "/")
        found = self._page("results", f"/tim-kiem?q={quote(self._chance.choice(QUERIES))}")
        pages = [(path.replace("&amp;", "&"), page) for path, page in PAGE.findall(found)]
        records = RECORD.findall(found)
        if pages:
            path, page_id = self._chance.choice(pages)
            shown = self._page("page", path, page_id)
            records = RECORD.findall(shown) or records
        if records:
            self._page("record", self._chance.choice(records))

    def _page(self, kind: str, path: str, page_id: str = "") -> str:
        if time.monotonic() >= self._until:
            return ""
        body = self._get(kind, path)
        if page_id:
            self._tiles(page_id)
        self._wait(self._chance.uniform(*PAUSE))
        return body.decode("utf-8", "replace")

    def _tiles(self, page_id: str) -> None:
        info = json.loads(self._get("info", f"/p/{page_id}/iiif/info.json") or b"{}")
        if not info:
            return
        whole = info["width"], info["height"]
        scales = sorted(info["tiles"][0]["scaleFactors"], reverse=True)
        shown = next((one for one in scales if max(whole) / one >= WINDOW), 1)
        coarse = [tile for one in scales if one >= shown for tile in _tiles_of(whole, one)]
        for tile in coarse[:COARSE_TILES]:
            self._get("tile", f"/p/{page_id}/iiif/{tile}")
        self._wait(self._chance.uniform(*LOOK))
        if time.monotonic() < self._until:
            tile = self._chance.choice(_tiles_of(whole, 1))
            self._get("tile", f"/p/{page_id}/iiif/{tile}")

    def _get(self, kind: str, path: str) -> bytes:
        source, port = self._connect
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=source)
        start, error, body = time.monotonic(), "", b""
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            error = "" if answer.status == 200 else f"{answer.status} {kind} {path}"
        except (OSError, http.client.HTTPException) as failure:
            error = f"{type(failure).__name__} {kind} {path}"
        finally:
            connection.close()
        self._journal.add(kind, time.monotonic() - start, error)
        return b"" if error else body

    def _wait(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, self._until - time.monotonic())))


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the demo, let the users in, print one line for each kind of address."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--home", type=Path, help="a home in which the demo was read; a copy is served")
    options.add_argument("--seconds", type=int, default=150)
    chosen = options.parse_args(arguments)
    journal = Journal()
    with tempfile.TemporaryDirectory(prefix="bench-web-") as folder:
        home = Path(folder) / "home"
        if chosen.home:
            shutil.copytree(chosen.home, home)
        # Two web processes, as the default is: tests have one.
        portal = Portal(home, {"DEMO": "1", "WEB_WORKERS": "2"})
        try:
            portal.start()
            portal.wait_until(lambda: _waiting(portal) == 0, "the demo to be read", LONGEST_READ)
            left = _measure(portal, Path(folder), journal, chosen.seconds)
        finally:
            portal.stop()
    print(f"jobs that still waited at the end: {left}")
    sys.exit(_report(journal, left))


def _waiting(portal: Portal) -> int:
    known = portal.health()
    return int(known["queue"]) + int(known["index_pending"]) if known else -1


def _measure(portal: Portal, folder: Path, journal: Journal, seconds: int) -> int:
    """Take a batch in, let everybody read while the worker reads it; return what still waits at the end."""
    papers = folder / "batch"
    papers.mkdir()
    chance = str(time.time_ns())
    for number, document in zip(range(BATCH), itertools.cycle(documents.every()), strict=False):
        # Digests never repeat, so nothing is known from before.
        (papers / f"{number}-{document.file_name}").write_bytes(
            scanning.file_of(document, f"{chance}{number}")
        )
    portal.flask("ingest", str(papers), "--fonds", "BENCH", "--new-fonds", "Phông đo")
    until = time.monotonic() + seconds
    users = [User(number, portal.port, journal, until) for number in range(USERS)]
    threads = [threading.Thread(target=user.run) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _waiting(portal)


def _report(journal: Journal, left: int) -> int:
    """Print the rows and write var/bench/web.json; return 1 where a limit is missed or something failed."""
    rows = []
    for kind, limit in LIMITS.items():
        times = sorted(journal.times[kind])
        p95 = times[int(0.95 * (len(times) - 1))] if times else float("inf")
        middle = times[len(times) // 2] if times else float("inf")
        is_met = p95 <= limit
        row = {"kind": kind, "count": len(times), "median": middle, "p95": p95, "limit": limit, "met": is_met}
        rows.append(row)
        figures = f"{len(times):>5} times  median {middle:>6.0f} ms  p95 {p95:>6.0f} ms  limit {limit} ms"
        print(f"{kind:<8} {figures}  {'met' if is_met else 'MISSED'}")
    print(f"errors {len(journal.errors)}", *journal.errors[:5])
    measuring.write("web", "", rows, {"errors": len(journal.errors), "still_waiting": left})
    return int(bool(journal.errors) or not all(row["met"] for row in rows))


if __name__ == "__main__":
    main()
