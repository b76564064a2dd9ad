"""The segments that one searcher of Whoosh sees, as one index of arrays.

It lives as long as its searcher, till the next commit, and keeps what it put together.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from whoosh.searching import Searcher  # noqa: TID251 - the adapter of Whoosh

from portal.search import whoosh_schema
from portal.search.documents import Facet
from portal.search.source import Column, Mask, Measure, Numbers, Postings, Terms, Weights
from portal.search.whoosh_memory import Memory, text_of


class WhooshSource:
    """The segments that one searcher sees, as one; see `source.Source` for what each method returns."""

    def __init__(self, searcher: Searcher, memory: Memory) -> None:
        self._memory = memory
        self._leaves = [
            (str(reader.segment().segment_id()), reader, offset)
            for reader, offset in searcher.reader().leaf_readers()
            if reader.doc_count_all()
        ]
        self._columns: dict[str, Numbers] = {}
        self._readers: dict[tuple[str, int], Any] = {}
        self._measure: Measure | None = None
        self._terms: dict[Terms, list[frozenset[str]]] = {}
        self.size = int(searcher.reader().doc_count_all())
        self.alive: Mask = np.ones(self.size, np.bool_)
        for _, reader, offset in self._leaves:
            gone = [number + offset for number in reader.segment().deleted_docs()]
            self.alive[gone] = False
        memory.forget({segment for segment, _, _ in self._leaves})

    def close(self) -> None:
        """Let go of the readers, so that their files can be closed."""
        self._leaves.clear()
        self._readers.clear()

    def postings(self, field: Terms, term: str) -> Postings:
        return self._memory.postings(self._leaves, field, term)

    def has(self, field: Terms, term: str) -> bool:
        if field not in self._terms:
            self._terms[field] = [
                self._memory.words(segment, reader, field) for segment, reader, _ in self._leaves
            ]
        return any(term in terms for terms in self._terms[field])

    def beginning(self, field: Terms, stem: str) -> Iterator[str]:
        every = (map(text_of, reader.expand_prefix(str(field), stem)) for _, reader, _ in self._leaves)
        for term, _ in groupby(heapq.merge(*every)):
            yield term

    def lengths(self) -> Weights:
        return self._joined(whoosh_schema.LENGTH, self._memory.numbers).astype(np.float64)

    def title_lengths(self) -> Weights:
        return self._joined(whoosh_schema.TITLE_LENGTH, self._memory.numbers).astype(np.float64)

    def measure(self) -> Measure:
        # A copy without what was closed must not go by what was measured with it.
        if self._measure is None or not self._measure.is_of(self):
            self._measure = Measure(self)
        return self._measure

    def days(self) -> Numbers:
        return self._joined(whoosh_schema.DAY, self._memory.numbers)

    def documents(self) -> Numbers:
        return self._joined(whoosh_schema.DOCUMENT, self._memory.places)

    def ties(self) -> Numbers:
        return self._joined(whoosh_schema.KEYS, self._memory.ties)

    def column(self, facet: Facet) -> Column:
        places = self._joined(facet, self._memory.places)
        return Column(places, list(self._memory.places_of(facet)))

    def words(self, number: int) -> list[str]:
        return self._value(whoosh_schema.WORDS, number).split()

    def title(self, number: int) -> list[str]:
        return self._value(whoosh_schema.TITLE_WORDS, number).split()

    def key(self, number: int) -> str:
        return self._value(whoosh_schema.KEYS, number)

    def document_id(self, number: int) -> str:
        return self._value(whoosh_schema.DOCUMENT, number)

    def _value(self, field: str, number: int) -> str:
        place = bisect_right(self._leaves, number, key=itemgetter(2)) - 1
        _, reader, offset = self._leaves[place]
        if (field, place) not in self._readers:
            # Of a segment in which nothing has a value Whoosh has no column, and gives none to read.
            has_any = reader.has_column(field)
            self._readers[field, place] = reader.column_reader(field) if has_any else None
        column = self._readers[field, place]
        return "" if column is None else str(column[number - offset].decode())

    def _joined(self, field: str, read: Callable[[str, Any, str], Numbers]) -> Numbers:
        """Return a column of all segments; of a field, always the same."""
        if field not in self._columns:
            parts = [read(segment, reader, field) for segment, reader, _ in self._leaves]
            self._columns[field] = np.concatenate(parts) if parts else np.zeros(0, np.int64)
        return self._columns[field]
