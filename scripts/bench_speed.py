"""Measure how fast search is over HTTP, at growing sizes, with bare engines beside it in the same run.

    make bench-speed SETS=FOLDER [TEXTS=FILE] [ARGS="--engine whoosh --pages 5000 20000 --queries 2000"]

The portal runs as `make run` runs it, with default settings. Pages go in by `flask search load`; then
every query of the log is asked once at the page of results, as nobody, from an address of its
own, with facets and snippets. Beside it the same log is asked of SQLite's FTS5 and of bare tantivy: one
index of folded text, all words demanded, the best twenty with a snippet, in this process.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import measuring
import search_log
from search_log import Sheet

sys.path.insert(0, str(measuring.PROJECT))

import tantivy

from portal.search import analysis
from tests.journeys.portal import Portal

PEERS = (
    "sqlite3 FTS5 (unicode61, folded text): MATCH all words ORDER BY rank LIMIT 20 with snippet(); "
    "tantivy 0.27 (folded text, positions): all words Must, top 20 with a snippet"
)
MOST_MS = {"whoosh": 250.0, "tantivy": 50.0}
"""What p95 may be, of issue 5: Whoosh at 50,000 pages, tantivy at a million."""

SHOWN = 20
QUIET, LONGEST_SETTLING = 15.0, 1_800.0
"""Seconds without a new file after which an index is at rest; and those after which it is asked anyway."""

OF_CORPUS = 2_000
"""Pages that queries are cut from."""


def main() -> None:
    """Load, ask, print a line for each size and engine, write var/bench/speed.json."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sets", type=Path, default=os.environ.get("SETS"))
    options.add_argument("--texts", type=Path, default=os.environ.get("TEXTS"))
    options.add_argument("--engine", choices=list(MOST_MS), default="whoosh")
    options.add_argument("--pages", type=int, nargs="+", default=[5_000, 20_000, 50_000, 100_000])
    options.add_argument("--queries", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--rebuild", action="store_true", help="measure `flask search rebuild` at the end")
    chosen = options.parse_args()
    if chosen.sets is None:
        options.error("SETS is the folder with the questions of ALQAC")
    pool = search_log.sentences(chosen.texts or Path(chosen.sets).parent / "text" / "vbpl_docs.jsonl.gz")
    some = list(search_log.sheets(pool, chosen.seed, 0, min(OF_CORPUS, chosen.pages[0])))
    asked = search_log.log(pool, some, _questions(Path(chosen.sets)), chosen.queries, chosen.seed)
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as folder:
        portal = Portal(Path(folder) / "home", {"SEARCH_ENGINE": chosen.engine, "WEB_WORKERS": "2"})
        portal.home.mkdir()
        fts, bare = _Fts(Path(folder) / "fts.db"), _Tantivy(Path(folder) / "bare")
        portal.start()
        try:
            for before, pages in itertools.pairwise([0, *chosen.pages]):
                part = search_log.sheets(pool, chosen.seed, before, pages)
                rows.append(_at(portal, chosen.engine, pages, list(part), asked, (fts, bare), Path(folder)))
        finally:
            portal.stop()
        if chosen.rebuild:
            rows.append(_rebuilt(portal, chosen.engine, chosen.pages[-1]))
    measuring.write(
        "speed", PEERS, rows, {"engine": chosen.engine, "queries": len(asked), "seed": chosen.seed}
    )


def _at(
    portal: Portal,
    engine: str,
    pages: int,
    part: Sequence[Sheet],
    asked: Mapping[str, str],
    peers: Sequence[_Fts | _Tantivy],
    folder: Path,
) -> dict[str, object]:
    """Load a part more, ask the whole log; print and return the figures at this size."""
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "corpus.jsonl").write_text("".join(f"{sheet.line}\n" for sheet in part), encoding="utf-8")
    started = time.monotonic()
    _flask(portal, "search", "load", str(corpus), "--wait")
    rate = len(part) / (time.monotonic() - started)
    shutil.rmtree(corpus)
    settled = _settle(portal)
    _ask_portal(portal, list(asked)[:20], first=9_000)
    by_kind = _timed(lambda text, number: _ask_portal(portal, [text], first=number), asked)
    ours = _row(engine, pages, by_kind)
    size = sum(
        path.stat().st_size for path in (portal.home / "index" / "public").rglob("*") if path.is_file()
    )
    ours |= {"taken_in_per_second": rate, "bytes_per_page": size / pages, "limit_ms": MOST_MS[engine]}
    ours |= {"settled_after_s": settled}
    print(
        f"  taken in {rate:.0f} pages a second, index {size / pages:.0f} bytes a page, put together after "
        f"{settled:.0f} s",
        flush=True,
    )
    beside = []
    for peer in peers:
        peer.add(part)
        beside.append(_row(peer.name, pages, _timed(lambda text, _, peer=peer: peer.ask(text), asked)))
    return ours | {"beside": beside}


