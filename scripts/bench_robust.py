"""Bring every odd, broken and hostile file of a folder into a fresh home and print the verdict on each.

    make bench-robust SCANS=folder [ARGS="--no-pages"]

The files below SCANS come first, then the hostile ones that the tests make. Each is
staged, taken in and counted as by `flask ingest` and its worker, and the first page of
what is taken in is rendered. A row is: file, verdict, code, message, seconds to the
verdict, largest memory of this process and its child together, what became of page 1.
Whether a refused file is a valid one is asked of other readers (Poppler, Leptonica). At
the end each limit stands with `met` or `NOT MET`; the exit code is 1 if one is not met.
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
from collections.abc import Iterable, Iterator
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
from tests.fixtures import hostile, papers  # noqa: E402

NO_PEER = ""
MADE = "made: "
GENERIC = {"internal", "reader_died", "file_crashes", "file_damaged"}
BY_RULE = {"file_cut_off", "file_encrypted", "file_bomb", "image_too_large", "file_too_many_pages"}
"""Codes of what is refused whoever else opens it."""

KINDS = (b"%PDF-", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How files of the kinds taken begin."""

MOST_GENERIC, MOST_SECONDS, MOST_MEGABYTES, LEAST_MADE = 0.05, 10, 1_500, 30

OPENING = ["pdftoppm", "-r", "20", "-l", "1", "-singlefile", "-png"]

Row = dict[str, object]


def main() -> None:
    """Run the bench, print the table, write var/bench/robust.json."""
    options = measuring.options(__doc__)
    options.add_argument("--no-pages", action="store_true", help="leave out the look at page 1")
    chosen = options.parse_args()
    if not any(path.is_file() for path in chosen.scans.rglob("*")):
        raise SystemExit(f"no files in {chosen.scans}")
    before = _outside(chosen.scans)
    with tempfile.TemporaryDirectory(prefix="bench-robust-") as room:
        # Whatever is made beside the home is seen here.
        tempfile.tempdir = os.environ["TMPDIR"] = room
        home = Path(room, "home")
        settings = Settings.from_environment({**os.environ, "PORTAL_HOME": str(home), "DEMO": "0"})
        schema.upgrade(settings.database_url, settings.home)
        with create_app(settings).app_context():
            rows, is_alive = _brought(chosen.scans, with_pages=not chosen.no_pages)
            keeper.dismiss()
        left = sorted(path.name for path in Path(room).iterdir() if path != home)
        left += [f"process {pid}" for pid in process.family(os.getpid())[1:]]
    tempfile.tempdir = None
    is_unchanged = before == _outside(chosen.scans)
    totals = _totals(rows)
    checks = _checks(rows, totals, {"alive": is_alive, "unchanged": is_unchanged, "left": left})
    for key, value in [*totals.items(), *checks.items()]:
        print(f"{key}: {value}")
    measuring.write("robust", NO_PEER, rows, {**totals, "checks": checks})
    raise SystemExit(any(told.startswith("NOT MET") for told in checks.values()))


def _brought(folder: Path, with_pages: bool) -> tuple[list[Row], bool]:
    work.install()
    with transaction():
        fonds = tree.create_fonds(OPERATOR, code="BENCH", name="Bench")
        batch_id = batches.open_batch(OPERATOR, fonds.id, "Bench", declared=True).id
    rows = []
    for name, content in _files(folder):
        row = _row(batch_id, name, content, with_pages)
        if not rows:
            print(" | ".join(row))
        print(" | ".join(str(value) for value in row.values()), flush=True)
        rows.append(row)
    last = _row(batch_id, "a good one", papers.png(), with_pages=True)
    return rows, last["verdict"] == "taken in" and " x " in str(last["page_1"])


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
    for one in hostile.FILES:
        yield f"{MADE}{one.name!r}", one.make()


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
        "other_reader": "",
    }
    is_ours = content[:1024].lstrip().startswith(KINDS) or KINDS[0] in content[:1024]
    row["kind"] = "taken" if is_ours else "other"
    if is_refused and is_ours:
        row["other_reader"] = _elsewhere(originals.path(staged.sha256), content)
    if with_pages and row["verdict"] == "taken in":
        row["page_1"] = _page(originals.path(staged.sha256))
    return row


