"""Measure reading against plain Tesseract on the same pages: errors, word recall, pages per minute.

    make bench-ocr SCANS=folder [ARGS="--runs 3"]

SCANS is a folder with `pdf/` and `text/index.tsv` (columns text, pdf, page), the texts
being what the pages truly say. The pipeline is driven as users drive it: `flask ingest`
on a fresh home, then `flask page`. Runs of pipeline and peer alternate; times are medians.
Where SCANS has `metadata.jsonl`, the letterhead of each document is checked too: its left
block must come first, number and day must be right or doubted. Rendered pages follow:
blank backs, pages of one line, clean pages.

Both sides are measured alike. Hand-written tokens (number and day) are left out of the
errors and told apart. Order-free errors come from the best assignment of lines, so a
line that joins two columns still costs; text in another order does not.
"""

from __future__ import annotations

import csv
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import letterheads
import measuring
import numpy
import pypdfium2
import rendered_pages
from rapidfuzz.distance import Levenshtein
from scipy.optimize import linear_sum_assignment

PROJECT = Path(__file__).resolve().parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", str(PROJECT / "wsgi.py")]
PEER = ["tesseract", "PAGE.pgm", "OUT", "-l", "vie", "--psm", "3", "txt", "tsv"]
PEER_COMMAND = "OMP_THREAD_LIMIT=1 " + " ".join(PEER)
PEER_AT_ONCE = 2
DPI = 300
HEADER_LINES = 12
UNSURE = 60.0
PARTLY_REFUSED = 3

NUMBER = re.compile(r"(S[ốôỐ]\s*[:;.]?)\s*[^\s/]{0,6}\s*/")
DAY = re.compile(r"(,?\s*ngày)\s*\S{1,4}\s*(tháng)")


@dataclass(frozen=True)
class Truth:
    """What one page truly says."""

    pdf: str
    page: int
    text: str


@dataclass(frozen=True)
class Score:
    """Errors of one text against the truth; counts, so that they add up."""

    length: int
    in_order: int
    order_free: int
    words: int
    words_found: int

    @property
    def cer(self) -> float:
        return self.in_order / max(1, self.length)

    @property
    def free_cer(self) -> float:
        return self.order_free / max(1, self.length)

    @property
    def recall(self) -> float:
        return self.words_found / max(1, self.words)

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Score)))


NOTHING = Score(0, 0, 0, 0, 0)


def main() -> None:
    """Run the bench and write var/bench/ocr.json."""
    options = measuring.options(__doc__)
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    truths = _truths(chosen.scans)
    pdfs = sorted((chosen.scans / "pdf").glob("*.pdf"))
    ours: dict[tuple[str, int], dict[str, Any]] = {}
    peers: dict[tuple[str, int], str] = {}
    documents = letterheads.documents(chosen.scans)
    wanted = {(truth.pdf, truth.page) for truth in truths} | {(one["file"], 1) for one in documents}
    rates: list[float] = []
    peer_rates: list[float] = []
    with tempfile.TemporaryDirectory(prefix="bench-ocr-") as folder:
        pictures = _rendered(pdfs, Path(folder))
        for run in range(chosen.runs):
            ours, rate = _pipeline(chosen.scans / "pdf", wanted, Path(folder) / f"home-{run}")
            peers, peer_rate = _peer(pictures)
            rates.append(rate)
            peer_rates.append(peer_rate)
            print(
                f"run {run + 1}: {rate:.1f} pages/min, peer {peer_rate:.1f} (rendering not counted)",
                flush=True,
            )
        rendered = _rendered_pages(Path(folder))
    checks = {**letterheads.counted(documents, ours), **rendered}
    _report(
        truths, ours, peers, statistics.median(rates), statistics.median(peer_rates), len(pictures), checks
    )


def _truths(scans: Path) -> list[Truth]:
    with (scans / "text" / "index.tsv").open(encoding="utf-8") as file:
        return [
            Truth(row["pdf"], int(row["page"]), (scans / "text" / row["text"]).read_text(encoding="utf-8"))
            for row in csv.DictReader(file, delimiter="\t")
        ]


