"""One open searcher per process and index, shared by all threads and renewed after each commit.

A searcher that another thread still uses is never closed under it; the last user
closes it. (Whoosh's own `refresh` closes readers that searches may be walking on.)
"""

from __future__ import annotations

import logging
import pickle
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.filedb.filestore import FileStorage  # noqa: TID251 - the adapter of Whoosh
from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh
from whoosh.index import IndexError as WhooshIndexError  # noqa: TID251 - the adapter of Whoosh
from whoosh.searching import Searcher  # noqa: TID251 - the adapter of Whoosh

from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.folders import Shelf

log = logging.getLogger(__name__)

DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    ImportError,
    MemoryError,
    OverflowError,
    struct.error,
    zlib.error,
    pickle.UnpicklingError,
    WhooshIndexError,
)
"""What Whoosh raises on files that are missing, truncated or flipped: it checks nothing itself."""

TRIES = 4
BETWEEN_TRIES = 0.05
"""Seconds. A reader can meet the moment in which a writer removes the files of before."""


class _Open:
    """A searcher with the number of its users."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = FileIndex(FileStorage(str(folder), readonly=True))
        # Asked first: a commit in between makes the searcher look older than it is, never newer.
        self.generation = self.index.latest_generation()
        self.searcher: Searcher = self.index.searcher()
        self.users = 0

    def is_current(self, folder: Path) -> bool:
        return self.folder == folder and self.index.latest_generation() == self.generation

    def close(self) -> None:
        """Close the files. An index that vanished meanwhile has nothing to close."""
        with suppress(OSError):
            self.searcher.close()


class Reading:
    """Lends the searcher of one index."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._open: _Open | None = None

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Lend a searcher that knows the last commit.

        Raises:
            NeedsRebuildError: there is no index of this version.
            DamagedIndexError: it cannot be opened or read.
        """
        lent = self._lend()
        try:
            yield lent.searcher
        except DAMAGE:
            log.exception("the search index cannot be read")
            raise DamagedIndexError from None
        finally:
            self._take_back(lent)

    def _lend(self) -> _Open:
        for left in reversed(range(TRIES)):
            try:
                return self._renewed()
            except NeedsRebuildError:
                raise
            except DAMAGE:
                if not left:
                    log.exception("the search index cannot be opened")
                    raise DamagedIndexError from None
                time.sleep(BETWEEN_TRIES)
        raise DamagedIndexError

    def _renewed(self) -> _Open:
        with self._lock:
            folder = self._shelf.current()
            if self._open is None or not self._open.is_current(folder):
                before, self._open = self._open, _Open(folder)
                if before is not None and not before.users:
                    before.close()
            self._open.users += 1
            return self._open

    def _take_back(self, lent: _Open) -> None:
        with self._lock:
            lent.users -= 1
            if lent is not self._open and not lent.users:
                lent.close()
