"""`flask ingest --wait` where no worker lives: it works itself, and leaves no process."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.faults.portal import WatchedPortal
from tests.faults.uploader import scans
from tests.fixtures import engines

pytestmark = [pytest.mark.faults]


@pytest.fixture
def silent(tmp_path: Path) -> WatchedPortal:
    """A home where nothing runs."""
    stub = engines.write_stub(tmp_path, seconds=0.3)
    return WatchedPortal(tmp_path / "home", {"TESSERACT_CMD": str(stub), "OCR_WORKERS": "2"})


def arguments(folder: Path, pages: int) -> tuple[str, ...]:
    ((name, content),) = scans(1, pages, seed=3)
    (folder / name).write_bytes(content)
    return ("ingest", str(folder / name), "--fonds", "K1", "--new-fonds", "Phông thử", "--wait")


def test_waiting_reads_everything_and_leaves_no_process(silent: WatchedPortal, tmp_path: Path) -> None:
    done = silent.flask(*arguments(tmp_path, pages=3))
    assert [file["status"] for file in done["files"]] == ["read"]
    assert silent.rows("SELECT DISTINCT state FROM pages") == [("read",)]
    assert silent.processes() == {}


def test_a_killed_command_takes_its_worker_with_it(silent: WatchedPortal, tmp_path: Path) -> None:
    words = arguments(tmp_path, pages=12)
    command = subprocess.Popen([sys.executable, "-m", "flask", *words], cwd=PROJECT, env=silent.environment)
    silent.wait_until(
        lambda: any("stub-engine" in line and "tsv" in line for line in silent.processes().values()),
        "the engine to run",
    )
    command.send_signal(signal.SIGKILL)
    command.wait()
    silent.wait_until(lambda: silent.processes() == {}, "everything to end")
    assert silent.count("SELECT count(*) FROM pages WHERE state = 'waiting'") > 0
