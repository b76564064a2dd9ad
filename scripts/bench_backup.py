"""Measure how long a backup and its restoring take while scans come in, with tar and sha256sum beside them.

    make bench-backup [ARGS="--pages 10000 --kilobytes 150"]

Pages are papers of noise of one page each, so that nothing can be pressed; their texts are words by chance.
The portal runs and an operator sends scans while the backup is written. Ends with 1 where a limit is missed
or something acknowledged before the cut is not there after restoring.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import measuring

sys.path.insert(0, str(measuring.PROJECT))

from sqlalchemy import update

from config import Settings
from portal.accounts.actors import OPERATOR_AT_THE_MACHINE
from portal.app import create_app
from portal.catalogue import pages, tree
from portal.catalogue.readings import Reading
from portal.core.db import db, transaction
from portal.ingest import batches, scans
from portal.ingest.media import MediaType
from portal.ingest.models import Scan, ScanState
from portal.jobs.models import Job, JobState
from portal.storage import originals
from tests.faults.portal import WatchedPortal
from tests.faults.uploader import Uploader
from tests.faults.uploader import scans as small_scans

LIMIT_SECONDS = 600
"""For the backup, and for restoring with the index built anew, of 10,000 pages."""

PEER = "tar -cf FILE FOLDER; tar -xf FILE; sha256sum over all files, once before and once after"
SYLLABLES = "đất nhà hồ sơ lưu trữ tỉnh huyện xã quyết định công văn báo cáo năm tháng mét giá phông".split()  # noqa: SIM905
WORDS_A_PAGE, AT_ONCE = 300, 200


def main() -> None:
    """Fill a home, back it up while scans come, restore it elsewhere; print and write the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--pages", type=int, default=10_000)
    options.add_argument("--kilobytes", type=int, default=150, help="of each original")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as name:
        folder = Path(name)
        portal = WatchedPortal(folder / "home", {"WEB_WORKERS": "2", "OCR_WORKERS": "2"})
        portal.flask("user", "create", "op@example.vn", "--role", "operator")
        batch = _filled(portal, chosen.pages, chosen.kilobytes * 1024)
        row = _measured(portal, folder, batch)
    row |= {"pages": chosen.pages, "kilobytes": chosen.kilobytes, "limit_s": LIMIT_SECONDS}
    measuring.write("backup", PEER, [row], {"met": row["met"]})
    sys.exit(0 if row["met"] else 1)


def _filled(portal: WatchedPortal, number: int, size: int) -> str:
    """Put so many papers into the home, read and not yet indexed; return the batch."""
    chance = random.Random(time.time_ns())
    app = create_app(Settings.from_environment(portal.environment))
    with app.app_context():
        with transaction():
            fonds = tree.create_fonds(OPERATOR_AT_THE_MACHINE, code="K1", name="Phông thử")
            batch_id = batches.open_batch(OPERATOR_AT_THE_MACHINE, fonds.id, "Lô", declared=True).id
        for start in range(0, number, AT_ONCE):
            some = range(start, min(start + AT_ONCE, number))
            staged = [originals.stage(io.BytesIO(chance.randbytes(size))) for _ in some]
            with transaction():
                for index, one in zip(some, staged, strict=True):
                    came = scans.receive(
                        OPERATOR_AT_THE_MACHINE, batch_id, f"to-{index}.tif", one, MediaType.TIFF
                    )
                    (page,) = pages.add(came.document_id or "", one.sha256, 1)
                    pages.keep(page.id, _reading(chance))
            print(f"\r  {start + len(some):6} pages put in", end="", file=sys.stderr, flush=True)
        _end_their_jobs()
        db.session.remove()
        db.engine.dispose()
    return batch_id


def _reading(chance: random.Random) -> Reading:
    words = chance.choices(SYLLABLES, k=WORDS_A_PAGE)
    boxes = [(word, 50 * (n % 20), 60 * (n // 20), 45, 30, 90.0) for n, word in enumerate(words)]
    return Reading("ocr", "none", " ".join(words), boxes, 1654, 2339, 200, 1, "vie", "good")


def _end_their_jobs() -> None:
    """What was put in by hand is read; the worker would find no picture in noise."""
    with transaction():
        db.session.execute(update(Scan).values(state=ScanState.SPLIT.value))
        db.session.execute(update(Job).where(Job.kind == scans.SPLIT).values(state=JobState.DONE.value))


def _measured(portal: WatchedPortal, folder: Path, batch: str) -> dict[str, object]:
    notes, cut = folder / "acknowledged", folder / "cut.tar"
    portal.start()
    try:
        uploader = Uploader(
            portal.signed_in("op@example.vn"), batch, list(small_scans(2_000, 1, 5)), notes, pause=0.2
        )
        uploader.start()
        portal.wait_until(lambda: notes.exists() and notes.stat().st_size > 0, "the first scan to come")
        acknowledged = set(notes.read_text().split())
        backup = _seconds(lambda: portal.flask("backup", str(cut), with_start=True))
        came = len(notes.read_text().split()) - len(acknowledged)
        uploader.stop()
    finally:
        portal.stop()
    other = WatchedPortal(folder / "elsewhere", portal.environment)
    other.environment["PORTAL_HOME"] = str(other.home)
    restore = _seconds(lambda: other.flask("restore", str(cut), seconds=3_600, with_start=True))
    there = {row[0] for row in other.rows("SELECT blob_sha256 FROM scans")}
    sound = other.flask("doctor")["ok"]
    peer_out, peer_in = _peer(portal.home / "uploads" / "originals", folder)
    met = acknowledged <= there and sound and max(backup, restore) <= LIMIT_SECONDS
    size, missing = cut.stat().st_size, len(acknowledged - there)
    print(f"\nbackup of {size / 1e9:.2f} GB while {came} scans came: {backup:.0f} s", end="; ")
    print(f"tar and sha256sum {peer_out:.0f} s, ratio {backup / peer_out:.2f}")
    print(f"restored, index built anew: {restore:.0f} s; tar and sha256sum {peer_in:.0f} s")
    print(f"acknowledged before the cut and not there: {missing}; doctor: {'sound' if sound else 'broken'}")
    print(f"limit {LIMIT_SECONDS} s each: {'met' if met else 'NOT MET'}")
    return {
        "bytes": size,
        "backup_s": backup,
        "restore_s": restore,
        "peer_backup_s": peer_out,
        "peer_restore_s": peer_in,
        "came_meanwhile": came,
        "met": met,
    }


def _peer(source: Path, folder: Path) -> tuple[float, float]:
    """Return the seconds of tar and sha256sum over the same originals, out and in."""
    archive, place = folder / "peer.tar", folder / "peer"
    place.mkdir()
    digests = "find . -type f -print0 | xargs -0 sha256sum > /dev/null"
    out = _seconds(lambda: _shell(f"{digests} && tar -cf {archive} . && sync -f {archive}", source))
    back = _seconds(lambda: _shell(f"tar -xf {archive} && {digests} && sync -f .", place))
    return out, back


def _shell(line: str, folder: Path) -> None:
    subprocess.run(["bash", "-c", line], cwd=folder, check=True)


def _seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
