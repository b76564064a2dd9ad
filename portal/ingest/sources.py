"""The file that is read, as its readers open it: by its name, or as a descriptor that was handed in.

Behind the walls a file has no name that could be opened, for it may lie in a folder
that only the house may enter; the child is given the open descriptor instead.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

DESCRIPTORS = Path("/proc/self/fd")


def descriptor(number: int) -> Path:
    """Return the name by which a descriptor that was handed in is opened here."""
    return DESCRIPTORS / str(number)


def opened(path: Path) -> BinaryIO:
    """Open a file at its beginning. Two that were opened of one descriptor share their place in it."""
    if path.parent != DESCRIPTORS:
        return path.open("rb")
    file = os.fdopen(os.dup(int(path.name)), "rb")
    file.seek(0)
    return file
