"""The short form of `make test-sabotage`: every break is in its place, and three of them run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import sabotage

PROJECT = Path(__file__).resolve().parents[2]
BREAKS = sabotage.read_breaks(Path(__file__).with_name("breaks.toml"))


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.id)
def test_each_break_finds_its_line_and_its_test(one: sabotage.Break) -> None:
    assert sabotage.count_of_line(one, PROJECT) == 1
    path, *names = one.test.split("::")
    tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert {name.split("[")[0] for name in names} <= defined


def test_each_break_has_a_name_of_its_own() -> None:
    assert len({one.id for one in BREAKS}) == len(BREAKS)


def test_three_breaks_are_noticed() -> None:
    seed = os.environ.get("SABOTAGE_SEED", "1")
    answer = subprocess.run(
        [sys.executable, PROJECT / "scripts/sabotage.py", "--sample", "3", "--seed", seed],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
