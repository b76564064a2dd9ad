"""Where the keys of each segment stand, for whoever replaces and removes.

Whoosh would open every segment anew for each commit to look for a key, and there can be
hundreds. A segment never changes, so its keys are read once, and kept: twelve bytes each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import SegmentReader  # noqa: TID251 - the adapter of Whoosh

from portal.search import whoosh_schema


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: NDArray[np.bytes_]
    """Sorted."""
    numbers: NDArray[np.int64]
    """The number of the document of each key."""


_kept: dict[Path, dict[str, _Kept]] = {}


def delete(writer: Any, folder: Path, keys: Iterable[str]) -> None:
    """Mark whatever stands under the keys as deleted in the segments of the writer."""
    wanted = np.array([key.encode() for key in keys])
    known = _kept.setdefault(folder, {})
    for segment in writer.segments:
        name = str(segment.segment_id())
        if name not in known:
            known[name] = _read(writer, segment)
        for number in _found(known[name], wanted):
            if not segment.is_deleted(number):
                segment.delete_document(number)
    _forget(known, writer.segments)


def _found(kept: _Kept, wanted: NDArray[np.bytes_]) -> list[int]:
    if not len(kept.keys):
        return []
    first, last = (np.searchsorted(kept.keys, wanted, side=side) for side in ("left", "right"))
    hits = [range(start, end) for start, end in zip(first, last, strict=True) if start < end]
    return [int(kept.numbers[place]) for places in hits for place in places]


def _read(writer: Any, segment: Any) -> _Kept:
    reader = SegmentReader(writer.storage, writer.schema, segment)
    try:
        column = reader.column_reader(whoosh_schema.KEYS)
        keys = np.array([bytes(column[number]) for number in range(reader.doc_count_all())], dtype="S")
    finally:
        reader.close()
    order = np.argsort(keys, kind="stable")
    return _Kept(keys[order], order.astype(np.int64))


def _forget(known: dict[str, _Kept], segments: Sequence[Any]) -> None:
    names = {str(segment.segment_id()) for segment in segments}
    for name in known.keys() - names:
        del known[name]
