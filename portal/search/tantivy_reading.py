"""The open index of one process: what was compared is opened once, and anew after each commit."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tantivy import DocAddress, Index, Occur, Order, Query  # noqa: TID251 - the adapter of tantivy

from portal.search import seals, tantivy_files, tantivy_schema
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX
from portal.search.errors import DamagedIndexError
from portal.search.folders import Shelf
from portal.search.source import DESCRIPTION, Terms, idf

log = logging.getLogger(__name__)

TRIES = 8
"""A commit can come while the files of the one before are looked at."""


class Opened:
    """The index as it stood after one commit, and what was counted in it. Many threads may read at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._traces = tantivy_files.check(folder)
        index = Index.open(str(folder))
        index.config_reader("manual", 0)
        index.reload()
        self.schema = index.schema
        self.searcher = index.searcher()
        self._measure = Measure(self, [])

    def is_current(self, folder: Path) -> bool:
        """Tell whether nothing was committed since.

        Raises:
            OSError: a file is missing.
            BrokenSealError: a file changed, though no file of an index ever does.
        """
        table = seals.trace_of(folder / tantivy_files.TABLE)
        if folder != self.folder or table != self._traces[tantivy_files.TABLE]:
            return False
        for name, trace in self._traces.items():
            if seals.trace_of(folder / name) != trace:
                raise seals.BrokenSealError(f"{name}: changed")
        return True

    def count(self, query: Query) -> int:
        """Return how many things answer a query; what was replaced or removed is not among them."""
        found: Any = self.searcher.search(query, limit=1)
        return int(found.count)

    def addresses(self, query: Query, most: int) -> list[DocAddress]:
        """Return where things stand that answer a query, by ties, at most so many.

        Which are left out then says nothing of what else was written, as where they stand would.
        """
        found = self.searcher.search(
            query, limit=most, count=False, order_by_field=tantivy_schema.TIE, order=Order.Asc
        )
        return [address for _, address in found.hits]

    def words(self, address: DocAddress) -> list[str]:
        """Return the exact words of one thing in order."""
        found = self.searcher.doc(address).get_first(tantivy_schema.WORDS)
        return bytes(found or b"").decode().split()

    def key(self, address: DocAddress) -> str:
        """Return the key of one thing."""
        return str(self.searcher.doc(address).get_first(tantivy_schema.KEY))

    def keys(self) -> Iterator[str]:
        """Yield the key of each thing, pages first."""
        every = Query.all_query()
        for prefix in (PAGE_PREFIX, RECORD_PREFIX):
            for key, _ in self.searcher.terms_with_prefix(tantivy_schema.KEY, prefix, every):
                yield key

    def term(self, field: str, term: str) -> Query:
        """Return the query for one term."""
        option = "freq" if field in tantivy_schema.TEXTS else "basic"
        return Query.term_query(self.schema, field, term, option)

    def measure(self, closed: Collection[str]) -> Measure:
        """Return how common terms are but for what is under closed nodes and not yet taken out."""
        return Measure(self, closed) if closed else self._measure


class Measure:
    """How common terms are, and how long things, over texts that are alive; kept for as long as it stands."""

    def __init__(self, opened: Opened, closed: Collection[str]) -> None:
        # The index keeps one of these: did each hold the other, files would stay open until Python tidies.
        self._opened: Opened = weakref.proxy(opened)
        self._counted: dict[tuple[str, str], int] = {}
        self._mean: float | None = None
        self._among = [(Occur.MustNot, opened.term(Terms.UNDER, node_id)) for node_id in sorted(closed)]
        text = opened.term(tantivy_schema.KIND, tantivy_schema.TEXT)
        self._count = self._counting(text)
        if self._count:
            self._among.append((Occur.Must, text))
        else:
            self._count = self._counting(Query.all_query())

    def rarity(self, field: Terms, term: str) -> float:
        """Return the inverse document frequency of a term."""
        if (field, term) not in self._counted:
            known = self._opened.searcher.doc_freq(field, term)
            self._counted[field, term] = self._counting(self._opened.term(field, term)) if known else 0
        return idf(self._count, self._counted[field, term])

    def rarity_of(self, query: Query) -> float:
        """Return the inverse document frequency of whatever answers a query."""
        return idf(self._count, self._counting(query))

    def mean_length(self) -> float:
        """Return how many words the things have on average."""
        if self._mean is None:
            among = Query.boolean_query([(Occur.Must, Query.all_query()), *self._among])
            wanted = {"mean": {"avg": {"field": tantivy_schema.LENGTH}}}
            found = self._opened.searcher.aggregate(among, wanted)["mean"]["value"]
            self._mean = float(DESCRIPTION if found is None else found)
        return self._mean

    def _counting(self, query: Query) -> int:
        return self._opened.count(Query.boolean_query([(Occur.Must, query), *self._among]))


class Reading:
    """Lends the open index."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """Lend the index as of the last commit.

        Raises:
            NeedsRebuildError: there is no index of this version.
            DamagedIndexError: it cannot be opened or read.
        """
        lent = self._current()
        try:
            yield lent
        except (ValueError, OSError) as error:
            log.error("the search index cannot be read: %s", type(error).__name__)
            raise DamagedIndexError from None
        except BaseException as error:
            # What Rust calls a panic is no Exception in Python; it has no public name either.
            if type(error).__module__ != "pyo3_runtime":
                raise
            log.error("the search index cannot be read: tantivy gave up")
            raise DamagedIndexError from None

    def close(self) -> None:
        """Let go of what is open; whoever reads it just now reads on."""
        with self._lock:
            self._opened = None

    def _current(self) -> Opened:
        for left in reversed(range(TRIES)):
            folder = self._shelf.sound()
            try:
                with self._lock:
                    if self._opened is None or not self._opened.is_current(folder):
                        self._opened = Opened(folder)
                    return self._opened
            except (*tantivy_files.LOST, ValueError) as error:
                if not left:
                    log.error("the search index cannot be opened: %s", type(error).__name__)
                    raise DamagedIndexError from None
        raise DamagedIndexError
