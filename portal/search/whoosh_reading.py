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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh
from whoosh.index import IndexError as WhooshIndexError  # noqa: TID251 - the adapter of Whoosh
from whoosh.reading import (  # noqa: TID251 - the adapter of Whoosh
    EmptyReader,
    IndexReader,
    MultiReader,
    SegmentReader,
)
from whoosh.searching import Searcher  # noqa: TID251 - the adapter of Whoosh

from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.folders import Shelf
from portal.search.whoosh_memory import Memory
from portal.search.whoosh_source import WhooshSource
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
    """A searcher of its own files; it takes over those of an older one that did not change."""

    def __init__(self, folder: Path, older: _Open | None = None) -> None:
        self.folder = folder
        self.storage = storage = ReadingStorage(folder)
        spare = older.taken_apart() if older else {}
        leaves: list[SegmentReader] = []
        try:
            # Asked first: a commit in between makes the searcher look older than it is, never newer.
            self.generation = generation_of(folder)
            table = FileIndex(storage)._read_toc()
            storage.check_all()
            for segment in table.segments:
                leaves.append(_reader(storage, table, segment, spare.pop(str(segment.segment_id()), None)))
            self.searcher = Searcher(_joined(table, leaves))
        except DAMAGE:
            _close(leaves)
            storage.abandon()
            raise
        finally:
            _close(spare.values())
        storage.settle()
        self.source: WhooshSource | None = None

    def taken_apart(self) -> dict[str, SegmentReader]:
        """Return the readers of its segments by id, for a younger searcher; this one is of no more use."""
        return {str(one.segment().segment_id()): one for one, _ in self.searcher.reader().leaf_readers()}

    def is_current(self, folder: Path) -> bool:
        """Tell whether it knows the last commit, and its files are as they were when they were opened."""
        return (
            self.folder == folder
            and generation_of(folder) == self.generation
            and self.storage.looks_the_same()
        )

    def close(self) -> None:
        """Close the files. An index that vanished meanwhile has nothing to close."""
        if self.source is not None:
            self.source.close()
        with suppress(OSError):
            self.searcher.close()


class Reading:
    """Lends searchers of one index."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._memory = Memory()
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._idle: list[_Open] = []

    @contextmanager
    def searcher(self) -> Iterator[Searcher]:
        """Lend a searcher that knows the last commit; raises as `source` does."""
        with self._lent() as lent:
            yield lent.searcher

    @contextmanager
    def source(self) -> Iterator[WhooshSource]:
        """Lend the arrays of a searcher that knows the last commit.

        Raises:
            NeedsRebuildError: there is no index of this version.
            DamagedIndexError: it cannot be opened or read.
        """
        with self._lent() as lent:
            if lent.source is None:
                lent.source = WhooshSource(lent.searcher, self._memory)
            yield lent.source

    @contextmanager
    def _lent(self) -> Iterator[_Open]:
        with self._room:
            lent = self._lend()
            try:
                yield lent
            except DAMAGE as error:
                lent.close()
                log.error("the search index cannot be read: %s", _place_of(error))
                raise DamagedIndexError from None
            except BaseException:
                lent.close()
                raise
            self._idle.append(lent)

    def close(self) -> None:
        """Close the searchers that are lent to nobody."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

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
        """Return an idle searcher that is of the last commit, or open one; make use of an older one."""
        folder = self._shelf.sound()
        older: _Open | None = None
        with suppress(IndexError):
            while True:
                idle = self._idle.pop()
                if idle.is_current(folder):
                    return idle
                if older is None and idle.folder == folder:
                    older = idle
                else:
                    idle.close()
        return _Open(folder, older)


def _reader(storage: ReadingStorage, table: Any, segment: Any, known: SegmentReader | None) -> SegmentReader:
    """Return a reader of the segment; a known one only has to learn what was deleted since."""
    if known is None:
        return SegmentReader(storage, table.schema, segment, generation=table.generation)
    known.segment()._deleted = segment._deleted
    return known


def _joined(table: Any, leaves: list[SegmentReader]) -> IndexReader:
    if not leaves:
        return EmptyReader(table.schema)
    return leaves[0] if len(leaves) == 1 else MultiReader(leaves, generation=table.generation)


def _close(readers: Iterable[SegmentReader]) -> None:
    """Close the files. An index that vanished meanwhile has nothing to close."""
    for reader in readers:
        with suppress(OSError):
            reader.close()


def _place_of(error: BaseException) -> str:
    """Return kind and place of an error without its text, which may hold a word of a query or a page."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
