"""Whoosh's files on disk, made to survive a loss of power.

Whoosh itself never syncs. It writes segments, then a table of contents under a
temporary name, and renames that. So at the rename all that is new is synced first,
and the folder after it: the table never names a segment that may be lost.
"""

from __future__ import annotations

import os
from pathlib import Path

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


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
