"""An end to what an engine may take: everything that this process started is killed then.

Killing the direct child alone would leave what a wrapper script started behind it, and
a page would go on burning a core that nobody waits for.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Deadline:
    """Whether the time was over; read it after the work."""

    def __init__(self) -> None:
        self.passed = False

    def strike(self) -> None:
        """Kill all descendants of this process."""
        self.passed = True
        for pid in _descendants(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def after(seconds: float) -> Iterator[Deadline]:
    """Kill what this process started if the block takes longer than so many seconds."""
    deadline = Deadline()
    timer = threading.Timer(seconds, deadline.strike)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()


def _descendants(ancestor: int) -> list[int]:
    """Return the processes below one, the nearest first."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name in parentheses may hold anything, so count from its end.
            parent = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [ancestor]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found[1:]
