"""Benches: each takes its scans as `make` hands them over, and writes one form of report."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
BENCHES = sorted((PROJECT / "scripts").glob("bench_*.py"))
WITHOUT_SCANS = {"backup", "demo", "robust", "web", "search", "speed", "fresh", "hostile"}
"""The demo draws its own pages, the readers of the web walk through the demo, and search takes texts."""

OF_SCANS = [one for one in BENCHES if one.stem.removeprefix("bench_") not in WITHOUT_SCANS]

WRITE = """
import pathlib, sys
sys.path.insert(0, "scripts")
import measuring
measuring.write("any", "tesseract PAGE", [{"page": "a 1"}], {"pages": 1}, pathlib.Path(sys.argv[1]))
"""


JUDGE = """
import sys
sys.path.insert(0, "scripts")
import bench_robust as bench
row = {"file": "a.tif", "verdict": "refused", "code": "file_damaged", "seconds": 11, "megabytes": 1501,
       "page_1": "", "other_reader": "opens", "kind": "taken"}
rows = [row, {**row, "file": "b.docx", "kind": "other", "other_reader": ""},
        {**row, "file": "c.png", "verdict": "taken in", "code": "", "page_1": "page_damaged"}]
found = bench._checks(rows, bench._totals(rows), {"alive": False, "unchanged": False, "left": ["process 5"]})
print(all(told.startswith("NOT MET") for told in found.values()), found)
"""


OWN_SPEED = """
import sys, time
sys.path.insert(0, "scripts")
import measuring
measuring.OwnSpeed.STEPS = 1_000
with measuring.OwnSpeed() as quick:
    time.sleep(1.5)
measuring.OwnSpeed.STEPS = 100_000
with measuring.OwnSpeed() as slow:
    pass
print(len(quick.milliseconds) > 1, 0 < 10 * quick.median < slow.median)
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "SCANS"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env={**env, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_report_says_on_what_it_was_measured(tmp_path: Path) -> None:
    secret = "a secret that no report may hold, not even by its digest"
    done = [run("-c", WRITE, str(tmp_path / key[:1]), SECRET_KEY=key) for key in (secret, "b" * 40)]
    assert [one.returncode for one in done] == [0, 0], done[0].stderr
    first, second = (json.loads((tmp_path / key / "any.json").read_text("utf-8")) for key in ("a", "b"))
    wanted = {"commit", "settings_digest", "machine", "peer_command", "rows", "totals"}
    assert wanted <= set(first)
    assert all(first[key] for key in wanted - {"commit"})
    assert first["settings_digest"] == second["settings_digest"]
    assert secret not in json.dumps(first)


def test_the_digest_tells_settings_apart(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        run("-c", WRITE, str(tmp_path / workers), OCR_WORKERS=workers)
    digests = {json.loads(path.read_text("utf-8"))["settings_digest"] for path in tmp_path.glob("*/any.json")}
    assert len(digests) == 2


def test_the_machines_own_speed_is_taken_beside_what_is_measured() -> None:
    done = run("-c", OWN_SPEED)
    assert (done.returncode, done.stdout.strip()) == (0, "True True"), done.stderr


@pytest.mark.parametrize("bench", BENCHES, ids=lambda path: path.stem)
def test_every_bench_writes_this_report(bench: Path) -> None:
    assert "measuring.write(" in bench.read_text("utf-8")


@pytest.mark.parametrize("bench", OF_SCANS, ids=lambda path: path.stem)
def test_every_bench_takes_scans_from_make(bench: Path, tmp_path: Path) -> None:
    without = run(str(bench))
    assert (without.returncode, "scans" in without.stderr) == (2, True)
    nowhere = run(str(bench), SCANS=str(tmp_path))
    assert nowhere.returncode == 1
    assert any(word in nowhere.stderr for word in ("index.tsv", "flask", "no files in"))


def test_the_bench_of_broken_files_says_what_is_not_met() -> None:
    done = run("-c", JUDGE)
    assert done.stdout.startswith("True"), done.stdout + done.stderr


def test_a_bench_without_files_measures_nothing(tmp_path: Path) -> None:
    done = run("scripts/bench_robust.py", str(tmp_path / "missing"))
    assert done.returncode == 1
    assert "no files in" in done.stderr


def test_readers_of_the_bench_are_as_patient_as_the_viewer() -> None:
    viewer = (PROJECT / "portal/assets/scripts/viewer-image.js").read_text()
    users = (PROJECT / "scripts/web_users.py").read_text()
    again, pause = re.findall(r"tileRetry(?:Max|Delay): (\d+)", viewer)
    assert f"\nTRIES, AGAIN = {int(again) + 1}, {int(pause) / 1000}\n" in users
