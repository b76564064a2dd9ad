"""The saboteur itself can fail: it tells a test that notices from one that does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

GUARD = "def may(age):\n    return age >= 18\n"
NOTICES = "from guard import may\n\ndef test_a_child_may_not():\n    assert not may(7)\n"
SLEEPS = "from guard import may\n\ndef test_an_adult_may():\n    assert may(30)\n"
FAILS = "def test_wrong():\n    assert False\n"
SKIPS = "import pytest\n\ndef test_away():\n    pytest.skip('no')\n"


def test_a_test_that_notices_the_break_counts(tmp_path: Path) -> None:
    answer = _sabotage(tmp_path, NOTICES)
    assert answer.returncode == 0, answer.stdout
    assert "1 of 1 breaks were noticed" in answer.stdout


@pytest.mark.parametrize(
    ("test", "complaint"),
    [(SLEEPS, "NOT NOTICED"), (FAILS, "not green"), (SKIPS, "not green")],
    ids=["sleeping", "red before", "skipped"],
)
def test_a_test_that_proves_nothing_is_told(tmp_path: Path, test: str, complaint: str) -> None:
    answer = _sabotage(tmp_path, test)
    assert answer.returncode == 1
    assert complaint in answer.stdout


def test_a_break_that_only_keeps_the_module_from_loading_does_not_count(tmp_path: Path) -> None:
    answer = _sabotage(tmp_path, NOTICES, broken="return age >=")
    assert answer.returncode == 1
    assert "NOT NOTICED (error)" in answer.stdout


def test_a_line_that_is_no_longer_there_is_told(tmp_path: Path) -> None:
    answer = _sabotage(tmp_path, NOTICES, line="return age > 17")
    assert answer.returncode == 1
    assert "stands 0 times" in answer.stdout


def _sabotage(
    folder: Path, test: str, line: str = "return age >= 18", broken: str = "return True"
) -> subprocess.CompletedProcess[str]:
    (folder / "tests/sabotage").mkdir(parents=True)
    (folder / "guard.py").write_text(GUARD, encoding="utf-8")
    (folder / "test_guard.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = .\n", encoding="utf-8")
    (folder / "tests/sabotage/breaks.toml").write_text(
        f'[[break]]\nid = "g"\n'
        f'file = "guard.py"\nline = "{line}"\nbroken = "{broken}"\ntest = "test_guard.py"\n',
        encoding="utf-8",
    )
    return subprocess.run(
        [sys.executable, PROJECT / "scripts/sabotage.py", "--tree", folder],
        capture_output=True,
        text=True,
        check=False,
    )
