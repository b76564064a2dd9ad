"""The port behind which engines stand, and the two indexes of this home.

Whoosh is the engine of the portal, tantivy one for a bigger machine (`SEARCH_ENGINE`); the
one in memory serves tests. What any engine must do is said by one suite of tests that
runs on all of them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol

from portal.core import house
from portal.search import locks
from portal.search.documents import Hits, Query, SearchDocument, Side
from portal.search.errors import MissingEngineError
from portal.search.visibility import Visibility

CLASSES = {
    "whoosh": ("portal.search.whoosh_engine", "WhooshEngine"),
    "tantivy": ("portal.search.tantivy_engine", "TantivyEngine"),
}
"""Where each engine of `SEARCH_ENGINE` stands. A module is imported only where its engine was chosen."""


class Engine(Protocol):
    """One index. Writing is for the one indexer, within `writing()`."""

    at_once: int
    """Things that go into a new index at once: as many as a fresh page can wait for."""

    def exists(self) -> bool:
        """Tell whether there is an index of this version, be it empty."""

    def check(self, thorough: bool = False) -> None:
        """Compare what is on disk with what was committed, and say where it is not that.

        Cheap when nothing was touched since the last time, so that it can be asked all the time;
        `thorough` reads all of it again.

        Raises:
            NeedsRebuildError: there is no index of this version.
            DamagedIndexError: it is damaged, as every process now sees. Nothing of it was changed.
        """

    def prepare(self) -> None:
        """Make an empty index where there is none of any version; else do nothing."""

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        """Put in or replace documents and remove keys; durable on return. The last of one key counts."""

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        """Return a stretch of what was found, best first.

        Raises:
            UnavailableError: the index cannot be read.
        """

    def count(self) -> int:
        """Return how many documents the index holds."""

    def keys(self) -> Iterator[str]:
        """Yield the key of each document it holds, in no order.

        Raises:
            UnavailableError: the index cannot be read.
        """

    def size(self) -> int:
        """Return its bytes on disk."""

    def tidy(self, must_give_way: Callable[[], bool]) -> bool:
        """Do a piece of the upkeep that makes searching cheaper; tell whether there is more of it.

        Asked while writing; `must_give_way` is asked now and then, and ends it without a loss.
        """

    def scrub(self) -> bool:
        """Write anew every piece that still holds what was removed, so that no byte of it stays.

        Asked while writing, after `write`. False where the engine cannot; then only a rebuild does it.
        """

    def rebuilding(self, anew: bool = True) -> AbstractContextManager[None]:
        """Fill a new index within the block while the old serves.

        After an error or a kill the old serves on, what was filled stands, and writing goes to both,
        so that a rebuild that is not `anew` can go on.

        Raises:
            ConflictError: somebody else is at it.
        """

    def is_rebuilding(self) -> bool:
        """Tell whether a rebuild is going on, or stands half done; `write` then goes to both indexes."""

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        """Put documents into the new index only."""

    def mark(self, reached: str) -> None:
        """Keep with the new index, durably, how far filling it came."""

    def reached(self) -> str:
        """Return the last mark of a rebuild that can go on; empty where none can."""

    def swap(self) -> None:
        """Let the new index serve, within `rebuilding()`, as its last step."""

    def close(self) -> None:
        """Close the files that nobody reads just now; whoever asks again opens them anew."""


MOST_KEPT = 4
"""Engines that a process keeps: both indexes of its home, and of the one before where tests change homes."""

_engines: OrderedDict[tuple[str, Path], Engine] = OrderedDict()
_lock = threading.Lock()


def name() -> str:
    """Return the engine that was chosen, as `status` and the API call it."""
    return house.settings().search_engine


def require() -> None:
    """Make sure at the start that the engine can run, so that no search finds out later.

    Raises:
        MissingEngineError: its library is not installed.
    """
    _class_of(name())


def public() -> Engine:
    """Return the index of what anybody may read."""
    return _of(Side.PUBLIC)


def restricted() -> Engine:
    """Return the index of all the rest. Never called for a request without rights to it."""
    return _of(Side.RESTRICTED)


def writing() -> AbstractContextManager[None]:
    """Hold the one lock of this home's writer; truth is read from SQL within it."""
    return locks.held(house.settings().index_folder / "writer.lock")


def _of(side: Side) -> Engine:
    folder = house.settings().index_folder / side
    asked = (name(), folder)
    with _lock:
        if asked not in _engines:
            _engines[asked] = _class_of(name())(folder)
        _engines.move_to_end(asked)
        fallen = [_engines.popitem(last=False)[1] for _ in range(len(_engines) - MOST_KEPT)]
        kept = _engines[asked]
    for one in fallen:
        one.close()
    return kept


def _class_of(engine: str) -> Callable[[Path], Engine]:
    module, class_name = CLASSES[engine]
    try:
        made: Callable[[Path], Engine] = getattr(import_module(module), class_name)
    except ImportError as error:
        raise MissingEngineError(engine, error.name or str(error)) from error
    return made
