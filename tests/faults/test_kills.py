"""Kill the web's and the worker's process groups while they work: nothing is lost, nothing is doubled.

The short form is part of `make test`; `make test-faults LONG=1` kills more often, and kills over real pages
that the real engine reads. The lease is as long as in production, so a page that waited for its lease to end
would show as a test that hangs: the supervisor gives leases back at once.
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
from portal.catalogue.search_rows import IndexEntry
from portal.core.db import db
from portal.search import engine
from tests.faults.portal import WatchedPortal
from tests.faults.uploader import Uploader, real_pages, scans
from tests.fixtures import engines

pytestmark = [pytest.mark.faults]

LONG = os.environ.get("LONG") == "1"
KILLS, FILES, PAGES_EACH, ENGINE_SECONDS = (200, 400, 5, 0.5) if LONG else (40, 40, 5, 0.8)
"""How often something is killed, over how much, and how long the engine takes over a page."""

REAL_KILLS, REAL_PAGES = 200, 300
ROLES = (("web",), ("worker",), ("worker",), ("web", "worker"))
"""What is killed at a time, equally often."""

STEADY_SECONDS = 5.5
"""A process that lived so long is started again at once; what dies sooner waits ever longer."""

IDLE = "nothing"
ENGINES = ("stub-engine", "tesseract ")
UNDONE = "SELECT count(*) FROM jobs WHERE state IN ('waiting','leased') AND every_seconds IS NULL"
HELD = "SELECT kind FROM jobs WHERE state = 'leased' AND lane = 'read'"


SETTINGS = {"OCR_WORKERS": "2", "WEB_WORKERS": "2", "DISK_RESERVE_MB": "50"}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[WatchedPortal]:
    stub = engines.write_stub(tmp_path, seconds=ENGINE_SECONDS)
    running = WatchedPortal(tmp_path / "home", {"TESSERACT_CMD": str(stub), **SETTINGS})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def real_portal(tmp_path: Path) -> Iterator[WatchedPortal]:
    running = WatchedPortal(tmp_path / "home", SETTINGS)
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
    """Say what the worker does: which kinds of job are held, and whether the engine runs."""
    doing = sorted({str(kind) for (kind,) in portal.rows(HELD)})
    if any(name in command for command in portal.processes().values() for name in ENGINES):
        doing.append("engine")
    return ", ".join(doing) or IDLE


def test_kills_lose_nothing_and_double_nothing(portal: WatchedPortal, tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED", "20261122"))
    files = list(scans(FILES, PAGES_EACH, seed))
    survives(portal, tmp_path, files, FILES * PAGES_EACH, KILLS, seed)
    deaths_are_told(portal)


@pytest.mark.skipif(not LONG, reason="reads real pages for a quarter of an hour; LONG=1 runs it")
def test_kills_over_real_pages_and_the_real_engine(
    real_portal: WatchedPortal, tmp_path: Path, data_folder: Path
) -> None:
    seed = int(os.environ.get("SEED", "20261122"))
    files = list(real_pages(data_folder, REAL_PAGES, seed))
    survives(real_portal, tmp_path, files, REAL_PAGES, REAL_KILLS, seed)


def survives(
    portal: WatchedPortal,
    folder: Path,
    files: list[tuple[str, bytes]],
    pages: int,
    kills: int,
    seed: int,
) -> None:
    """Send the files while web, worker or both are killed; all of it is there at the end, once."""
    chance, notes, batch = random.Random(seed), folder / "acknowledged", batch_opened(portal, folder)
    # Spread over most kills, so that there is something on its way when the web dies.
    pause = kills * STEADY_SECONDS * 0.6 / len(files)
    uploader = Uploader(portal.signed_in("op@example.vn"), batch, files, notes, pause)
    uploader.start()
    stages = killing(portal, uploader, chance, kills)
    uploader.join()
    portal.wait_until(lambda: portal.count(UNDONE) == 0, "all jobs to end", 1800)
    portal.settle()
    print(f"\nseed {seed}; {pages} pages in {len(files)} files; {uploader.broken} uploads broken; kills:")
    for stage, times in stages.most_common():
        print(f"  {times:3} {stage}")
    assert uploader.failure is None
    assert sum(stages.values()) == kills
    idle = sum(times for stage, times in stages.items() if stage.endswith(IDLE))
    assert idle <= 0.2 * kills
    nothing_is_lost(portal, notes, files, pages)
    nothing_is_doubled(portal, files, pages)
    portal.stop()
    assert portal.processes() == {}
    the_index_holds_each_page_once(portal, pages)


def killing(portal: WatchedPortal, uploader: Uploader, chance: random.Random, kills: int) -> Counter[str]:
    """Kill so many times, at random moments of work; return what was killed over what."""
    stages: Counter[str] = Counter()
    born = dict.fromkeys(("web", "worker"), 0.0)
    for _ in range(kills):
        # Whoever has sent everything has nothing to lose by the web's death.
        roles = chance.choice(ROLES) if uploader.is_alive() else ("worker",)
        time.sleep(max(0.0, *(born[role] + STEADY_SECONDS - time.monotonic() for role in (*roles, *roles))))
        stages[f"{' and '.join(roles)}: {moment(portal, uploader, roles, chance)}"] += 1
        for role in roles:
            killed(portal, role)
            born[role] = time.monotonic()
    return stages


def moment(portal: WatchedPortal, uploader: Uploader, roles: tuple[str, ...], chance: random.Random) -> str:
    """Wait for a random moment at which what is to be killed works; say what it does."""
    for _ in range(10):
        if "worker" in roles:
            portal.wait_until(lambda: bool(portal.rows(HELD)), "the worker to hold a lease")
            time.sleep(chance.random() * ENGINE_SECONDS)
            stage = at_stage(portal)
        else:
            uploader.in_flight.wait(5)
            time.sleep(chance.random() * 0.03)
            stage = "upload" if uploader.in_flight.is_set() else IDLE
        if stage != IDLE:
            break
    return stage


def nothing_is_lost(portal: WatchedPortal, notes: Path, files: list[tuple[str, bytes]], pages: int) -> None:
    """Every acknowledged file is in the store byte for byte, and has its pages; client and server agree."""
    acknowledged = set(notes.read_text().split())
    assert acknowledged == {hashlib.sha256(content).hexdigest() for _, content in files}
    stored = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (portal.home / "uploads").rglob("*")
        if path.is_file()
    }
    assert acknowledged <= stored
    split = {row[0] for row in portal.rows("SELECT blob_sha256 FROM scans WHERE state = 'split'")}
    assert acknowledged <= split
    assert portal.count("SELECT count(*) FROM pages") == pages + 1
    assert {row[0] for row in portal.rows("SELECT DISTINCT state FROM pages")} <= {"read", "blank"}
    assert portal.count("SELECT count(*) FROM jobs WHERE state = 'dead'") == 0


def nothing_is_doubled(portal: WatchedPortal, files: list[tuple[str, bytes]], pages: int) -> None:
    """Every page has one current text, the first, and every file one document."""
    texts = portal.rows("SELECT page_id, count(*), sum(is_current), max(version) FROM page_texts GROUP BY 1")
    assert len(texts) == pages + 1
    assert {row[1:] for row in texts} == {(1, 1, 1)}
    assert portal.count("SELECT count(*) FROM nodes WHERE kind = 'document'") == len(files) + 1


def deaths_are_told(portal: WatchedPortal) -> None:
    """Each worker's death stands with the jobs it ended, and counts as no attempt of theirs."""
    ended = dict(portal.rows("SELECT outcome, count(*) FROM job_attempts GROUP BY 1"))
    # Half of the kills are the worker's alone and a quarter are of both.
    assert ended["died"] >= 0.5 * KILLS
    assert "failed" not in ended
    assert "expired" not in ended


def the_index_holds_each_page_once(portal: WatchedPortal, number: int) -> None:
    """Everything is conditional and unpublished, so the public index is empty."""
    app = create_app(Settings.from_environment(portal.environment))
    with app.app_context():
        pages = [row for row in db.session.scalars(select(IndexEntry)) if row.key.startswith("p:")]
        entries = len(db.session.scalars(select(IndexEntry.key)).all())
        assert len(pages) == number + 1
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
    reader = next(pid for pid, command in portal.processes().items() if command.startswith("portal-read: "))
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
