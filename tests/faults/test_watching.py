"""A watcher killed at each of its steps loses nothing and doubles nothing: the next one goes on behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.catalogue import tree
from portal.core.db import db, transaction
from tests.conftest import PROJECT
from tests.faults import watching

pytestmark = [pytest.mark.faults]


def test_kills_at_each_step_of_a_watcher_lose_and_double_nothing(
    people: dict[str, Actor], environment: dict[str, str], home: Path
) -> None:
    with transaction():
        for code in watching.cases():
            tree.create_fonds(people[Role.ARCHIVIST], code=code, name="Phông thử")
    db.session.remove()
    db.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.faults.watching", str(home.parent)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["code"] for one in told] == list(watching.cases())
    for one in told:
        step = one["code"]
        assert one["killed"], step
        assert one["rows"] == [
            ["1.png", "received", 1],
            ["2.png", "received", 1],
            ["3.png", "received", 1],
            ["4.doc", "refused", 1],
            ["5.doc", "refused", 1],
        ], step
        assert one["batches"] == 2, step
        assert one["manifest"] == sorted([*watching.FILES, *watching.REFUSED]), step
        assert one["done"] == sorted(watching.FILES), step
        refused = [name for place in watching.REFUSED for name in (place, f"{place}.txt")]
        assert one["refused"] == sorted(refused), step
        assert (one["left"], one["claims"]) == ([], []), step
