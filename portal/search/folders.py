"""Versioned folders of one index, and the pointer to the one that serves.

`index/public/v1.1-3/` is the third index of schema 1 and analysis 1; the file
`current` names it. The version of tantivy's begins with a t, so that whoever changes the
engine builds anew: an index that nobody wrote to for a while may hold what was closed.
A rebuild fills the folder that `next` names while the old one serves, then the pointer
is replaced in one step. A rebuild that was killed leaves `next` and how far it came, so
that it can go on. A folder found damaged says so in a file of its own, for every process
to see, and is left as it is until another serves.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from portal.search.errors import DamagedIndexError, NeedsRebuildError

log = logging.getLogger(__name__)

_NAME = re.compile(r"v(t?\d+\.\d+)-(\d+)")

DAMAGED, REACHED = "damaged", "reached"
"""Files within a folder: what was found wrong with it; how far the rebuild came that fills it."""


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

    def sound(self) -> Path:
        """Return the folder that serves, unless it was found damaged.

        Raises:
            NeedsRebuildError: there is none, or it is of another version.
            DamagedIndexError: somebody compared it and it is not what was committed.
        """
        folder = self.current()
        if (folder / DAMAGED).exists():
            raise DamagedIndexError
        return folder

    def condemn(self, folder: Path, reason: str) -> None:
        """Say for every process to see that the folder is damaged; nothing of it is touched."""
        log.error("the search index %s/%s is damaged: %s", self.root.name, folder.name, reason)
        with suppress(OSError):
            (folder / DAMAGED).write_text(reason, encoding="utf-8")

    def next(self) -> Path | None:
        """Return the folder that a rebuild fills or, when it was killed, will go on to fill."""
        folder = self._named_by("next")
        if folder is None or self._version_of(folder) != self.version or folder == self._named_by("current"):
            return None
        return folder

    def reached(self) -> str:
        """Return how far the rebuild came that fills `next`; empty where none can go on."""
        folder = self.next()
        try:
            return (folder / REACHED).read_text(encoding="ascii") if folder else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def mark(self, folder: Path, reached: str) -> None:
        """Keep, durably and in one step, how far a rebuild came."""
        keep(folder, REACHED, reached)

    def fresh(self) -> Path:
        """Make an empty folder with the next number."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        folder = self.root / f"v{self.version}-{max([0, *map(self._count_of, self._folders())]) + 1}"
        folder.mkdir(mode=0o700)
        return folder

    def point(self, pointer: str, folder: Path) -> None:
        """Let `current` or `next` name the folder, durably and in one step."""
        keep(self.root, pointer, folder.name)

    def drop_next(self) -> None:
        """Forget the folder being filled, and remove all folders that do not serve."""
        self.forget_next()
        kept = self._named_by("current")
        for folder in self._folders():
            if folder != kept:
                shutil.rmtree(folder, ignore_errors=True)

    def forget_next(self) -> None:
        """Let no folder be filled any more; the next rebuild begins anew."""
        (self.root / "next").unlink(missing_ok=True)

    def _named_by(self, pointer: str) -> Path | None:
        """Return the folder that a pointer names. Where a swap just took it away, look which came."""
        before = None
        while True:
            try:
                name = (self.root / pointer).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError):
                return None
            folder = self.root / name
            if _NAME.fullmatch(name) and folder.is_dir():
                return folder
            if name == before:
                return None
            before = name

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


def keep(folder: Path, name: str, text: str) -> None:
    """Write a small file into the folder, durably and in one step."""
    temporary = folder / f".{name}"
    with temporary.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / name)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make new names in the folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
