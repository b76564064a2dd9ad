"""Kill the worker's and the web's process groups while they work: nothing is lost, nothing is doubled.

The short form is part of `make test`; `make test-faults LONG=1` kills more often. The
lease is as long as in production, so a page that waited for its lease to end would show
as a test that hangs: the supervisor gives leases back at once.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from config import Settings
from portal.app import create_app
from portal.catalogue.models import IndexEntry
from portal.core.db import db
from portal.search import engine
from tests.faults.portal import WatchedPortal
from tests.faults.uploader import Uploader, scans
from tests.fixtures import engines

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]

LONG = os.environ.get("LONG") == "1"
WORKER_KILLS, WEB_KILLS, FILES, PAGES_EACH = (20, 3, 40, 5) if LONG else (5, 1, 12, 3)
UNDONE = "SELECT count(*) FROM jobs WHERE state IN ('waiting','leased') AND every_seconds IS NULL"
HELD = "SELECT kind FROM jobs WHERE state = 'leased' AND lane = 'read'"


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[WatchedPortal]:
    stub = engines.write_stub(tmp_path, seconds=0.4)
    running = WatchedPortal(
        tmp_path / "home",
        {"TESSERACT_CMD": str(stub), "OCR_WORKERS": "2", "WEB_WORKERS": "2", "DISK_RESERVE_MB": "50"},
    )
    running.start()
    yield running
    running.stop()


def batch_opened(portal: WatchedPortal, folder: Path) -> str:
    """Make a fonds, an operator, and a batch with one file in it."""
    portal.flask("user", "create", "op@example.vn", "--role", "operator")
    first = folder / "first.png"
    Image.frombytes("L", (240, 160), random.Random(0).randbytes(240 * 160)).save(first)
    done = portal.flask("ingest", str(first), "--fonds", "K1", "--new-fonds", "Phông thử", "--wait")
    return str(done["batch"])


def killed(portal: WatchedPortal, role: str) -> None:
    """Kill the group and wait until the supervisor has started another."""
    pid = portal.pid_of(role)
    assert os.getpgid(pid) == pid
    os.killpg(pid, signal.SIGKILL)
    portal.wait_until(lambda: portal.pid_of(role) not in (0, pid), f"{role} to be started again")


def at_stage(portal: WatchedPortal) -> str:
    """Say what the worker is doing: which kinds of job it holds, and whether the engine runs."""
    kinds = sorted({str(kind) for (kind,) in portal.rows(HELD)})
    running = any("stub-engine" in command for command in portal.processes().values())
    return "+".join(kinds) + (" in the engine" if running else "") if kinds else "nothing held"


def test_kills_lose_nothing_and_double_nothing(portal: WatchedPortal, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", "20261122"))
    chance = random.Random(seed)
    notes = tmp_path / "acknowledged"
    batch = batch_opened(portal, tmp_path)
    uploader = Uploader(portal.signed_in("op@example.vn"), batch, list(scans(FILES, PAGES_EACH, seed)), notes)
    uploader.start()
    stages: Counter[str] = Counter()
    web_kills = 0
    for number in range(WORKER_KILLS):
        if web_kills < WEB_KILLS and number % 2 == 0:
            uploader.in_flight.wait(10)
            killed(portal, "web")
            web_kills += 1
        portal.wait_until(lambda: bool(portal.rows(HELD)), "the worker to hold a lease")
        time.sleep(chance.random())
        stages[at_stage(portal)] += 1
        killed(portal, "worker")
    uploader.join()
    portal.wait_until(lambda: portal.count(UNDONE) == 0, "all jobs to end")
    portal.settle()
    print(f"\nseed {seed}; {uploader.broken} uploads broken by {web_kills} web kills; worker kills by stage:")
    for stage, times in stages.most_common():
        print(f"  {times:3} {stage}")
    assert uploader.failure is None
    assert stages["nothing held"] <= 0.2 * WORKER_KILLS
    nothing_is_lost(portal, notes)
    nothing_is_doubled(portal)
    deaths_are_told(portal)
    portal.stop()
    assert portal.processes() == {}
    the_index_holds_each_page_once(portal)


def nothing_is_lost(portal: WatchedPortal, notes: Path) -> None:
    """Every acknowledged file is in the store byte for byte, and has its pages."""
    acknowledged = set(notes.read_text().split())
    assert len(acknowledged) == FILES
    stored = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (portal.home / "uploads").rglob("*")
        if path.is_file()
    }
    assert acknowledged <= stored
    split = {row[0] for row in portal.rows("SELECT blob_sha256 FROM scans WHERE state = 'split'")}
    assert acknowledged <= split
    assert portal.count("SELECT count(*) FROM pages") == FILES * PAGES_EACH + 1
    assert portal.rows("SELECT DISTINCT state FROM pages") == [("read",)]
    assert portal.count("SELECT count(*) FROM jobs WHERE state = 'dead'") == 0


def nothing_is_doubled(portal: WatchedPortal) -> None:
    """Every page has one current text, the first, and every file one document."""
    texts = portal.rows("SELECT page_id, count(*), sum(is_current), max(version) FROM page_texts GROUP BY 1")
    assert len(texts) == FILES * PAGES_EACH + 1
    assert {row[1:] for row in texts} == {(1, 1, 1)}
    assert portal.count("SELECT count(*) FROM nodes WHERE kind = 'document'") == FILES + 1
    assert portal.count("SELECT count(DISTINCT text) FROM page_texts") == FILES * PAGES_EACH + 1


def deaths_are_told(portal: WatchedPortal) -> None:
    """Each worker's death stands with the jobs it ended, and counts as no attempt of theirs."""
    ended = dict(portal.rows("SELECT outcome, count(*) FROM job_attempts GROUP BY 1"))
    assert ended["died"] >= 0.8 * WORKER_KILLS
    assert "failed" not in ended
    assert "expired" not in ended


