"""Without the library of its engine the portal does not start, and says why in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import PROJECT

BLOCKING = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "whoosh":
            raise ModuleNotFoundError(f"No module named {name!r}", name="whoosh")

sys.meta_path.insert(0, Blocked())
"""


@pytest.mark.parametrize(
    "start",
    ["-c|import wsgi", "-m|flask|serve", "-m|flask|work|worker-1", "-m|gunicorn|--check-config|wsgi:app"],
    ids=["wsgi", "serve", "work", "gunicorn"],
)
def test_the_portal_refuses_to_start_and_opens_nothing(tmp_path: Path, start: str) -> None:
    (tmp_path / "blocking").mkdir()
    (tmp_path / "blocking" / "sitecustomize.py").write_text(BLOCKING)
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, *start.split("|")],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "blocking"), "PORTAL_HOME": str(home), "PORT": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "The portal does not start: the search engine whoosh needs whoosh, which is not installed" in said
    assert "Traceback" not in said
    assert not (home / "portal.db").exists()
