"""Postings as Whoosh's files hold them, term by term: written, put together and read as arrays.

Whoosh hands every single posting through a pool that sorts them: a hundred pages a second. The terms of
a segment are sorted already, so here whole terms pass. Whoosh itself reads what is written here: blocks
of the third version of its format, but large ones, since nobody skips; and a term that stands
in few things keeps these beside it, where it needs no look into another file.
"""

from __future__ import annotations

import heapq
import pickle
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import (  # noqa: TID251 - the adapter of Whoosh
    WHOOSH3_HEADER_MAGIC,
    W3LeafMatcher,
    W3TermInfo,
)
from whoosh.formats import Existence  # noqa: TID251 - the adapter of Whoosh
from whoosh.system import pack_ushort  # noqa: TID251 - the adapter of Whoosh

BLOCK = 4_096
"""Postings of a block."""

BESIDE = 16
"""A term of so few postings keeps them beside it."""

COMPRESSED = 100
"""Bytes from which on a block is worth compressing."""

BETWEEN_LOOKS = 500
"""Terms written between two looks at whether something fresh came: some ten milliseconds."""

PROTOCOL = 4

Numbers = Sequence[int] | NDArray[np.int64]
Weights = Sequence[float] | NDArray[np.float32]

Part = tuple[str, bytes, int, Numbers, Weights]
"""Field, term, which of the sources, numbers of things and how often the term stands in each."""


class GaveWay(Exception):  # noqa: N818 - not an error: it ends a tidying that can be done later
    """Something fresh came while segments were put together."""


class Added:
    """Postings of new documents, in the place of Whoosh's pool."""

    def __init__(self) -> None:
        self._terms: dict[str, dict[bytes, tuple[list[int], list[float]]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """Take one posting, as the writer of Whoosh gives it."""
        field, term, number, times, _ = item
        numbers, weights = self._terms.setdefault(field, {}).setdefault(term, ([], []))
        numbers.append(number)
        weights.append(times)

    def cleanup(self) -> None:
        """Forget them, as the pool does after a commit."""
        self._terms.clear()

    def parts(self, order: int) -> Iterator[Part]:
        """Yield them in order of fields and terms."""
        for field, terms in sorted(self._terms.items()):
            for term in sorted(terms):
                numbers, weights = terms[term]
                yield field, term, order, numbers, weights


def copied(reader: Any, order: int, first: int, places: dict[int, int] | None) -> Iterator[Part]:
    """Yield the postings of a segment in order of fields and terms, with the numbers they get.

    Args:
        first: the number that its first document gets, where none of it was deleted.
        places: the new number of each document that is left; None where all are.
    """
    there = np.full(reader.doc_count_all(), -1, np.int64)
    if places is None:
        there[:] = np.arange(first, first + len(there))
    else:
        there[list(places)] = list(places.values())
    new = there.tolist()
    for (field, term), info in reader._terms.items():
        if info.is_inlined():
            numbers, times, _ = info.inlined_postings()
            kept = [place for place, number in enumerate(numbers) if new[number] >= 0]
            if kept:
                yield field, term, order, [new[numbers[one]] for one in kept], [times[one] for one in kept]
            continue
        moved, weights = decoded(reader, info)
        moved = there[moved]
        if places is not None:
            moved, weights = moved[moved >= 0], weights[moved >= 0]
        if len(moved):
            yield field, term, order, moved, weights


def write(writer: Any, sources: Iterable[Iterator[Part]], must_give_way: Callable[[], bool]) -> None:
    """Put the parts of all sources, each in order, into a segment.

    Args:
        writer: Whoosh's writer of the fields of a segment.

    Raises:
        GaveWay: it had to; what was written is of no use.
    """
    fields = writer._fieldmap
    terms = groupby(heapq.merge(*sources, key=itemgetter(0, 1, 2)), key=itemgetter(0, 1))
    while some := [(name, list(parts)) for name, parts in islice(terms, BETWEEN_LOOKS)]:
        for (field, term), parts in some:
            key = pack_ushort(fields.setdefault(field, len(fields))) + term
            writer._tindex.add(key, _stored(writer._postfile, parts))
        if must_give_way():
            raise GaveWay


def decoded(reader: Any, info: W3TermInfo) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the postings of a term: numbers, rising, and how often; of deleted documents too."""
    if info.is_inlined():
        numbers, times, _ = info.inlined_postings()
        return np.array(numbers, np.int64), np.array(times, np.float32)
    matcher = W3LeafMatcher(reader._terms._postfile, *info.extent(), Existence())
    found: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float32]] = []
    while matcher.is_active():
        matcher._read_data()
        steps, times, _ = matcher._data
        found.append(np.cumsum(np.asarray(steps, np.int64)))
        weights.append(np.broadcast_to(np.asarray(1.0 if times is None else times, np.float32), len(steps)))
        matcher._next_block()
    return np.concatenate(found), np.concatenate(weights)


def _stored(file: Any, parts: Sequence[Part]) -> bytes:
    """Write the postings of a term; return what stands beside it."""
    info = W3TermInfo()
    count = sum(len(part[3]) for part in parts)
    if count <= BESIDE:
        few = [int(number) for part in parts for number in part[3]]
        often = [float(times) for part in parts for times in part[4]]
        info.set_inlined(few, often, ())
        _describe(info, few, sum(often), max(often))
        return bytes(info.to_bytes())
    numbers = np.concatenate([np.asarray(part[3], np.int64) for part in parts])
    weights = np.concatenate([np.asarray(part[4], np.float32) for part in parts])
    start = file.tell()
    file.write(WHOOSH3_HEADER_MAGIC)
    for first in range(0, count, BLOCK):
        stretch = slice(first, first + BLOCK)
        _write_block(file, numbers[stretch], weights[stretch], is_last=first + BLOCK >= count)
    info.set_extent(start, file.tell() - start)
    _describe(info, numbers, float(weights.sum()), float(weights.max()))
    return bytes(info.to_bytes())


def _describe(info: W3TermInfo, numbers: Numbers, weight: float, most: float) -> None:
    info._df, info._weight, info._maxweight = len(numbers), weight, most
    info._minid, info._maxid = int(numbers[0]), int(numbers[-1])


def _write_block(
    file: Any, numbers: NDArray[np.int64], weights: NDArray[np.float32], *, is_last: bool
) -> None:
    """Write a block: its length, negative at the last; what is known of it; numbers as steps, and times."""
    steps = numbers.copy()
    steps[1:] -= numbers[:-1]
    often = None if (weights == 1).all() else array("f", weights.tobytes())
    data = pickle.dumps((_smallest(steps), often, None), PROTOCOL)
    level = 3 if len(data) > COMPRESSED else 0
    if level:
        data = zlib.compress(data, level)
    head = (len(numbers), int(numbers[-1]), float(weights.max()), level, 0, 0)
    known = pickle.dumps(head, PROTOCOL)
    length = len(known) + len(data)
    file.write_int(-length if is_last else length)
    file.write(known)
    file.write(data)


def _smallest(steps: NDArray[np.int64]) -> array[int]:
    """Return the steps in as few bytes each as the longest needs."""
    longest = int(steps.max())
    code = "B" if longest < 1 << 8 else "H" if longest < 1 << 16 else "I"
    return array(code, steps.astype(np.dtype(code)).tobytes())
