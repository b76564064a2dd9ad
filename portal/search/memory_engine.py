"""An engine in memory: the evaluation of Whoosh over plain dictionaries, for tests that need no files.

It passes the suite that Whoosh passes, which keeps the port honest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from portal.core.errors import ConflictError
from portal.search import analysis, evaluation, plan
from portal.search.documents import Facet, Hits, Query, SearchDocument
from portal.search.errors import NeedsRebuildError
from portal.search.source import YES, Column, Measure, Numbers, Postings, Terms, Weights, empty_postings, tie
from portal.search.visibility import Visibility


class MemorySource:
    """Documents as arrays; see `source.Source` for what each method returns."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._documents = list(documents)
        self._words = [analysis.exact_words(document.body) for document in self._documents]
        self._titles = [analysis.folded_words(document.title) for document in self._documents]
        self.size = len(self._documents)
        self.alive = np.ones(self.size, np.bool_)
        self._terms: dict[tuple[Terms, str], dict[int, int]] = defaultdict(dict)
        for number, document in enumerate(self._documents):
            for field, terms in _terms(document, self._words[number]).items():
                for term, times in Counter(terms).items():
                    self._terms[field, term][number] = times

    def postings(self, field: Terms, term: str) -> Postings:
        found = self._terms.get((field, term))
        if not found:
            return empty_postings()
        return Postings(np.array(list(found), np.int64), np.array(list(found.values()), np.float64))

    def has(self, field: Terms, term: str) -> bool:
        return (field, term) in self._terms

    def beginning(self, field: Terms, stem: str) -> Iterator[str]:
        yield from sorted(term for name, term in self._terms if name == field and term.startswith(stem))

    def lengths(self) -> Weights:
        return np.array([len(words) for words in self._words], np.float64)

    def title_lengths(self) -> Weights:
        return np.array([len(words) for words in self._titles], np.float64)

    def measure(self) -> Measure:
        return Measure(self)

    def days(self) -> Numbers:
        return np.array([document.day for document in self._documents], np.int64)

    def documents(self) -> Numbers:
        places: dict[str, int] = {}
        owners = (document.document_id for document in self._documents)
        return np.array([places.setdefault(owner, len(places)) for owner in owners], np.int64)

    def ties(self) -> Numbers:
        return np.array([tie(document.key) for document in self._documents], np.int64)

    def column(self, facet: Facet) -> Column:
        places = {"": 0}
        values = (document.value(facet) for document in self._documents)
        found = np.array([places.setdefault(value, len(places)) for value in values], np.int64)
        return Column(found, list(places))

    def words(self, number: int) -> list[str]:
        return self._words[number]

    def title(self, number: int) -> list[str]:
        return self._titles[number]

    def key(self, number: int) -> str:
        return self._documents[number].key

    def document_id(self, number: int) -> str:
        return self._documents[number].document_id


class MemoryEngine:
    """One index in memory; see `engine.Engine` for what each method promises."""

    at_once = 500

    def __init__(self) -> None:
        self._current: dict[str, SearchDocument] = {}
        self._next: dict[str, SearchDocument] | None = None
        self._is_filling = False
        self._reached = ""
        self._exists = False
        self._source: MemorySource | None = None

    def exists(self) -> bool:
        return self._exists

    def check(self, thorough: bool = False) -> None:
        if not self._exists:
            raise NeedsRebuildError("index_missing")

    def prepare(self) -> None:
        self._exists = True

    def write(self, documents: Iterable[SearchDocument], removed: Iterable[str]) -> None:
        latest = {document.key: document for document in documents}
        for kept in [self._current] if self._next is None else [self._current, self._next]:
            for key in {*removed, *latest}:
                kept.pop(key, None)
            kept.update(latest)
        self._source = None

    def search(self, query: Query, visibility: Visibility, offset: int, limit: int) -> Hits:
        asked = plan.understand(query)
        if asked.is_empty:
            return Hits()
        return evaluation.search(self.source(), asked, query, visibility, offset, limit)

    def source(self) -> MemorySource:
        """Return the arrays of what the index holds now."""
        if self._source is None:
            self._source = MemorySource(self._current.values())
        return self._source

    def count(self) -> int:
        return len(self._current)

    def keys(self) -> Iterator[str]:
        return iter(list(self._current))

    def size(self) -> int:
        return sum(len(document.body.encode()) for document in self._current.values())

    def tidy(self, must_give_way: Callable[[], bool]) -> bool:
        return False

    def scrub(self) -> bool:
        return True

    @contextmanager
    def rebuilding(self, anew: bool = True) -> Iterator[None]:
        if self._is_filling:
            raise ConflictError("rebuild_running")
        if anew or not self._reached:
            self._next, self._reached = {}, ""
        self._is_filling = True
        try:
            yield
            self._next, self._reached = None, ""
        finally:
            self._is_filling = False

    def is_rebuilding(self) -> bool:
        return self._next is not None

    def fill(self, documents: Iterable[SearchDocument]) -> None:
        self._filling().update({document.key: document for document in documents})

    def mark(self, reached: str) -> None:
        self._reached = reached

    def reached(self) -> str:
        return self._reached

    def swap(self) -> None:
        self._current, self._exists, self._source = dict(self._filling()), True, None

    def close(self) -> None:
        """Do nothing: no files are open."""

    def _filling(self) -> dict[str, SearchDocument]:
        if self._next is None:
            raise RuntimeError("fill and swap belong into rebuilding()")
        return self._next


def _terms(document: SearchDocument, exact: list[str]) -> dict[Terms, Iterable[str]]:
    folded = [analysis.fold_word(word) for word in exact]
    title = analysis.folded_words(document.title)
    return {
        Terms.EXACT: exact,
        Terms.FOLDED: folded,
        Terms.PAIRS: analysis.pairs(folded),
        Terms.TITLE: title,
        Terms.TITLE_PAIRS: analysis.pairs(title),
        Terms.NUMBER: analysis.number_forms(document.number),
        Terms.UNDER: document.ancestors,
        Terms.WITHHELD: [YES] if document.withheld else [],
    }
