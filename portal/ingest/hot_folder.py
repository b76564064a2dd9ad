"""A folder that scanners write into: what has stopped growing there, what is claimed, where it goes then.

All that is known stands in the folder itself, so whoever is killed finds it again: a claimed file lies
under `.claimed/DAY-ID/` with the subfolder and the name it had. These places are inside of the watched
folder, for a rename is atomic within one file system only, and a share is often mounted just there. A share
tells nobody when something comes, so one looks again and again. `watching` takes in what is claimed here.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from config import PROJECT
from portal.core import clock, house
from portal.core.errors import ConflictError, InvalidError
from portal.core.ids import new_id
from portal.ingest import asides

CLAIMED, DONE, REFUSED = ".claimed", PurePath("done"), PurePath("refused")
OURS = (CLAIMED, DONE.name, REFUSED.name)
DEEPEST = 100

_DAY = "%Y%m%d"
_TOKEN = re.compile(r"\d{8}-[0-9a-z]{10}")
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
"""What programs call a file while they write it; they rename it when it is whole."""

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_NO_FILE = frozenset({errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENXIO, errno.EISDIR})
_SYSTEM = tuple(
    map(Path, ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr"))
)
_CODE = (".git", ".hg", ".svn", "pyproject.toml", "setup.py", "package.json", "node_modules", "composer.json")


class Look(NamedTuple):
    """What is seen of a file from outside; while somebody writes, it changes."""

    size: int
    changed: int
    """In nanoseconds, by the clock of whoever keeps the file."""
    inode: int


Seen = tuple[Look, float]
"""How a file looks, and since when it does."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file that nobody else takes any more."""

    path: Path
    place: PurePath
    """Subfolders and name, as it lay in the watched folder."""
    token: str
    """Day and id of the claim."""

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def subfolder(self) -> str:
        """The first subfolder, empty where it lay in the folder itself."""
        return self.place.parts[0] if len(self.place.parts) > 1 else ""

    @property
    def day(self) -> date:
        """The day of the claim in Việt Nam."""
        return datetime.strptime(self.token[:8], _DAY).date()  # noqa: DTZ007 - a day has no zone


def require_fit(folder: Path) -> Path:
    """Return the folder by its full name, if it may be emptied by a machine.

    Raises:
        InvalidError: it is no folder or a link, holds code, belongs to the system or to the portal itself.
    """
    if folder.is_symlink():
        raise InvalidError("folder_is_link")
    if not folder.is_dir():
        raise InvalidError("path_missing")
    real = folder.resolve()
    for ours in (PROJECT.resolve(), house.settings().home.resolve()):
        if real == ours or ours in real.parents or real in ours.parents:
            raise InvalidError("folder_is_ours")
    if real == Path(real.anchor) or any(real == one or one in real.parents for one in _SYSTEM):
        raise InvalidError("folder_is_systems")
    if any((real / mark).exists() for mark in _CODE) or any(real.glob("*.py")):
        raise InvalidError("folder_holds_code")
    return real


