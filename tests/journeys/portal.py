"""A portal that really runs: `flask serve` in a process of its own, on a home of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT
from tests.fixtures.commands import commands
from tests.journeys.visitor import Visitor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Portal:
    """One running portal and the commands on its home."""

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "PORTAL_HOME": str(home),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DEMO": "0",
            "WEB_WORKERS": "1",
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start web and worker and wait until both answer."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve"],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait_until(lambda: self.health().get("worker_alive") is True, "the portal to start")

    def stop(self) -> None:
        """Press Ctrl-C and wait for the end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"{self.base}/healthz", timeout=5) as answer:
                known: dict[str, Any] = json.load(answer)
                return known
        except OSError:
            return {}

    def flask(
        self, *words: str, codes: tuple[int, ...] = (0,), seconds: float = 300, with_start: bool = False
    ) -> Any:
        """Run a command with `--json` and return what it answers.

        Args:
            with_start: the command loads all it needs itself, as people wait for it.
        """
        arguments = [*words, "--json"]
        if with_start:
            done = self._started(arguments, seconds)
        else:
            done = commands().run(arguments, self.environment, seconds)
        assert done.returncode in codes, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def _started(self, arguments: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def visitor(self) -> Visitor:
        return Visitor(self.base)

    def signed_in(self, email: str) -> Visitor:
        """Return a visitor who signed in by a one-time link."""
        visitor = self.visitor()
        page = visitor.get(self.flask("login-link", email)["url"])
        assert page.status == 200, page.text
        return visitor

    def settle(self) -> None:
        """Wait until nothing is waiting, no job, nothing to be indexed, for as long as anything moves.

        Reading takes what cores others leave, and other tests leave few.
        """
        seen = [-1]

        def has_moved() -> bool:
            left = self._left()
            if left is not None and left != seen[-1]:
                seen.append(left)
                return True
            return False

        while seen[-1] != 0:
            self.wait_until(has_moved, f"anything of {seen[-1]} to be done")

    def _left(self) -> int | None:
        """Return how much waits to be done; None while the portal does not answer."""
        known = self.health()
        return int(known["queue"]) + int(known["index_pending"]) if known else None

    @staticmethod
    def wait_until(met: Callable[[], bool], what: str, seconds: float = 120) -> None:
        """Wait for a condition; a bound against hanging, not a measurement."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if met():
                return
            time.sleep(0.3)
        raise AssertionError(f"waited in vain for {what}")