def _settle(portal: Portal) -> float:
    """Wait until the indexer has put segments together, as it does when it is idle; return the seconds."""
    began = since = time.monotonic()
    known: set[str] = set()
    while time.monotonic() - since < QUIET and time.monotonic() - began < LONGEST_SETTLING:
        time.sleep(1)
        now = {path.name for path in (portal.home / "index" / "public").rglob("*.*") if path.is_file()}
        if now != known:
            known, since = now, time.monotonic()
    return since - began


def _rebuilt(portal: Portal, engine: str, pages: int) -> dict[str, object]:
    started = time.monotonic()
    _flask(portal, "search", "rebuild", "--fresh")
    rate = pages / (time.monotonic() - started)
    print(f"{engine}: rebuilt {pages} pages and as many descriptions, {rate:.0f} pages a second", flush=True)
    return {"engine": engine, "pages": pages, "rebuilt_per_second": rate}


def _flask(portal: Portal, *words: str) -> None:
    """Run a command that may take hours."""
    command = [sys.executable, "-m", "flask", *words]
    subprocess.run(
        command, cwd=measuring.PROJECT, env=portal.environment, check=True, stdout=subprocess.DEVNULL
    )


def _ask_portal(portal: Portal, texts: Iterable[str], first: int) -> None:
    """Ask for the page of results, each from an address of its own, as readers have."""
    for number, text in enumerate(texts, first):
        source = f"127.{1 + number // 60_000}.{number // 250 % 240}.{1 + number % 250}"
        line = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60, source_address=(source, 0))
        line.request("GET", f"/tim-kiem?q={quote(text)}")
        answer = line.getresponse()
        answer.read()
        line.close()
        if answer.status != 200:
            raise SystemExit(f"{text!r} was answered {answer.status}")


def _timed(ask: Callable[[str, int], object], asked: Mapping[str, str]) -> dict[str, list[float]]:
    """Return the milliseconds of every query, by kind."""
    taken: dict[str, list[float]] = defaultdict(list)
    for number, (text, kind) in enumerate(asked.items()):
        started = time.perf_counter()
        ask(text, number)
        taken[kind].append(1_000 * (time.perf_counter() - started))
    return taken


def _row(name: str, pages: int, by_kind: Mapping[str, list[float]]) -> dict[str, object]:
    every = sorted(itertools.chain(*by_kind.values()))
    p50, p95, most = _part(every, 0.5), _part(every, 0.95), every[-1]
    kinds = {kind: round(_part(sorted(values), 0.95), 1) for kind, values in by_kind.items()}
    print(
        f"{name:8} {pages:8} pages: p50 {p50:.1f} ms, p95 {p95:.1f}, most {most:.0f}; p95 by kind {kinds}",
        flush=True,
    )
    return {
        "engine": name,
        "pages": pages,
        "p50_ms": p50,
        "p95_ms": p95,
        "most_ms": most,
        "p95_by_kind": kinds,
    }


def _part(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _questions(sets: Path) -> list[str]:
    with (sets / "alqac" / "queries.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


class _Fts:
    """SQLite's own full text."""

    name = "fts5"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE VIRTUAL TABLE pages USING fts5(body)")

    def add(self, part: Sequence[Sheet]) -> None:
        rows = ((" ".join(analysis.folded_words(sheet.text)),) for sheet in part)
        with self._db:
            self._db.executemany("INSERT INTO pages VALUES (?)", rows)

    def ask(self, text: str) -> None:
        words = [f'"{word}"' for word in dict.fromkeys(analysis.folded_words(text))]
        sql = (
            "SELECT rowid, snippet(pages, 0, '[', ']', '…', 12) FROM pages "
            "WHERE pages MATCH ? ORDER BY rank LIMIT ?"
        )
        self._db.execute(sql, (" ".join(words), SHOWN)).fetchall()


class _Tantivy:
    """tantivy without anything of ours."""

    name = "tantivy bare"

    def __init__(self, path: Path) -> None:
        path.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=True, tokenizer_name="whitespace")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, str(path))

    def add(self, part: Sequence[Sheet]) -> None:
        writer = self._index.writer(256_000_000)
        for sheet in part:
            writer.add_document(tantivy.Document(body=" ".join(analysis.folded_words(sheet.text))))
        writer.commit()
        self._index.reload()

    def ask(self, text: str) -> None:
        terms = [
            (tantivy.Occur.Must, tantivy.Query.term_query(self._schema, "body", word))
            for word in dict.fromkeys(analysis.folded_words(text))
        ]
        query, searcher = tantivy.Query.boolean_query(terms), self._index.searcher()
        snippets = tantivy.SnippetGenerator.create(searcher, query, self._schema, "body")
        for _, address in searcher.search(query, SHOWN).hits:
            snippets.snippet_from_doc(searcher.doc(address)).to_html()


if __name__ == "__main__":
    main()
