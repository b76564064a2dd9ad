"""Watch a running portal once a second: memory of its processes, its temporary files.

Adding up what a process shares with others takes the kernel milliseconds for each, and who looks too often
measures what looking costs.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PAUSE_SECONDS = 1.0
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Watch:
    """The most that was seen since the watch began, in bytes."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.most_worker = 0
        """Of one place in the worker's pool: a child with all below it."""
        self.most_all = 0
        """Of web and worker together."""
        self.most_temporary = 0
        """In the folders of the worker's children, and what is being taken in."""

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            worker, web = (self._leader(name) for name in ("worker", "web"))
            held = {pid: pss(pid) for leader in (worker, web) if leader for pid in below(leader)}
            places = [sum(held.get(pid, 0) for pid in below(child)) for child in children(worker or 0)]
            self.most_worker = max([self.most_worker, *places])
            self.most_all = max(self.most_all, sum(held.values()))
            temporary = sum(size_of(folder) for folder in (self._home / "run").glob("tmp.*"))
            self.most_temporary = max(self.most_temporary, temporary)

    def _leader(self, name: str) -> int | None:
        with suppress(OSError, ValueError):
            return int((self._home / "run" / f"{name}.pid").read_text(encoding="ascii"))
        return None


def children(pid: int) -> list[int]:
    """Return the processes that a process started itself."""
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def below(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for child in children(pid):
        yield from below(child)


def pss(pid: int) -> int:
    """Return the bytes that a process holds, its share of what it has in common with others."""
    with suppress(OSError):
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))
        return int(found[1]) * 1024 if found else 0
    return 0


def size_of(folder: Path) -> int:
    """Return the bytes of all files below a folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    return total
