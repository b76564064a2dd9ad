"""What all benches share: where the scans lie, and the report in var/bench with what it was measured on."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from config import Settings  # noqa: E402 - the project folder has to be on the path first

REPORTS = PROJECT / "var" / "bench"
NOT_MEASURED = ("home", "secret_key", "data_keys", "smtp_password", "database_url")
"""Settings that are secrets or places."""


def options(description: str | None) -> argparse.ArgumentParser:
    """Return a parser that takes the folder of scans as an argument, or as SCANS from the environment."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given = os.environ.get("SCANS") or None
    parser.add_argument("scans", type=Path, nargs="?" if given else None, default=given)
    return parser


def write(
    name: str,
    peer_command: str,
    rows: Sequence[Mapping[str, object]],
    totals: Mapping[str, object],
    folder: Path = REPORTS,
) -> dict[str, object]:
    """Write NAME.json into the folder of reports; return the report.

    Args:
        peer_command: the command of the peer measured in the same run; empty where there is none.
    """
    report: dict[str, object] = {
        "commit": _git("rev-parse", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "settings_digest": _settings_digest(),
        "machine": _machine(),
        "peer_command": peer_command,
        "rows": list(rows),
        "totals": dict(totals),
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return report


class OwnSpeed:
    """Takes the machine's own speed once a second while something is measured: less is faster.

    The same code takes 1.4 times as long on the same machine from one quarter of an hour to the next where
    others share its cores; without this figure two runs cannot be compared.
    """

    STEPS = 100_000

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)

    def __enter__(self) -> OwnSpeed:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def median(self) -> float:
        """Milliseconds of processor time, not of waiting for it, that one fixed piece of work took."""
        return statistics.median(self.milliseconds)

    def _take(self) -> None:
        while True:
            begun, total = time.thread_time(), 0
            for number in range(self.STEPS):
                total += number * number % 7
            self.milliseconds.append(1000 * (time.thread_time() - begun))
            if self._ended.wait(1):
                return


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=False, cwd=PROJECT, capture_output=True, text=True)
    return done.stdout.strip()


def _settings_digest() -> str:
    """Return a digest of the settings that change what a bench measures; no secret, no place."""
    with tempfile.TemporaryDirectory() as home:
        settings = asdict(Settings.from_environment({**os.environ, "PORTAL_HOME": home, "DEMO": "0"}))
    for key in NOT_MEASURED:
        settings.pop(key)
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def _machine() -> str:
    models = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = models[0] if models else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores {name}, {platform.system()}, Python {platform.python_version()}"
