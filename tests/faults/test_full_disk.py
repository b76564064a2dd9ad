"""A disk that is full, really: reading and searching go on, uploads are told so, and work resumes by itself.

The home lies on a small file system of its own, which only root can mount.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.portal import WatchedPortal
from tests.faults.uploader import scans
from tests.fixtures import engines
from tests.journeys.visitor import Answer, Visitor

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system"),
]

MEBIBYTE = 1024 * 1024
SIZE, RESERVE = 96, 16
PART = "application/offset+octet-stream"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 96 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def portal(disk: Path, tmp_path: Path) -> Iterator[WatchedPortal]:
    stub = engines.write_stub(tmp_path, seconds=0.2)
    settings = {"TESSERACT_CMD": str(stub), "OCR_WORKERS": "1", "DISK_RESERVE_MB": str(RESERVE)}
    running = WatchedPortal(disk / "home", settings)
    running.start()
    yield running
    running.stop()


def fill(disk: Path, leave: int) -> Path:
    """Fill the disk but for so many bytes; return the file to be removed again."""
    ballast = disk / "ballast"
    found = os.statvfs(disk)
    left = found.f_bavail * found.f_frsize - leave
    # Without a buffer, which would keep what it could not write; the portal writes meanwhile, too.
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while left > 0:
            left -= file.write(b"\0" * min(MEBIBYTE, left)) or 0
    return ballast


def by_form(visitor: Visitor, place: str, name: str, content: bytes) -> Answer:
    return visitor.submit(visitor.get(place).form(place), files={"files": [(name, content)]})


def by_tus(visitor: Visitor, place: str, content: bytes) -> Answer:
    token = visitor.get(place).form(place).values["csrf_token"]
    told = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token, "Upload-Length": str(len(content))}
    return visitor.ask(f"{place}/tai-len", "POST", {**told, "Content-Type": PART}, content)


def test_a_full_disk_refuses_what_comes_and_nothing_else(
    portal: WatchedPortal, disk: Path, tmp_path: Path
) -> None:
    portal.flask("user", "create", "op@example.vn", "--role", "operator")
    portal.flask("user", "create", "archivist@example.vn", "--role", "archivist")
    (tmp_path / "first.tif").write_bytes(next(scans(1, 2, seed=1))[1])
    words = ("ingest", str(tmp_path / "first.tif"), "--fonds", "K1", "--new-fonds", "Phông thử", "--wait")
    done = portal.flask(*words, "--access", "open", "--as", "archivist@example.vn")
    portal.settle()
    (page_id, *_), document_id = done["files"][0]["pages"], done["files"][0]["document"]
    operator, place = portal.signed_in("op@example.vn"), f"/tiep-nhan/{done['batch']}"
    reader = portal.visitor()
    papers = list(scans(3, 2, seed=2))

    ballast = fill(disk, RESERVE * MEBIBYTE - 1)
    for answer in (by_form(operator, place, *papers[0]), by_tus(operator, place, papers[1][1])):
        assert answer.status == 507
        assert int(answer.headers["Retry-After"]) > 0
    ballast.unlink()
    assert by_form(operator, place, *papers[0]).status == 200
    # The reserve is for what is here already: now that is gone, too.
    ballast = fill(disk, 0)
    assert reader.get(f"/r/{document_id}").status == 200
    assert reader.get(f"/p/{page_id}").status == 200
    assert reader.get(f"/p/{page_id}/image/960.jpg").status == 200
    found = reader.get("/tim-kiem?q=trang")
    assert (found.status, document_id in found.text) == (200, True)
    for answer in (by_form(operator, place, *papers[2]), by_tus(operator, place, papers[1][1])):
        assert answer.status == 507
        assert int(answer.headers["Retry-After"]) > 0
    ballast.unlink()
    assert by_form(operator, place, *papers[2]).status == 200
    assert by_tus(operator, place, papers[1][1]).status == 201
    portal.settle()
    assert portal.rows("SELECT state, count(*) FROM pages GROUP BY 1") == [("read", 8)]
    assert portal.rows("SELECT count(*) FROM jobs WHERE state = 'dead'") == [(0,)]
    assert portal.rows("PRAGMA integrity_check") == [("ok",)]
