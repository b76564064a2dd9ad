"""Files made from originals and disposable: page images at their widths.

Whatever is lost here is made again from the original, so files are written whole or
not at all, but the folder is not synced.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from portal.core import house
from portal.core.errors import UnavailableError
from portal.storage.folder import NO_SPACE, require_space

_KEY = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)+(\.[a-z0-9]+)?")


def path(key: str) -> Path | None:
    """Return the file of the key, or None where it has to be made (again)."""
    place = _place(key)
    return place if place.is_file() else None


def put(key: str, content: bytes) -> Path:
    """Write the file of the key, whole or not at all.

    Raises:
        UnavailableError: the disk would fall below its reserve, or is full.
    """
    place = _place(key)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        require_space(place.parent, house.settings().disk_reserve_bytes)
        _write(place, content)
    except OSError as error:
        if error.errno in NO_SPACE:
            raise UnavailableError("disk_full") from error
        raise
    return place


def remove(folder_key: str) -> None:
    """Remove all files whose key begins with the folder, e.g. "page/<id>"."""
    shutil.rmtree(_place(f"{folder_key}/any").parent, ignore_errors=True)


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


def _place(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError(f"not the key of a derivative: {key!r}")
    folder = key.rpartition("/")[0]
    # Spread over 256 folders: a directory with millions of names is slow to list and to copy.
    shard = hashlib.sha256(folder.encode("ascii")).hexdigest()[:2]
    return house.settings().uploads_folder / "derived" / shard / key
