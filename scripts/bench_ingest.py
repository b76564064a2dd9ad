"""Measure taking in and reading against plain Tesseract and OCRmyPDF, on the same pages in turn.

    make bench-ingest SCANS=folder [ARGS="--runs 3 --long 2000 --only-long"]

SCANS is a folder with `pdf/`. Each run makes new copies of the real pages and of papers of
the demo (`ingest_papers`), starts the portal on a fresh home as `make run` does, and takes
the folder in by `flask ingest --wait`: the time ends when the last page can be found and
has its thumbnail. The peers read the same pages, rendered beforehand; what they took to be
rendered is not counted. Runs alternate; rates are medians. Plain Tesseract reads every second page before
us and the others after us, since a machine's own speed moves by a tenth within minutes. Memory is told of
one more run, which is not timed: adding up what processes share took the kernel a tenth of both cores, and
the peers are not watched.

With `--long` one PDF of so many pages follows, each with a word of its own: how long after
its original is stored the first is found, whether all are at the end, and how much
temporary disk it took.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ingest_papers
import measuring
import pypdfium2
import watching
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from config import MEBIBYTE  # noqa: E402 - the project folder has to be on the path first
from tests.journeys.portal import Portal  # noqa: E402

COPIES, PAPERS = 2, 40
DPI = 300
ARCHIVIST = "bench@example.vn"
PLAIN = ["tesseract", "PAGE.pgm", "OUT", "-l", "vie", "--psm", "3", "txt", "tsv"]
OCRMYPDF = ["ocrmypdf", "--jobs", "2", "-l", "vie", "--deskew", "--rotate-pages"]
OCRMYPDF += ["--output-type", "pdf", "--optimize", "0"]
PEERS = f"OMP_THREAD_LIMIT=1 {' '.join(PLAIN)} (two at a time) | {' '.join(OCRMYPDF)} ALL.pdf OUT.pdf"
LONGEST_SECONDS = 3 * 3600

LEAST_OF_PLAIN, LEAST_OF_OCRMYPDF = 0.85, 2.0
MOST_WORKER_MEGABYTES, MOST_STORED = 500, 1.4
FIRST_WORD_SECONDS, MOST_TEMPORARY_MEGABYTES = 15, 500

Row = dict[str, Any]


def main() -> None:
    """Run the bench and write var/bench/ingest.json."""
    options = measuring.options(__doc__)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--long", type=int, default=0, metavar="PAGES")
    options.add_argument("--only-long", action="store_true")
    chosen = options.parse_args()
    pdfs = sorted((chosen.scans / "pdf").glob("*.pdf"))
    if not pdfs:
        sys.exit(f"no files in {chosen.scans / 'pdf'}")
    rows: list[Row] = []
    totals: dict[str, object] = {}
    if not chosen.only_long:
        watched = _watched(pdfs, str(time.time_ns()))
        print(watched, flush=True)
        for run in range(chosen.runs):
            rows.append(_run(pdfs, f"{time.time_ns()} {run}"))
            print(rows[-1], flush=True)
        totals.update(_totals(rows, watched))
    if chosen.long:
        totals["long"] = _long(pdfs, chosen.long, str(time.time_ns()))
    for key, value in totals.items():
        print(f"{key}: {value}")
    name = "ingest" if not chosen.only_long else "ingest-long"
    measuring.write(name, PEERS, rows, totals)


def _run(pdfs: Sequence[Path], seed: str) -> Row:
    """Take one set of new papers in, and have both peers read the same pages."""
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as name:
        folder = Path(name)
        pages = _rendered(_papers(pdfs, folder / "papers", seed), folder / "pictures")
        before = _seconds(lambda: _plain(pages[::2]))
        row = _ours(folder / "papers", folder / "home", len(pages))
        seconds = before + _seconds(lambda: _plain(pages[1::2]))
        row["plain_per_minute"] = round(60 * len(pages) / seconds, 1)
        row["ocrmypdf_per_minute"] = round(60 * len(pages) / _seconds(_ocrmypdf(pages, folder)), 1)
        return row


def _papers(pdfs: Sequence[Path], folder: Path, seed: str) -> list[Path]:
    folder.mkdir()
    return ingest_papers.perturbed(pdfs, COPIES, folder, seed) + ingest_papers.rendered(PAPERS, folder, seed)


def _ours(papers: Path, home: Path, pages: int) -> Row:
    with _serving(home) as portal:
        start = time.monotonic()
        taken = _ingest(portal, papers)
        seconds = time.monotonic() - start
        found = portal.flask("status")
    # After the portal stopped, when the database has taken in its write-ahead log.
    read = [page for file in taken["files"] for page in file["pages"]]
    originals = sum(path.stat().st_size for path in papers.iterdir())
    stored = watching.size_of(home / "uploads") + watching.size_of(home / "index")
    stored += sum(path.stat().st_size for path in home.glob("portal.db*"))
    return {
        "pages": len(read),
        "states": found["pages"],
        "per_minute": round(60 * pages / seconds, 1),
        "original_bytes": originals,
        "stored_ratio": round(stored / originals, 3),
    }


def _watched(pdfs: Sequence[Path], seed: str) -> Row:
    """Take papers in with an eye on memory and temporary files, and not on time."""
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as name:
        folder = Path(name)
        _papers(pdfs, folder / "papers", seed)
        with _serving(folder / "home") as portal, watching.Watch(folder / "home") as watch:
            _ingest(portal, folder / "papers")
    return {
        "worker_megabytes": watch.most_worker // MEBIBYTE,
        "all_megabytes": watch.most_all // MEBIBYTE,
        "temporary_megabytes": watch.most_temporary // MEBIBYTE,
    }


def _ingest(portal: Portal, papers: Path) -> Any:
    words = ["ingest", str(papers), "--fonds", "BENCH", "--new-fonds", "Bench"]
    words += ["--access", "open", "--as", ARCHIVIST, "--wait", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=PROJECT,
        env=portal.environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        bad = [file for file in json.loads(done.stdout or "{}").get("files", []) if file["status"] != "read"]
        sys.exit(f"flask ingest ended with {done.returncode}\n{done.stderr}\n{bad}")
    return json.loads(done.stdout)


@contextmanager
def _serving(home: Path) -> Iterator[Portal]:
    """Run a portal with its default settings on a fresh home."""
    portal = Portal(home, {"WEB_WORKERS": "2"})
    portal.flask("status")
    portal.flask("user", "create", ARCHIVIST, "--role", "archivist")
    portal.start()
    try:
        yield portal
    finally:
        portal.stop()


def _rendered(files: Sequence[Path], folder: Path) -> list[Path]:
    """Render all pages at 300 dpi in gray, as anybody would for Tesseract."""
    made: list[Path] = []
    folder.mkdir()
    for file in files:
        for page in _pages(file):
            made.append(folder / f"{len(made)}.pgm")
            page.save(made[-1])
    return made


def _pages(file: Path) -> Iterator[Image.Image]:
    if file.suffix == ".pdf":
        document = pypdfium2.PdfDocument(file)
        for page in document:
            yield page.render(scale=DPI / 72, grayscale=True).to_pil()
        document.close()
        return
    with Image.open(file) as image:
        dpi = round(float(image.info["dpi"][0]))
        size = (image.width * DPI // dpi, image.height * DPI // dpi)
        yield image.convert("L").resize(size, Image.Resampling.BICUBIC)


def _seconds(read: Callable[[], object]) -> float:
    start = time.monotonic()
    read()
    return time.monotonic() - start


def _plain(pages: Sequence[Path]) -> None:
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def one(page: Path) -> None:
        parts = {"PAGE.pgm": str(page), "OUT": str(page.with_suffix(""))}
        subprocess.run([parts.get(word, word) for word in PLAIN], env=env, check=True, capture_output=True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, pages))


def _ocrmypdf(pages: Sequence[Path], folder: Path) -> Callable[[], object]:
    """Return what reads all pages by OCRmyPDF: one PDF, so that it can use both cores throughout."""
    whole, out = folder / "all.pdf", folder / "out.pdf"
    images = (Image.open(page) for page in pages)
    next(images).save(whole, "PDF", resolution=DPI, save_all=True, append_images=images, quality=85)
    return lambda: subprocess.run([*OCRMYPDF, str(whole), str(out)], check=True, capture_output=True)


def _totals(rows: Sequence[Row], watched: Row) -> dict[str, object]:
    def middle(key: str) -> float:
        return float(statistics.median(row[key] for row in rows))

    ours, plain, ocrmypdf = (middle(key) for key in ("per_minute", "plain_per_minute", "ocrmypdf_per_minute"))
    of_plain, of_ocrmypdf = ours / plain, ours / ocrmypdf
    memory, stored = watched["worker_megabytes"], max(row["stored_ratio"] for row in rows)
    return {
        "pages_per_minute": ours,
        "plain_pages_per_minute": plain,
        "ocrmypdf_pages_per_minute": ocrmypdf,
        "of_plain": _judged(round(of_plain, 3), of_plain >= LEAST_OF_PLAIN),
        "of_ocrmypdf": _judged(round(of_ocrmypdf, 3), of_ocrmypdf >= LEAST_OF_OCRMYPDF),
        **watched,
        "worker_megabytes": _judged(memory, memory <= MOST_WORKER_MEGABYTES),
        "stored_ratio": _judged(stored, stored <= MOST_STORED),
    }


def _judged(value: float, is_met: bool) -> list[object]:
    return [value, "met" if is_met else "NOT MET"]


def _long(pdfs: Sequence[Path], pages: int, seed: str) -> dict[str, object]:
    """Take one long PDF in and search for the words of its pages."""
    with tempfile.TemporaryDirectory(prefix="bench-long-") as name:
        folder = Path(name)
        (folder / "papers").mkdir()
        words = ingest_papers.long_paper(pdfs, pages, folder / "papers" / "long.pdf", seed)
        with _serving(folder / "home") as portal, watching.Watch(folder / "home") as watch:
            with ThreadPoolExecutor(1) as pool:
                taking = pool.submit(_ingest, portal, folder / "papers")
                stored = _when_stored(portal.home)
                first = _first_found(portal, words[0], stored)
                taking.result()
            minutes = (time.monotonic() - stored) / 60
            watch.end()
            missing = [word for word in words if not _found(portal, word)]
            found = portal.flask("status")
        original = watching.size_of(folder / "papers")
        shutil.rmtree(folder / "papers")
    temporary = watch.most_temporary / MEBIBYTE
    return {
        "pages": pages,
        "original_megabytes": original // MEBIBYTE,
        "states": found["pages"],
        "first_word_seconds": _judged(round(first, 1), first <= FIRST_WORD_SECONDS),
        "words_found": _judged(pages - len(missing), not missing),
        "words_missing": missing[:20],
        "minutes": round(minutes, 1),
        "temporary_megabytes": _judged(round(temporary), temporary <= MOST_TEMPORARY_MEGABYTES),
        "worker_megabytes": watch.most_worker // MEBIBYTE,
    }


def _when_stored(home: Path) -> float:
    """Wait until the original has its final name; return that moment."""
    folder = home / "uploads" / "originals"
    while not any(path.is_file() and path.stat().st_size > MEBIBYTE for path in folder.rglob("*")):
        time.sleep(0.05)
    return time.monotonic()


def _first_found(portal: Portal, word: str, since: float) -> float:
    while not _found(portal, word):
        time.sleep(0.2)
    return time.monotonic() - since


def _found(portal: Portal, word: str) -> bool:
    answer = portal.visitor().get(f"{portal.base}/api/v1/search?q={word}")
    return bool(answer.status == 200 and json.loads(answer.text)["total"] >= 1)


if __name__ == "__main__":
    main()
