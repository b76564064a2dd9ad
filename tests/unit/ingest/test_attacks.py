"""What a child that was taken over could try with what it was given: file, pipes, memory, time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.ingest.sandbox import process, walls
from portal.ingest.sandbox.process import Command, Process
from tests.fixtures.inside import Run

MEGABYTE = 1024 * 1024
LONG = process.LENGTHS.pack(9_999, 0)
"""The head of an answer that does not come to its end."""


pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def original() -> Iterator[Path]:
    """A file as the store keeps it, in a folder that anybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder, "original")
        path.write_bytes(b"as it came")
        path.chmod(0o600)
        yield path


@pytest.fixture
def impatient() -> Iterator[None]:
    """Fails a test that would hang."""

    def fail(*_: object) -> None:
        pytest.fail("waited without end")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def unguarded(code: str) -> Process:
    """Start a program at our pipes without walls: what it does to the pipes must not matter."""
    return Process(Command([sys.executable, "-c", code], walls.environment()))


def test_the_original_can_be_read_and_not_changed(run: Run, original: Path) -> None:
    before = original.stat().st_mtime_ns
    said = run(
        "import os, sys\n"
        "from portal.ingest import sources\n"
        "from pathlib import Path\n"
        "name = sys.argv[1]\n"
        "print(sources.opened(Path(name)).read().decode())\n"
        "handles = [int(one) for one in os.listdir('/proc/self/fd') if int(one) > 2]\n"
        "names = [name, *(f'/proc/self/fd/{handle}' for handle in handles)]\n"
        "def tried(act, *given):\n"
        "    try:\n        act(*given); print('ESCAPED', act, given)\n"
        "    except OSError:\n        pass\n"
        "for one in [*handles, *names]:\n"
        "    for act, *given in ((os.chmod, 0o666), (os.truncate, 0), (os.utime, (1, 1)), (os.chown, 1, 1),\n"
        "                        (os.setxattr, 'user.x', b'x')):\n"
        "        tried(act, one, *given)\n"
        "for one in names:\n"
        "    tried(os.open, one, os.O_RDWR)\n"
        "    tried(os.open, one, os.O_WRONLY | os.O_APPEND)\n"
        "    tried(os.unlink, one)\n"
        "    tried(os.rename, one, '/tmp/x')\n"
        "    tried(os.link, one, '/tmp/y')\n",
        original,
    )
    assert said.split("\n", 1) == ["as it came", ""]
    assert original.read_bytes() == b"as it came"
    assert original.stat().st_mtime_ns == before
    assert original.stat().st_mode & 0o777 == 0o600


def test_to_its_owner_no_open_file_is_handed_in(monkeypatch: pytest.MonkeyPatch, original: Path) -> None:
    monkeypatch.setattr(walls, "_is_root", lambda: False)
    with original.open("rb") as file:
        command = walls._closed(["read"], (), file)
        assert file.fileno() not in command.inherited
    assert command.words[-2:] == ["read", walls.SHOWN]
    place = list(command.words).index(walls.SHOWN)
    assert command.words[place - 2 : place] == ["--ro-bind", str(original)]


def test_nothing_that_is_open_outside_is_open_inside(run: Run, original: Path) -> None:
    with original.open("rb") as secret:
        os.set_inheritable(secret.fileno(), True)
        said = run(
            "import os\n"
            "for name in os.listdir('/proc/self/fd'):\n"
            "    try:\n        place = os.readlink(f'/proc/self/fd/{name}')\n"
            "    except OSError:\n        continue\n"
            "    if not place.startswith(('pipe:', '/dev/null')):\n        print('ESCAPED', place)\n"
            "print('looked')\n"
        )
    assert said.split() == ["looked"]


def test_no_memory_can_be_held_that_is_not_counted(run: Run) -> None:
    said = run(
        "import ctypes, mmap, os\n"
        "def tried(what, act):\n"
        "    try:\n        act(); print('ESCAPED', what)\n"
        "    except OSError:\n        print('refused')\n"
        "tried('without a name', lambda: mmap.mmap(-1, 4096))\n"
        "tried('zeros', lambda: mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096))\n"
        "open('/tmp/x', 'wb').write(bytes(4096))\n"
        "tried('a file', lambda: mmap.mmap(os.open('/tmp/x', os.O_RDWR), 4096))\n"
        "libc = ctypes.CDLL(None)\n"
        "print('ESCAPED' if libc.msgget(0, 0o1600) >= 0 else 'refused')\n"
        "print('ESCAPED' if libc.semget(0, 9, 0o1600) >= 0 else 'refused')\n"
        "print(len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)))\n"
    )
    assert said.split() == ["refused"] * 5 + ["4096"]


def test_no_socket_of_any_family_is_given(run: Run) -> None:
    said = run(
        "import socket\n"
        "for family in range(1, 46):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):\n"
        "        try:\n            socket.socket(family, kind); print('ESCAPED', family)\n"
        "        except OSError:\n            pass\n"
        "try:\n    socket.socketpair(); print('ESCAPED')\nexcept OSError:\n    print('refused')\n"
    )
    assert said.split() == ["refused"]


