"""tantivy's files on disk: written durably by itself, looked through by us before they are believed.

tantivy syncs all that is new before it replaces its table (`meta.json`), and ends each
file with the CRC of what is in it, but does not look at that when it opens one. We do, once
for each file that changed. The table has no sum: it gets a seal of ours after each commit. A
writer that was killed between leaves a table younger than its seal, which is believed.
"""

from __future__ import annotations

import hashlib
import json
import struct
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tantivy import Document, Index  # noqa: TID251 - the adapter of tantivy

from portal.search import seals, tantivy_schema
from portal.search.folders import keep
from portal.search.seals import BrokenSealError

TABLE, SEAL = "meta.json", "meta.seal"

LOST = (BrokenSealError, OSError)
"""What says that files are not those that were committed, or cannot be read."""

HEAP = 64_000_000
"""Bytes in which tantivy collects what one commit writes."""

_PARTS = ("idx", "pos", "store", "term", "fieldnorm", "fast")
_BLOCK = 1024 * 1024
_END = struct.Struct("<II")

_known: dict[Path, tuple[int, int, int]] = {}
_lock = threading.Lock()

Traces = Mapping[str, tuple[int, int, int]]
"""File name → what changes when the file does."""


def create(folder: Path) -> None:
    """Make an empty index in the folder."""
    Index(tantivy_schema.schema(), path=str(folder))
    _seal(folder)


def change(folder: Path, documents: Mapping[str, Document], removed: set[str]) -> None:
    """Replace and remove in one commit, which is on disk on return.

    Segments are put together before it returns: nobody is there to do it between two commits.
    """
    if not documents and not removed:
        return
    writer = Index.open(str(folder)).writer(HEAP, 1)
    for key in [*documents, *removed]:
        writer.delete_documents_by_term(tantivy_schema.KEY, key)
    for document in documents.values():
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    _seal(folder)


def check(folder: Path, thorough: bool = False) -> Traces:
    """Compare all files of the last commit with their sums; return their traces.

    What was compared is believed until its size, time or place on the disk changes, or `thorough` is asked.

    Raises:
        OSError: a file is missing or cannot be read.
        BrokenSealError: a file is not the one that was committed.
    """
    traces = {TABLE: seals.trace_of(folder / TABLE)}
    for name in _named_by(_table(folder)):
        path = folder / name
        traces[name] = seals.trace_of(path)
        with _lock:
            if not thorough and _known.get(path) == traces[name]:
                continue
        _compare(path)
        with _lock:
            _known[path] = traces[name]
    with _lock:
        for path in [path for path in _known if path.parent == folder and path.name not in traces]:
            del _known[path]
    return traces


def _table(folder: Path) -> dict[str, Any]:
    """Return the table of the last commit, unless its seal says that it was changed since."""
    data = (folder / TABLE).read_bytes()
    try:
        table = dict(json.loads(data))
        opstamp = int(table["opstamp"])
    except (ValueError, TypeError, KeyError):
        raise BrokenSealError(f"{TABLE} cannot be read") from None
    with suppress(FileNotFoundError):
        sealed = (folder / SEAL).read_text(encoding="ascii", errors="replace").split()
        if len(sealed) != 2:
            raise BrokenSealError(f"{SEAL} cannot be read")
        if sealed[0] == str(opstamp) and sealed[1] != hashlib.sha256(data).hexdigest():
            raise BrokenSealError(f"{TABLE}: changed")
    return table


def _named_by(table: Mapping[str, Any]) -> list[str]:
    names = []
    try:
        for segment in table["segments"]:
            stem = segment["segment_id"].replace("-", "")
            names += [f"{stem}.{part}" for part in _PARTS]
            if segment["deletes"]:
                names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
    except (KeyError, TypeError, AttributeError):
        raise BrokenSealError(f"{TABLE} cannot be read") from None
    return names


def _compare(path: Path) -> None:
    """Raise unless the sum at the end of the file is that of the rest."""
    with path.open("rb") as file:
        size = path.stat().st_size
        try:
            file.seek(size - _END.size)
            length, _ = _END.unpack(file.read())
            body = size - _END.size - length
            file.seek(body)
            expected = int(json.loads(file.read(length))["crc"])
        except (OSError, struct.error, ValueError, TypeError, KeyError):
            raise BrokenSealError(f"{path.name} has no end") from None
        file.seek(0)
        found = 0
        while body > 0:
            block = file.read(min(body, _BLOCK))
            found = zlib.crc32(block, found)
            body -= len(block)
    if found != expected:
        raise BrokenSealError(f"{path.name}: changed")


def _seal(folder: Path) -> None:
    data = (folder / TABLE).read_bytes()
    keep(folder, SEAL, f"{json.loads(data)['opstamp']} {hashlib.sha256(data).hexdigest()}")
