"""Let one system call of a process fail, or kill the process as it begins: the n-th of those that write."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

WRITES = "write,pwrite64,writev,fsync,fdatasync,ftruncate,rename,mkdir,unlink,link"
"""What a process does to files. Reading is not disturbed: a disk that cannot be read is another matter."""

NEEDED = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed here")
PIPE = "pipe"
CALL = re.compile(r"(\w+)\((.*?)[,)]")
NO_FILE = re.compile(r"\w+\(\d+<(pipe|socket):")


@dataclass(frozen=True)
class Fault:
    """What happens at one call: an error, or the end of the process."""

    name: str
    """Of the call, as `pwrite64`: strace counts each kind by itself."""
    nth: int
    """Among the calls of that name, from 1."""
    place: str
    """What it is about, below the home."""
    error: str = ""
    """ENOSPC, EIO; the process is killed where none is given."""

    @property
    def injection(self) -> str:
        effect = f"error={self.error}" if self.error else "signal=SIGKILL"
        return f"inject={self.name}:{effect}:when={self.nth}"

    def __str__(self) -> str:
        return f"{self.error or 'kill'} at {self.name} {self.nth} ({self.place})"


@dataclass(frozen=True)
class Order:
    """A course that is to be run: which part, in which home, whether it is traced, what happens to it."""

    part: str
    home: str
    is_traced: bool = False
    injection: str = ""

    @property
    def said(self) -> Path:
        return Path(self.home).with_suffix(".said")

    @property
    def calls(self) -> Path:
        return Path(self.home).with_suffix(".calls")


def faults(made: Sequence[str], error: str = "") -> Iterator[Fault]:
    """Yield a fault at each of the calls; no disk is full or broken that a pipe could tell of."""
    seen: Counter[str] = Counter()
    for call in made:
        name, _, place = call.partition(" ")
        seen[name] += 1
        if not error or place != PIPE:
            yield Fault(name, seen[name], place, error)


def was_met(order: Order) -> bool:
    """Tell whether the course came to the call that was to fail: no two runs make quite the same calls."""
    told = order.calls.read_text(errors="replace")
    return "(INJECTED)" in told or "killed by SIGKILL" in told


def carry_out(order: Order, act: Callable[[], None]) -> None:
    """Do it in a fork of this process; return when that has ended, however it did."""
    pid = os.fork()
    if not pid:
        try:
            if order.is_traced:
                os.kill(os.getpid(), signal.SIGSTOP)
            act()
        finally:
            # What went wrong shows in what is not said.
            os._exit(0)
    if order.is_traced:
        os.waitpid(pid, os.WUNTRACED)
        _trace(pid, order)
    os.waitpid(pid, 0)


def _trace(pid: int, order: Order) -> None:
    """Wake a stopped process once strace has it; return when both have ended."""
    words = ["strace", "-y", "-s", "0", "-o", str(order.calls), "-e", f"trace={WRITES}", "-p", str(pid)]
    injected = ["-e", order.injection] if order.injection else []
    with subprocess.Popen([*words, *injected], stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        told = strace.stderr.readline()
        os.kill(pid, signal.SIGCONT)
        assert "attached" in told, told


def calls(order: Order) -> list[str]:
    """Return the calls that were traced, each as its name and, below the home, the place that it is about.

    How it went is said last, outside of the home, and is no part of the course.
    """
    found = []
    for line in order.calls.read_text(errors="replace").splitlines():
        call = CALL.match(line)
        if call and str(order.said) not in line:
            place = line.partition(order.home)[2]
            name = PIPE if NO_FILE.match(line) else re.split(r"[\"'>,) ]", place)[0]
            found.append(f"{call.group(1)} {name or 'elsewhere'}")
    return found
