"""Files that come in parts: each lies in `incoming/` under its id until all of it is here.

What `append` has returned for is on disk and survives a power cut. One writer at a time holds the lock of a
file; the lock goes with the process.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from portal.core import house, ids
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.storage import folder
from portal.storage.store import Staged

CHUNK = 1024 * 1024
ALGORITHMS = ("sha256", "sha1")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one part must come to."""

    algorithm: str
    """One of `ALGORITHMS`."""
    digest: bytes


class Partial:
    """One file, held by whoever writes to it."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self.path = path
        self._file = file

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return os.fstat(self._file.fileno()).st_size

    def append(self, stream: BinaryIO, most: int, checksum: Checksum | None = None) -> None:
        """Write what comes to the end of the file; on return it is on disk.

        A line that breaks, or a disk that is full, leaves what came until then: it is the beginning of the
        part. Of a part with a checksum all stays or nothing.

        Raises:
            InvalidError: the bytes are not what the checksum says, or more than `most`; none of them stays.
            FullError: the disk would fall below its reserve, or is full.
        """
        start, is_good = self.size, False
        digest = hashlib.new(checksum.algorithm) if checksum else None
        try:
            with folder.full_disk_told():
                fits = self._write(stream, most, digest)
            if not fits:
                raise InvalidError("upload_too_long")
            if checksum and digest and digest.digest() != checksum.digest:
                raise InvalidError("upload_checksum")
            is_good = True
        except InvalidError:
            os.ftruncate(self._file.fileno(), start)
            raise
        finally:
            if checksum and not is_good:
                os.ftruncate(self._file.fileno(), start)
            os.fsync(self._file.fileno())

    def digest(self) -> str:
        """Return the SHA-256 of all that is here, as it lies on disk."""
        self._file.seek(0)
        return hashlib.file_digest(self._file, "sha256").hexdigest()

    def place(self, sha256: str) -> Staged:
        """Give the file its place among the originals; on return that survives a power cut.

        Args:
            sha256: as `digest` returned it.
        """
        return _store().adopt(self.path, Staged(sha256, self.size))

    def _write(self, stream: BinaryIO, most: int, digest: hashlib._Hash | None) -> bool:
        """Write what comes; False where more than `most` bytes come."""
        left, reserve = most, house.settings().disk_reserve_bytes
        self._file.seek(0, os.SEEK_END)
        while chunk := stream.read(min(CHUNK, left + 1)):
            folder.require_space(self.path.parent, reserve)
            left -= len(chunk)
            if left < 0:
                return False
            if digest is not None:
                digest.update(chunk)
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._file.write(rest) :]
        return True


def begin(upload_id: str) -> None:
    """Make an empty file; on return its name survives a power cut.

    Raises:
        FullError: the disk is below its reserve, or full.
    """
    path = _path(upload_id)
    with folder.full_disk_told():
        folder.make_folder(path.parent)
        folder.require_space(path.parent, house.settings().disk_reserve_bytes)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        folder.sync_folder(path.parent)


def require_space_for(length: int) -> None:
    """See that a file so long can come without the disk falling below its reserve.

    Raises:
        FullError: it cannot.
    """
    settings = house.settings()
    folder.require_space(settings.uploads_folder, settings.disk_reserve_bytes + length)


def size(upload_id: str) -> int | None:
    """Return how many bytes are here, or None where the file is gone."""
    try:
        return _path(upload_id).stat().st_size
    except FileNotFoundError:
        return None


@contextmanager
def held(upload_id: str) -> Iterator[Partial]:
    """Hold a file to write to it.

    Raises:
        NotFoundError: it is gone.
        ConflictError: somebody else writes to it just now; `upload_busy`.
    """
    path = _path(upload_id)
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError as error:
        raise NotFoundError("not_found") from error
    with file:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
            raise ConflictError("upload_busy") from error
        if size(upload_id) is None:
            # Whoever held it meanwhile gave it its place, or removed it.
            raise NotFoundError("not_found")
        yield Partial(path, file)


@contextmanager
def held_or_gone(upload_id: str) -> Iterator[None]:
    """Hold a file, if there is one still, so that nobody writes to it meanwhile.

    Raises:
        ConflictError: somebody writes to it just now.
    """
    with ExitStack() as stack:
        with suppress(NotFoundError):
            stack.enter_context(held(upload_id))
        yield


def remove(upload_id: str) -> None:
    """Remove the file; it may be gone already."""
    _path(upload_id).unlink(missing_ok=True)


def sweep(known: Collection[str], older_than: float) -> int:
    """Remove files that no upload knows of and nobody wrote to since the instant (seconds since 1970)."""
    found = 0
    for path in (house.settings().uploads_folder / "incoming").glob("*"):
        with suppress(FileNotFoundError):
            if path.name not in known and path.stat().st_mtime < older_than:
                path.unlink()
                found += 1
    return found


def _path(upload_id: str) -> Path:
    if not ids.PATTERN.fullmatch(upload_id):
        raise NotFoundError("not_found")
    return house.settings().uploads_folder / "incoming" / upload_id


def _store() -> folder.FolderStore:
    settings = house.settings()
    return folder.FolderStore(settings.uploads_folder / "originals", settings.disk_reserve_bytes)
