"""Locks between processes, held by open files: the system frees them when a process dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.core.errors import ConflictError, UnavailableError

PATIENCE = 60.0
"""Seconds to wait for a lock. A batch of the indexer takes a second or two."""

BETWEEN_TRIES = 0.05


@contextmanager
def held(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock; others wait, in this process and in all others.

    Raises:
        UnavailableError: somebody else held it for longer than `patience` seconds.
    """
    handle = _opened(path)
    try:
        deadline = time.monotonic() + patience
        while not _taken(handle):
            if time.monotonic() > deadline:
                raise UnavailableError("index_busy")
            time.sleep(BETWEEN_TRIES)
        yield
    finally:
        os.close(handle)


@contextmanager
def held_alone(path: Path) -> Iterator[None]:
    """Hold the lock or refuse at once.

    Raises:
        ConflictError: somebody else holds it.
    """
    handle = _opened(path)
    try:
        if not _taken(handle):
            raise ConflictError("rebuild_running")
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Tell whether anybody, this process included, holds the lock."""
    if not path.exists():
        return False
    handle = _opened(path)
    try:
        return not _taken(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
