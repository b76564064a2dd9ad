"""The supervisor: keeps web and worker alive, each a process group of its own; nothing survives it."""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from portal.core import house
from portal.core.errors import ConflictError
from portal.core.ids import new_id
from portal.jobs import children, leases, liveness, logs
from portal.jobs.children import Child

log = logging.getLogger(__name__)

GRACE_SECONDS = 6.0
STEADY_SECONDS = 5.0
"""A process that lived so long is started again at once when it dies."""
LONGEST_PAUSE = 30.0
GLANCE_SECONDS = 0.1
ROTATE_SECONDS = 60.0

Arguments = Callable[[str], Sequence[str]]
"""Takes the name of this start of the service, returns the arguments of the interpreter."""


class Service:
    """One process group that is to be there all the time. Every start has a name of its own."""

    def __init__(
        self,
        role: str,
        arguments: Arguments,
        holds_leases: bool = False,
        noted: bool = True,
        may_start: Callable[[], bool] = lambda: True,
    ) -> None:
        self.role = role
        self.early_deaths = 0
        self._arguments = arguments
        self._holds_leases = holds_leases
        self._noted = noted
        self._may_start = may_start
        self._name = ""
        self._child: Child | None = None
        self._not_before = 0.0

    def start(self) -> None:
        """Start the process as leader of a new group, and note it in `run/` if it is to be found there."""
        self._name = f"{self.role}-{new_id()}"
        self._child = Child(self._arguments(self._name), own_group=True, log=logs.path_of(self.role))
        if self._noted:
            liveness.note(self.role, self._child.pid, self._name)

    def tend(self) -> None:
        """Start the process if it is not there; what it held when it died is given back at once."""
        if self._child is None:
            if time.monotonic() >= self._not_before and self._may_start():
                self.start()
        elif (code := self._child.exit_code) is not None:
            log.warning("%s died (%d)", self.role, code)
            lived = self._child.age
            self._child.kill()
            self._child = None
            self.early_deaths = self.early_deaths + 1 if lived < STEADY_SECONDS else 0
            pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.early_deaths - 1)) if self.early_deaths else 0.0
            self._not_before = time.monotonic() + pause
            self._give_back(leases.give_back)

    def ask_to_stop(self) -> list[Child]:
        """Return the process to be stopped, if there is one."""
        return [] if self._child is None else [self._child]

    def stopped(self) -> None:
        """Clean up after the process was stopped on purpose."""
        self._child = None
        self._give_back(leases.release)
        if self._noted:
            liveness.forget(self.role)

    def take_over(self) -> None:
        """Give back what the same service held when everything here died together."""
        self._name = liveness.name_of(self.role)
        if self._name:
            self._give_back(leases.give_back)

    def _give_back(self, how: Callable[[str], int]) -> None:
        if not self._holds_leases:
            return
        try:
            number = how(f"{self._name}/")
        except SQLAlchemyError:
            log.warning("leases of %s could not be given back now; they end by themselves", self._name)
        else:
            if number:
                log.info("%d leases of %s were given back", number, self._name)


def stop(services: Sequence[Service]) -> None:
    """Stop all services and everything in their groups."""
    children.stop_all([child for service in services for child in service.ask_to_stop()], GRACE_SECONDS)
    for service in services:
        service.stopped()


def supervise(services: Sequence[Service], unwanted: threading.Event) -> None:
    """Keep the services alive until the event is set, then leave no process of theirs."""
    next_rotation = 0.0
    try:
        for service in services:
            service.take_over()
        while not unwanted.wait(GLANCE_SECONDS):
            for service in services:
                service.tend()
            if time.monotonic() >= next_rotation:
                next_rotation = time.monotonic() + ROTATE_SECONDS
                for service in services:
                    logs.rotate(logs.path_of(service.role))
    finally:
        stop(services)


@contextmanager
def alone() -> Iterator[None]:
    """Be the only supervisor of this home.

    Raises:
        ConflictError: another one is at work.
    """
    folder = house.settings().run_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "supervisor.lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ConflictError("already_running", pid=file.read().strip() or "?") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def require_free_port(host: str, port: int, patience: float = 2.0) -> None:
    """Make sure that the port can be had; one that a dying server holds is waited for.

    Raises:
        ConflictError: somebody else listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    end = time.monotonic() + patience
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((host, port))
                return
        if time.monotonic() > end:
            raise ConflictError("port_taken", host=host, port=port)
        time.sleep(GLANCE_SECONDS)
