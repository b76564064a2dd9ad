"""The engine of the portal: Whoosh, with versioned folders, one writer and durable commits.

Before it stands `catalogue.indexing`, the only one who writes; after it
`catalogue.finding`. Its neighbours named whoosh_* are the only files that know Whoosh.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh

from portal.core.errors import UnavailableError
from portal.search import evaluation, locks, plan, whoosh_schema, whoosh_storage, whoosh_writing
from portal.search.analysis import ANALYSIS_VERSION
from portal.search.documents import Hits, Query, SearchDocument
from portal.search.errors import DamagedIndexError, NeedsRebuildError
from portal.search.folders import Shelf
from portal.search.seals import BrokenSealError
from portal.search.visibility import Visibility
from portal.search.whoosh_postings import GaveWay
from portal.search.whoosh_reading import Reading
from portal.search.whoosh_storage import DurableStorage

log = logging.getLogger(__name__)

LOST = (BrokenSealError, FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)
"""What says for sure that files are not those that were committed, or that nobody can read them."""

LOOKS = 10
"""A file can be missing because a commit just replaced it; then it is looked at anew, so many times."""


class WhooshEngine:
    """One index in one folder; see `engine.Engine` for what each method promises."""

    at_once = 500
    """A second or two."""

    def __init__(self, root: Path) -> None:
        self._shelf = Shelf(root, f"{whoosh_schema.SCHEMA_VERSION}.{ANALYSIS_VERSION}")
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
        folder = self._shelf.sound()
        for _ in range(LOOKS):
            generation = -1
            try:
                generation = whoosh_storage.generation_of(folder)
                whoosh_storage.check(folder, thorough)
                return
            except LOST as error:
                if self._moved_on(folder, generation):
                    folder = self._shelf.sound()
                    continue
                self._shelf.condemn(folder, str(error) or type(error).__name__)
                raise DamagedIndexError from None
            except OSError as error:
                log.error("the search index cannot be read: %s", error.strerror)
                raise UnavailableError("index_unavailable") from None

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        latest = {document.key: document for document in documents}
        gone = set(removed) - latest.keys()
        with self._noticing():
            whoosh_writing.change(self._shelf.sound(), latest, gone)
        next_folder = self._shelf.next()
        if next_folder is None:
            return
        try:
            whoosh_writing.change(next_folder, latest, gone)
        except LOST:
            log.error("what a rebuild of the search index filled is damaged: it has to begin anew")
            self._shelf.forget_next()

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        understood = plan.understand(query)
        if understood.is_empty:
            return Hits()
        with self._telling(), self._reading.source() as source:
            return evaluation.search(source, understood, query, visibility, offset, limit)

    def count(self) -> int:
        with self._telling(), self._reading.searcher() as searcher:
            return int(searcher.doc_count())

    def keys(self) -> Iterator[str]:
        with self._telling(), self._reading.searcher() as searcher:
            for reader, _ in searcher.reader().leaf_readers():
                column = reader.column_reader(whoosh_schema.KEYS)
                for number in reader.all_doc_ids():
                    yield column[number].decode()

    def size(self) -> int:
        return sum(path.stat().st_size for path in self._shelf.current().iterdir() if path.is_file())

    def tidy(self, must_give_way: Callable[[], bool]) -> bool:
        with self._noticing(), suppress(GaveWay):
            return whoosh_writing.tidy(self._shelf.sound(), must_give_way)
        return False

    def scrub(self) -> bool:
        with self._noticing():
            whoosh_writing.scrub(self._shelf.sound())
        half_done = self._shelf.next()
        if half_done is not None:
            whoosh_writing.scrub(half_done)
        return True

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
        whoosh_writing.change(self._next(), {document.key: document for document in documents}, set())

    def mark(self, reached: str) -> None:
        self._shelf.mark(self._next(), reached)

    def reached(self) -> str:
        folder, reached = self._shelf.next(), self._shelf.reached()
        try:
            if folder and reached:
                whoosh_storage.check(folder)
        except LOST:
            return ""
        return reached

    def swap(self) -> None:
        self._shelf.point("current", self._next())

    def close(self) -> None:
        self._reading.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Where the index cannot be read, say for every process to see what is wrong."""
        try:
            yield
        except DamagedIndexError:
            with suppress(UnavailableError):
                self.check()
            raise

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except LOST:
            self.check()
            raise DamagedIndexError from None

    def _moved_on(self, folder: Path, generation: int) -> bool:
        """Tell whether a commit or a swap came since."""
        try:
            return self._shelf.current() != folder or whoosh_storage.generation_of(folder) != generation
        except OSError:
            return False

    def _next(self) -> Path:
        folder = self._shelf.next()
        if folder is None:
            raise RuntimeError("fill, mark and swap belong into rebuilding()")
        return folder

    def _empty(self) -> Path:
        folder = self._shelf.fresh()
        FileIndex.create(DurableStorage(folder), whoosh_schema.schema())
        return folder
