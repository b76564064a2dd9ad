"""Whether web and worker live: their process ids and the worker's beat, in files in `run/`."""

from __future__ import annotations

import os
import time
from pathlib import Path

from portal.core import house

BEAT_SECONDS = 5
STALE_SECONDS = 30


def note(role: str, pid: int, name: str) -> None:
    """Write `run/ROLE.pid` and the name of this start, each at one stroke, so nobody reads half of it.

    A worker is alive from its own first beat on, not by the last one of the worker before.
    """
    if role == "worker":
        _beat_file().unlink(missing_ok=True)
    _replace(_file(role, "name"), name)
    _replace(_file(role, "pid"), str(pid))


def forget(role: str) -> None:
    """Remove what was noted of a role."""
    for what in ("pid", "name"):
        _file(role, what).unlink(missing_ok=True)


def name_of(role: str) -> str:
    """Return the noted name of the last start of a role, "" where none is noted."""
    try:
        return _file(role, "name").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def pid_of(role: str) -> int | None:
    """Return the noted process id of a role, None where none is noted."""
    try:
        return int(_file(role, "pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def beat() -> None:
    """Let the worker's beat be seen."""
    _beat_file().touch()


def is_worker_alive() -> bool:
    """Tell whether the noted worker is there and its beat is fresh."""
    pid = pid_of("worker")
    return pid is not None and is_there(pid) and _beat_age() < STALE_SECONDS


def is_there(pid: int) -> bool:
    """Tell whether there is a process of that id, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _beat_age() -> float:
    try:
        return time.time() - _beat_file().stat().st_mtime
    except OSError:
        return float("inf")


def _file(role: str, what: str) -> Path:
    return house.settings().run_folder / f"{role}.{what}"


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(f"{text}\n", encoding="ascii")
    fresh.replace(path)


def _beat_file() -> Path:
    return house.settings().run_folder / "worker.beat"
