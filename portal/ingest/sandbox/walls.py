"""The walls around a child that opens files from outside: bubblewrap, and limits inside it.

Inside there is no network, no other process, no file but the system, this program, the
file to be read and a small folder for temporary files. Where bubblewrap cannot run the
limits stand alone, and `flask doctor` and `/healthz` say so.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import BinaryIO

from config import MEBIBYTE, PROJECT
from portal.ingest import sources
from portal.ingest.sandbox import calls, process
from portal.ingest.sandbox.process import Command

log = logging.getLogger(__name__)

MOST_ADDRESSES = 1_536 * MEBIBYTE
"""Bytes of address space of each process inside."""
MOST_TEMPORARY = 256 * MEBIBYTE
LARGEST_FILE = 128 * MEBIBYTE
MOST_PROCESSES = 24
MOST_OPEN_FILES = 64
CPU_SECONDS = 900

FIRST_UID, UIDS = 61_184, 4_336
"""The users that systemd keeps for passing services: nobody owns a file under them."""

TEMPORARY = "/tmp"  # noqa: S108 - a folder of the child's own, in memory, gone with it

SHOWN = "/original"
"""Where the file to be read lies inside, where it is shown by name."""

MODELS = "TESSDATA_PREFIX"
PASSED_ON = ("PATH", MODELS, "PORTAL_HOME")
"""Variables that a child gets; the home, which it cannot see, so that it is told from others."""

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage"
"""Where the C library looks whether memory is to be had by 2 MB; unseen, it does not ask for it."""

PROBE = ("-m", "portal.ingest.sandbox.child", "probe")
INSIDE = b"inside\n"
"""What the probe answers when it came up and saw no network and no file of the house."""

PROBE_SECONDS = 20.0


LEISURE = ("nice", "-n", "19", "chrt", "-i", "0")
"""What makes a child give way to everybody else; `chrt` is part of util-linux, as `prlimit` is."""

_leisure: list[str] = []


@dataclass(frozen=True, slots=True)
class Walls:
    """What stands around a child: `is_closed` with bubblewrap, else limits alone; `detail` says why."""

    is_closed: bool
    detail: str


@cache
def standing() -> Walls:
    """Return what this process can build around a child, tried once, and loud where it is not enough."""
    found = probe()
    if not found.is_closed:
        log.warning("files from outside are opened WITHOUT WALLS: %s", found.detail)
    return found


def probe() -> Walls:
    """Try by running what this machine can build around a child."""
    missing = [name for name in ("bwrap", "prlimit", "setpriv", "choom") if shutil.which(name) is None]
    if missing:
        return Walls(False, f"limits alone: no {', '.join(missing)}")
    said, complaint = process.once(_closed([sys.executable, *PROBE]), PROBE_SECONDS)
    if said == INSIDE:
        return Walls(True, f"bubblewrap, {'as another user' if _is_root() else 'user namespace'}")
    return Walls(False, f"limits alone: bubblewrap does not run here: {complaint.strip()[-200:] or said!r}")


def at_leisure() -> None:
    """Have the children of this process, from now on, take only what cores others leave.

    Whoever wakes takes a core from such a child at once, from one that is merely nice only after its slice.
    The process itself stays as it is: one that waits for a core while it holds the lock for writing would
    have everybody wait. Where the system does not let them, they are no less ordinary than it is.
    """
    said, complaint = process.once(Command([*LEISURE, "echo", "idle"], environment()), PROBE_SECONDS)
    is_let = said == b"idle\n"
    if not is_let:
        log.warning("pages are read beside everything else, for nothing is idle here: %s", complaint.strip())
    _leisure[:] = LEISURE if is_let else ()


def around(words: Sequence[str], engine: str = "", file: BinaryIO | None = None) -> Command:
    """Return the command that runs the words inside.

    Args:
        engine: the recognition engine, which may lie outside the system's folders.
        file: what is to be read; the name that it has inside is added to the words.
    """
    if standing().is_closed:
        closed = _closed(words, _of_engine(engine), file)
        return replace(closed, words=[*_leisure, *closed.words])
    # Processes are not counted here: the count would take in everything that this user runs.
    limits = [*_limits(), "--"] if shutil.which("prlimit") else []
    handed, named = _handed_in(file)
    return Command([*_leisure, *limits, *words, *named], environment(), handed)


def environment() -> dict[str, str]:
    """Return the only environment that a child gets: no secret of the house."""
    outside = {**os.environ}
    return {
        **{key: outside[key] for key in PASSED_ON if key in outside},
        "LANG": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        # Each of its threads would take address space for nothing.
        "OPENBLAS_NUM_THREADS": "1",
        # Pages are tens of megabytes; the kernel hands out memory for them by 2 MB instead of 4 kB, where it
        # does so for those who ask.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _closed(words: Sequence[str], extra: Sequence[str] = (), file: BinaryIO | None = None) -> Command:
    # As root there is no user namespace: its binds could not reach folders that only root may enter.
    # Nobody inside may open the file by its name then, so it is handed in; but to its owner, whom an
    # ordinary user stays inside, an open file is one that can be opened again for writing.
    handed, named = _handed_in(file) if _is_root() else ((), (SHOWN,) if file else ())
    shown = ("--ro-bind", str(file.name), SHOWN) if file and not handed else ()
    command = [*words, *named]
    inner = [*_limits(), f"--nproc={MOST_PROCESSES}", "--", *(_as_nobody() if _is_root() else ()), *command]
    rules = calls.rules()
    filtered = [word for handle in rules for word in ("--seccomp", str(handle))]
    folders = _folders(extra, shown)
    outer = ["bwrap", *_namespaces(), *folders, *_variables(), *filtered, "--chdir", str(PROJECT)]
    return Command([*outer, "--", *inner], environment(), (*rules, *handed))


def _handed_in(file: BinaryIO | None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the descriptor that is handed in, and the name that it has inside."""
    if file is None:
        return (), ()
    return (file.fileno(),), (str(sources.descriptor(file.fileno())),)


