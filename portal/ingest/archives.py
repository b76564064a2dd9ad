"""ZIP files: whether one may be unpacked, what is in it under which name, and each file as a stream.

All is decided by the directory at the end of the file before a byte is unfolded; while one is unfolded, never
more comes out than the directory said. Names are labels only: nothing is ever written under them.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from portal.core.errors import InvalidError
from portal.ingest import media, old_texts, ordering, sources
from portal.ingest.errors import UnusableFileError

GIGABYTE = 1024**3
MOST_ENTRIES = 10_000
MOST_BYTES = 20 * GIGABYTE
"""Of all files together."""

MOST_EACH = 2 * GIGABYTE
MOST_TIMES = 100
"""How many times larger than itself a ZIP file, or a file in it, may unfold."""

ALWAYS_FINE = 64 * 1024**2
"""Bytes up to which nobody asks how dense they were: a white page packs very well."""

MOST_OF_DIRECTORY = 8 * 1024**2
"""Bytes of the directory: room for long names of all files, and little for whoever makes one up."""

_OFFICE = (b"[Content_Types].xml", b"_rels/", b"mimetype", b"META-INF/", b"docProps/", b"word/", b"xl/")
"""How the first name in documents of office programs begins, which are ZIP files too."""

_END, _END_64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_BYTES, _END_64_BYTES, _LOCATOR_BYTES, _COMMENT_BYTES = 22, 56, 20, 65_535
_UTF8_NAME = 0x800
_LOCKED = 0x1
_UNIX = 3
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DRIVE = re.compile(r"[A-Za-z]:")
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What reading a ZIP file that is not sound ends with."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in a ZIP file."""

    number: int
    """Its place in the directory, from 0."""
    name: str
    """With its folders, as it was meant; only a label."""
    size: int
    code: str = ""
    """Why it is not unpacked; empty where it is."""


Unfold = Callable[[Entry], AbstractContextManager[IO[bytes]]]
"""Opens one file of a ZIP file as a stream."""


def is_archive(path: Path) -> bool:
    """Tell whether a file is a ZIP file, and no document of an office program."""
    with sources.opened(path) as file:
        head = file.read(1024)
    return head.startswith(media.PACKED) and not head[30:].startswith(_OFFICE)


def entries(path: Path) -> list[Entry]:
    """Return the files in a ZIP file as people sort their names, without what systems leave in folders.

    Raises:
        UnusableFileError: it is damaged, holds too much, or unfolds to more than scans do.
    """
    with sources.opened(path) as file:
        packed = _require_small_directory(file)
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except BROKEN:
            raise UnusableFileError("archive_damaged") from None
    if len(infos) > MOST_ENTRIES:
        raise UnusableFileError("archive_too_many", most=MOST_ENTRIES)
    whole = sum(info.file_size for info in infos)
    if whole > MOST_BYTES:
        raise UnusableFileError("archive_too_large", most_gb=MOST_BYTES // GIGABYTE)
    if _is_too_dense(whole, packed) or any(_is_too_dense(one.file_size, one.compress_size) for one in infos):
        raise UnusableFileError("archive_bomb")
    found = [_entry(number, info) for number, info in enumerate(infos) if not info.is_dir()]
    return sorted(
        (one for one in found if not _is_passed_over(one.name)),
        key=lambda one: (ordering.natural(one.name), one.number),
    )


@contextmanager
def opened(path: Path) -> Iterator[Unfold]:
    """Open a ZIP file that `entries` found sound; reading one of its files may end with one of `BROKEN`."""
    with sources.opened(path) as file, zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        yield lambda entry: archive.open(infos[entry.number])


def _entry(number: int, info: zipfile.ZipInfo) -> Entry:
    name = _name(info)
    return Entry(number, name, info.file_size, _objection(info, name))


def _objection(info: zipfile.ZipInfo, name: str) -> str:
    """Return the code of why a file is not unpacked, nothing where it is."""
    is_link = info.create_system == _UNIX and stat.S_ISLNK(info.external_attr >> 16)
    parts = name.replace("\\", "/").split("/")
    reasons = {
        "entry_is_link": is_link,
        "entry_outside": not parts[0] or ".." in parts or _DRIVE.match(name) is not None,
        "entry_locked": bool(info.flag_bits & _LOCKED),
        "entry_rare": info.compress_type not in _PACKED,
        "entry_too_large": info.file_size > MOST_EACH,
    }
    return next((code for code, holds in reasons.items() if holds), "")


def _name(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant: who says nothing wrote it in the letters of their own machine."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return old_texts.read(info.orig_filename.encode("cp437")).text
    except (InvalidError, UnicodeEncodeError):
        return info.filename


def _is_passed_over(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "__MACOSX" or parts[-1].lower() in _LEFT_BY_SYSTEMS


def _is_too_dense(unfolded: int, packed: int) -> bool:
    return unfolded > ALWAYS_FINE and unfolded > MOST_TIMES * max(packed, 1)


def _require_small_directory(file: BinaryIO) -> int:
    """See that the directory is small before all of it is read; return the size of the file in bytes.

    Readers differ in where they look for it, so the largest that anybody could take counts.

    Raises:
        UnusableFileError: it is too large, or there is none.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES - _LOCATOR_BYTES - _END_64_BYTES))
    tail = file.read()
    places = [match.start() for match in re.finditer(re.escape(_END), tail)]
    found = [_told(file, tail, place) for place in places if place + _END_BYTES <= len(tail)]
    if not found:
        raise UnusableFileError("archive_damaged")
    if max(found) > MOST_OF_DIRECTORY:
        raise UnusableFileError("archive_too_many", most=MOST_ENTRIES)
    file.seek(0)
    return size


def _told(file: BinaryIO, tail: bytes, place: int) -> int:
    """Return how many bytes of directory the record at this place tells of, also by what stands before it."""
    told = [length for (length,) in [struct.unpack_from("<I", tail, place + 12)] if length != 0xFFFFFFFF]
    locator = place - _LOCATOR_BYTES
    if locator >= 0 and tail.startswith(_LOCATOR, locator):
        told += _told_64(tail[max(0, locator - _END_64_BYTES) : locator])
        (where,) = struct.unpack_from("<Q", tail, locator + 8)
        if where < 2**63:
            file.seek(where)
            told += _told_64(file.read(_END_64_BYTES))
    return max(told, default=0)


def _told_64(record: bytes) -> list[int]:
    if len(record) < _END_64_BYTES or not record.startswith(_END_64):
        return []
    return [struct.unpack_from("<Q", record, 40)[0]]
