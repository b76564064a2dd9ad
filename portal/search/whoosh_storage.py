"""Whoosh's files on disk, made to survive a loss of power, and believed only under seal.

Whoosh itself never syncs and checks no sums. It writes segments, then a table of
contents under a temporary name, and renames that. So at the rename all that is new is
synced first, the seals of all files after it, and the folder last: the table never
names a segment that may be lost. The table is a pickle, which can run anything when
it is opened: bytes of one whose digest is not sealed are not opened at all.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage  # noqa: TID251 - the adapter of Whoosh
from whoosh.filedb.structfile import StructFile  # noqa: TID251 - the adapter of Whoosh

from portal.search import seals
from portal.search.folders import sync_folder

_TABLE = re.compile(r"_MAIN_([0-9]+)\.toc")


def generation_of(folder: Path) -> int:
    """Return the number of the last commit; -1 where there is none."""
    found = (_TABLE.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208 - names only
    return max((int(match.group(1)) for match in found if match), default=-1)


def check(folder: Path, thorough: bool = False) -> None:
    """Compare all files of the last commit with their seals; nothing of them is opened by Whoosh.

    Raises:
        OSError: a file is missing or cannot be read.
        BrokenSealError: a file is not the one that was committed.
    """
    generation = generation_of(folder)
    known = seals.read(folder, generation)
    if f"_MAIN_{generation}.toc" not in known:
        raise seals.BrokenSealError("the table of contents belongs to no commit")
    for name in known:
        seals.check(folder, name, known, thorough)


class SealedStorage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh of which nothing is opened that is not under seal."""

    def __init__(self, path: Path, readonly: bool) -> None:
        super().__init__(str(path), readonly=readonly)
        self.path = path
        self.seals: seals.Seals = {}
        """Of the commit whose table was opened last."""

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file of the last commit after comparing it."""
        table = _TABLE.fullmatch(name)
        if table:
            data = (self.path / name).read_bytes()
            self.seals = seals.read(self.path, int(table.group(1)))
            seals.require(name, self.seals.get(name), seals.of_bytes(data))
            return StructFile(BytesIO(data), name=name)
        if not self.is_new(name):
            seals.check(self.path, name, self.seals)
        return super().open_file(name, **options)

    def is_new(self, name: str) -> bool:
        """Tell whether this storage wrote the file itself."""
        return False


class DurableStorage(SealedStorage):
    """A folder of Whoosh whose commits are on disk, and under seal, when they return."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, readonly=False)
        self._settled = set(os.listdir(path))  # noqa: PTH208 - names only
        self.segments: frozenset[str] = frozenset()
        """Ids of the segments that the next commit keeps; set before its table is written."""

    def is_new(self, name: str) -> bool:
        """Tell whether the file was not there when the writing began."""
        return name not in self._settled

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename after syncing and sealing all new files, then sync the folder."""
        for path in self.path.iterdir():
            if path.name not in self._settled and path.is_file():
                _sync(path)
                self._settled.add(path.name)
        table = _TABLE.fullmatch(newname)
        if not table:
            raise ValueError("Whoosh renames nothing but its tables")
        sealed = self._sealed(newname, oldname)
        seals.write(self.path, int(table.group(1)), sealed)
        super().rename_file(oldname, newname, safe)
        sync_folder(self.path)
        seals.believe(self.path, sealed)
        seals.forget(self.path, sealed)
        seals.drop_others(self.path, int(table.group(1)))

    def _sealed(self, table: str, written_as: str) -> dict[str, seals.Seal]:
        """Return the seals of the commit. Those of older files are kept as they were, never taken anew."""
        sealed = {table: seals.take(self.path / written_as)}
        for name in self._kept():
            sealed[name] = self.seals.get(name) or seals.take(self.path / name)
        return sealed

    def _kept(self) -> Iterable[str]:
        names = os.listdir(self.path)  # noqa: PTH208 - names only
        return [name for name in names if name.split(".")[0] in self.segments]


class ReadingStorage(SealedStorage):
    """A folder of Whoosh to read from, which can close what a failed opening left open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, readonly=True)
        self._opened: list[Any] = []
        self._traces: list[tuple[Path, tuple[int, int, int]]] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file of the index and remember it."""
        opened = super().open_file(name, **options)
        self._opened.append(opened)
        return opened

    def check_all(self) -> None:
        """Compare all files of the commit whose table was opened last."""
        for name in self.seals:
            seals.check(self.path, name, self.seals)

    def settle(self) -> None:
        """Forget the files: those who opened them close them. Remember how they look on the disk."""
        self._opened.clear()
        self._traces = [(self.path / name, seals.trace_of(self.path / name)) for name in self.seals]

    def looks_the_same(self) -> bool:
        """Tell whether no file was touched since; asked before each search, since it costs next to nothing.

        A file cut short while it is mapped into memory would end the process that reads it.
        """
        try:
            return all(seals.trace_of(path) == trace for path, trace in self._traces)
        except OSError:
            return False

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
