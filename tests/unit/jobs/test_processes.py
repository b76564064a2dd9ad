"""Bells, lifelines, strays, pid files, logs: what the processes of a portal share."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import Settings
from portal.core import house
from portal.core.errors import ConflictError
from portal.jobs import children, doorbell, liveness, logs, pool, scratch, supervisor
from portal.jobs.children import Child
from portal.jobs.supervisor import Service

SLEEP = ("-c", "import time; time.sleep(600)")
ON_LIFELINE = "from portal.jobs import lifeline; lifeline.hold(); "


@pytest.fixture(autouse=True)
def run_folder(tmp_path: Path) -> Path:
    house.configure(Settings.from_environment({"PORTAL_HOME": str(tmp_path), "SECRET_KEY": "t" * 40}))
    return tmp_path / "run"


@pytest.fixture
def started() -> Iterator[list[Child]]:
    """Children that the test starts; none outlives it."""
    found: list[Child] = []
    yield found
    children.stop_all(found, grace=0)


def until(fact: Callable[[], bool]) -> bool:
    """Wait for a fact to come true; a fact that never does fails the test after a while."""
    end = time.monotonic() + 20
    while not fact() and time.monotonic() < end:
        time.sleep(0.02)
    return fact()


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody reaped has ended too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_ring_wakes_those_who_wait_in_the_room_and_no_others() -> None:
    with doorbell.Bell("read") as reader, doorbell.Bell("desk") as desk:
        doorbell.ring("read")
        assert reader.wait(0)
        assert not reader.wait(0)
        assert not desk.wait(0)


def test_a_ring_before_anybody_waits_harms_nobody() -> None:
    doorbell.ring("read")


def test_bells_of_children_that_are_gone_are_swept_away(run_folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with doorbell.Bell("desk"):
        stale = run_folder / f"bell.read.{ended.pid}"
        os.mkfifo(stale)
        doorbell.sweep()
        assert not stale.exists()
        assert len(list(run_folder.glob("bell.desk.*"))) == 1


def test_temporary_files_of_workers_that_are_gone_are_swept_away(run_folder: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (scratch.folder_of(ended.pid) / "portal-page-x").mkdir()
    (scratch.folder_of(ended.pid) / "portal-page-x" / "page.pgm").write_bytes(b"P5")
    mine = scratch.folder_of(os.getpid()) / "tess_y"
    mine.touch()
    scratch.sweep()
    assert [path.name for path in run_folder.glob("tmp.*")] == [f"tmp.{os.getpid()}"]
    assert mine.exists()
    scratch.remove(os.getpid())
    assert list(run_folder.glob("tmp.*")) == []


def test_a_child_of_the_pool_puts_temporary_files_into_the_home(tmp_path: Path) -> None:
    note = tmp_path / "where"
    look = f"import pathlib, tempfile; pathlib.Path({str(note)!r}).write_text(tempfile.gettempdir() + ' ')"
    place = pool.Place("read", 1)
    place.fill(
        "worker",
        lambda room, owner, more: Child(("-c", look), own_group=False, extra_environment=more),
    )
    try:
        assert until(lambda: note.exists() and note.read_text().endswith(" "))
    finally:
        assert place.child is not None
        place.child.kill()
    assert Path(note.read_text().strip()) == scratch.folder_of(os.getpid())
    assert scratch.folder_of(os.getpid()).stat().st_mode & 0o777 == 0o700


def test_the_whole_group_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    """A parent starts a child on a lifeline; the child has a child of its own, as Tesseract is one."""
    note = tmp_path / "pids"
    child = (
        ON_LIFELINE + "import os, pathlib, subprocess, sys, time; "
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"pathlib.Path({str(note)!r}).write_text(f'{{os.getpid()}} {{grandchild.pid}} '); time.sleep(600)"
    )
    parent = (
        "import time; from config import Settings; from portal.core import house; "
        "from portal.jobs.children import Child; house.configure(Settings.from_environment()); "
        f"child = Child(('-c', {child!r}), own_group=True); time.sleep(600)"
    )
    environment = {**os.environ, "PORTAL_HOME": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-c", parent], env=environment)
    assert until(lambda: note.exists() and note.read_text().endswith(" "))
    pids = [int(word) for word in note.read_text().split()]
    assert not any(is_gone(pid) for pid in pids)
    process.kill()
    process.wait()
    assert until(lambda: all(is_gone(pid) for pid in pids))


def test_what_a_killed_child_leaves_in_the_group_is_ended(started: list[Child], tmp_path: Path) -> None:
    """The leader stands for the worker, its child for a reader, the grandchild for Tesseract."""
    note = tmp_path / "pids"
    reader = (
        "import os, pathlib, subprocess, sys, time; "
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        f"pathlib.Path({str(note)!r}).write_text(f'{{os.getpid()}} {{grandchild.pid}} '); time.sleep(600)"
    )
    leader = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {reader!r}]).wait(); "
        "time.sleep(600)"
    )
    group = Child(("-c", leader), own_group=True)
    started.append(group)
    assert until(lambda: note.exists() and note.read_text().endswith(" "))
    reading, tesseract = (int(word) for word in note.read_text().split())
    assert children.kill_strays(group.pid, [group.pid]) == 0
    os.kill(reading, signal.SIGKILL)
    assert until(lambda: is_gone(reading))
    assert until(lambda: children.kill_strays(group.pid, [group.pid]) > 0)
    assert until(lambda: is_gone(tesseract))
    assert group.exit_code is None


def test_stopping_ends_a_child_that_does_not_listen(started: list[Child]) -> None:
    deaf = Child(
        ("-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"), own_group=True
    )
    started.append(deaf)
    children.stop_all([deaf], grace=0.2)
    assert is_gone(deaf.pid)


def test_the_worker_lives_only_with_a_process_and_a_fresh_beat(run_folder: Path) -> None:
    assert not liveness.is_worker_alive()
    liveness.note("worker", os.getpid(), "worker-1")
    assert not liveness.is_worker_alive()
    liveness.beat()
    assert liveness.is_worker_alive()
    old = time.time() - liveness.STALE_SECONDS - 1
    os.utime(run_folder / "worker.beat", (old, old))
    assert not liveness.is_worker_alive()
    liveness.beat()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    liveness.note("worker", ended.pid, "worker-2")
    liveness.beat()
    assert not liveness.is_worker_alive()
    liveness.forget("worker")
    assert (liveness.pid_of("worker"), liveness.name_of("worker")) == (None, "")


def test_a_full_log_is_cut_and_the_five_before_it_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("ab") as open_all_the_time:
        for number in range(logs.KEPT + 3):
            open_all_the_time.write(f"{number}\n".encode() * 10)
            open_all_the_time.flush()
            assert logs.rotate(log, most_bytes=20)
            assert not logs.rotate(log, most_bytes=20)
    kept = [tmp_path / f"worker.log.{number}" for number in range(1, logs.KEPT + 1)]
    assert [path.read_text()[0] for path in kept] == ["7", "6", "5", "4", "3"]
    assert sorted(path.name for path in tmp_path.glob("worker.log*")) == [
        "worker.log",
        *(p.name for p in kept),
    ]


def test_there_is_one_supervisor_per_home() -> None:
    with supervisor.alone(), pytest.raises(ConflictError) as refusal, supervisor.alone():
        pass
    assert (refusal.value.code, refusal.value.values) == ("already_running", {"pid": str(os.getpid())})
    with supervisor.alone():
        pass


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConflictError) as refusal:
            supervisor.require_free_port("127.0.0.1", port, patience=0)
    assert refusal.value.code == "port_taken"
    supervisor.require_free_port("127.0.0.1", port)


def test_a_service_that_is_killed_comes_back_and_ends_with_its_supervisor() -> None:
    stop = threading.Event()
    service = Service("web", lambda name: SLEEP)
    thread = threading.Thread(target=supervisor.supervise, args=([service], stop))
    thread.start()
    try:
        assert until(lambda: liveness.pid_of("web") is not None)
        first = liveness.pid_of("web") or 0
        assert os.getpgid(first) == first
        # How nice a process is counts among those of its session only, where Linux shares cores by session.
        assert os.getsid(first) == os.getsid(0)
        os.killpg(first, signal.SIGKILL)
        assert until(lambda: liveness.pid_of("web") not in (first, None))
        second = liveness.pid_of("web") or 0
    finally:
        stop.set()
        thread.join()
    assert is_gone(second)
    assert liveness.pid_of("web") is None
