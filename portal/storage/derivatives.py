"""Files made from originals and disposable: page images at their widths.

Whatever is lost here is made again from the original, so files are written whole or
not at all, but the folder is not synced. Some are kept, one or two a page; the passing
ones, made because somebody asked, lie apart and go after a while.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from portal.core import house
from portal.core.errors import UnavailableError
from portal.storage.folder import NO_SPACE, require_space

KEPT, PASSING = "derived", "passing"

_KEY = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)+(\.[a-z0-9]+)?")


def path(key: str) -> Path | None:
    """Return the file of the key, or None where it has to be made (again)."""
    return _path(KEPT, key)


def path_passing(key: str) -> Path | None:
    """Return the passing file of the key, or None where it has to be made (again)."""
    return _path(PASSING, key)


def put(key: str, content: bytes) -> Path:
    """Write the file of the key, whole or not at all.

    Raises:
        UnavailableError: the disk would fall below its reserve, or is full.
    """
    return _put(KEPT, key, content)


def put_passing(key: str, content: bytes) -> Path:
    """Write the passing file of the key, whole or not at all.

    Raises:
        UnavailableError: the disk would fall below its reserve, or is full.
    """
    return _put(PASSING, key, content)


def remove(folder_key: str) -> None:
    """Remove all kept files whose key begins with the folder, e.g. "page/<id>"."""
    _remove(KEPT, folder_key)


def remove_passing(folder_key: str) -> None:
    """Remove all passing files whose key begins with the folder."""
    _remove(PASSING, folder_key)


def sweep(before: float) -> int:
    """Remove the passing files made before an instant (Unix seconds); return how many.

    The cost grows with what was asked for lately, not with the archive.
    """
    taken = 0
    for folder, _, names in os.walk(_root(PASSING), topdown=False):
        for name in names:
            taken += _is_swept(Path(folder, name), before)
        with suppress(OSError):
            # Only an empty folder goes, and none that somebody has just made to write into.
            if Path(folder).stat().st_mtime < before:
                Path(folder).rmdir()
    return taken


def _is_swept(place: Path, before: float) -> bool:
    try:
        if place.stat().st_mtime >= before:
            return False
        place.unlink()
    except FileNotFoundError:
        return False
    return True


def _path(room: str, key: str) -> Path | None:
    place = _place(room, key)
    return place if place.is_file() else None


def _put(room: str, key: str, content: bytes) -> Path:
    place = _place(room, key)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_space(place.parent, house.settings().disk_reserve_bytes)
        _write(place, content)
    except OSError as error:
        if error.errno in NO_SPACE:
            raise UnavailableError("disk_full") from error
        raise
    return place


def _remove(room: str, folder_key: str) -> None:
    shutil.rmtree(_place(room, f"{folder_key}/any").parent, ignore_errors=True)


def _write(place: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".part-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            # Without this a power cut can leave the name with no bytes behind it, for good.
            os.fsync(file.fileno())
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _place(room: str, key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not the key of a derivative: {key!r}")
    folder = key.rpartition("/")[0]
    # Spread over 256 folders: a directory with millions of names is slow to list and to copy.
    shard = hashlib.sha256(folder.encode("ascii")).hexdigest()[:2]
    return _root(room) / shard / key


def _root(room: str) -> Path:
    return house.settings().uploads_folder / room
