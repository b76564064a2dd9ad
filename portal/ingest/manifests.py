"""The manifest of a watched folder: a line of JSON for each file that was taken in, a file for each month.

A line that is noted is on disk. It lies in the folder itself, so that whoever brought the files can compare.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import IO

from portal.ingest import asides
from portal.storage import folder as disk


class Manifest:
    """What was taken in from one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, month: date, line: Mapping[str, object]) -> None:
        """Add a line."""
        path = self._path(month)
        is_new = not path.exists()
        with open(path, "ab+", opener=asides.no_link) as file:
            if file.tell() and not _ends_a_line(file):
                # A power cut left half a line.
                file.write(b"\n")
            file.write(json.dumps(line, ensure_ascii=True).encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            disk.sync_folder(path.parent)

    def holds(self, month: date, scan_id: str) -> bool:
        """Tell whether a file was noted that month; asked of what a killed watcher left."""
        try:
            lines = self._path(month).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return False
        return f'"scan": "{scan_id}"' in lines

    def _path(self, month: date) -> Path:
        return self._folder / f"manifest-{month:%Y-%m}.jsonl"


def _ends_a_line(file: IO[bytes]) -> bool:
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"
