"""Where a worker's children put temporary files: a folder of their own in `run/`, swept when they are gone.

A killed child cleans up nothing. Its pictures of pages may be of closed records, so they
must not lie about in the folder that the whole machine shares.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.core import house
from portal.jobs import liveness

_NAME = "tmp."


def folder_of(worker_pid: int) -> Path:
    """Return the folder of a worker, made if it is not there."""
    folder = house.settings().run_folder / f"{_NAME}{worker_pid}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove(worker_pid: int) -> None:
    """Remove the folder of a worker with everything in it."""
    shutil.rmtree(house.settings().run_folder / f"{_NAME}{worker_pid}", ignore_errors=True)


def sweep() -> None:
    """Remove the folders of workers that are gone."""
    for folder in house.settings().run_folder.glob(f"{_NAME}*"):
        pid = folder.name.removeprefix(_NAME)
        if pid.isdecimal() and not liveness.is_there(int(pid)):
            remove(int(pid))