def _namespaces() -> list[str]:
    apart = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    apart += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if not _is_root():
        return ["--unshare-user", "--disable-userns", *apart]
    kept = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
    return [*apart, *(word for name in kept for word in ("--cap-add", name))]


def _folders(extra: Sequence[str], original: Sequence[str]) -> list[str]:
    own = (sys.prefix, sys.base_prefix, str(PROJECT / "portal"), str(PROJECT / "config.py"))
    shown = dict.fromkeys((*SYSTEM, HUGE_PAGES, *own, *extra, *_models()))
    binds = [word for path in shown for word in ("--ro-bind-try", path, path)]
    # Left to itself bubblewrap makes the folders in between for root alone.
    between = dict.fromkeys(str(above) for path in shown for above in reversed(Path(path).parents))
    made = [path for path in between if path not in ("/", TEMPORARY)]
    ways = [word for path in made for word in ("--perms", "0755", "--dir", path)]
    room = ["--size", str(MOST_TEMPORARY), "--perms", "1777", "--tmpfs", TEMPORARY]
    # The folders in between lie in memory; unless they are closed a child could fill it with files.
    closed = ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/"]
    # The temporary folder comes first, so that what is bound below it is not hidden.
    return [*room, *ways, *binds, *original, *closed]


def _variables() -> list[str]:
    given = [word for key, value in environment().items() for word in ("--setenv", key, value)]
    return ["--clearenv", *given, "--setenv", "HOME", TEMPORARY, "--setenv", "TMPDIR", TEMPORARY]


def _limits() -> list[str]:
    # Where memory runs out all the same, the kernel ends this child before anything else.
    first = ["choom", "-n", "1000", "--"] if shutil.which("choom") else []
    return [
        *first,
        "prlimit",
        f"--as={MOST_ADDRESSES}",
        f"--cpu={CPU_SECONDS}",
        f"--fsize={LARGEST_FILE}",
        f"--nofile={MOST_OPEN_FILES}",
        # Of no bytes would still be piped to a program that keeps it, with what the page says; of one is not.
        "--core=1",
    ]


def _as_nobody() -> list[str]:
    user = FIRST_UID + os.getpid() % UIDS
    change = [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return ["setpriv", *change, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"]


def _of_engine(engine: str) -> tuple[str, ...]:
    """Return what must be shown of an engine that does not lie in the system's folders."""
    found = shutil.which(engine) if engine else None
    if found is None:
        return ()
    place = Path(found).absolute()
    whole = Path(*place.parts[:3])
    if place.is_relative_to("/opt") and not PROJECT.is_relative_to(whole):
        return (str(whole),)
    return () if place.is_relative_to("/usr") else (str(place),)


def _models() -> tuple[str, ...]:
    """Return the folder of Tesseract's models, where it is not the usual one."""
    return tuple(value for key, value in environment().items() if key == MODELS)


def _is_root() -> bool:
    return os.geteuid() == 0