class HotFolder:
    """One watched folder."""

    def __init__(self, root: Path, stable_seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.root = root
        self.claims = root / CLAIMED
        self._stable_seconds = stable_seconds
        self._now = now
        self._looks: dict[Path, Seen] = {}
        self._left: dict[Path, Seen] = {}

    def require_no_links(self) -> None:
        """See that no link lies where we write: others can plant one, to lead us away.

        Raises:
            InvalidError: one is, or lies among the claims.
        """
        for name in OURS:
            if (self.root / name).is_symlink():
                raise InvalidError("folder_has_link", name=name)
        if self.claims.is_dir() and any(path.is_symlink() for path in self.claims.iterdir()):
            raise InvalidError("folder_has_link", name=CLAIMED)

    def ready(self) -> list[Path]:
        """Look through the folder; return what looked the same at two looks that lie far enough apart.

        What is no file at all is ready at once, to be refused.
        """
        seen: dict[Path, Seen] = {}
        found = [path for path in _below(self.root, 0) if self._has_rested(path, self._looks, seen)]
        self._looks = seen
        return found

    def _has_rested(self, path: Path, earlier: dict[Path, Seen], seen: dict[Path, Seen]) -> bool:
        """Look at a file, note it in `seen`, and tell whether it has looked so for long enough."""
        try:
            status = path.lstat()
        except OSError:
            return False
        now, look, before = self._now(), _look(status), earlier.get(path)
        is_same = before is not None and before[0] == look
        seen[path] = before if before is not None and is_same else (look, now)
        is_whole = is_same and now - seen[path][1] >= self._stable_seconds
        return is_whole or not stat.S_ISREG(status.st_mode)

    def claim(self, path: Path) -> Claimed | None:
        """Take a file out of the folder by one rename; None where another watcher or its owner was faster."""
        place = PurePath(path.relative_to(self.root))
        token = f"{clock.today():{_DAY}}-{new_id()}"
        target = self.claims / token / place
        target.parent.mkdir(mode=0o700, parents=True)
        self._looks.pop(path, None)
        try:
            os.rename(path, target)  # noqa: PTH104 - the order of os calls is what tests stop at
        except OSError:
            # Gone, or still held open by a machine whose system forbids to rename it: at a later look.
            _prune(self.claims / token)
            return None
        return Claimed(target, place, token)

    def left(self) -> list[Claimed]:
        """Return what was claimed and not put away, by whomever, as far as nobody writes to it any more."""
        seen: dict[Path, Seen] = {}
        found = [one for one in self._claimed() if self._has_rested(one.path, self._left, seen)]
        self._left = seen
        return found

    def _claimed(self) -> Iterator[Claimed]:
        for folder in sorted(self.claims.iterdir()) if self.claims.is_dir() else []:
            if _TOKEN.fullmatch(folder.name):
                for path in _below(folder, 0):
                    yield Claimed(path, PurePath(path.relative_to(folder)), folder.name)
                _prune(folder)

    def put_away(self, one: Claimed, *, is_kept: bool) -> None:
        """Move what was taken in to `done`, or remove it; twice, or by two at once, is once."""
        with suppress(FileNotFoundError):
            if is_kept:
                asides.move(one.path, one.token, self.root, DONE / one.place)
            else:
                one.path.unlink()
                asides.sync(one.path.parent)
        _prune(self.claims / one.token)

    def refuse(self, one: Claimed, why: str) -> None:
        """Move a file to `refused`, with a note beside it that says why; the note comes first."""
        with suppress(FileNotFoundError):
            one.path.lstat()
            note = f"{one.place}\r\n{why}\r\n"
            asides.move(one.path, one.token, self.root, REFUSED / one.place, note)
        _prune(self.claims / one.token)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only watcher of the folder, as far as its file system knows locks; else renames decide.

        Raises:
            ConflictError: somebody else watches it.
            InvalidError: as `require_no_links`.
        """
        self.require_no_links()
        self.claims.mkdir(mode=0o700, exist_ok=True)
        with open(self.claims / "lock", "ab", opener=asides.no_link) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError("folder_watched") from None
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise
            yield


@contextmanager
def opened(one: Claimed) -> Iterator[BinaryIO]:
    """Open a claimed file for reading; a link, a device, or a file with other names is none.

    Raises:
        InvalidError: it is none, or may not be read.
        OSError: another watcher has put it away (FileNotFoundError), or the share cannot be read.
    """
    try:
        handle = os.open(one.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno not in _NO_FILE:
            # The share is away; the file is not to blame.
            raise
        raise InvalidError("file_is_link" if one.path.is_symlink() else "file_unreadable") from None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise InvalidError("file_unreadable")
        if status.st_nlink > 1:
            # Whoever holds the other name could change it after it was taken in, or it is not theirs to give.
            raise InvalidError("file_has_other_names")
        yield file


def look(file: BinaryIO) -> Look:
    """Return how an open file looks now."""
    return _look(os.fstat(file.fileno()))


def _prune(folder: Path) -> None:
    """Remove the folders of a claim that nothing lies in. A rename into one that has gone is made later."""
    with suppress(OSError):
        for place, _, _ in os.walk(folder, topdown=False):
            Path(place).rmdir()


def _look(status: os.stat_result) -> Look:
    return Look(status.st_size, status.st_mtime_ns, status.st_ino)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Yield what lies in the folder and below; links to folders are not followed, they are yielded."""
    try:
        with os.scandir(folder) as inside:
            entries = sorted(inside, key=lambda entry: entry.name)
    except OSError:
        # Gone meanwhile, or closed to us: what lies there stays where it is.
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            is_ours = depth == 0 and entry.name in OURS
            if not is_ours and not entry.name.startswith(".") and depth < DEEPEST:
                yield from _below(Path(entry.path), depth + 1)
        elif not _is_passed_over(entry.name):
            yield Path(entry.path)


def _is_passed_over(name: str) -> bool:
    """Tell whether a name is one that systems leave, or of a file that is still being written."""
    small = name.lower()
    return name.startswith((".", "~$")) or small in _LEFT_BY_SYSTEMS or small.endswith(_UNFINISHED)
