"""Whoosh's segments as arrays. A segment never changes, so what was read of it is kept.

Postings of the words that were asked for last stay in memory, up to a limit for the
process. Whoosh decodes some four million postings a second; from memory they cost
nothing. Columns of a segment are read whole, once, when it is first searched.
"""

from __future__ import annotations

import heapq
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher  # noqa: TID251 - the adapter of Whoosh
from whoosh.searching import Searcher  # noqa: TID251 - the adapter of Whoosh

from portal.search import whoosh_schema
from portal.search.documents import Facet
from portal.search.source import Column, Numbers, Postings, Terms, Weights, empty_postings, tie

MOST_KEPT = 4_000_000
"""Postings that one index keeps in memory: 64 MB."""


class Memory:
    """What was read of the segments of one index, shared by its searchers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._postings: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._kept = 0
        self._columns: dict[tuple[str, str], NDArray[np.int64]] = {}
        self._values: dict[str, dict[str, int]] = {}

    def postings(self, segment: str, reader: Any, field: str, term: str) -> Postings:
        """Return the postings of a term in one segment, from memory where they are there."""
        name = (segment, field, term)
        with self.lock:
            known = self._postings.get(name)
            if known is not None:
                self._postings.move_to_end(name)
                return known
        read = _read(reader, field, term)
        with self.lock:
            if name not in self._postings:
                self._postings[name] = read
                self._kept += len(read.numbers)
            while self._kept > MOST_KEPT:
                _, gone = self._postings.popitem(last=False)
                self._kept -= len(gone.numbers)
        return read

    def numbers(self, segment: str, reader: Any, field: str) -> NDArray[np.int64]:
        """Return a column of numbers."""
        return self._column(segment, field, lambda: np.array(list(_values(reader, field)), np.int64))

    def places(self, segment: str, reader: Any, field: str) -> NDArray[np.int64]:
        """Return a column of texts as places in the list of all values of the field."""

        def read() -> NDArray[np.int64]:
            known = self.places_of(field)
            texts = (value.decode() for value in _values(reader, field))
            return np.array([known.setdefault(text, len(known)) for text in texts], np.int64)

        return self._column(segment, field, read)

    def ties(self, segment: str, reader: Any) -> NDArray[np.int64]:
        """Return the numbers that order what is equally good."""

        def read() -> NDArray[np.int64]:
            return np.array([tie(key.decode()) for key in _values(reader, whoosh_schema.KEYS)], np.int64)

        return self._column(segment, "ties", read)

    def places_of(self, field: str) -> dict[str, int]:
        """Return the place of each value of a field; it only grows."""
        return self._values.setdefault(field, {"": 0})

    def forget(self, segments: set[str]) -> None:
        """Drop what was read of segments that are no more."""
        with self.lock:
            for name in [name for name in self._columns if name[0] not in segments]:
                del self._columns[name]
            for key in [key for key in self._postings if key[0] not in segments]:
                self._kept -= len(self._postings.pop(key).numbers)

    def _column(self, segment: str, field: str, read: Any) -> NDArray[np.int64]:
        with self.lock:
            name = (segment, field)
            if name not in self._columns:
                self._columns[name] = read()
            return self._columns[name]


class WhooshSource:
    """The segments that one searcher sees, as one; see `source.Source` for what each method returns."""

    def __init__(self, searcher: Searcher, memory: Memory) -> None:
        self._memory = memory
        self._leaves = [
            (str(reader.segment().segment_id()), reader, offset)
            for reader, offset in searcher.reader().leaf_readers()
            if reader.doc_count_all()
        ]
        self.size = int(searcher.reader().doc_count_all())
        self.alive = np.ones(self.size, np.bool_)
        for _, reader, offset in self._leaves:
            gone = [number + offset for number in reader.segment().deleted_docs()]
            self.alive[gone] = False
        memory.forget({segment for segment, _, _ in self._leaves})

    def postings(self, field: Terms, term: str) -> Postings:
        parts = [
            (self._memory.postings(segment, reader, field, term), offset)
            for segment, reader, offset in self._leaves
        ]
        if len(parts) == 1 and parts[0][1] == 0:
            return parts[0][0]
        if not parts:
            return empty_postings()
        numbers = np.concatenate([part.numbers + offset for part, offset in parts])
        return Postings(numbers, np.concatenate([part.times for part, _ in parts]))

    def has(self, field: Terms, term: str) -> bool:
        return any((str(field), term) in reader for _, reader, _ in self._leaves)

    def beginning(self, field: Terms, stem: str) -> Iterator[str]:
        every = (map(_text, reader.expand_prefix(str(field), stem)) for _, reader, _ in self._leaves)
        for term, _ in groupby(heapq.merge(*every)):
            yield term

    def lengths(self) -> Weights:
        return self._numbers(whoosh_schema.LENGTH).astype(np.float64)

    def days(self) -> Numbers:
        return self._numbers(whoosh_schema.DAY)

    def documents(self) -> Numbers:
        return self._joined(
            [
                self._memory.places(segment, reader, whoosh_schema.DOCUMENT)
                for segment, reader, _ in self._leaves
            ]
        )

    def ties(self) -> Numbers:
        return self._joined([self._memory.ties(segment, reader) for segment, reader, _ in self._leaves])

    def column(self, facet: Facet) -> Column:
        places = self._joined(
            [self._memory.places(segment, reader, facet) for segment, reader, _ in self._leaves]
        )
        return Column(places, list(self._memory.places_of(facet)))

    def words(self, number: int) -> list[str]:
        return self._value(whoosh_schema.WORDS, number).split()

    def key(self, number: int) -> str:
        return self._value(whoosh_schema.KEYS, number)

    def document_id(self, number: int) -> str:
        return self._value(whoosh_schema.DOCUMENT, number)

    def _value(self, field: str, number: int) -> str:
        for _, reader, offset in reversed(self._leaves):
            if number >= offset:
                return str(reader.column_reader(field)[number - offset].decode())
        raise IndexError(number)

    def _numbers(self, field: str) -> Numbers:
        return self._joined(
            [self._memory.numbers(segment, reader, field) for segment, reader, _ in self._leaves]
        )

    def _joined(self, parts: Sequence[Numbers]) -> Numbers:
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _read(reader: Any, field: str, term: str) -> Postings:
    if (field, term) not in reader:
        return empty_postings()
    matcher = reader.postings(field, term)
    numbers: list[int] = []
    times: list[float] = []
    if isinstance(matcher, W3LeafMatcher):
        # Block by block: one by one, as the interface of Whoosh has it, takes ten times as long.
        while matcher.is_active():
            matcher.id(), matcher.weight()
            numbers.extend(matcher._ids)
            times.extend(matcher._weights)
            matcher._next_block()
    else:
        while matcher.is_active():
            numbers.append(matcher.id())
            times.append(matcher.weight())
            matcher.next()
    return Postings(np.array(numbers, np.int64), np.array(times, np.float64))


def _values(reader: Any, field: str) -> Iterator[Any]:
    column = reader.column_reader(field)
    return (column[number] for number in range(reader.doc_count_all()))


def _text(term: bytes | str) -> str:
    return term.decode() if isinstance(term, bytes) else term
