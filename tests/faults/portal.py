"""A running portal whose processes and rows can be looked at from outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.journeys.portal import Portal


class WatchedPortal(Portal):
    """A running portal on SQLite; looks need none of the portal's own code."""

    def pid_of(self, role: str) -> int:
        """Return the noted process-group leader of web or worker, 0 where none is noted."""
        try:
            return int((self.home / "run" / f"{role}.pid").read_text())
        except (OSError, ValueError):
            return 0

    @property
    def supervisor_pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of an SQL query."""
        address = f"file:{self.home / 'portal.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def count(self, query: str) -> int:
        """Return the one number of an SQL query."""
        return int(self.rows(query)[0][0])

    def processes(self) -> dict[int, str]:
        """Return names and command lines of all living processes that have this home in their environment."""
        mark = f"PORTAL_HOME={self.home}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(folder.name)] = (folder / "comm").read_text().strip() + ": " + words
            except OSError:
                # The process has just ended.
                continue
        return found
