"""The open searchers of one process and index, lent to one thread at a time, renewed after each commit.

Two threads on one searcher seek in the same file and read each other's postings
(measured: wrong or failing within 3,200 searches of eight threads), so each search has
a searcher to itself. Two are enough: Whoosh is Python and runs one at a time anyhow,
and the second lets a quick search pass a slow one.
"""

from __future__ import annotations

import logging
import pickle
import struct
import threading
import time
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh
from whoosh.index import IndexError as WhooshIndexError  # noqa: TID251 - the adapter of Whoosh
from whoosh.searching import Searcher  # noqa: TID251 - the adapter of Whoosh

from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.folders import Shelf
from portal.search.whoosh_storage import ReadingStorage, generation_of

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
"""What is raised on files that are missing or not those committed, and by Whoosh on what no seal catches."""

MOST_AT_ONCE = 2

TRIES = 4
BETWEEN_TRIES = 0.05
"""Seconds. A reader can meet the moment in which a writer removes the files of before."""


class _Open:
    """A searcher of its own files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.storage = storage = ReadingStorage(folder)
        try:
            # Asked first: a commit in between makes the searcher look older than it is, never newer.
            self.generation = generation_of(folder)
            self.searcher: Searcher = FileIndex(storage).searcher()
        except DAMAGE:
            storage.abandon()
            raise
        storage.settle()

    def is_current(self, folder: Path) -> bool:
        """Tell whether it knows the last commit, and its files are as they were when they were opened."""
        return (
            self.folder == folder
            and generation_of(folder) == self.generation
            and self.storage.looks_the_same()
        )

    def close(self) -> None:
        """Close the files. An index that vanished meanwhile has nothing to close."""
        with suppress(OSError):
            self.searcher.close()


class Reading:
    """Lends searchers of one index."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._idle: list[_Open] = []

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Lend a searcher that knows the last commit.

        Raises:
            NeedsRebuildError: there is no index of this version.
            DamagedIndexError: it cannot be opened or read.
        """
        with self._room:
            lent = self._lend()
            try:
                yield lent.searcher
            except DAMAGE as error:
                lent.close()
                log.error("the search index cannot be read: %s", _place_of(error))
                raise DamagedIndexError from None
            except BaseException:
                lent.close()
                raise
            self._idle.append(lent)

    def _lend(self) -> _Open:
        for left in reversed(range(TRIES)):
            try:
                return self._current()
            except (NeedsRebuildError, DamagedIndexError):
                raise
            except DAMAGE as error:
                if not left:
                    log.error("the search index cannot be opened: %s", _place_of(error))
                    raise DamagedIndexError from None
                time.sleep(BETWEEN_TRIES)
        raise DamagedIndexError

    def _current(self) -> _Open:
        """Return an idle searcher that is of the last commit, or open one; close older ones."""
        folder = self._shelf.sound()
        with suppress(IndexError):
            while True:
                idle = self._idle.pop()
                if idle.is_current(folder):
                    return idle
                idle.close()
        return _Open(folder)


def _place_of(error: BaseException) -> str:
    """Return kind and place of an error without its text, which may hold a word of a query or a page."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
