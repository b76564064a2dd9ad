"""Children that are copies of the worker's main process: what takes seconds to load is loaded once.

A copy begins with nothing that two processes must not share: the main process has one thread
and the one that watches its lifeline, lets go of its database connections before each copy is
made, and opens no index. Memory that nobody writes to is there once for all of them.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from portal.core import db, traces
from portal.jobs import lifeline

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_QUIET_THREADS = {threading.main_thread().name, lifeline.NAME}
_lines: set[int] = set()
"""The writing ends of the lifelines of all copies that this process looks after."""


def prepare() -> None:
    """Let the collector leave alone what is there already, or it would copy those pages into each child."""
    gc.collect()
    gc.freeze()


class Fork:
    """A copy of this process that does one thing and ends; looked after like a `children.Child`."""

    def __init__(self, name: str, work: Callable[[], None], extra_environment: Mapping[str, str]) -> None:
        """Start the copy, on a lifeline, in our process group and with our output.

        Args:
            name: by which `top` shows it; 15 characters are seen.

        Raises:
            RuntimeError: there are other threads here, which may hold locks that nobody would give back.
        """
        if others := {thread.name for thread in threading.enumerate()} - _QUIET_THREADS:
            raise RuntimeError(f"no copy is made beside the threads {sorted(others)}")
        db.let_go()
        sys.stdout.flush()
        sys.stderr.flush()
        reading, self._line = os.pipe()
        _lines.add(self._line)
        # A signal for the copy must not be taken by handlers that are ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _be(name, work, extra_environment, reading)
        except OSError:
            self._let_go_of_line()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(reading)
        self.started = time.monotonic()
        self._code: int | None = None

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while the process lives."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def terminate(self) -> None:
        """Ask the process to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End the process now."""
        self._send(signal.SIGKILL)
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._let_go_of_line()

    def _let_go_of_line(self) -> None:
        # Once only: the number may be the line of a later copy by then.
        if self._line >= 0:
            _lines.remove(self._line)
            os.close(self._line)
            self._line = -1

    def _send(self, number: int) -> None:
        # A process that was waited for is gone, and its number may be somebody else's.
        if self.exit_code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def _be(name: str, work: Callable[[], None], extra_environment: Mapping[str, str], reading: int) -> None:
    """Be the copy, and never come back to what the main process was doing."""
    code = 1
    try:
        for line in _lines:
            os.close(line)
        os.dup2(reading, 0)
        os.close(reading)
        os.environ.update(lifeline.environment(extra_environment))
        tempfile.tempdir = None
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        Path("/proc/self/comm").write_text(name, encoding="ascii")
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:  # noqa: BLE001 - the copy ends here, whatever it was
        log.error("%s ends: %s", name, traces.of(error))
    finally:
        _end(code)


def _end(code: int) -> None:
    """End the copy, also where its last words find no room: above it lies the loop of the main process."""
    try:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