def _page(path: Path) -> str:
    try:
        image = keeper.image(path, 0)
    except PortalError as error:
        return error.code
    return f"{image.width} x {image.height} {image.mode}"


def _elsewhere(path: Path, content: bytes) -> str:
    """Tell whether another reader opens the file without complaint of a kind that ends it."""
    with tempfile.TemporaryDirectory() as folder:
        shown = str(Path(folder, "shown"))
        is_pdf = KINDS[0] in content[:1024]
        command = [*OPENING, str(path), shown] if is_pdf else ["tesseract", str(path), shown, "--psm", "7"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=30)
        except FileNotFoundError:
            return "not asked"
        except subprocess.TimeoutExpired:
            return "too slow"
        return "opens" if done.returncode == 0 and any(Path(folder).iterdir()) else "refuses"


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


def _totals(rows: list[Row]) -> dict[str, object]:
    codes = collections.Counter(str(row["code"]) for row in rows if row["verdict"] == "refused")
    return {
        "files": len(rows),
        "made": sum(str(row["file"]).startswith(MADE) for row in rows),
        "verdicts": dict(collections.Counter(str(row["verdict"]) for row in rows)),
        "codes": dict(codes),
        "generic": round(sum(codes[code] for code in GENERIC) / len(rows), 4),
        "refused_though_another_reader_opens": {
            str(row["file"]): row["code"] for row in rows if row["other_reader"] == "opens"
        },
        "slowest_seconds": max(float(str(row["seconds"])) for row in rows),
        "most_megabytes": max(int(str(row["megabytes"])) for row in rows),
        "walls": walls.standing().detail,
    }


def _checks(rows: list[Row], totals: dict[str, object], after: dict[str, object]) -> dict[str, str]:
    given = [row for row in rows if not str(row["file"]).startswith(MADE)]
    opened = [row for row in given if row["other_reader"] == "opens"]
    otherwise = [
        row for row in rows if row["kind"] == "other" and row["code"] not in ("file_type", "file_empty")
    ]
    unseen = [
        row for row in given if row["verdict"] == "taken in" and " x " not in str(row["page_1"] or " x ")
    ]
    slowest, most = float(str(totals["slowest_seconds"])), int(str(totals["most_megabytes"]))
    return {
        "no valid file of a kind taken is refused": _met(
            not (valid := _names(row for row in opened if row["code"] not in BY_RULE)), valid
        ),
        "page 1 of what is taken in is shown": _met(not unseen, _names(unseen)),
        "every other kind is told so": _met(not otherwise, _names(otherwise)),
        f"generic codes <= {MOST_GENERIC:.0%}": _met(
            float(str(totals["generic"])) <= MOST_GENERIC, totals["generic"]
        ),
        f"<= {MOST_SECONDS} s to the verdict": _met(slowest <= MOST_SECONDS, slowest),
        f"<= {MOST_MEGABYTES} MB": _met(most <= MOST_MEGABYTES, most),
        f">= {LEAST_MADE} files made": _met(int(str(totals["made"])) >= LEAST_MADE, totals["made"]),
        "whoever reads is alive": _met(bool(after["alive"]), "a good file at the end"),
        "nothing outside the home is changed": _met(bool(after["unchanged"]), "files, project, /tmp"),
        "no file and no process is left": _met(not after["left"], after["left"]),
    }


def _met(is_met: bool, seen: object) -> str:
    return f"{'met' if is_met else 'NOT MET'} ({seen})"


def _names(rows: Iterable[Row]) -> list[str]:
    return [str(row["file"]) for row in rows]


def _outside(folder: Path) -> list[object]:
    """Return what must not change: the folder of the files, the project, what the launched would make."""
    seen = [(str(path), path.lstat().st_mtime_ns) for path in sorted(folder.rglob("*"))]
    status = subprocess.run(["git", "status", "--porcelain"], cwd=PROJECT, capture_output=True, check=False)
    made = [Path("/tmp", name).exists() for name in ("launched", "slipped")]
    return [seen, status.stdout, made]


if __name__ == "__main__":
    main()
