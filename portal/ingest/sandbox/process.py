"""A child behind walls as a process: start it, ask it, watch its memory, end it with all it started.

It is spoken to over two pipes. Nothing that it says is believed here: lengths are
bounded before a byte is read, and `answers` looks at what was read.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess  # noqa: TID251 - untrusted children need pipes and descriptors, the worker's own do not
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config import MEBIBYTE, PROJECT

LOOK_SECONDS = 0.1
"""Between two looks at the memory of a child."""

MOST_PATIENCE = 8
"""How many times its seconds a child may take where it waits for a core."""

LENGTHS = struct.Struct(">QQ")
"""What every answer begins with: how many bytes of JSON and how many of pixels follow."""

MOST_WORDS_BYTES = 16 * MEBIBYTE
MOST_PIXEL_BYTES = 300_000_000
HELD = re.compile(rb"^Vm(?:RSS|Swap):\s+(\d+) kB$", re.MULTILINE)


class TroubleError(Exception):
    """A child did not do what it was asked."""


class GoneError(TroubleError):
    """It ended without an answer."""


class SlowError(TroubleError):
    """It took longer than it may."""


class OutgrownError(TroubleError):
    """It needed more memory than it may."""


class LyingError(TroubleError):
    """What it said is not an answer."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is started: words, environment, and the descriptors that it gets besides the usual three."""

    words: Sequence[str]
    environment: Mapping[str, str]
    inherited: tuple[int, ...] = ()


class Process:
    """One child, and everything that it starts."""

    def __init__(self, command: Command) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="portal-child-", ignore_cleanup_errors=True)
        self._held = 0
        self._seconds = self._asked_at = self._delayed = 0.0
        asked, self._questions = os.pipe()
        self._answers, answered = os.pipe()
        # A page is megabytes of pixels; in the usual 64 kB steps it would wait for us 400 times.
        fcntl.fcntl(answered, fcntl.F_SETPIPE_SZ, MEBIBYTE)
        # It can open its ends anew, fill the one and empty the other; we never wait for it without an end.
        os.set_blocking(self._questions, False)
        os.set_blocking(self._answers, False)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command line is made in `walls`
                list(command.words),
                stdin=asked,
                stdout=answered,
                # It may hold what a page says.
                stderr=subprocess.DEVNULL,
                pass_fds=command.inherited,
                cwd=PROJECT,
                env={**command.environment, "TMPDIR": self._folder.name},
            )
        finally:
            os.close(asked)
            os.close(answered)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_there(self) -> bool:
        """Whether it lives; where memory runs out the kernel ends it first, also between two pages."""
        return self._process.poll() is None

    def ask(self, question: bytes, seconds: float, most_memory: int) -> tuple[bytes, bytearray]:
        """Send one line and return the two parts of the answer.

        Args:
            seconds: what it may take, not counting what it waits for a core while others take them all.
            most_memory: bytes that all its processes may hold together.

        Raises:
            TroubleError: it gave none in time, within its memory.
        """
        self._seconds, self._asked_at, self._held = seconds, time.monotonic(), 0
        self._delayed = delay_of(self.pid)
        try:
            os.write(self._questions, question + b"\n")
        except OSError as error:
            raise GoneError from error
        words_length, pixels_length = LENGTHS.unpack(self._read(LENGTHS.size, most_memory))
        if words_length > MOST_WORDS_BYTES or pixels_length > MOST_PIXEL_BYTES:
            raise LyingError
        words = self._read(words_length, most_memory)
        return bytes(words), self._read(pixels_length, most_memory)

    def end(self) -> None:
        """End it and all that it started, now."""
        for pid in reversed(family(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._questions)
        os.close(self._answers)
        self._folder.cleanup()

    def _is_late(self, now: float) -> bool:
        """Tell whether it took longer than it may; that a machine is busy is not the fault of a file."""
        taken = now - self._asked_at
        if not self._seconds < taken < MOST_PATIENCE * self._seconds:
            return taken > self._seconds
        return taken - (delay_of(self.pid) - self._delayed) > self._seconds

    def _read(self, length: int, most_memory: int) -> bytearray:
        found = bytearray(length)
        view, filled, looked = memoryview(found), 0, time.monotonic()
        while filled < length:
            ready, _, _ = select.select([self._answers], [], [], LOOK_SECONDS)
            now = time.monotonic()
            if self._is_late(now):
                raise SlowError
            if now - looked > LOOK_SECONDS:
                looked = now
                # The most of all looks: between its death and the end of its pipe it holds nothing.
                self._held = max(self._held, memory_of(self.pid))
                if self._held > most_memory:
                    raise OutgrownError
            if ready:
                with suppress(BlockingIOError):
                    number = os.readv(self._answers, [view[filled:]])
                    if not number:
                        # What asks for much at once dies at the limit of its address space, before a look.
                        raise OutgrownError if self._held > most_memory // 3 else GoneError
                    filled += number
        return found


def once(command: Command, seconds: float) -> tuple[bytes, str]:
    """Run a trusted command to its end; return what it said and what it complained of."""
    try:
        done = subprocess.run(  # noqa: S603 - the command line is made in `walls`
            list(command.words),
            capture_output=True,
            check=False,
            cwd=PROJECT,
            env=dict(command.environment),
            pass_fds=command.inherited,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return b"", type(error).__name__
    return done.stdout, done.stderr.decode("utf-8", "replace")


def family(pid: int) -> list[int]:
    """Return a process and all below it, the nearest first."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found.extend(map(int, (task / "children").read_text(encoding="ascii").split()))
    return found


def memory_of(pid: int) -> int:
    """Return the bytes of memory that a process and all below it hold, swapped out or not."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            state = Path(f"/proc/{one}/status").read_bytes()
            total += sum(int(kilobytes) * 1024 for kilobytes in HELD.findall(state))
    return total


def delay_of(pid: int) -> float:
    """Return the seconds that a process and all below it have waited for a core; 0 where nobody counts them.

    Source: the second number of /proc/PID/schedstat, in nanoseconds (sched-stats.rst of the kernel).
    """
    total = 0
    for one in family(pid):
        with suppress(OSError, ValueError):
            total += int(Path(f"/proc/{one}/schedstat").read_text(encoding="ascii").split()[1])
    return total / 1e9
