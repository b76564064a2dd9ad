"""Starting other processes as fresh interpreters, and ending what was started.

Every child hangs on a lifeline (see `lifeline`). A worker's own children are copies of it
instead (see `forks`); nothing else of the portal starts processes that it trusts.
"""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - the one place
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from config import PROJECT
from portal.core import house
from portal.jobs import lifeline


class Process(Protocol):
    """A process that is looked after, however it was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while the process lives."""

    def terminate(self) -> None:
        """Ask the process to end."""

    def kill(self) -> None:
        """End the process now, and reap it."""

    @property
    def age(self) -> float:
        """Seconds since the start."""


class Child:
    """A process that was started here and is looked after here."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        own_group: bool,
        log: Path | None = None,
        extra_environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start this interpreter with the arguments; output goes to the end of the log file, or to stderr."""
        output = sys.stderr if log is None else log.open("ab")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, arguments made here
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                # No session of its own: Linux may share the cores out by session first (autogroup),
                # and how nice a process is would count within its session only.
                process_group=0 if own_group else None,
                cwd=PROJECT,
                env=lifeline.environment(
                    {**os.environ, "PORTAL_HOME": str(house.settings().home), **(extra_environment or {})}
                ),
            )
        finally:
            if output is not sys.stderr:
                output.close()
        self._own_group = own_group
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while the process lives."""
        return self._process.poll()

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def terminate(self) -> None:
        """Ask the process to end."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End the process now, and everything in its group if the group is its own."""
        with suppress(ProcessLookupError):
            if self._own_group:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()


def stop_all(children: Sequence[Process], grace: float) -> None:
    """Ask all to end, wait at most so many seconds, then end what is left with its groups."""
    for child in children:
        child.terminate()
    end = time.monotonic() + grace
    while time.monotonic() < end and any(child.exit_code is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.kill()


def kill_strays(group: int, known: Sequence[int]) -> int:
    """End processes of a group whose parent died without them, and return how many there were.

    A reading child that is killed alone leaves its Tesseract behind, still in the group.
    """
    members = {pid: parent for pid, parent, of_group in _processes() if of_group == group}
    strays = [pid for pid, parent in members.items() if pid not in known and parent not in members]
    for pid in strays:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(strays)


def _processes() -> list[tuple[int, int, int]]:
    """Return (process, parent, group) of all processes that can be seen."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            # The name in parentheses may hold anything, so count from its end.
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            found.append((int(stat.parent.name), int(fields[1]), int(fields[2])))
    return found
