"""tantivy's files on disk: written durably by itself, looked through by us before they are believed.

tantivy syncs all that is new before it replaces its table (`meta.json`), and ends each
file with the CRC of what is in it, but does not look at that when it opens one. We do, once
for each file that changed. The table and the ends of files have no sum: they get a seal of
ours after each commit. A writer that was killed between leaves a table younger than its
seal, which is believed.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

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
    for name in _sealed(folder):
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


def _sealed(folder: Path) -> list[str]:
    """Return the files of the last commit, unless its seal says that table or ends were changed since."""
    data = (folder / TABLE).read_bytes()
    opstamp, names = _named_by(data)
    with suppress(FileNotFoundError):
        sealed = (folder / SEAL).read_text(encoding="ascii", errors="replace").split()
        if len(sealed) != 2 or not sealed[0].isdigit():
            raise BrokenSealError(f"{SEAL} cannot be read")
        if sealed[0] == str(opstamp) and sealed[1] != _digest(folder, data, names):
            raise BrokenSealError(f"{TABLE} or the end of a file: changed")
    return names


def _digest(folder: Path, table: bytes, names: list[str]) -> str:
    """Return a digest over the table and the ends of its files, which hold their sums."""
    digest = hashlib.sha256(table)
    for name in names:
        with (folder / name).open("rb") as file:
            digest.update(_end_of(file, name)[1])
    return digest.hexdigest()


def _end_of(file: BinaryIO, name: str) -> tuple[int, bytes]:
    """Return where what a file holds ends, and all that is behind it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size))
    try:
        length, _ = _END.unpack(file.read())
        body = file.seek(size - _END.size - length)
    except (OSError, struct.error, ValueError):
        raise BrokenSealError(f"{name} has no end") from None
    return body, file.read()


def _named_by(data: bytes) -> tuple[int, list[str]]:
    """Return the opstamp of a table and the files that it names."""
    names = []
    try:
        table = json.loads(data)
        for segment in table["segments"]:
            stem = segment["segment_id"].replace("-", "")
            names += [f"{stem}.{part}" for part in _PARTS]
            if segment["deletes"]:
                names.append(f"{stem}.{segment['deletes']['opstamp']}.del")
        return int(table["opstamp"]), names
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BrokenSealError(f"{TABLE} cannot be read") from None


def _compare(path: Path) -> None:
    """Raise unless the sum at the end of the file is that of the rest."""
    with path.open("rb") as file:
        body, end = _end_of(file, path.name)
        try:
            expected = int(json.loads(end[: -_END.size])["crc"])
        except (ValueError, TypeError, KeyError):
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
    opstamp, names = _named_by(data)
    keep(folder, SEAL, f"{opstamp} {_digest(folder, data, names)}")
