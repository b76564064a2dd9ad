"""Bring every odd, broken and hostile file of a folder into a fresh home and print the verdict on each.

    make bench-robust SCANS=folder [ARGS="--no-pages"]

The files below SCANS come first, then the hostile ones that the tests make. Each is
staged, taken in and counted as by `flask ingest` and its worker, and the first page of
what is taken in is rendered. A row is: file, verdict, code, message, seconds to the
verdict, largest memory of this process and its child together, what became of page 1.
"""

from __future__ import annotations

import collections
import io
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import measuring

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from config import MEBIBYTE, Settings  # noqa: E402 - the project folder has to be on the path first
from portal import work  # noqa: E402
from portal.accounts.actors import OPERATOR_AT_THE_MACHINE as OPERATOR  # noqa: E402
from portal.app import create_app  # noqa: E402
from portal.catalogue import tree  # noqa: E402
from portal.core import messages, schema  # noqa: E402
from portal.core.db import transaction  # noqa: E402
from portal.core.errors import PortalError  # noqa: E402
from portal.ingest import batches, progress, scans  # noqa: E402
from portal.ingest.progress import Status  # noqa: E402
from portal.ingest.sandbox import keeper, process, walls  # noqa: E402
from portal.jobs import leases, loop  # noqa: E402
from portal.jobs.models import Lane  # noqa: E402
from portal.storage import originals  # noqa: E402
from tests.fixtures import hostile  # noqa: E402

NO_PEER = ""
GENERIC = {"internal", "reader_died", "file_crashes"}
KINDS = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"}

Row = dict[str, object]


def main() -> None:
    """Run the bench, print the table, write var/bench/robust.json."""
    options = measuring.options(__doc__)
    options.add_argument("--no-pages", action="store_true", help="leave out the look at page 1")
    chosen = options.parse_args()
    before = _outside(chosen.scans)
    with tempfile.TemporaryDirectory(prefix="bench-robust-") as home:
        settings = Settings.from_environment({**os.environ, "PORTAL_HOME": home, "DEMO": "0"})
        schema.upgrade(settings.database_url, settings.home)
        with create_app(settings).app_context():
            rows = _brought(chosen.scans, with_pages=not chosen.no_pages)
            keeper.dismiss()
    totals = _totals(rows, before == _outside(chosen.scans))
    for key, value in totals.items():
        print(f"{key}: {value}")
    measuring.write("robust", NO_PEER, rows, totals)


def _brought(folder: Path, with_pages: bool) -> list[Row]:
    work.install()
    with transaction():
        fonds = tree.create_fonds(OPERATOR, code="BENCH", name="Bench")
        batch_id = batches.open_batch(OPERATOR, fonds.id, "Bench", declared=True).id
    rows = []
    for name, content in _files(folder):
        row = _row(batch_id, name, content, with_pages)
        print(" | ".join(str(value) for value in row.values()), flush=True)
        rows.append(row)
    return rows


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
    for one in hostile.FILES:
        yield f"made: {one.name!r}", one.make()


def _row(batch_id: str, name: str, content: bytes, with_pages: bool) -> Row:
    with _Memory() as memory:
        start = time.monotonic()
        staged = originals.stage(io.BytesIO(content))
        with transaction():
            received = scans.take_in(OPERATOR, batch_id, name, staged)
        while (claim := leases.claim("bench/1", Lane.READ)) and claim.kind == scans.SPLIT:
            loop.perform(claim)
        leases.release("bench/")
        seconds = time.monotonic() - start
    outcome = progress.outcome(received.scan_id)
    is_refused = outcome.status is Status.REFUSED
    row: Row = {
        "file": name,
        "verdict": "refused" if is_refused else "duplicate" if outcome.code else "taken in",
        "code": outcome.code,
        "message": messages.english(outcome.code, outcome.values) if outcome.code else "",
        "seconds": round(seconds, 2),
        "megabytes": memory.most // MEBIBYTE,
        "page_1": "",
    }
    if with_pages and row["verdict"] == "taken in":
        row["page_1"] = _page(originals.path(staged.sha256))
    return row


def _page(path: Path) -> str:
    try:
        image = keeper.image(path, 0)
    except PortalError as error:
        return error.code
    return f"{image.width} x {image.height} {image.mode}"


class _Memory:
    """Looks at the memory of this process and all below it ten times a second."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.most = max(self.most, process.memory_of(os.getpid()))
            if self._over.wait(0.1):
                return


def _totals(rows: list[Row], is_unchanged: bool) -> dict[str, object]:
    codes = collections.Counter(str(row["code"]) for row in rows if row["verdict"] == "refused")
    wrong_kind = [
        row["file"]
        for row in rows
        if row["code"] == "file_type" and not str(row["file"]).startswith("made")
        if Path(str(row["file"])).suffix.lower() in KINDS
    ]
    return {
        "files": len(rows),
        "verdicts": dict(collections.Counter(str(row["verdict"]) for row in rows)),
        "codes": dict(codes),
        "generic_share": sum(codes[code] for code in GENERIC) / max(1, codes.total()),
        "refused_as_of_another_kind_in_spite_of_the_name": wrong_kind,
        "slowest_seconds": max(float(str(row["seconds"])) for row in rows),
        "most_megabytes": max(int(str(row["megabytes"])) for row in rows),
        "outside_unchanged": is_unchanged,
        "walls": walls.standing().detail,
    }


def _outside(folder: Path) -> list[object]:
    """Return what must not change: the folder of the files, the project, what the launched would make."""
    seen = [(str(path), path.lstat().st_mtime_ns) for path in sorted(folder.rglob("*"))]
    status = subprocess.run(["git", "status", "--porcelain"], cwd=PROJECT, capture_output=True, check=False)
    made = [Path(tempfile.gettempdir(), name).exists() for name in ("launched", "slipped")]
    return [seen, status.stdout, made]


if __name__ == "__main__":
    main()
