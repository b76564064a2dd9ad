"""What was read of Whoosh's segments, kept in memory. A segment never changes.

Postings of the words that were asked for last stay, up to a limit for each index. Columns of a
segment, and the list of its words, are read whole, once, when they are first needed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import RefBytesColumn  # noqa: TID251 - the adapter of Whoosh
from whoosh.reading import TermNotFound  # noqa: TID251 - the adapter of Whoosh

from portal.search import whoosh_postings
from portal.search.source import Postings, empty_postings, tie

MOST_JOINED, MOST_PARTS = 12_000_000, 4_000_000
"""Postings, of eight bytes, that one index keeps in memory: as they are searched, for as long as nothing
is committed; and of single segments, so that not all is read anew after a commit. 128 MB in all."""

ENTRY = 32
"""Postings that an entry weighs by itself, so that words that stand nowhere do not pile up."""

Leaf = tuple[str, Any, int]
"""The name of a segment, its reader, and the number of its first document."""

Key = TypeVar("Key", bound=Hashable)


class _Kept(Generic[Key]):
    """Postings that were asked for last, up to a limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._kept: OrderedDict[Key, Postings] = OrderedDict()

    def get(self, key: Key) -> Postings | None:
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        return known

    def put(self, key: Key, postings: Postings) -> None:
        if key not in self._kept:
            self._kept[key] = postings
            self._weight += _weight(postings)
        while self._weight > self._most:
            self._weight -= _weight(self._kept.popitem(last=False)[1])

    def drop(self, is_stale: Callable[[Key], bool]) -> None:
        for key in [key for key in self._kept if is_stale(key)]:
            self._weight -= _weight(self._kept.pop(key))

    def clear(self) -> None:
        self._kept.clear()
        self._weight = 0


class Memory:
    """What was read of the segments of one index, shared by its searchers."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._names: tuple[str, ...] = ()
        self._joined: _Kept[tuple[str, str]] = _Kept(MOST_JOINED)
        self._parts: _Kept[tuple[str, str, str]] = _Kept(MOST_PARTS)
        self._columns: dict[tuple[str, str], NDArray[np.int64]] = {}
        self._words: dict[tuple[str, str], frozenset[str]] = {}
        self._values: dict[str, dict[str, int]] = {}

    def postings(self, leaves: Sequence[Leaf], field: str, term: str) -> Postings:
        """Return the postings of a term in all segments, from memory where they are there."""
        names = tuple(segment for segment, _, _ in leaves)
        with self.lock:
            if names != self._names:
                self._joined.clear()
                self._names = names
            known = self._joined.get((field, term))
        if known is None:
            known = _join([(self._of_one(leaf, field, term), leaf[2]) for leaf in leaves])
            with self.lock:
                if names == self._names:
                    self._joined.put((field, term), known)
        return known

    def _of_one(self, leaf: Leaf, field: str, term: str) -> Postings:
        segment, reader, _ = leaf
        with self.lock:
            known = self._parts.get((segment, field, term))
        if known is None:
            known = _read(reader, field, term)
            with self.lock:
                self._parts.put((segment, field, term), known)
        return known

    def numbers(self, segment: str, reader: Any, field: str) -> NDArray[np.int64]:
        """Return a column of numbers."""
        return self._column(segment, field, reader, _numbers_of)

    def places(self, segment: str, reader: Any, field: str) -> NDArray[np.int64]:
        """Return a column of texts as places in the list of all values of the field."""

        def read(column: Any) -> NDArray[np.int64]:
            known = self.places_of(field)
            if isinstance(column, RefBytesColumn.Reader):
                texts = [value.decode() for value in column._uniques]
                places = np.array([known.setdefault(text, len(known)) for text in texts], np.int64)
                return places[_array(column, column._typecode)]
            texts = [value.decode() for value in column]
            return np.array([known.setdefault(text, len(known)) for text in texts], np.int64)

        return self._column(segment, field, reader, read)

    def ties(self, segment: str, reader: Any, field: str) -> NDArray[np.int64]:
        """Return the numbers that order what is equally good."""
        return self._column(segment, field, reader, _ties_of)

    def words(self, segment: str, reader: Any, field: str) -> frozenset[str]:
        """Return all terms of a field: hundreds are asked for at once, and each look into the file costs."""
        name = (segment, field)
        with self.lock:
            if name not in self._words:
                self._words[name] = frozenset(text_of(term) for term in reader.lexicon(field))
            return self._words[name]

    def places_of(self, field: str) -> dict[str, int]:
        """Return the place of each value of a field; it only grows."""
        return self._values.setdefault(field, {"": 0})

    def forget(self, segments: set[str]) -> None:
        """Drop what was read of segments that are no more."""
        with self.lock:
            for kept in (self._columns, self._words):
                for name in [name for name in kept if name[0] not in segments]:
                    del kept[name]
            self._parts.drop(lambda key: key[0] not in segments)

    def _column(
        self, segment: str, field: str, reader: Any, read: Callable[[Any], NDArray[np.int64]]
    ) -> NDArray[np.int64]:
        """Return a column; of a segment in which nothing has a value of the field, zeros."""
        with self.lock:
            name = (segment, field)
            if name not in self._columns:
                if reader.has_column(field):
                    self._columns[name] = read(reader.column_reader(field, translate=False))
                else:
                    self._columns[name] = np.zeros(reader.doc_count_all(), np.int64)
            return self._columns[name]


def _join(parts: Sequence[tuple[Postings, int]]) -> Postings:
    holding = [(part, offset) for part, offset in parts if len(part.numbers)]
    if not holding:
        return empty_postings()
    if len(holding) == 1 and holding[0][1] == 0:
        return holding[0][0]
    numbers = np.concatenate([part.numbers + np.int32(offset) for part, offset in holding])
    return Postings(numbers, np.concatenate([part.times for part, _ in holding]))


def _weight(kept: Postings) -> int:
    return len(kept.numbers) + ENTRY


def _read(reader: Any, field: str, term: str) -> Postings:
    try:
        info = reader._terms.term_info(field, term.encode())
    except TermNotFound:
        return empty_postings()
    numbers, times = whoosh_postings.decoded(reader, info)
    return Postings(numbers.astype(np.int32), times)


def _numbers_of(column: Any) -> NDArray[np.int64]:
    """Return a column of numbers. What was never reached by a value is left out at its end."""
    written = _array(column, column._typecode, column._count)
    return np.concatenate([written, np.zeros(len(column) - len(written), np.int64)])


def _ties_of(column: Any) -> NDArray[np.int64]:
    return np.array([tie(value.decode()) for value in column], np.int64)


def _array(column: Any, typecode: str, count: int | None = None) -> NDArray[np.int64]:
    """Return what a column of fixed width has on disk; value by value, as Whoosh reads it, takes seconds."""
    kind = np.dtype(f">{typecode}")
    count = len(column) if count is None else count
    raw = column._dbfile.get(column._basepos, count * kind.itemsize)
    return np.frombuffer(raw, kind).astype(np.int64)


def text_of(term: bytes | str) -> str:
    """Return a term of a lexicon, which some readers of Whoosh give as bytes."""
    return term.decode() if isinstance(term, bytes) else term