def _pipeline(
    folder: Path, wanted: Iterable[tuple[str, int]], home: Path
) -> tuple[dict[tuple[str, int], dict[str, Any]], float]:
    """Take the folder in on a fresh home; return what the pages with truth say, and pages a minute."""
    env = {**os.environ, "PORTAL_HOME": str(home), "DEMO": "0"}
    _flask(env, "status", "--json")  # makes and migrates the home, which is not reading
    start = time.monotonic()
    taken = json.loads(
        _flask(env, "ingest", str(folder), "--fonds", "BENCH", "--new-fonds", "Bench", "--wait", "--json")
    )
    seconds = time.monotonic() - start
    ids = {
        (Path(file["path"]).name, number): page_id
        for file in taken["files"]
        for number, page_id in enumerate(file["pages"], start=1)
    }
    pages = {key: json.loads(_flask(env, "page", ids[key], "--json")) for key in sorted(wanted)}
    return pages, 60 * len(ids) / seconds


def _rendered_pages(folder: Path) -> dict[str, object]:
    """Read backs, pages of one line and clean pages; count what is taken for what it is not."""
    shown = folder / "rendered"
    shown.mkdir()
    backs = {path.name for path in rendered_pages.backs(shown)}
    shorts = {path.name for path in rendered_pages.short_texts(shown)}
    clean = {path.name: text for path, text in rendered_pages.clean_pages(shown).items()}
    names = backs | shorts | set(clean)
    pages, _ = _pipeline(shown, [(name, 1) for name in names], folder / "home-rendered")
    total = sum((score(text, str(pages[name, 1]["text"])) for name, text in clean.items()), NOTHING)
    return {
        "backs": len(backs),
        "backs_read_as_text": sum(pages[name, 1]["source"] != "blank" for name in backs),
        "short_texts": len(shorts),
        "short_texts_taken_for_blank": sum(pages[name, 1]["source"] == "blank" for name in shorts),
        "clean_cer": round(total.cer, 4),
    }


