"""Move a file aside within a folder that others write to as well, following no link that one of them planted.

For `hot_folder` and `manifests`. The folder is opened step by step, and what is done in it then goes by its
handle: whoever puts a link in its place meanwhile leads nobody away.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

from portal.storage import folder as disk

WHY = ".txt"
"""Ends the name of the note beside a refused file."""

LONGEST_NAME, LONGEST_ENDING = 220, 8
"""In bytes; file systems know no names above 255."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLAIN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.ELOOP})


def move(file: Path, token: str, root: Path, place: PurePath, note: str = "") -> None:
    """Move a file to its place below the root, under another name where that one is taken.

    Args:
        token: told nobody before; it tells namesakes apart.
        place: a folder of ours, subfolders as they were, and the name.
        note: what is left beside the file before it comes; nothing where it is empty.

    Raises:
        OSError: the file has gone (FileNotFoundError), or the share cannot be written.
    """
    # Editors of Windows know UTF-8 by its mark alone.
    text = note.encode("utf-8-sig", "replace") if note else b""
    with _folder(root, place.parent, token) as folder:
        name = next(name for name in _names(place.name, token) if _is_free(folder, name, text))
        if text and not _says(folder, name + WHY, text):
            with open(name + WHY, "xb", opener=_at(folder)) as beside:
                beside.write(text)
        os.rename(file, name, dst_dir_fd=folder)
        with suppress(OSError):
            os.fsync(folder)
    sync(file.parent)


def no_link(path: str, flags: int) -> int:
    """Be the opener of a file that is none where a link lies in its place."""
    return os.open(path, flags | _PLAIN, 0o666)


def sync(folder: Path) -> None:
    """Force the names in the folder to disk, where its file system knows how; no byte hangs on it."""
    with suppress(OSError):
        disk.sync_folder(folder)


@contextmanager
def _folder(root: Path, place: PurePath, token: str) -> Iterator[int]:
    """Open a folder below the root, made where it is missing; where no folder can be, one beside it."""
    try:
        handle = _opened(root, place.parts)
    except OSError as error:
        if error.errno not in _NO_FOLDER:
            raise
        # A link or a file lies there. Nobody could put one where this name would be.
        handle = _opened(root, (place.parts[0], token))
    try:
        yield handle
    finally:
        os.close(handle)


def _opened(root: Path, parts: Sequence[str]) -> int:
    handle = os.open(root, _FOLDER)
    for part in parts:
        above = handle
        try:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=above)
            handle = os.open(part, _FOLDER, dir_fd=above)
        finally:
            os.close(above)
    return handle


def _names(name: str, token: str) -> Iterator[str]:
    """Yield the name that a file had, then those that tell it from its namesakes."""
    if len(os.fsencode(name)) > LONGEST_NAME:
        # Room for the note's ending, and for what tells two of one name apart.
        name = f"{token}{PurePath(name).suffix[:LONGEST_ENDING]}"
    yield name
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    yield f"{stem}-{token}{ending}"
    for number in itertools.count(2):
        yield f"{stem}-{token}-{number}{ending}"


def _is_free(folder: int, name: str, text: bytes) -> bool:
    """Tell whether a file and its note can have the name; a watcher that was killed left the same note."""
    if _lies_in(folder, name):
        return False
    return not text or not _lies_in(folder, name + WHY) or _says(folder, name + WHY, text)


def _lies_in(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _says(folder: int, name: str, text: bytes) -> bool:
    """Tell whether a file is there, holds just this text and is no link."""
    try:
        with open(name, "rb", opener=_at(folder)) as file:
            return file.read(len(text) + 1) == text
    except OSError:
        return False


def _at(folder: int) -> Callable[[str, int], int]:
    return lambda name, flags: os.open(name, flags | _PLAIN, 0o666, dir_fd=folder)
