"""Copies of a process: what they begin with, what they do not share, and that none outlives its parent.

Each test runs a parent of its own: the process of the tests has threads, so it makes no copies.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.jobs.test_processes import is_gone, until

BEGIN = """
import json, os, pathlib, sys, tempfile, threading, time
from flask import Flask
from portal.core.db import db, transaction
from portal.jobs import ledger, lifeline
from portal.jobs.forks import Fork
app = Flask("parent")
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['PORTAL_HOME']}/portal.db"
db.init_app(app)
app.app_context().push()
def told(**facts):
    note = pathlib.Path(os.environ["NOTE"])
    note.with_suffix(".part").write_text(json.dumps(facts))
    note.with_suffix(".part").rename(note)
def open_files():
    links = [pathlib.Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    return {os.readlink(link) for link in links if link.exists()}
def ended(fork):
    while fork.exit_code is None:
        time.sleep(0.02)
    return fork.exit_code
"""


@pytest.fixture
def environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**os.environ, **environment, "NOTE": str(tmp_path / "note")}


def told_by(script: str, environment: dict[str, str]) -> dict[str, Any]:
    """Run a parent to its end and return what was told."""
    subprocess.run([sys.executable, "-c", BEGIN + script], env=environment, check=True, timeout=120)
    facts: dict[str, Any] = json.loads(Path(environment["NOTE"]).read_text())
    return facts


def test_a_copy_tells_how_it_ended(environment: dict[str, str]) -> None:
    facts = told_by(
        """
# What a lifeline ends by mistake must not be the group of the tests.
os.setpgrp()
def fail():
    raise ValueError("words of a page")
well = ended(Fork("well", lambda: None, {}))
ill = ended(Fork("ill", fail, {}))
by_itself = ended(Fork("by-itself", lambda: sys.exit(7), {}))
killed = Fork("killed", lambda: time.sleep(600), {})
alive = killed.exit_code
killed.kill()
asked = Fork("asked", lambda: (lifeline.hold(), time.sleep(600)), {})
# A copy that was ended before has no say over the line of the next.
killed.kill()
time.sleep(0.5)
asked.terminate()
told(codes=[well, ill, by_itself, alive, killed.exit_code, ended(asked)])
""",
        environment,
    )
    assert facts["codes"] == [0, 1, 7, None, -signal.SIGKILL, -signal.SIGTERM]


def test_a_copy_whose_last_words_find_no_room_ends_all_the_same(environment: dict[str, str]) -> None:
    facts = told_by(
        """
parent, sys.stdout = os.getpid(), open("/dev/full", "w")
try:
    copy = Fork("talks", lambda: print("words"), {})
finally:
    if os.getpid() != parent:
        os._exit(42)
told(code=ended(copy))
""",
        environment,
    )
    assert facts == {"code": 0}


def test_the_error_a_copy_ends_with_is_logged_without_its_text(environment: dict[str, str]) -> None:
    script = BEGIN + "\ndef fail():\n    raise ValueError('words of a page')\nended(Fork('ill', fail, {}))\n"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert "ill ends: ValueError at" in done.stderr
    assert "words of a page" not in done.stderr


def test_a_copy_has_its_own_name_environment_and_place_for_temporary_files(
    environment: dict[str, str], tmp_path: Path
) -> None:
    facts = told_by(
        f"""
tempfile.gettempdir()
def look():
    told(
        name=pathlib.Path("/proc/self/comm").read_text().strip(),
        place=tempfile.gettempdir(),
        group=os.getpgrp(),
    )
ended(Fork("portal-read", look, {{"TMPDIR": {str(tmp_path)!r}}}))
""",
        environment,
    )
    assert facts == {"name": "portal-read", "place": str(tmp_path), "group": os.getpgrp()}


def test_a_copy_shares_no_connection_and_no_lifeline_of_others(environment: dict[str, str]) -> None:
    facts = told_by(
        """
with transaction():
    ledger.enqueue("test.kind", "")
connected = open_files()
first = Fork("first", lambda: time.sleep(600), {})
lifeline_of_first = open_files() - connected
ended(Fork("second", lambda: told(
    connected=any("portal.db" in name for name in connected),
    shared=sorted(name for name in open_files() if "portal.db" in name),
    lifelines=len(lifeline_of_first),
    held=sorted(open_files() & lifeline_of_first),
), {}))
first.kill()
""",
        environment,
    )
    assert facts == {"connected": True, "shared": [], "lifelines": 1, "held": []}


def test_a_copy_works_on_the_database_as_the_main_process_goes_on_doing(environment: dict[str, str]) -> None:
    facts = told_by(
        """
from portal.jobs.models import Job
from sqlalchemy import func, select
def write():
    with app.app_context(), transaction():
        ledger.enqueue("test.kind", "of the copy")
with transaction():
    ledger.enqueue("test.kind", "before")
code = ended(Fork("writes", write, {}))
with transaction():
    ledger.enqueue("test.kind", "after")
told(code=code, subjects=sorted(db.session.scalars(select(Job.subject))))
""",
        environment,
    )
    assert facts == {"code": 0, "subjects": ["after", "before", "of the copy"]}


def test_no_copy_is_made_beside_threads_that_may_hold_locks(environment: dict[str, str]) -> None:
    facts = told_by(
        """
lifeline_like = threading.Thread(target=time.sleep, args=(1,), name=lifeline.NAME)
lifeline_like.start()
fine = ended(Fork("fine", lambda: None, {}))
threading.Thread(target=time.sleep, args=(2,), name="busy").start()
try:
    Fork("never", lambda: None, {})
except RuntimeError as error:
    told(fine=fine, words=str(error))
""",
        environment,
    )
    assert facts["fine"] == 0
    assert "busy" in facts["words"]


def test_copies_end_when_their_parent_is_killed(environment: dict[str, str]) -> None:
    script = """
def stay():
    lifeline.hold()
    time.sleep(600)
copies = [Fork(name, stay, {}) for name in ("one", "two")]
told(pids=[copy.pid for copy in copies])
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", BEGIN + script], env=environment, process_group=0)
    note = Path(environment["NOTE"])
    assert until(note.exists)
    pids = json.loads(note.read_text())["pids"]
    time.sleep(0.2)
    assert not any(is_gone(pid) for pid in pids)
    parent.kill()
    parent.wait()
    assert until(lambda: all(is_gone(pid) for pid in pids))
