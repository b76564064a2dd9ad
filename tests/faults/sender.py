"""Clients that others wrote, sending one big file to a running portal while its web processes are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import requests
from tusclient import client
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from scripts import assets
from tests.conftest import PROJECT
from tests.faults.portal import WatchedPortal

SEND = PROJECT / "tests" / "faults" / "send.mjs"
PART = 16 * 1024 * 1024
PATIENCE = 600

Sent = dict[str, str]
"""What the server said at the end: `url`, `scan`, `sha256`."""


def headers_for(portal: WatchedPortal, email: str, batch: str) -> dict[str, str]:
    """Return what a signed-in client always sends: the cookie, the token, and where it comes from."""
    visitor = portal.signed_in(email)
    token = visitor.get(f"/tiep-nhan/{batch}").form(f"/tiep-nhan/{batch}").values["csrf_token"]
    cookies = "; ".join(f"{one.name}={one.value}" for one in visitor.cookies)
    return {"Cookie": cookies, "X-CSRFToken": token, "Origin": portal.base}


def by_tuspy(endpoint: str, path: Path, headers: Mapping[str, str], url: str = "") -> Sent:
    """Send by tuspy; after every break it is asked how far the server is, as its documents say."""
    speaker = client.TusClient(endpoint, headers=dict(headers))
    told = {"filename": "noise.tif", "source": f"noise.tif|{path.stat().st_size}|py"}
    with path.open("rb") as file:
        for _ in range(PATIENCE):
            try:
                uploader = speaker.uploader(
                    file_stream=file, url=url or None, chunk_size=PART, metadata=told, upload_checksum=True
                )
                if not uploader.url:
                    uploader.set_url(uploader.create_url())
                    uploader.offset = 0
                url = uploader.url
                uploader.upload()
                last = requests.head(url, headers={**headers, "Tus-Resumable": "1.0.0"}, timeout=60).headers
                return {"url": url, "scan": last["Upload-Scan"], "sha256": last["Upload-Sha256"]}
            except (TusCommunicationError, TusUploadFailed, requests.RequestException):
                time.sleep(0.3)
    raise AssertionError("tuspy gave up")


def by_node(endpoint: str, path: Path, headers: Mapping[str, str], url: str = "") -> Sent:
    """Send by tus-js-client in Node."""
    node, _ = assets.tools(Path(sys.executable))
    told = {"endpoint": endpoint, "path": str(path), "size": path.stat().st_size}
    words = json.dumps({**told, "headers": dict(headers), "part": PART, "url": url})
    done = subprocess.run(
        [*node, str(SEND), words], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    sent: Sent = json.loads(done.stdout)
    return sent


class Killer(threading.Thread):
    """Kills all web processes whenever so much of a file has come; the offsets are random."""

    def __init__(self, portal: WatchedPortal, size: int, kills: int, chance: random.Random) -> None:
        super().__init__(name="killer", daemon=True)
        self.offsets: list[int] = []
        """How much of the file had come at each kill."""
        self._portal = portal
        self._targets = sorted(chance.randrange(size) for _ in range(kills))
        self._over = threading.Event()

    def run(self) -> None:
        """Kill at each target."""
        for target in self._targets:
            while (here := self._size()) < target:
                if self._over.wait(0.001):
                    return
            pid = self._portal.pid_of("web")
            os.killpg(pid, signal.SIGKILL)
            self.offsets.append(here)
            self._wait_for_another(pid)

    def end(self) -> None:
        """Kill no more."""
        self._over.set()
        self.join()

    def _wait_for_another(self, dead: int) -> None:
        self._portal.wait_until(lambda: self._portal.pid_of("web") not in (0, dead), "web to return")

    def _size(self) -> int:
        return max((one.stat().st_size for one in self._incoming()), default=0)

    def _incoming(self) -> list[Path]:
        return list((self._portal.home / "uploads" / "incoming").glob("*"))


def peak_while(portal: WatchedPortal, act: Callable[[], None]) -> tuple[int, int]:
    """Return how much memory the web processes hold before an act, and at most during it, in bytes of PSS."""
    before = peak = _held(portal)
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, _held(portal))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        act()
    finally:
        done.set()
        watcher.join()
    return before, peak


def web_processes(portal: WatchedPortal) -> list[int]:
    """Return the processes of the group that answers requests."""
    group, found = portal.pid_of("web"), []
    for pid in portal.processes():
        try:
            if os.getpgid(pid) == group:
                found.append(pid)
        except ProcessLookupError:
            continue
    return found


def _held(portal: WatchedPortal) -> int:
    total = 0
    for pid in web_processes(portal):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total