def _flask(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [*FLASK, *arguments], check=False, env=env, cwd=PROJECT, capture_output=True, text=True
    )
    if done.returncode not in (0, PARTLY_REFUSED):
        sys.exit(f"flask {arguments[0]} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def _rendered(pdfs: Sequence[Path], folder: Path) -> dict[tuple[str, int], Path]:
    """Render all pages at 300 dpi in gray, as anybody would for Tesseract."""
    pictures = {}
    for pdf in pdfs:
        document = pypdfium2.PdfDocument(pdf)
        for number, page in enumerate(document, start=1):
            picture = folder / f"{len(pictures)}.pgm"
            page.render(scale=DPI / 72, grayscale=True).to_pil().save(picture)
            pictures[pdf.name, number] = picture
        document.close()
    return pictures


def _peer(pictures: dict[tuple[str, int], Path]) -> tuple[dict[tuple[str, int], str], float]:
    """Read all pictures with plain Tesseract, two at a time; return texts and pages a minute."""
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def one(picture: Path) -> str:
        out = picture.with_suffix("")
        command = [{"PAGE.pgm": str(picture), "OUT": str(out)}.get(part, part) for part in PEER]
        subprocess.run(command, env=env, check=True, capture_output=True)
        return out.with_suffix(".txt").read_text(encoding="utf-8")

    start = time.monotonic()
    with ThreadPoolExecutor(PEER_AT_ONCE) as pool:
        texts = list(pool.map(one, pictures.values()))
    return dict(zip(pictures, texts, strict=True)), 60 * len(pictures) / (time.monotonic() - start)


def score(truth: str, text: str) -> Score:
    """Count the errors of a text against the truth, hand-written tokens left out of both."""
    expected, found = _lines(truth), _lines(text)
    wanted, seen = Counter(_words(expected)), Counter(_words(found))
    return Score(
        length=len(" ".join(expected)),
        in_order=Levenshtein.distance(" ".join(expected), " ".join(found)),
        order_free=_best_assignment(expected, found),
        words=wanted.total(),
        words_found=(wanted & seen).total(),
    )


def _best_assignment(expected: Sequence[str], found: Sequence[str]) -> int:
    """Return the least distance over all ways to pair lines; a line without a partner costs its length."""
    size = len(expected) + len(found)
    costs = numpy.zeros((size, size))
    for row in range(size):
        for column in range(size):
            one = expected[row] if row < len(expected) else ""
            other = found[column] if column < len(found) else ""
            costs[row, column] = Levenshtein.distance(one, other)
    rows, columns = linear_sum_assignment(costs)
    return int(costs[rows, columns].sum())


def _lines(text: str) -> list[str]:
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    lines = [line for line in lines if line]
    head = [DAY.sub(r"\1 \2", NUMBER.sub(r"\1 /", line)) for line in lines[:HEADER_LINES]]
    return head + lines[HEADER_LINES:]


def _words(lines: Sequence[str]) -> list[str]:
    return re.findall(r"[^\W_]+", " ".join(lines))


def _hand_written(truth: Truth, page: dict[str, object]) -> dict[str, int]:
    """Count hand-written tokens, how many came out right, and how many the engine itself doubted."""
    head = "\n".join(truth.text.splitlines()[:HEADER_LINES])
    tokens = re.findall(r"Số:\s*(\d+)\s*/", head)[:1] + re.findall(r", ngày (\d+) tháng", head)[:1]
    words: list[list[object]] = page["words"]  # type: ignore[assignment]
    header = words[: len(words) // 4]
    read = {re.sub(r"\W.*", "", str(word[0])): float(str(word[5])) for word in header}
    doubted = sum(1 for token in tokens if token not in read or read[token] < UNSURE)
    return {"tokens": len(tokens), "right": sum(token in read for token in tokens), "unsure": doubted}


def _report(
    truths: Sequence[Truth],
    ours: dict[tuple[str, int], dict[str, Any]],
    peers: dict[tuple[str, int], str],
    rate: float,
    peer_rate: float,
    pages: int,
    checks: dict[str, object],
) -> None:
    rows, total, peer_total = [], Score(0, 0, 0, 0, 0), Score(0, 0, 0, 0, 0)
    for truth in truths:
        key = (truth.pdf, truth.page)
        mine, peer = score(truth.text, str(ours[key]["text"])), score(truth.text, peers[key])
        total, peer_total = total + mine, peer_total + peer
        rows.append(
            {
                "page": f"{truth.pdf} {truth.page}",
                "source": ours[key]["source"],
                **_figures(mine),
                "peer": _figures(peer),
                "handwritten": _hand_written(truth, ours[key]),
            }
        )
    worst = max(rows, key=lambda row: row["cer_order_free"])
    totals = {
        **_figures(total),
        "peer": _figures(peer_total),
        "worst_page": worst["page"],
        "pages": pages,
        "pages_per_minute": round(rate, 1),
        "peer_pages_per_minute": round(peer_rate, 1),
        "worse_by_cer_order_free": max(row["cer_order_free"] - row["peer"]["cer_order_free"] for row in rows),
        "worse_by_word_recall": max(row["peer"]["word_recall"] - row["word_recall"] for row in rows),
        "checks": checks,
    }
    _show(measuring.write("ocr", PEER_COMMAND, rows, totals))


def _figures(one: Score) -> dict[str, float]:
    return {
        "cer": round(one.cer, 4),
        "cer_order_free": round(one.free_cer, 4),
        "word_recall": round(one.recall, 4),
    }


def _show(report: dict[str, object]) -> None:
    print(f"commit {report['commit']}  settings {report['settings_digest']}")
    print(f"peer: {report['peer_command']}")
    print(f"{'page':<48} {'CER':>7} {'free':>7} {'recall':>7}   peer {'CER':>7} {'free':>7} {'recall':>7}")
    rows: list[dict[str, object]] = report["rows"]  # type: ignore[assignment]
    totals: dict[str, object] = report["totals"]  # type: ignore[assignment]
    for row in [*rows, {**totals, "page": "total"}]:
        peer: dict[str, float] = row["peer"]  # type: ignore[assignment]
        mine = [row[key] for key in ("cer", "cer_order_free", "word_recall")]
        print(f"{row['page']!s:<48}", *(f"{one:>7.4f}" for one in mine), "       ", end=" ")
        print(*(f"{one:>7.4f}" for one in peer.values()))
    for key in ("worst_page", "pages", "pages_per_minute", "peer_pages_per_minute"):
        print(f"{key}: {totals[key]}")
    checks: dict[str, object] = totals["checks"]  # type: ignore[assignment]
    for key, value in checks.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
