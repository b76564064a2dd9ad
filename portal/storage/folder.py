"""The store of originals as a local folder: aa/bb/<sha256>, mode 0600 in folders of mode 0700.

A file comes into being by its rename, after its bytes are on disk, and the folder that
names it is synced before `stage` returns. A crash leaves a temporary file or an
unreferenced blob at most, and the collector takes both.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from portal.core.errors import FullError, InvalidError, NotFoundError
from portal.storage.store import Staged

MEBIBYTE = 1024 * 1024
CHUNK = MEBIBYTE
LOOK_EVERY = 16 * MEBIBYTE
"""How many bytes come in between two looks at the free space."""

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})

_DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """A folder of blobs on a local file system."""

    def __init__(self, root: Path, reserve_bytes: int = 0) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._reserve = reserve_bytes

    def stage(self, stream: BinaryIO, most_bytes: int | None = None) -> Staged:
        """Take in a stream; on return its bytes survive a power cut.

        Raises:
            InvalidError: the stream is longer than `most_bytes`.
            FullError: the disk would fall below its reserve, or is full.
        """
        with full_disk_told():
            make_folder(self._incoming)
            handle, name = tempfile.mkstemp(dir=self._incoming, prefix="staged-")
            incoming = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    staged = self._copy(stream, file, most_bytes)
                    file.flush()
                    os.fsync(file.fileno())
                self._keep(incoming, staged)
            finally:
                with suppress(FileNotFoundError):
                    incoming.unlink()
        return staged

    def adopt(self, path: Path, staged: Staged) -> Staged:
        """Take over a file of the same file system whose bytes are on disk; on return its name is, too."""
        self._keep(path, staged)
        path.unlink(missing_ok=True)
        return staged

    def path(self, sha256: str) -> Path:
        """Return the file with the bytes.

        Raises:
            NotFoundError: the store does not hold them.
        """
        path = self._place(sha256)
        if not path.is_file():
            raise NotFoundError("original_missing")
        return path

    def size(self, sha256: str) -> int | None:
        """Return how many bytes are kept, or None where there are none."""
        try:
            return self._place(sha256).stat().st_size
        except FileNotFoundError:
            return None

    def unclaimed(self, older_than: float) -> Iterator[str]:
        """Yield digests last staged before the instant (seconds since 1970)."""
        for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _DIGEST.fullmatch(path.name) and _is_older(path, older_than):
                yield path.name

    def remove(self, sha256: str, older_than: float) -> bool:
        """Remove the bytes unless they were staged again since the instant; tell whether they went."""
        path = self._place(sha256)
        if not _is_older(path, older_than):
            return False
        path.unlink(missing_ok=True)
        return True

    def purge(self, sha256: str) -> None:
        """Remove the bytes however new they are; on return that survives a power cut."""
        path = self._place(sha256)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def sweep(self, older_than: float) -> int:
        """Remove what broken uploads left before the instant; return how many files."""
        stale = [path for path in self._incoming.glob("staged-*") if _is_older(path, older_than)]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _copy(self, stream: BinaryIO, file: BinaryIO, most_bytes: int | None) -> Staged:
        digest, size, looked_at = hashlib.sha256(), 0, -LOOK_EVERY
        while chunk := stream.read(CHUNK):
            if size - looked_at >= LOOK_EVERY:
                require_space(self._incoming, self._reserve)
                looked_at = size
            size += len(chunk)
            if most_bytes is not None and size > most_bytes:
                raise InvalidError("too_large", most_mb=most_bytes // MEBIBYTE)
            digest.update(chunk)
            file.write(chunk)
        return Staged(digest.hexdigest(), size)

    def _keep(self, incoming: Path, staged: Staged) -> None:
        place = self._place(staged.sha256)
        make_folder(place.parent)
        if self.size(staged.sha256) == staged.size:
            # A fresh time keeps the collector away until the caller's transaction has claimed the bytes.
            os.utime(place)
        else:
            os.replace(incoming, place)  # noqa: PTH105 - the order of os calls is what a test records
        # Also for bytes that were there: whoever renamed them may not have got as far as this.
        sync_folder(place.parent)

    def _place(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise NotFoundError("original_missing")
        return self._root / sha256[:2] / sha256[2:4] / sha256


def require_space(folder: Path, reserve_bytes: int) -> None:
    """Raise FullError where the file system of the folder has fallen below the reserve."""
    if shutil.disk_usage(folder).free < reserve_bytes:
        raise FullError("disk_full")


def make_folder(folder: Path) -> None:
    """Make the folder and its parents, mode 0700, each durably named by the one above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in the folder to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Say in our own words that the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise FullError("disk_full") from error
        raise


def _is_older(path: Path, instant: float) -> bool:
    try:
        return path.stat().st_mtime < instant
    except FileNotFoundError:
        return False
