"""The engine of the portal: Whoosh, with versioned folders, one writer and durable commits.

Before it stands `catalogue.indexing`, the only one who writes; after it
`catalogue.finding`. Its neighbours named whoosh_* are the only files that know Whoosh.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from whoosh.index import FileIndex  # noqa: TID251 - the adapter of Whoosh
from whoosh.writing import SegmentWriter  # noqa: TID251 - the adapter of Whoosh

from portal.search import evaluation, locks, plan, whoosh_schema
from portal.search.analysis import ANALYSIS_VERSION
from portal.search.documents import Hits, Query, SearchDocument
from portal.search.errors import NeedsRebuildError
from portal.search.folders import Shelf
from portal.search.visibility import Visibility
from portal.search.whoosh_reading import Reading
from portal.search.whoosh_source import Memory, WhooshSource
from portal.search.whoosh_storage import DurableStorage

WRITER_SECONDS = 10.0
"""How long to wait for Whoosh's own lock, which only a writer outside the rules could hold."""


class WhooshEngine:
    """One index in one folder; see `engine.Engine` for what each method promises."""

    def __init__(self, root: Path) -> None:
        self._shelf = Shelf(root, f"{whoosh_schema.SCHEMA_VERSION}.{ANALYSIS_VERSION}")
        self._reading = Reading(self._shelf)
        self._memory = Memory()

    def exists(self) -> bool:
        try:
            self._shelf.current()
        except NeedsRebuildError:
            return False
        return True

    def prepare(self) -> None:
        if not (self._shelf.root / "current").exists():
            self._shelf.point("current", self._empty())

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        latest = {document.key: document for document in documents}
        gone = set(removed) - latest.keys()
        for folder in filter(None, [self._shelf.current(), self._shelf.next()]):
            _change(folder, latest, gone)

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        understood = plan.understand(query)
        if understood.is_empty:
            return Hits()
        with self._reading.searcher() as searcher:
            source = WhooshSource(searcher, self._memory)
            return evaluation.search(source, understood, query, visibility, offset, limit)

    def count(self) -> int:
        with self._reading.searcher() as searcher:
            return int(searcher.doc_count())

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        self._shelf.root.mkdir(parents=True, exist_ok=True)
        with locks.held_alone(self._shelf.rebuild_lock):
            self._shelf.drop_next()
            self._shelf.point("next", self._empty())
            try:
                yield
            finally:
                self._shelf.drop_next()

    def is_rebuilding(self) -> bool:
        return self._shelf.next() is not None

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        _change(self._next(), {document.key: document for document in documents}, set())

    def swap(self) -> None:
        self._shelf.point("current", self._next())

    def _next(self) -> Path:
        folder = self._shelf.next()
        if folder is None:
            raise RuntimeError("fill and swap belong into rebuilding()")
        return folder

    def _empty(self) -> Path:
        folder = self._shelf.fresh()
        FileIndex.create(DurableStorage(folder), whoosh_schema.schema())
        return folder


def _change(folder: Path, documents: dict[str, SearchDocument], removed: set[str]) -> None:
    """Replace and remove in one commit.

    Old versions are deleted before any new one is added, since Whoosh would not see
    what one writer added before.
    """
    if not documents and not removed:
        return
    writer = SegmentWriter(FileIndex(DurableStorage(folder)), timeout=WRITER_SECONDS)
    try:
        for key in [*documents, *removed]:
            _delete(writer, key)
        for document in documents.values():
            writer.add_document(**whoosh_schema.row(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def _delete(writer: SegmentWriter, key: str) -> None:
    reader = writer.searcher().reader()
    if (whoosh_schema.KEY, key) in reader:
        for number in list(reader.postings(whoosh_schema.KEY, key).all_ids()):
            writer.delete_document(number)
