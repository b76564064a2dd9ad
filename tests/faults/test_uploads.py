"""Uploads that are resumed, against the running portal: killed at random offsets, watched from outside.

The short form sends smaller files and kills less often; `make test-faults LONG=1` sends 300 MB of noise
with 25 kills, and 2 GB while the memory is watched.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import re
import shutil
import signal
import subprocess
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.faults import sender
from tests.faults.portal import WatchedPortal
from tests.fixtures import engines

pytestmark = [pytest.mark.faults]

LONG = os.environ.get("LONG") == "1"
SIDE, KILLS = (10_000, 25) if LONG else (2_900, 3)
BIG = 2 * 1024**3 if LONG else 300 * 1024**2
MOST_GROWTH = 48 * 1024**2
"""What the web processes together may take while a file comes, however long it is."""
PART = "application/offset+octet-stream"
SEED = int(os.environ.get("SEED", "20261126"))
OPERATOR = "op@example.vn"

Send = Callable[[str, Path, Mapping[str, str], str], sender.Sent]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedPortal]:
    folder = tmp_path_factory.mktemp("uploads")
    stub = engines.write_stub(folder, seconds=0.1)
    running = WatchedPortal(
        folder / "home",
        {"TESSERACT_CMD": str(stub), "OCR_WORKERS": "1", "WEB_WORKERS": "2", "DISK_RESERVE_MB": "50"},
    )
    running.flask("user", "create", OPERATOR, "--role", "operator")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def batch(portal: WatchedPortal, tmp_path: Path) -> str:
    """Return a batch in a fonds of its own, with one page in it."""
    first, code = tmp_path / "first.png", f"K{time.time_ns()}"
    Image.frombytes("L", (240, 160), random.randbytes(240 * 160)).save(first)
    return str(portal.flask("ingest", str(first), "--fonds", code, "--new-fonds", "Phông thử")["batch"])


@pytest.fixture
def headers(portal: WatchedPortal, batch: str) -> dict[str, str]:
    return sender.headers_for(portal, OPERATOR, batch)


def noise(path: Path, side: int) -> str:
    """Write a TIFF of coloured noise, side × side × 3 bytes and a header; return its digest."""
    source = random.Random(SEED)
    # Row by row: one draw of 300 MB is more than `random` can give.
    rows = b"".join(source.randbytes(side * 3) for _ in range(side))
    Image.frombytes("RGB", (side, side), rows).save(path, "TIFF")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.mark.parametrize("send", [sender.by_tuspy, sender.by_node], ids=["tuspy", "tus-js-client"])
def test_killed_at_random_offsets_a_file_arrives_once_and_right(
    portal: WatchedPortal, batch: str, headers: dict[str, str], tmp_path: Path, send: Send
) -> None:
    paper = tmp_path / "noise.tif"
    digest = noise(paper, SIDE)
    killer = sender.Killer(portal, paper.stat().st_size, KILLS, random.Random(SEED))
    killer.start()
    endpoint = f"{portal.base}/tiep-nhan/{batch}/tai-len"
    sent = send(endpoint, paper, headers, "")
    killer.end()
    print(f"\nseed {SEED}; {paper.stat().st_size:,} bytes; killed at {killer.offsets}")
    assert len(killer.offsets) == KILLS
    assert sent["sha256"] == digest
    rows = portal.rows(
        f"SELECT id, blob_sha256 FROM scans WHERE batch_id = '{batch}' AND file_name = 'noise.tif'"
    )
    assert rows == [(sent["scan"], digest)]
    kept = portal.home / "uploads" / "originals" / digest[:2] / digest[2:4] / digest
    with kept.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == digest
    assert list((portal.home / "uploads" / "incoming").glob("*")) == []
    # A finished upload sent once more is the same file.
    address = f"{portal.base}{sent['url'].removeprefix(portal.base)}"
    assert send(endpoint, paper, headers, address)["scan"] == sent["scan"]
    assert portal.rows(f"SELECT count(*) FROM uploads WHERE batch_id = '{batch}'") == [(1,)]


def test_a_wrong_checksum_is_told_and_leaves_nothing(
    portal: WatchedPortal, batch: str, headers: dict[str, str]
) -> None:
    told = {**headers, "Tus-Resumable": "1.0.0"}
    begun = requests.post(
        f"{portal.base}/tiep-nhan/{batch}/tai-len", headers={**told, "Upload-Length": "5"}, timeout=60
    )
    address = portal.base + begun.headers["Location"]
    wrong = f"sha1 {b64encode(hashlib.sha1(b'other').digest()).decode()}"
    part = {**told, "Content-Type": PART, "Upload-Offset": "0"}
    answer = requests.patch(address, b"bytes", headers={**part, "Upload-Checksum": wrong}, timeout=60)
    assert answer.status_code == 460
    assert requests.head(address, headers=told, timeout=60).headers["Upload-Offset"] == "0"
    assert requests.delete(address, headers=told, timeout=60).status_code == 204


def test_memory_stays_flat_while_a_big_file_comes(
    portal: WatchedPortal, batch: str, headers: dict[str, str], tmp_path: Path
) -> None:
    paper = tmp_path / "big.tif"
    with paper.open("wb") as file:
        file.truncate(BIG)
    told = {**headers, "Tus-Resumable": "1.0.0"}
    where = f"/tiep-nhan/{batch}/tai-len"
    # Both processes have served before, so what they hold for good is there.
    for _ in range(8):
        requests.get(f"{portal.base}/tiep-nhan/{batch}", headers=headers, timeout=60)
    begun = requests.post(portal.base + where, headers={**told, "Upload-Length": str(BIG)}, timeout=60)
    path = begun.headers["Location"]

    def send() -> None:
        part = {**told, "Content-Type": PART, "Upload-Offset": "0", "Content-Length": str(BIG)}
        with closing(http.client.HTTPConnection("127.0.0.1", portal.port, timeout=600)) as line:
            with paper.open("rb") as file:
                line.request("PATCH", path, file, part)
            with line.getresponse() as answer:
                assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(BIG))

    before, peak = sender.peak_while(portal, send)
    in_mb = [f"{value / 1024**2:.0f} MB" for value in (BIG, before, peak)]
    print("\n{} came; PSS of web before {}, at most {}".format(*in_mb))
    assert peak - before < MOST_GROWTH


@pytest.fixture
def traced(portal: WatchedPortal, tmp_path: Path) -> Iterator[Path]:
    """Write down what the web processes ask of the system."""
    strace = shutil.which("strace")
    assert strace is not None, (
        "strace is missing, so the order on disk cannot be seen: apt-get install strace"
    )
    notes = tmp_path / "calls"
    calls = "fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,write"
    processes = [word for pid in sender.web_processes(portal) for word in ("-p", str(pid))]
    watcher = subprocess.Popen(
        [strace, "-f", "-y", "-s", "64", "-e", f"trace={calls}", "-o", str(notes), *processes],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watcher.stderr is not None
    for _ in range(len(processes) // 2):
        line = watcher.stderr.readline()
        assert "attached" in line, f"strace may not look at the portal here: {line}"
    yield notes
    watcher.send_signal(signal.SIGINT)
    watcher.communicate(timeout=30)


def order_of(notes: Path, digest: str) -> str:
    """Return the acts on the way of a file, in the order they were done: one letter each.

    F: the bytes are on disk; R: the file gets its name; D: the folder that names it is on disk; C: the
    database's log is on disk; A: the answer that acknowledges.
    """
    folder = f"originals/{digest[:2]}/{digest[2:4]}"
    signs = {
        "F": r"fsync\(\d+<[^>]*/incoming/[^>]+>\)",
        "R": rf'rename\w*\(.*{folder}/{digest}"',
        "D": rf"fsync\(\d+<[^>]*/{folder}>\)",
        "C": r"f(data)?sync\(\d+<[^>]*portal\.db-wal>\)",
        "A": r'(sendto|sendmsg|write)\(\d+<[^>]*>, .*"HTTP/1\.1 (302|204|201)',
    }
    found = ""
    for call in calls_of(notes):
        found += next((sign for sign, form in signs.items() if re.search(form, call)), "")
    return found


def calls_of(notes: Path) -> Iterator[str]:
    """Yield calls as they end, and answers as they begin: what is under way is not done."""
    begun: dict[str, str] = {}
    for line in notes.read_text(encoding="utf-8", errors="replace").splitlines():
        process, _, call = line.partition(" ")
        if call.endswith("<unfinished ...>"):
            begun[process] = call.removesuffix("<unfinished ...>").strip()
            if "HTTP/1.1" in call:
                yield call
        elif "resumed>" in call:
            call = begun.pop(process, "") + call.partition("resumed>")[2]
            if "HTTP/1.1" not in call:
                yield call
        else:
            yield call


def test_a_form_is_answered_only_when_all_is_on_disk(
    portal: WatchedPortal, batch: str, headers: dict[str, str], traced: Path
) -> None:
    content = random.Random(SEED).randbytes(100_000)
    digest = hashlib.sha256(content).hexdigest()
    answer = requests.post(
        f"{portal.base}/tiep-nhan/{batch}",
        files={"files": ("tờ.bin", content)},
        headers=headers,
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 302
    settle(traced)
    order = order_of(traced, digest)
    assert re.search(r"F.*R.*D.*C.*A", order), order
    assert re.fullmatch(r"C*FC*RC*DC+A.*", order), order


def test_a_part_is_answered_only_when_all_is_on_disk(
    portal: WatchedPortal, batch: str, headers: dict[str, str], traced: Path
) -> None:
    content = random.Random(SEED + 1).randbytes(100_000)
    digest = hashlib.sha256(content).hexdigest()
    answer = requests.post(
        f"{portal.base}/tiep-nhan/{batch}/tai-len",
        content,
        headers={**headers, "Tus-Resumable": "1.0.0", "Upload-Length": "100000", "Content-Type": PART},
        timeout=60,
    )
    assert (answer.status_code, answer.headers["Upload-Sha256"]) == (201, digest)
    settle(traced)
    order = order_of(traced, digest)
    # The digest is noted before the file gets its name, so a crash between finds it again.
    assert re.fullmatch(r"C*FC+RC*DC+A.*", order), order


def settle(notes: Path) -> None:
    """Wait until strace has written what it saw."""
    size = -1
    while size != (size := notes.stat().st_size):
        time.sleep(0.3)