def the_index_holds_each_page_once(portal: WatchedPortal) -> None:
    """Everything is conditional and unpublished, so the public index is empty."""
    app = create_app(Settings.from_environment(portal.environment))
    with app.app_context():
        pages = [row for row in db.session.scalars(select(IndexEntry)) if row.key.startswith("p:")]
        entries = len(db.session.scalars(select(IndexEntry.key)).all())
        assert len(pages) == FILES * PAGES_EACH + 1
        assert {row.side for row in pages} == {"restricted"}
        assert engine.restricted().count() == entries
        assert engine.public().count() == 0
        db.session.remove()
        db.engine.dispose()


def test_a_killed_supervisor_takes_everything_with_it(portal: WatchedPortal, tmp_path: Path) -> None:
    batch = batch_opened(portal, tmp_path)
    uploader = Uploader(
        portal.signed_in("op@example.vn"), batch, list(scans(1, 6, seed=1)), tmp_path / "acknowledged"
    )
    uploader.start()
    uploader.join()
    portal.wait_until(lambda: "engine" in at_stage(portal), "the engine to run")
    os.kill(portal.supervisor_pid, signal.SIGKILL)
    portal.wait_until(lambda: portal.processes().keys() <= {portal.supervisor_pid}, "everything to end")
    portal.stop()
    portal.start()
    portal.wait_until(lambda: portal.count(UNDONE) == 0, "the leases of the dead to be worked off")
    assert portal.rows("SELECT DISTINCT state FROM pages") == [("read",)]


def test_a_reader_killed_alone_leaves_no_engine_and_costs_its_page_one_attempt(
    portal: WatchedPortal, tmp_path: Path
) -> None:
    batch = batch_opened(portal, tmp_path)
    uploader = Uploader(
        portal.signed_in("op@example.vn"), batch, list(scans(1, 4, seed=2)), tmp_path / "acknowledged"
    )
    uploader.start()
    uploader.join()
    portal.wait_until(lambda: "engine" in at_stage(portal), "the engine to run")
    worker = portal.pid_of("worker")
    reader = next(pid for pid, command in portal.processes().items() if "work-child read" in command)
    os.kill(reader, signal.SIGKILL)
    portal.wait_until(lambda: portal.count(UNDONE) == 0, "all pages to be read")
    assert portal.pid_of("worker") == worker
    assert portal.rows("SELECT DISTINCT state FROM pages") == [("read",)]
    ended = dict(portal.rows("SELECT outcome, count(*) FROM job_attempts WHERE outcome <> 'done' GROUP BY 1"))
    assert set(ended) <= {"failed"}
    portal.wait_until(
        lambda: not any("stub-engine" in command for command in portal.processes().values()),
        "stray engines to end",
    )
