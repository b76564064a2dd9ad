"""An operator who sends scans by the browser form, and writes down what was acknowledged."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import os
import random
import threading
import time
import urllib.error
import urllib.parse
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path

from PIL import Image
from pypdfium2 import PdfDocument

from tests.journeys.visitor import Answer, Form, Visitor


def scans(number: int, pages_each: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield TIFF files of small pages that are all different."""
    chance = random.Random(seed)
    for index in range(number):
        frames = [Image.frombytes("L", (240, 160), chance.randbytes(240 * 160)) for _ in range(pages_each)]
        buffer = io.BytesIO()
        frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], dpi=(300, 300))
        yield f"scan-{index}.tif", buffer.getvalue()


def real_pages(data: Path, number: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield TIFF files of a page each, of the real scans; each has a row of pixels of its own."""
    chance = random.Random(seed)
    sources = sorted((data / "scans").rglob("*.pdf"))
    sides = [(source, side) for source in sources for side in range(len(PdfDocument(source)))]
    for index, (source, side) in zip(range(number), itertools.cycle(sides), strict=False):
        with PdfDocument(source) as document:
            image = document[side].render(scale=200 / 72).to_pil().convert("L")
        image.paste(Image.frombytes("L", (image.width, 1), chance.randbytes(image.width)), (0, 0))
        buffer = io.BytesIO()
        image.save(buffer, "TIFF", compression="tiff_lzw", dpi=(200, 200))
        yield f"page-{index}.tif", buffer.getvalue()


class Uploader(threading.Thread):
    """Sends one file after the other, by the form and by tus in turn; what breaks is sent again."""

    def __init__(
        self,
        visitor: Visitor,
        batch: str,
        files: list[tuple[str, bytes]],
        notes: Path,
        pause: float = 0.0,
    ) -> None:
        super().__init__(name="uploader")
        self.in_flight = threading.Event()
        """Set from the first byte of a file until its answer."""
        self.broken = 0
        """Uploads that got no answer, or that the server could not take just then."""
        self.failure: Exception | None = None
        self._visitor = visitor
        self._path = f"/tiep-nhan/{batch}"
        self._files = files
        self._notes = notes
        self._pause = pause
        """Seconds between two files."""
        self._begun: dict[str, str] = {}
        """Where uploads by tus stand that had no last answer yet, by name of the file."""

    def stop(self) -> None:
        """Send nothing after the present file; return when that is through."""
        self._files.clear()
        self.join()

    def run(self) -> None:
        """Send everything."""
        ways = itertools.cycle((self._by_form, self._by_tus))
        try:
            for (name, content), way in zip(self._files, ways, strict=False):
                while not self._sent(way, name, content):
                    self.broken += 1
                    time.sleep(0.2)
                time.sleep(self._pause)
        except (AssertionError, StopIteration) as error:
            self.failure = error

    def _sent(self, way: Callable[[str, bytes], Answer], name: str, content: bytes) -> bool:
        """Send one file; tell whether it was acknowledged, which is then on disk."""
        try:
            answer = way(name, content)
        except (OSError, urllib.error.URLError, HTTPException):
            return False
        finally:
            self.in_flight.clear()
        if answer.status in (423, 503):
            return False
        if not 200 <= answer.status < 300:
            raise AssertionError(f"upload answered {answer.status}: {answer.text[:200]}")
        with self._notes.open("a") as notes:
            notes.write(hashlib.sha256(content).hexdigest() + "\n")
            notes.flush()
            os.fsync(notes.fileno())
        return True

    def _by_form(self, name: str, content: bytes) -> Answer:
        form = self._form()
        self.in_flight.set()
        return self._visitor.submit(form, files={"files": [(name, content)]})

    def _by_tus(self, name: str, content: bytes) -> Answer:
        """Announce and send in two parts; what is there when the line comes back is not sent again."""
        known = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self._form().values["csrf_token"]}
        self.in_flight.set()
        place = self._begun.get(name)
        if place is None:
            told = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {_coded(name)}"}
            begun = self._visitor.ask(f"{self._path}/tai-len", "POST", {**known, **told}, b"")
            if begun.status != 201:
                return begun
            place = self._begun[name] = urllib.parse.urlsplit(begun.headers["Location"]).path
        answer = self._visitor.ask(place, "HEAD", known)
        while answer.status < 300 and (offset := int(answer.headers["Upload-Offset"])) < len(content):
            part = content[offset : offset + max(1, len(content) // 2 + 1)]
            told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
            answer = self._visitor.ask(place, "PATCH", {**known, **told}, part)
        return answer

    def _form(self) -> Form:
        page = self._visitor.get(self._path)
        return next(one for one in page.forms if one.method == "post" and one.action.endswith(self._path))


def _coded(name: str) -> str:
    return base64.b64encode(name.encode()).decode()
