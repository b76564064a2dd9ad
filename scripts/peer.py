"""Plain Tesseract, which reading is measured against: one process a page, two at a time."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

WORDS = ["tesseract", "PAGE.pgm", "OUT", "-l", "vie", "--psm", "3", "txt", "tsv"]
COMMAND = "OMP_THREAD_LIMIT=1 " + " ".join(WORDS)
AT_ONCE = 2

Key = TypeVar("Key", bound=Hashable)


def read(pictures: Mapping[Key, Path]) -> tuple[dict[Key, str], float]:
    """Read all pictures; return their texts and pages a minute. The texts are left beside the pictures."""
    env = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def one(picture: Path) -> str:
        out = picture.with_suffix("")
        command = [{"PAGE.pgm": str(picture), "OUT": str(out)}.get(part, part) for part in WORDS]
        subprocess.run(command, env=env, check=True, capture_output=True)
        return out.with_suffix(".txt").read_text(encoding="utf-8")

    start = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        texts = list(pool.map(one, pictures.values()))
    return dict(zip(pictures, texts, strict=True)), 60 * len(pictures) / (time.monotonic() - start)
