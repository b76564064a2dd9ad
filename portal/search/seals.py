"""What an index consists of: each file with its size and SHA-256, written with every commit.

Engines that check no sums of their own read through this: a file that is missing, cut,
or has one bit flipped is noticed before a byte of it is believed. Files of an index never change
once they are committed, so one that was compared is believed until its size, time or
place on the disk says otherwise, or until somebody asks for a thorough look.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_Trace = tuple[int, int, int]
"""Size, time of the last change and inode: what changes when a file does."""


class BrokenSealError(ValueError):
    """A file of the index is not the one that was committed. Its text names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Size in bytes and SHA-256 in hex digits of a committed file."""

    size: int
    sha256: str


Seals = Mapping[str, Seal]
"""File name → seal, of all files of one commit."""

_known: dict[Path, tuple[_Trace, Seal]] = {}
_lock = threading.Lock()


def path_of(folder: Path, generation: int) -> Path:
    """Return where the seals of a commit stand."""
    return folder / f"seals-{generation}.json"


def write(folder: Path, generation: int, seals: Seals) -> None:
    """Write the seals of a commit, durably, before anything names that commit."""
    path = path_of(folder, generation)
    with path.open("w", encoding="ascii") as file:
        json.dump({name: [seal.size, seal.sha256] for name, seal in sorted(seals.items())}, file)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path, generation: int) -> Seals:
    """Return the seals of a commit.

    Raises:
        FileNotFoundError: there are none; a writer may just have removed them with their commit.
        BrokenSealError: they cannot be read themselves.
    """
    path = path_of(folder, generation)
    try:
        rows = json.loads(path.read_text(encoding="ascii"))
        return {str(name): Seal(int(size), str(sha256)) for name, (size, sha256) in rows.items()}
    except (ValueError, TypeError, AttributeError):
        raise BrokenSealError(f"{path.name} cannot be read") from None


def drop_others(folder: Path, generation: int) -> None:
    """Remove the seals of all commits but this one."""
    kept = path_of(folder, generation)
    for path in folder.glob("seals-*.json"):
        if path != kept:
            path.unlink(missing_ok=True)


def take(path: Path) -> Seal:
    """Return the seal of a file as it is now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Seal(os.fstat(file.fileno()).st_size, digest)


def of_bytes(data: bytes) -> Seal:
    """Return the seal of what was read."""
    return Seal(len(data), hashlib.sha256(data).hexdigest())


def require(name: str, expected: Seal | None, found: Seal) -> None:
    """Raise unless the file is the one that was committed.

    Raises:
        BrokenSealError: it is not, or the commit names no such file.
    """
    if expected is None:
        raise BrokenSealError(f"{name} belongs to no commit")
    if expected != found:
        what = "changed" if expected.size == found.size else f"{found.size} bytes instead of {expected.size}"
        raise BrokenSealError(f"{name}: {what}")


def check(folder: Path, name: str, seals: Seals, thorough: bool = False) -> None:
    """Compare one file with its seal; believe what was compared before unless `thorough`.

    Raises:
        FileNotFoundError: it is missing.
        BrokenSealError: it is another.
    """
    path, expected = folder / name, seals.get(name)
    trace = trace_of(path)
    with _lock:
        if not thorough and expected is not None and _known.get(path) == (trace, expected):
            return
    require(name, expected, take(path))
    if expected is not None:
        with _lock:
            _known[path] = (trace, expected)


def believe(folder: Path, seals: Seals) -> None:
    """Take files for compared that this process has just written itself."""
    with _lock:
        for name, seal in seals.items():
            _known[folder / name] = (trace_of(folder / name), seal)


def trace_of(path: Path) -> _Trace:
    """Return size, time of change and inode of a file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def forget(folder: Path, kept: Iterable[str]) -> None:
    """Forget what was compared of files that are no more."""
    names = {folder / name for name in kept}
    with _lock:
        for path in [path for path in _known if path.parent == folder and path not in names]:
            del _known[path]
