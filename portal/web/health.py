"""Whether the portal is well, in numbers that tell nothing of what it holds."""

from __future__ import annotations

import shutil
import tomllib
from functools import cache
from typing import TypedDict

from sqlalchemy.exc import SQLAlchemyError

from config import PROJECT
from portal.catalogue import outbox, upkeep
from portal.catalogue.upkeep import State
from portal.core import house
from portal.core.db import end_reading
from portal.ingest.sandbox import walls
from portal.jobs import ledger, liveness


class Health(TypedDict):
    """What `/healthz` says. Disk in bytes."""

    status: str
    version: str
    worker_alive: bool
    sandboxed: bool
    """Whether files from outside are opened behind walls, as far as this process could build them."""
    queue: int | None
    """None, like `index_pending`, while the database does not answer."""
    index_pending: int | None
    index: str | None
    """Whether the search indexes are sound; see `upkeep.State`."""
    disk_free: int


def look() -> Health:
    """Return the present state.

    `degraded` where no worker reads, files are opened without walls, an index is damaged, or the
    disk is at its reserve: readers can still read.
    `down` where the database does not answer: nobody can.
    """
    alive = liveness.is_worker_alive()
    free = shutil.disk_usage(house.settings().home).free
    sandboxed = walls.standing().is_closed
    is_well = alive and sandboxed and free > house.settings().disk_reserve_bytes
    found = Health(
        status="ok" if is_well else "degraded",
        version=_version(),
        worker_alive=alive,
        sandboxed=sandboxed,
        queue=None,
        index_pending=None,
        index=None,
        disk_free=free,
    )
    try:
        found["queue"], found["index_pending"] = ledger.unfinished(), outbox.pending()
        state = upkeep.state()
        found["index"] = state.value
        if state not in (State.SOUND, State.HALFWAY):
            found["status"] = "degraded"
    except SQLAlchemyError:
        end_reading()
        found["status"] = "down"
    return found


@cache
def _version() -> str:
    project: dict[str, str] = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))[
        "project"
    ]
    return project["version"]
