"""An operator who sends scans by the browser form, and writes down what was acknowledged."""

from __future__ import annotations

import hashlib
import io
import os
import random
import threading
import time
import urllib.error
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

from PIL import Image

from tests.journeys.visitor import Visitor


def scans(number: int, pages_each: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield TIFF files of small pages that are all different."""
    chance = random.Random(seed)
    for index in range(number):
        frames = [Image.frombytes("L", (240, 160), chance.randbytes(240 * 160)) for _ in range(pages_each)]
        buffer = io.BytesIO()
        frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], dpi=(300, 300))
        yield f"scan-{index}.tif", buffer.getvalue()


class Uploader(threading.Thread):
    """Sends one file after the other; what breaks is sent again, as a person would."""

    def __init__(self, visitor: Visitor, batch: str, files: list[tuple[str, bytes]], notes: Path) -> None:
        super().__init__(name="uploader")
        self.in_flight = threading.Event()
        """Set from the first byte of a form until its answer."""
        self.broken = 0
        """Uploads that got no answer."""
        self.failure: Exception | None = None
        self._visitor = visitor
        self._path = f"/tiep-nhan/{batch}"
        self._files = files
        self._notes = notes

    def run(self) -> None:
        """Send everything."""
        try:
            for name, content in self._files:
                while not self._send(name, content):
                    self.broken += 1
                    time.sleep(0.2)
        except (AssertionError, StopIteration) as error:
            self.failure = error

    def _send(self, name: str, content: bytes) -> bool:
        """Send one file; tell whether it was acknowledged, which is then on disk."""
        try:
            page = self._visitor.get(self._path)
            form = next(one for one in page.forms if one.method == "post" and one.action.endswith(self._path))
            self.in_flight.set()
            answer = self._visitor.submit(form, files={"files": [(name, content)]})
        except (OSError, urllib.error.URLError, HTTPException):
            return False
        finally:
            self.in_flight.clear()
        if not 200 <= answer.status < 300:
            raise AssertionError(f"upload answered {answer.status}")
        with self._notes.open("a") as notes:
            notes.write(hashlib.sha256(content).hexdigest() + "\n")
            notes.flush()
            os.fsync(notes.fileno())
        return True
