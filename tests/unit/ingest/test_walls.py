"""A child that was taken over by the file it opened: it gets nowhere, and the house stands."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from portal import diagnosis
from portal.ingest.sandbox import process, walls
from portal.ingest.sandbox.process import Process
from portal.ingest.sandbox.walls import Walls
from tests.conftest import PROJECT
from tests.fixtures.inside import Run

MEGABYTE = 1024 * 1024


@pytest.fixture
def listener() -> Iterator[int]:
    """A server of this machine that would be worth talking to; the number of its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_walls_stand_where_bubblewrap_runs_at_all() -> None:
    if subprocess.run(["bwrap", "--unshare-net", "--ro-bind", "/", "/", "true"], check=False).returncode:
        pytest.skip("bubblewrap does not run here")
    assert walls.probe().is_closed, walls.probe().detail


def test_where_bubblewrap_is_missing_the_limits_stand_alone_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_bubblewrap(name: str) -> str | None:
        return None if name == "bwrap" else f"/usr/bin/{name}"

    monkeypatch.setattr(walls.shutil, "which", no_bubblewrap)
    state = walls.probe()
    assert (state.is_closed, state.detail) == (False, "limits alone: no bwrap")
    monkeypatch.setattr(walls, "standing", lambda: state)
    code = "try:\n    bytearray(10 * 1024**3); print('ESCAPED')\nexcept MemoryError:\n    print('refused')"
    assert process.once(walls.around([sys.executable, "-c", code]), 60)[0] == b"refused\n"


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="there are no idle processes on this system")
def test_a_child_at_leisure_gives_way_and_who_started_it_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walls, "_leisure", [])
    words = [sys.executable, "-c", "import os; print(os.sched_getscheduler(0), os.nice(0))"]
    policy, niceness = os.sched_getscheduler(0), os.nice(0)
    assert process.once(walls.around(words), 60)[0] == b"%d %d\n" % (policy, niceness)
    walls.at_leisure()
    assert process.once(walls.around(words), 60)[0] == b"%d 19\n" % os.SCHED_IDLE
    assert (os.sched_getscheduler(0), os.nice(0)) == (policy, niceness)


def test_where_nothing_may_be_idle_children_are_ordinary_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(walls, "_leisure", [])
    monkeypatch.setattr(walls, "LEISURE", ("false",))
    walls.at_leisure()
    assert "nothing is idle here" in caplog.text
    assert process.once(walls.around([sys.executable, "-c", "print('read')"]), 60)[0] == b"read\n"


ANSWERS_LATE = """
import struct, sys, time
sys.stdin.readline()
time.sleep(1)
sys.stdout.buffer.write(struct.pack('>QQ', 2, 0) + b'{}')
"""


@pytest.mark.parametrize(("delay", "is_excused"), [(0.0, False), (0.1, False), (60.0, True)])
def test_what_a_child_waits_for_a_core_is_not_held_against_its_file(
    delay: float, is_excused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays = iter([0.0])
    # Not what is tried here, and a busy machine takes its time to start a child.
    monkeypatch.setattr(process, "MOST_PATIENCE", 1000)
    monkeypatch.setattr(process, "delay_of", lambda _pid: next(delays, delay))
    child = Process(walls.around([sys.executable, "-c", ANSWERS_LATE]))
    with nullcontext() if is_excused else pytest.raises(process.SlowError):
        assert child.ask(b"", 0.5, 700 * MEGABYTE) == (b"{}", b"")
    child.end()


def test_a_child_that_only_waits_for_a_core_is_given_up_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "MOST_PATIENCE", 2)
    monkeypatch.setattr(process, "delay_of", lambda _pid: time.monotonic())
    child = Process(walls.around([sys.executable, "-c", "import time; time.sleep(60)"]))
    with pytest.raises(process.SlowError):
        child.ask(b"", 0.5, 700 * MEGABYTE)
    child.end()


def test_whoever_shares_a_core_has_waited_for_it() -> None:
    busy = [
        sys.executable,
        "-c",
        "import os\nos.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\nwhile 1: pass",
    ]
    both = [subprocess.Popen(busy) for _ in range(2)]
    try:
        end = time.monotonic() + 30
        while min(process.delay_of(one.pid) for one in both) < 0.2 and time.monotonic() < end:
            time.sleep(0.1)
        assert all(process.delay_of(one.pid) >= 0.2 for one in both)
    finally:
        for one in both:
            one.kill()
            one.wait()