def test_nobody_can_be_sent_a_signal(run: Run) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    said = run(
        "import os, signal\n"
        "for number in (signal.SIGTERM, signal.SIGKILL):\n"
        f"    for pid in (-1, {bystander.pid}, {os.getpid()}):\n"
        "        try:\n            os.kill(pid, number)\n"
        "        except OSError:\n            pass\n"
        "print('alone')\n"
    )
    is_alive = bystander.poll() is None
    bystander.kill()
    bystander.wait()
    assert said.split() == ["alone"]
    assert is_alive


def test_programs_that_give_rights_give_none_and_a_death_leaves_no_core(run: Run) -> None:
    said = run(
        "import resource\n"
        "for line in open('/proc/self/mountinfo'):\n"
        "    _, _, _, _, place, how, *_ = line.split()\n"
        "    if 'nosuid' not in how.split(','):\n        print('ESCAPED', place)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    assert said.strip() == "(1, 1)"


def test_one_that_fills_the_pipe_of_its_questions_is_not_waited_for() -> None:
    one = unguarded(
        "import os, time\n"
        "for name in ('/proc/self/fd/0',):\n"
        "    handle = os.open(name, os.O_WRONLY | os.O_NONBLOCK)\n"
        "    try:\n"
        "        while True: os.write(handle, b'x' * 4096)\n"
        "    except BlockingIOError:\n"
        f"        os.write(1, {process.LENGTHS.pack(2, 0) + b'{}'!r})\n"
        "time.sleep(600)\n"
    )
    try:
        assert one.ask(b"{}", 20, 500 * MEGABYTE)[0] == b"{}"
        with pytest.raises(process.GoneError):
            one.ask(b"{}", 20, 500 * MEGABYTE)
    finally:
        one.end()


def test_one_that_takes_its_answer_back_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    one = unguarded("import time\ntime.sleep(600)")
    # As if it had taken the bytes back after the kernel told us of them.
    monkeypatch.setattr(process.select, "select", lambda ready, *_: (ready, [], []))
    try:
        with pytest.raises(process.SlowError):
            one.ask(b"{}", 0.5, 500 * MEGABYTE)
    finally:
        one.end()


def test_one_that_outgrows_us_between_two_looks_is_told_from_one_that_crashes() -> None:
    code = "import os, time\nheld = b'x' * (300 * 1024**2)\ntime.sleep(1)\nos.abort()"
    one = Process(walls.around([sys.executable, "-c", code]))
    try:
        with pytest.raises(process.OutgrownError):
            one.ask(b"{}", 20, 500 * MEGABYTE)
    finally:
        one.end()


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("while True: os.write(1, b'x' * 65536)", process.LyingError),
        ("while True: os.write(2, b'x' * 65536)", process.SlowError),
        (f"os.write(1, {LONG!r})\nwhile True: os.write(1, b'x'); time.sleep(0.1)", process.SlowError),
        ("os.kill(os.getpid(), signal.SIGSTOP)", process.SlowError),
    ],
    ids=["floods", "complains", "drips", "stands still"],
)
def test_one_that_talks_without_end_is_ended(code: str, trouble: type[Exception]) -> None:
    one = Process(walls.around([sys.executable, "-c", f"import os, signal, time\n{code}"]))
    try:
        with pytest.raises(trouble):
            one.ask(b"{}", 1.5, 500 * MEGABYTE)
    finally:
        one.end()


def test_those_that_it_sent_into_the_background_end_with_it() -> None:
    if not walls.standing().is_closed:
        pytest.skip(walls.standing().detail)
    mark = f"{time.time_ns()}"
    one = Process(
        walls.around(
            [
                sys.executable,
                "-c",
                "import os, signal, time\n"
                "for number in (signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_IGN)\n"
                "if os.fork() == 0:\n"
                "    os.setsid()\n"
                "    if os.fork(): os._exit(0)\n"
                f"    os.write(1, {process.LENGTHS.pack(2, 0) + b'{}'!r})\n"
                "    time.sleep(600)\n"
                "os.wait(); time.sleep(600)\n",
                mark,
            ]
        )
    )
    try:
        assert one.ask(b"{}", 20, 500 * MEGABYTE)[0] == b"{}"
    finally:
        one.end()
    end = time.monotonic() + 10
    while _with_mark(mark) and time.monotonic() < end:
        time.sleep(0.05)
    assert _with_mark(mark) == []


def test_a_link_in_its_temporary_folder_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "kept").write_text("kept")
    one = unguarded(
        "import os, time\n"
        f"os.symlink({str(victim)!r}, os.environ['TMPDIR'] + '/link')\n"
        "os.mkdir(os.environ['TMPDIR'] + '/closed', 0)\n"
        f"os.write(1, {process.LENGTHS.pack(2, 0) + b'{}'!r})\n"
        "time.sleep(600)\n"
    )
    folder = Path(one._folder.name)
    assert one.ask(b"{}", 20, 500 * MEGABYTE)[0] == b"{}"
    one.end()
    assert (victim / "kept").read_text() == "kept"
    assert not folder.exists()


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
