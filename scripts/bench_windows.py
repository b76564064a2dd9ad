"""Measure how many seeded windows of five words of real scans bring their page into the first ten
documents, as the page shown or one of the other pages named with it.

    make bench-windows SCANS=folder [ARGS="--home HOME --count 300 --seed 2026"]

SCANS is a folder with `pdf/` and `text/index.tsv` (columns text, pdf, page), the texts
being what the pages truly say. The scans are taken in as users do it, opened, read by
the ordinary worker, and searched as nobody, with marks as in the truth and without.
With --home, a home in which `flask ingest` took in exactly this folder is searched.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import measuring

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

FLASK = [sys.executable, "-m", "flask", "--app", str(PROJECT / "wsgi.py")]
OPENER = "windows@bench.invalid"
LENGTH = 5
NO_PEER = ""
FIRST = 10


def main() -> None:
    """Run the bench, print each window that was missed and the shares, write var/bench/windows.json."""
    options = measuring.options(__doc__)
    options.add_argument("--home", type=Path)
    options.add_argument("--count", type=int, default=300)
    options.add_argument("--seed", type=int, default=2026)
    chosen = options.parse_args()
    with _home(chosen.home) as home:
        if chosen.home is None:
            _take_in(chosen.scans / "pdf", home)
        windows = _drawn(chosen.scans, chosen.count, chosen.seed)
        rows = _asked(home, windows)
    total = len(rows)
    totals = {
        "seed": chosen.seed,
        "windows": total,
        "with_marks": sum(row["with_marks"] for row in rows) / total,
        "without_marks": sum(row["without_marks"] for row in rows) / total,
    }
    for row in rows:
        if not (row["with_marks"] and row["without_marks"]):
            print(f"missed: {row['page']}: {row['window']}")
    print(json.dumps(totals))
    measuring.write("windows", NO_PEER, rows, totals)


def _drawn(scans: Path, count: int, seed: int) -> list[tuple[tuple[str, int], str]]:
    """Draw windows of words without digits, each from a page of the truth."""
    windows = []
    with (scans / "text" / "index.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            text = (scans / "text" / row["text"]).read_text(encoding="utf-8")
            words = _words(unicodedata.normalize("NFC", text))
            for start in range(len(words) - LENGTH + 1):
                window = words[start : start + LENGTH]
                if not any(letter.isdigit() for word in window for letter in word):
                    windows.append(((row["pdf"], int(row["page"])), " ".join(window)))
    return random.Random(seed).sample(windows, count)


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def _asked(home: Path, windows: list[tuple[tuple[str, int], str]]) -> list[dict[str, object]]:
    """Search each window as nobody, within the application on that home."""
    from sqlalchemy import select

    from config import Settings
    from portal.accounts.actors import ANONYMOUS
    from portal.app import create_app
    from portal.catalogue import finding
    from portal.catalogue.models import Node, Page
    from portal.core.db import db
    from portal.core.paging import Paging

    app = create_app(Settings.from_environment({**os.environ, "PORTAL_HOME": str(home), "DEMO": "0"}))
    with app.app_context():
        found = select(Node.working_title, Page.number, Page.id).join(Page, Page.document_id == Node.id)
        ids = {(name, number): page_id for name, number, page_id in db.session.execute(found)}

        def finds(page: tuple[str, int], typed: str) -> bool:
            hits = finding.search(ANONYMOUS, typed, Paging(per_page=FIRST)).rows
            shown = [one for hit in hits for one in (hit.page_id, *(other.id for other in hit.others))]
            return ids[page] in shown

        return [
            {
                "page": f"{page[0]}, {page[1]}",
                "window": typed,
                "with_marks": finds(page, typed),
                "without_marks": finds(page, _bare(typed)),
            }
            for page, typed in windows
        ]


def _bare(text: str) -> str:
    """Type as people do without a Vietnamese keyboard; the portal's own folding is not used for it."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="bench-windows-") as folder:
        yield Path(folder)


def _take_in(folder: Path, home: Path) -> None:
    """Take the scans in, opened by an archivist, and wait until all is read and indexed."""
    env = {**os.environ, "PORTAL_HOME": str(home), "DEMO": "0"}
    _flask(env, "user", "create", OPENER, "--role", "archivist")
    where = ["--fonds", "BENCH", "--new-fonds", "Bench"]
    _flask(env, "ingest", str(folder), *where, "--access", "open", "--as", OPENER, "--wait", "--json")


def _flask(env: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [*FLASK, *arguments], env=env, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"flask {' '.join(arguments)} left with {done.returncode}:\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
