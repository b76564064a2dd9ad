"""A backup that runs while files come and pages are read, and what is there when it is restored elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.portal import WatchedPortal
from tests.faults.test_kills import SETTINGS, UNDONE, batch_opened
from tests.faults.uploader import Uploader, scans
from tests.fixtures import engines

pytestmark = [pytest.mark.faults]

FILES, PAGES_EACH, BEFORE = 30, 3, 10
"""How much comes, and how many files are acknowledged before the backup begins."""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[WatchedPortal]:
    stub = engines.write_stub(tmp_path, seconds=0.3)
    running = WatchedPortal(tmp_path / "home", {"TESSERACT_CMD": str(stub), **SETTINGS})
    running.start()
    yield running
    running.stop()


def test_what_was_acknowledged_before_the_cut_is_there_after_restoring(
    portal: WatchedPortal, tmp_path: Path
) -> None:
    batch, notes, cut = batch_opened(portal, tmp_path), tmp_path / "acknowledged", tmp_path / "cut.tar"
    files = list(scans(FILES, PAGES_EACH, seed=4))
    uploader = Uploader(portal.signed_in("op@example.vn"), batch, files, notes, pause=0.3)
    uploader.start()
    portal.wait_until(lambda: notes.exists() and len(notes.read_text().split()) >= BEFORE, "files to come")
    before = set(notes.read_text().split())
    saved = portal.flask("backup", str(cut))
    # Files came and pages were read while it ran, or it would have shown nothing.
    assert uploader.is_alive()
    assert portal.count(UNDONE) > 0
    uploader.join()
    assert uploader.failure is None

    other = WatchedPortal(tmp_path / "elsewhere", portal.environment)
    other.environment["PORTAL_HOME"] = str(other.home)
    restored = other.flask("restore", str(cut))
    assert (restored["originals"], restored["damaged"]) == (saved["originals"], [])
    assert before <= {row[0] for row in other.rows("SELECT blob_sha256 FROM scans")}
    for (digest,) in other.rows("SELECT sha256 FROM blobs"):
        place = other.home / "uploads" / "originals" / digest[:2] / digest[2:4] / digest
        assert hashlib.sha256(place.read_bytes()).hexdigest() == digest
    assert other.flask("doctor")["ok"] is True
    read_on(other)


def read_on(portal: WatchedPortal) -> None:
    """What was not read yet when the backup was made is read where it was restored."""
    portal.environment["PORT"] = str(portal.port)
    portal.start()
    try:
        portal.wait_until(lambda: portal.count(UNDONE) == 0, "the rest to be read")
        portal.settle()
        assert portal.rows("SELECT DISTINCT state FROM pages") == [("read",)]
        files = portal.count("SELECT count(*) FROM scans WHERE state = 'split'")
        assert portal.count("SELECT count(*) FROM pages") == PAGES_EACH * (files - 1) + 1
    finally:
        portal.stop()
