"""Measure reading against plain Tesseract on the same pages: errors, word recall, pages per minute.

    make bench-ocr SCANS=folder [ARGS="--runs 3"]

SCANS is a folder with `pdf/` and `text/index.tsv` (columns text, pdf, page), the texts
being what the pages truly say. The pipeline is driven as users drive it: `flask ingest`
on a fresh home, then `flask page`. Runs of pipeline and peer alternate; times are medians.
Where SCANS has `metadata.jsonl`, the letterhead of each document is checked too: its left
block must come first, number and day must be right or doubted. Rendered pages follow:
blank backs, pages of one line, clean pages; then pages of the demo by kind of damage, as
pictures, again beside plain Tesseract.

Both sides are measured alike (`scoring`). Hand-written tokens (number and day) are left
out of the errors and told apart.
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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import damaged_pages
import letterheads
import measuring
import peer
import pypdfium2
import rendered_pages
from scoring import HEADER_LINES, NOTHING, figures, score

PROJECT = Path(__file__).resolve().parent.parent
FLASK = [sys.executable, "-m", "flask", "--app", str(PROJECT / "wsgi.py")]
DPI = 300
UNSURE = 60.0
PARTLY_REFUSED = 3


@dataclass(frozen=True)
class Truth:
    """What one page truly says."""

    pdf: str
    page: int
    text: str


def main() -> None:
    """Run the bench and write var/bench/ocr.json."""
    options = measuring.options(__doc__)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--damaged", type=int, default=4, metavar="N", help="pages of each kind of damage")
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
            peers, peer_rate = peer.read(pictures)
            rates.append(rate)
            peer_rates.append(peer_rate)
            print(
                f"run {run + 1}: {rate:.1f} pages/min, peer {peer_rate:.1f} (rendering not counted)",
                flush=True,
            )
        rendered = _rendered_pages(Path(folder))
        damaged = _damaged_pages(Path(folder), chosen.damaged)
    checks = {**letterheads.counted(documents, ours), **rendered, "damaged": damaged}
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
        "clean_pages": len(clean),
        "clean_letters": total.length,
        "clean_cer": round(total.cer, 5),
    }


def _damaged_pages(folder: Path, most: int) -> list[dict[str, Any]]:
    """Read some pages of each kind of damage; return a row for each kind, with plain reading beside."""
    shown = folder / "damaged"
    shown.mkdir()
    drawn = damaged_pages.drawn((), most, shown)
    pages, _ = _pipeline(shown, [(path.name, 1) for _, path in drawn], folder / "home-damaged")
    peers, _ = peer.read({path.name: path for _, path in drawn})
    rows = []
    for damage in dict.fromkeys(sample.damage for sample, _ in drawn):
        ones = [(sample.text, path.name) for sample, path in drawn if sample.damage is damage]
        mine = sum((score(text, str(pages[name, 1]["text"])) for text, name in ones), NOTHING)
        plain = sum((score(text, peers[name]) for text, name in ones), NOTHING)
        row = {"page": f"demo: {damage}", "pages": len(ones), **figures(mine), "peer": figures(plain)}
        rows.append(row)
    return rows


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
    rows, total, peer_total = [], NOTHING, NOTHING
    for truth in truths:
        key = (truth.pdf, truth.page)
        mine, other = score(truth.text, str(ours[key]["text"])), score(truth.text, peers[key])
        total, peer_total = total + mine, peer_total + other
        rows.append(
            {
                "page": f"{truth.pdf} {truth.page}",
                "source": ours[key]["source"],
                **figures(mine),
                "peer": figures(other),
                "handwritten": _hand_written(truth, ours[key]),
            }
        )
    worst = max(rows, key=lambda row: row["cer_order_free"])
    totals = {
        **figures(total),
        "peer": figures(peer_total),
        "worst_page": worst["page"],
        "pages": pages,
        "pages_per_minute": round(rate, 1),
        "peer_pages_per_minute": round(peer_rate, 1),
        "worse_by_cer_order_free": max(row["cer_order_free"] - row["peer"]["cer_order_free"] for row in rows),
        "worse_by_word_recall": max(row["peer"]["word_recall"] - row["word_recall"] for row in rows),
        "checks": checks,
    }
    _show(measuring.write("ocr", peer.COMMAND, rows, totals))


def _show(report: dict[str, object]) -> None:
    print(f"commit {report['commit']}  settings {report['settings_digest']}")
    print(f"peer: {report['peer_command']}")
    print(f"{'page':<48} {'CER':>7} {'free':>7} {'recall':>7}   peer {'CER':>7} {'free':>7} {'recall':>7}")
    rows: list[dict[str, object]] = report["rows"]  # type: ignore[assignment]
    totals: dict[str, object] = report["totals"]  # type: ignore[assignment]
    checks: dict[str, Any] = totals["checks"]  # type: ignore[assignment]
    for row in [*rows, {**totals, "page": "total"}, *checks["damaged"]]:
        other: dict[str, float] = row["peer"]  # type: ignore[assignment]
        mine = [row[key] for key in ("cer", "cer_order_free", "word_recall")]
        print(f"{row['page']!s:<48}", *(f"{one:>7.4f}" for one in mine), "       ", end=" ")
        print(*(f"{one:>7.4f}" for one in other.values()))
    for key in ("worst_page", "pages", "pages_per_minute", "peer_pages_per_minute"):
        print(f"{key}: {totals[key]}")
    for key, value in checks.items():
        if key != "damaged":
            print(f"{key}: {value}")


if __name__ == "__main__":
    main()
