"""Logs in `log/`: what the processes under the supervisor say, kept to a few files of bounded size."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.core import house

MOST_BYTES = 10 * 1024 * 1024
KEPT = 5


def path_of(role: str) -> Path:
    """Return where the log of a role lies."""
    folder = house.settings().log_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{role}.log"


def rotate(log: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Move a log that is full to LOG.1, LOG.1 to LOG.2 and so on; tell whether it was full.

    The log is copied and cut, not renamed, because the processes that write to it keep it open.
    """
    if not log.exists() or log.stat().st_size < most_bytes:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    with log.open("r+b") as file:
        file.truncate(0)
    return True