def test_doctor_and_log_are_loud_where_walls_are_missing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(walls, "probe", lambda: Walls(False, "limits alone: no bwrap"))
    finding = diagnosis._sandbox()
    assert finding.state == "warning"
    for said in ("WITHOUT WALLS", "no bwrap", "apt-get install bubblewrap"):
        assert said in finding.detail
    walls.standing.__wrapped__()
    assert "WITHOUT WALLS: limits alone: no bwrap" in caplog.text


def test_there_is_no_network(run: Run, listener: int) -> None:
    said = run(
        "import socket\n"
        f"for place in (('127.0.0.1', {listener}), ('8.8.8.8', 53), ('::1', {listener})):\n"
        "    try:\n"
        "        socket.create_connection(place, timeout=2); print('ESCAPED', place)\n"
        "    except OSError as error:\n"
        "        print('refused')\n"
    )
    assert said.split() == ["refused"] * 3


def test_there_are_no_files_of_the_house_and_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("geheim")
    tmp_path.chmod(0o755)
    places = [tmp_path / "secret_key", "/etc/shadow", "/etc/passwd", PROJECT / "wsgi.py", PROJECT / ".git"]
    written = ["/new", "/usr/new", "/dev/new", "/dev/shm/new", "/etc/new", PROJECT / "portal" / "new.py"]
    said = run(
        "import os\n"
        f"for place in {[str(place) for place in places]}:\n"
        "    print('ESCAPED ' + place if os.path.lexists(place) else 'hidden')\n"
        f"for place in {[str(place) for place in written]}:\n"
        "    try:\n"
        "        open(place, 'w'); print('ESCAPED ' + place)\n"
        "    except OSError:\n"
        "        print('closed')\n"
    )
    assert said.split() == ["hidden"] * len(places) + ["closed"] * len(written)


