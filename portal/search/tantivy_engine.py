"""The engine for one bigger machine: tantivy, from some 50,000 pages on. Installed only where it is chosen.

Folders, pointers and the one writer are those of `whoosh_engine`. Its neighbours named
tantivy_* are the only files that know tantivy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.core.errors import UnavailableError
from portal.search import locks, plan, tantivy_files, tantivy_finding, tantivy_schema
from portal.search.analysis import ANALYSIS_VERSION
from portal.search.documents import Hits, Query, SearchDocument
from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.folders import Shelf
from portal.search.tantivy_reading import TRIES, Opened, Reading
from portal.search.visibility import Visibility

log = logging.getLogger(__name__)


class TantivyEngine:
    """One index in one folder; see `engine.Engine` for what each method promises."""

    at_once = 4_000
    """A second or two; each commit costs as much as a thousand of them."""

    def __init__(self, root: Path) -> None:
        self._shelf = Shelf(root, f"t{tantivy_schema.SCHEMA_VERSION}.{ANALYSIS_VERSION}")
        self._reading = Reading(self._shelf)

    def exists(self) -> bool:
        try:
            self._shelf.current()
        except NeedsRebuildError:
            return False
        return True

    def prepare(self) -> None:
        if not (self._shelf.root / "current").exists():
            self._shelf.point("current", self._empty())

    def check(self, thorough: bool = False) -> None:
        for left in reversed(range(TRIES)):
            folder = self._shelf.sound()
            before = _table_of(folder)
            try:
                tantivy_files.check(folder, thorough)
                return
            except tantivy_files.LOST as error:
                if left and (self._shelf.current() != folder or _table_of(folder) != before):
                    continue
                self._shelf.condemn(folder, str(error) or type(error).__name__)
                raise DamagedIndexError from None

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        latest = {document.key: tantivy_schema.row(document) for document in documents}
        gone = set(removed) - latest.keys()
        # Nothing is written to what is damaged, which a look at the files tells.
        self.check()
        tantivy_files.change(self._shelf.sound(), latest, gone)
        next_folder = self._shelf.next()
        if next_folder is None:
            return
        try:
            tantivy_files.check(next_folder)
        except tantivy_files.LOST:
            log.error("what a rebuild of the search index filled is damaged: it has to begin anew")
            self._shelf.forget_next()
            return
        tantivy_files.change(next_folder, latest, gone)

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        understood = plan.understand(query)
        if understood.is_empty:
            return Hits()
        with self._opened() as opened:
            return tantivy_finding.search(opened, understood, query.refined, visibility, offset, limit)

    def count(self) -> int:
        with self._opened() as opened:
            return int(opened.searcher.num_docs)

    def keys(self) -> Iterator[str]:
        with self._opened() as opened:
            yield from opened.keys()

    def size(self) -> int:
        return sum(path.stat().st_size for path in self._shelf.current().iterdir() if path.is_file())

    def tidy(self, must_give_way: Callable[[], bool]) -> bool:
        """Do nothing: tantivy puts its segments together while it writes."""
        return False

    def scrub(self) -> bool:
        """Say that it cannot: tantivy keeps what was removed until it happens to put a segment together."""
        return False

    @contextmanager
    def rebuilding(self, anew: bool = True) -> Iterator[None]:
        self._shelf.root.mkdir(parents=True, exist_ok=True)
        with locks.held_alone(self._shelf.rebuild_lock):
            if anew or not self.reached():
                self._shelf.drop_next()
                self._shelf.point("next", self._empty())
            yield
            self._shelf.drop_next()

    def is_rebuilding(self) -> bool:
        return self._shelf.next() is not None

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        rows = {document.key: tantivy_schema.row(document) for document in documents}
        tantivy_files.change(self._next(), rows, set())

    def mark(self, reached: str) -> None:
        self._shelf.mark(self._next(), reached)

    def reached(self) -> str:
        folder, reached = self._shelf.next(), self._shelf.reached()
        try:
            if folder and reached:
                tantivy_files.check(folder)
        except tantivy_files.LOST:
            return ""
        return reached

    def swap(self) -> None:
        self._shelf.point("current", self._next())

    def close(self) -> None:
        self._reading.close()

    @contextmanager
    def _opened(self) -> Iterator[Opened]:
        """Lend the open index; where it cannot be read, say for every process to see what is wrong."""
        try:
            with self._reading.opened() as opened:
                yield opened
        except DamagedIndexError:
            with suppress(UnavailableError):
                self.check()
            raise

    def _next(self) -> Path:
        folder = self._shelf.next()
        if folder is None:
            raise RuntimeError("fill, mark and swap belong into rebuilding()")
        return folder

    def _empty(self) -> Path:
        folder = self._shelf.fresh()
        tantivy_files.create(folder)
        return folder


def _table_of(folder: Path) -> bytes:
    """Return the table of an index, empty where there is none."""
    try:
        return (folder / tantivy_files.TABLE).read_bytes()
    except OSError:
        return b""
