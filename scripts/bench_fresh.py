"""Measure how long a page that was just read takes to be found, while a big corpus is being indexed.

    make bench-fresh ARGS="TEXTS [--pages 20000] [--papers 60]"

TEXTS is a file of JSON lines (.jsonl or .jsonl.gz), each with a `text`; pages of 300 to 400
syllables are put together of its shuffled sentences and loaded by `flask search load`,
while papers of the demo are taken in by `flask ingest` and read as ever. The clock starts
when the text of a page is committed and stops when the public API finds it, asked for a run of
its words; only pages read while the bulk still waits for the indexer count.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import ingest_papers
import measuring
import watching

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tests.journeys.portal import Portal  # noqa: E402 - the project folder has to be on the path first

ARCHIVIST = "bench@example.vn"
MOST_SECONDS, LONGEST_SECONDS = 2.0, 1800
BETWEEN_LOOKS = 0.02
WORDS = 6
"""Of a page's text, in a row, by which it is asked for."""


@dataclass
class Fresh:
    """A page that was read, and when it was found."""

    page_id: str
    address: str
    since: float
    seconds: float | None = None
    was_beside_bulk: bool = False


@dataclass
class Looking:
    """What was seen so far."""

    last: int = 0
    seen: int = 0
    pages: list[Fresh] = field(default_factory=list)


def main() -> None:
    """Run the bench and write var/bench/fresh.json."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("texts", type=Path)
    options.add_argument("--pages", type=int, default=20_000)
    options.add_argument("--papers", type=int, default=60)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-fresh-") as name:
        folder = Path(name)
        _corpus(chosen.texts, chosen.pages, folder / "corpus")
        (folder / "papers").mkdir()
        ingest_papers.rendered(chosen.papers, folder / "papers", str(time.time_ns()))
        totals = _measured(folder)
    for key, value in totals.items():
        print(f"{key}: {value}")
    measuring.write("fresh", "", [], totals)


def _measured(folder: Path) -> dict[str, object]:
    portal = Portal(folder / "home", {"WEB_WORKERS": "2"})
    portal.flask("status")
    portal.flask("user", "create", ARCHIVIST, "--role", "archivist")
    portal.start()
    try:
        loading = _flask(portal, "search", "load", str(folder / "corpus"))
        words = ["--fonds", "BENCH", "--new-fonds", "Bench", "--access", "open", "--as", ARCHIVIST]
        taking = _flask(portal, "ingest", str(folder / "papers"), *words)
        start = time.monotonic()
        looking = _look(portal, len(list((folder / "papers").iterdir())))
        taking.terminate()
        seconds = time.monotonic() - start
        loading.wait()
        held = portal.flask("status")["index"]
        size = sum(watching.size_of(path) for path in (folder / "home" / "index").iterdir() if path.is_dir())
    finally:
        portal.stop()
    things = held["public"] + held["restricted"]
    return _totals(looking) | {
        "seconds": round(seconds),
        "things_indexed": things,
        "bulk_waiting_at_the_end": held["pending"],
        "index_bytes_a_thing": round(size / max(1, things)),
    }


def _look(portal: Portal, papers: int) -> Looking:
    """Ask for every page that was read until all papers, of one page each, are read and found."""
    looking = Looking()
    visitor = portal.visitor()
    database = sqlite3.connect(f"file:{portal.home / 'portal.db'}?mode=ro", uri=True, timeout=30)
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        waits = bool(database.execute("select 1 from search_outbox where is_bulk limit 1").fetchone())
        looking.pages += _read_since(database, looking, waits)
        for page in [one for one in looking.pages if one.seconds is None]:
            answer = visitor.get(portal.base + page.address)
            found = json.loads(answer.text)["results"] if answer.status == 200 else []
            if any(page.page_id in (row["page"], *row["others"]) for row in found):
                page.seconds = time.monotonic() - page.since
        if looking.seen >= papers and all(one.seconds for one in looking.pages):
            break
        time.sleep(BETWEEN_LOOKS)
    database.close()
    return looking


def _read_since(database: sqlite3.Connection, looking: Looking, waits: bool) -> Iterator[Fresh]:
    """Yield the pages whose text was committed since the last look."""
    since = time.monotonic() - BETWEEN_LOOKS
    rows = database.execute(
        "select id, page_id, text from page_texts where id > ? and engine <> 'corpus' order by id",
        (looking.last,),
    ).fetchall()
    for row_id, page_id, text in rows:
        looking.last = row_id
        looking.seen += 1
        words = re.findall(r"\w+", text)
        if len(words) > 2 * WORDS:
            run = " ".join(words[len(words) // 2 :][:WORDS])
            asked = urllib.parse.urlencode({"q": f'"{run}"', "fonds": "BENCH", "per_page": 100})
            yield Fresh(page_id, f"/api/v1/search?{asked}", since, was_beside_bulk=waits)


def _totals(looking: Looking) -> dict[str, object]:
    beside = [one for one in looking.pages if one.was_beside_bulk]
    waited = sorted(one.seconds for one in beside if one.seconds is not None)
    lost = sum(one.seconds is None for one in looking.pages)
    known: dict[str, object] = {"pages_beside_bulk": len(waited), "never_found": lost}
    if not waited:
        return known
    worst = waited[-(-95 * len(waited) // 100) - 1]
    return known | {
        "p50_seconds": round(statistics.median(waited), 2),
        "p95_seconds": [round(worst, 2), "met" if worst <= MOST_SECONDS and not lost else "NOT MET"],
        "max_seconds": round(waited[-1], 2),
    }


def _flask(portal: Portal, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "flask", *words],
        cwd=PROJECT,
        env=portal.environment,
        stdout=subprocess.DEVNULL,
    )


def _corpus(texts: Path, pages: int, folder: Path) -> None:
    """Write pages of 300 to 400 syllables, put together of shuffled sentences."""
    folder.mkdir()
    chance = random.Random(5)
    packed = texts.read_bytes()
    lines = (gzip.decompress(packed) if texts.suffix == ".gz" else packed).decode().splitlines()
    bodies = [str(json.loads(line)["text"]) for line in lines]
    sentences = [one for body in bodies for one in re.split(r"(?<=[.;:!?])\s+|\n+", body) if len(one) > 20]
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for number in range(pages):
            length, body = chance.randrange(300, 400), list[str]()
            while sum(len(one.split()) for one in body) < length:
                body.append(chance.choice(sentences))
            line = {"_id": f"b{number}", "title": chance.choice(sentences)[:120], "text": " ".join(body)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
