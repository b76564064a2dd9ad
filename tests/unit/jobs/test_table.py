"""The table of work: whatever the code writes down can be done."""

from __future__ import annotations

import ast
import importlib
import os
import threading
from contextlib import nullcontext
from operator import attrgetter
from pathlib import Path

import pytest

from config import Settings
from portal import work
from portal.core import house
from portal.jobs import pool
from portal.jobs.models import Lane
from portal.web.job_labels import JOB_KINDS
from tests.conftest import PROJECT


def enqueued_kinds() -> set[str]:
    """Return the kinds of job that any module enqueues, read from its source."""
    kinds = set()
    for path in sorted((PROJECT / "portal").rglob("*.py")):
        if "migrations" in path.parts or path.is_relative_to(PROJECT / "portal" / "jobs"):
            continue
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "ledger.enqueue":
                kinds.add(_value(call.args[0], path))
    return kinds


def _value(kind: ast.expr, path: Path) -> str:
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    assert isinstance(kind, ast.Name | ast.Attribute), f"{path}: the kind of a job is a constant of a module"
    module = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
    return str(attrgetter(ast.unparse(kind))(importlib.import_module(module)))


def test_every_kind_of_job_that_is_written_down_can_be_done() -> None:
    kinds = enqueued_kinds()
    assert "page.read" in kinds
    assert kinds <= work.TABLE.keys()


def test_what_nobody_writes_down_runs_by_the_clock() -> None:
    periodic = {kind for kind, one in work.TABLE.items() if one.every is not None}
    assert work.TABLE.keys() - enqueued_kinds() == periodic


def test_every_job_that_can_be_given_up_is_said_in_words() -> None:
    assert {kind for kind, one in work.TABLE.items() if one.every is None} == JOB_KINDS.keys()


def test_every_child_steps_back_for_the_web_and_reads_at_leisure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    house.configure(Settings.from_environment({"PORTAL_HOME": str(tmp_path), "SECRET_KEY": "t" * 40}))
    steps: list[int] = []
    at_leisure: list[str] = []
    monkeypatch.setattr(os, "nice", steps.append)
    monkeypatch.setattr(work.walls, "at_leisure", lambda: at_leisure.append(room))
    for module, verb in ((work.lifeline, "hold"), (work.loop, "drain"), (work.loop, "work")):
        monkeypatch.setattr(module, verb, lambda *_: None)
    for room in (pool.INDEX, pool.QUICK, Lane.DESK.value, Lane.READ.value):
        work.be_child(room, "w/1", nullcontext, threading.Event())
    # No process of ours steps back so far that it waits for a core while others wait for what it holds.
    assert steps == [5, 5, 15, 10]
    assert at_leisure == [Lane.READ.value]
