"""Measure how long queries take that are made to break the search, and a usual one beside them.

    make bench-hostile [ARGS="--corpus FOLDER"]

The portal is served as `make run` serves it. Each of the sixty queries is sent to the page of
results and to the interface while another reader asks a usual query again and again. Without
a corpus (BEIR layout, as `flask search load` takes it) a small one is made up.
Ends with 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import measuring

sys.path.insert(0, str(measuring.PROJECT))

from tests.fixtures import queries
from tests.journeys.portal import Portal

PATHS = ("/tim-kiem", "/api/v1/search")
USUAL = f"/tim-kiem?q={quote('giao đất')}"
HOSTILE_SECONDS, USUAL_SECONDS = 3.0, 1.0
ALLOWED = (200, 400)
MADE_UP = 3_000
"""Pages of the corpus that is made up."""
TEXT = "quyết định về việc giao đất cho hộ gia đình huyện xã kênh mương thủy lợi trường học xây dựng"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, ask, print one line for each query, and return the exit code."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpus", type=Path, help="folder with corpus.jsonl")
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        portal = Portal(home, {"WEB_WORKERS": "2"})
        portal.flask("search", "load", "--wait", str(chosen.corpus or _made_up(Path(folder))))
        portal.start()
        try:
            return _measure(portal.port)
        finally:
            portal.stop()


def _made_up(folder: Path) -> Path:
    dice, corpus = random.Random(1), folder / "corpus"
    corpus.mkdir()
    with (corpus / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for number in range(MADE_UP):
            text = " ".join(dice.choice(TEXT.split()) for _ in range(300))
            file.write(json.dumps({"_id": f"d{number}", "title": text[:60], "text": text}) + "\n")
    return corpus


def _measure(port: int) -> int:
    usual: list[float] = []
    is_over = threading.Event()
    reader = threading.Thread(target=_read_on, args=(port, usual, is_over))
    reader.start()
    missed, slowest = [], 0.0
    rows: list[dict[str, object]] = []
    for kind, query in queries.hostile().items():
        for path in PATHS:
            status, seconds = _ask(port, f"{path}?q={quote(query)}")
            print(f"{seconds:6.3f} s  {status}  {kind} at {path}")
            rows.append({"kind": kind, "path": path, "status": status, "seconds": seconds})
            slowest = max(slowest, seconds)
            if status not in ALLOWED or seconds > HOSTILE_SECONDS:
                missed.append(f"{kind} at {path}: {status} after {seconds:.3f} s")
    is_over.set()
    reader.join()
    print(f"slowest of {len(queries.hostile())} hostile queries {slowest:.3f} s (limit {HOSTILE_SECONDS} s)")
    print(f"slowest of {len(usual)} usual ones meanwhile {max(usual):.3f} s (limit {USUAL_SECONDS} s)")
    measuring.write("hostile", "", rows, {"slowest_seconds": slowest, "slowest_usual_seconds": max(usual)})
    if max(usual) > USUAL_SECONDS:
        missed.append("a usual query waited too long")
    print("\n".join(missed) or "all within their limits")
    return 1 if missed else 0


def _read_on(port: int, taken: list[float], is_over: threading.Event) -> None:
    while not is_over.is_set():
        taken.append(_ask(port, USUAL)[1])
        is_over.wait(0.05)


def _ask(port: int, address: str) -> tuple[int, float]:
    """Return the status, 0 where the line was cut, and the seconds it took."""
    began = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", address)
        answer = line.getresponse()
        answer.read()
        status = answer.status
    except OSError:
        status = 0
    finally:
        line.close()
    return status, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
