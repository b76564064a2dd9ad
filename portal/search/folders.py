"""Versioned folders of one index, and the pointer to the one that serves.

`index/public/v1.1-3/` is the third index of schema 1 and analysis 1; the file
`current` names it. A rebuild fills the folder that `next` names while the old one
serves, then the pointer is replaced in one step.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from portal.search import locks
from portal.search.errors import NeedsRebuildError

_NAME = re.compile(r"v(\d+\.\d+)-(\d+)")


class Shelf:
    """The folders of one index, of one version of schema and analysis."""

    def __init__(self, root: Path, version: str) -> None:
        self.root = root
        self.version = version

    @property
    def rebuild_lock(self) -> Path:
        """Held by the process that rebuilds, for as long as it does."""
        return self.root / "rebuild.lock"

    def current(self) -> Path:
        """Return the folder that serves.

        Raises:
            NeedsRebuildError: there is none, or it is of another version.
        """
        folder = self._named_by("current")
        if folder is None:
            raise NeedsRebuildError("index_missing")
        if self._version_of(folder) != self.version:
            raise NeedsRebuildError("index_outdated")
        return folder

    def next(self) -> Path | None:
        """Return the folder that a living rebuild fills; what a dead one left is no such folder."""
        return self._named_by("next") if locks.is_held(self.rebuild_lock) else None

    def fresh(self) -> Path:
        """Make an empty folder with the next number."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        folder = self.root / f"v{self.version}-{max([0, *map(self._count_of, self._folders())]) + 1}"
        folder.mkdir(mode=0o700)
        return folder

    def point(self, pointer: str, folder: Path) -> None:
        """Let `current` or `next` name the folder, durably and in one step."""
        temporary = self.root / f".{pointer}"
        with temporary.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.root / pointer)
        sync_folder(self.root)

    def drop_next(self) -> None:
        """Forget the folder being filled, and remove all folders that do not serve."""
        (self.root / "next").unlink(missing_ok=True)
        kept = self._named_by("current")
        for folder in self._folders():
            if folder != kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _named_by(self, pointer: str) -> Path | None:
        try:
            name = (self.root / pointer).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        folder = self.root / name
        return folder if _NAME.fullmatch(name) and folder.is_dir() else None

    def _folders(self) -> list[Path]:
        return [path for path in self.root.iterdir() if _NAME.fullmatch(path.name)]

    @staticmethod
    def _version_of(folder: Path) -> str:
        found = _NAME.fullmatch(folder.name)
        return found.group(1) if found else ""

    @staticmethod
    def _count_of(folder: Path) -> int:
        found = _NAME.fullmatch(folder.name)
        return int(found.group(2)) if found else 0


def sync_folder(folder: Path) -> None:
    """Make new names in the folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
