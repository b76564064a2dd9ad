"""Whoosh's files on disk, made to survive a loss of power.

Whoosh itself never syncs. It writes segments, then a table of contents under a
temporary name, and renames that. So at the rename all that is new is synced first,
and the folder after it: the table never names a segment that may be lost.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage  # noqa: TID251 - the adapter of Whoosh

from portal.search.folders import sync_folder


class DurableStorage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh whose commits are on disk when they return."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._settled = set(os.listdir(path))  # noqa: PTH208 - names only

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename after syncing all new files, then sync the folder."""
        folder = Path(self.folder)
        for path in folder.iterdir():
            if path.name not in self._settled and path.is_file():
                _sync(path)
                self._settled.add(path.name)
        super().rename_file(oldname, newname, safe)
        sync_folder(folder)


class ReadingStorage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh to read from, which can close what a failed opening left open."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), readonly=True)
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file of the index and remember it."""
        opened = super().open_file(name, **options)
        self._opened.append(opened)
        return opened

    def settle(self) -> None:
        """Forget the files: those who opened them close them."""
        self._opened.clear()

    def abandon(self) -> None:
        """Close all that is open still, since nobody else will."""
        for opened in self._opened:
            with suppress(OSError, ValueError):
                opened.file.close()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
