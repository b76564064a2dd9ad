"""The local pool: reading children, two for the desk, one for the search index, in one process group."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping

from portal.core.db import transaction
from portal.jobs import children, doorbell, handlers, leases, ledger, scratch
from portal.jobs.children import Process
from portal.jobs.models import Lane

log = logging.getLogger(__name__)

INDEX = "index"
QUICK = "quick"
"""The room of a child of the desk that does only what is quick."""
QUIET_SECONDS = 60.0
"""A child that lived so long may be replaced at once when it dies."""
LONGEST_PAUSE = 30.0

Start = Callable[[str, str, Mapping[str, str]], Process]
"""Takes room, owner and what its environment has besides ours, returns the child that was started."""


class Place:
    """A place in the pool that one child after the other fills."""

    def __init__(self, room: str, number: int) -> None:
        self.room = room
        self.number = number
        self.child: Process | None = None
        self.owner = ""
        self.not_before = 0.0
        self._filled = 0
        self._early_deaths = 0

    def fill(self, worker: str, start: Start) -> None:
        """Start the next child at this place."""
        self._filled += 1
        self.owner = f"{worker}/{self.room}-{self.number}.{self._filled}"
        # Tesseract's own threads would fight with the other reading children for the cores.
        environment = {"OMP_THREAD_LIMIT": "1", "TMPDIR": str(scratch.folder_of(os.getpid()))}
        self.child = start(self.room, self.owner, environment)

    def empty(self, died: bool) -> None:
        """Note that the child is gone; places whose children die early are filled ever later."""
        lived = self.child.age if self.child else 0.0
        self.child = None
        self._early_deaths = self._early_deaths + 1 if died and lived < QUIET_SECONDS else 0
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self._early_deaths - 1)) if self._early_deaths else 0.0
        self.not_before = time.monotonic() + pause


class LocalPool:
    """The executor on this machine. Give the process a group of its own before it starts."""

    def __init__(self, worker: str, readers: int, start: Start) -> None:
        self._worker = worker
        self._start = start
        self._places = [Place(Lane.READ.value, number) for number in range(1, readers + 1)]
        # People wait for what the desk makes; who zooms must not wait for somebody's copy of 300 pages.
        self._places += [Place(room, 1) for room in (QUICK, Lane.DESK.value, INDEX)]

    def start(self) -> None:
        """Write the rows of periodic work, then fill all places."""
        doorbell.sweep()
        scratch.sweep()
        with transaction():
            for kind, work in handlers.periodic().items():
                ledger.enqueue(kind, "", every=work.every)
        for place in self._places:
            place.fill(self._worker, self._start)

    def tend(self) -> None:
        """Fill the places of children that ended; what one of them died over counts as failed."""
        for place in self._places:
            if place.child is None:
                if time.monotonic() >= place.not_before:
                    place.fill(self._worker, self._start)
            elif (code := place.child.exit_code) is not None:
                place.child.kill()
                place.empty(died=code != 0)
                if code != 0:
                    self._account_for(place, code)

    def stop(self, grace: float) -> None:
        """Let the present jobs end for at most so many seconds, then give their leases back uncounted."""
        children.stop_all([place.child for place in self._places if place.child is not None], grace)
        children.kill_strays(os.getpgrp(), [os.getpid()])
        leases.release(f"{self._worker}/")
        doorbell.sweep()
        scratch.remove(os.getpid())

    def _account_for(self, place: Place, code: int) -> None:
        held = leases.child_died(place.owner) if place.room != INDEX else 0
        log.warning("child %s died (%d) over %d jobs", place.owner, code, held)
        known = [os.getpid(), *(other.child.pid for other in self._places if other.child is not None)]
        children.kill_strays(os.getpgrp(), known)
