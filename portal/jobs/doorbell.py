"""Doorbells: waiting children are woken when work is committed, instead of asking all the time.

A bell is a FIFO in `run/`, one per waiting child. A lost ring costs at most the child's
patience, for every child also looks by itself.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from types import TracebackType

from portal.core import house
from portal.jobs import liveness

PATIENCE = 0.5
"""Seconds after which a waiting child looks without having been rung for."""


class Bell:
    """The doorbell of one child, there as long as the child waits for work."""

    def __init__(self, room: str) -> None:
        folder = house.settings().run_folder
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"bell.{room}.{os.getpid()}"

    def __enter__(self) -> Bell:
        self._path.unlink(missing_ok=True)
        os.mkfifo(self._path, 0o600)
        # Open for both sides: with no writer of its own the FIFO would report its end after the first ring.
        self._handle = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._path.unlink(missing_ok=True)
        os.close(self._handle)

    def wait(self, seconds: float = PATIENCE) -> bool:
        """Wait for a ring, at most so long; tell whether it came."""
        ready, _, _ = select.select([self._handle], [], [], seconds)
        if not ready:
            return False
        with suppress(BlockingIOError):
            os.read(self._handle, 4096)
        return True


def ring(room: str) -> None:
    """Wake every child that waits in this room: a lane, or 'index'."""
    for path in house.settings().run_folder.glob(f"bell.{room}.*"):
        with suppress(OSError):
            handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.write(handle, b".")
            finally:
                os.close(handle)


def sweep() -> None:
    """Remove bells whose child is gone."""
    for path in house.settings().run_folder.glob("bell.*"):
        pid = path.suffix[1:]
        if not (pid.isdecimal() and liveness.is_there(int(pid))):
            path.unlink(missing_ok=True)