def test_nobody_else_can_be_seen_killed_or_asked_for_secrets(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    said = run(
        "import os, pathlib\n"
        "print(len([name for name in os.listdir('/proc') if name.isdigit()]))\n"
        f"try:\n    os.kill({os.getpid()}, 0); print('ESCAPED')\nexcept OSError:\n    print('nobody')\n"
        "def look(path):\n"
        "    try:\n        return path.read_bytes()\n    except OSError:\n        return b''\n"
        "everything = [look(path) for path in pathlib.Path('/proc').glob('[0-9]*/environ')]\n"
        "print('ESCAPED' if any(b'geheim' in one for one in everything) else 'nothing')\n"
        "print(os.geteuid() != 0)\n"
    )
    number, *rest = said.split()
    assert int(number) <= 3
    assert rest == ["nobody", "nothing", "True"]


def test_it_cannot_get_more_rights(run: Run) -> None:
    said = run(
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "lines = open('/proc/self/status').read().splitlines()\n"
        "print([line.split()[1] for line in lines if line.startswith(('CapEff', 'CapPrm', 'NoNewPrivs'))])\n"
        "print('ESCAPED' if libc.setuid(0) == 0 else 'kept')\n"
        "print('ESCAPED' if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 else 'kept')\n"
        "print('ESCAPED' if libc.unshare(0x10000000) == 0 else 'kept')\n"
        "print('ESCAPED' if libc.memfd_create(b'x', 0) >= 0 else 'kept')\n"
        "print('ESCAPED' if libc.shmget(0, 4096, 0o1600) >= 0 else 'kept')\n"
    )
    none = "0" * 16
    assert said.splitlines() == [str([none, none, "1"]), *["kept"] * 5]


def test_a_fork_bomb_ends_at_the_limit_and_leaves_nothing(run: Run) -> None:
    mark = f"{time.time_ns()}"
    said = run(
        "import os, time\n"
        f"mark = '{mark}'\n"
        "count = 0\n"
        "try:\n"
        "    while count < 5000:\n"
        "        if os.fork() == 0:\n"
        "            os.setsid(); time.sleep(600); os._exit(0)\n"
        "        count += 1\n"
        "except OSError:\n"
        "    pass\n"
        "print(count, flush=True)\n"
        "os._exit(0)\n"
    )
    assert 0 < int(said) <= walls.MOST_PROCESSES
    end = time.monotonic() + 10
    while _with_mark(mark) and time.monotonic() < end:
        time.sleep(0.05)
    assert _with_mark(mark) == []


def test_ten_gigabytes_of_memory_are_not_given(run: Run) -> None:
    said = run(
        "try:\n    bytearray(10 * 1024**3); print('ESCAPED')\nexcept MemoryError:\n    print('refused')\n"
    )
    assert said.split() == ["refused"]


def test_ten_gigabytes_of_disk_are_not_given(run: Run) -> None:
    said = run(
        "import os, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "written = 0\n"
        "try:\n"
        "    for number in range(100):\n"
        "        with open(f'/tmp/{number}', 'wb', buffering=0) as file:\n"
        "            for _ in range(100):\n"
        "                written += file.write(bytes(1024 * 1024))\n"
        "except OSError as error:\n"
        "    print(error.errno)\n"
        "print(written)\n"
    )
    _, written = map(int, said.split())
    assert written <= walls.MOST_TEMPORARY


def _with_mark(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:
            continue
        if mark.encode() in words and int(path.parent.name) != os.getpid():
            found.append(path.parent.name)
    return found


def child(code: str) -> Process:
    """Start a program where the reading program would stand."""
    return Process(walls.around([sys.executable, "-c", code]))


def asked(code: str, seconds: float = 20, memory: int = 500 * MEGABYTE) -> None:
    """Ask the program for a page, end it, and see that nothing of it lives."""
    one = child(code)
    try:
        one.ask(b"{}", seconds, memory)
    finally:
        family = process.family(one.pid)
        one.end()
    assert not [pid for pid in family if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_one_that_never_answers_is_ended_with_all_it_started() -> None:
    with pytest.raises(process.SlowError):
        asked("import os, time\nfor _ in range(3): os.fork()\ntime.sleep(600)", seconds=1)


def test_memory_of_many_processes_is_counted_together() -> None:
    with pytest.raises(process.OutgrownError):
        asked(
            "import os, time\nfor _ in range(3): os.fork()\nheld = b'x' * (100 * 1024**2)\ntime.sleep(600)",
            memory=300 * MEGABYTE,
        )


def test_one_that_dies_is_told_from_one_that_answers() -> None:
    with pytest.raises(process.GoneError):
        asked("import os\nos.abort()")


@pytest.mark.parametrize("lengths", [(2**63, 0), (0, 2**63), (17 * MEGABYTE, 0)])
def test_an_answer_without_end_is_not_read(lengths: tuple[int, int]) -> None:
    head = process.LENGTHS.pack(*lengths)
    with pytest.raises(process.LyingError):
        asked(f"import os, time\nos.write(1, {head!r})\ntime.sleep(600)")


def test_what_a_child_complains_of_reaches_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(process.GoneError):
        asked("import sys\nsys.stderr.write('what the page says')")
    assert "what the page says" not in "".join(capfd.readouterr())


def test_a_child_carries_no_database_and_no_web_along() -> None:
    code = "import json, sys; import portal.ingest.sandbox.child; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=PROJECT, check=True)
    heavy = {"sqlalchemy", "flask", "whoosh", "reportlab", "pypdfium2", "hashlib"}
    assert not heavy & set(json.loads(done.stdout))


def _hands_out_huge_pages() -> bool:
    """Tell whether the kernel gives memory by 2 MB to those who ask, and the C library can ask."""
    mode = Path(walls.HUGE_PAGES, "enabled")
    library = os.confstr("CS_GNU_LIBC_VERSION") or "glibc 0"
    can_ask = tuple(map(int, library.split()[-1].split("."))) >= (2, 35)
    return mode.exists() and "[never]" not in mode.read_text(encoding="ascii") and can_ask


@pytest.mark.skipif(not _hands_out_huge_pages(), reason="memory is not to be had by 2 MB on this system")
def test_memory_for_pages_comes_by_the_large_piece(run: Run) -> None:
    said = run(
        "page = bytes(64 * 1024 * 1024).replace(b'\\0', b'\\1')\n"
        "rows = open('/proc/self/smaps_rollup').read().split('\\n')\n"
        "print(next(row.split()[1] for row in rows if row.startswith('AnonHugePages')))\n"
    )
    assert int(said) > 0
