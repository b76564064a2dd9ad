"""Fourth stage: one recognition of the copy that is read."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from portal.catalogue.readings import Word
from portal.ingest.ocr.engine import Engine, Recognised
from portal.ingest.ocr.lines import Line

SMALLEST_SIDE = 16
"""Px below which nothing can be written, and Tesseract reports errors."""


def read(engine: Engine, copy: Image.Image, seconds: int) -> Recognised:
    """Recognise a gray picture once.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusablePageError: it runs, but gave up on this picture or was too slow.
    """
    if min(copy.size) < SMALLEST_SIDE:
        return Recognised(text="", words=[], engine="none")
    with _written(copy) as picture:
        return engine.recognise(picture, seconds)


def few_words(engine: Engine, sheet: Image.Image, seconds: int) -> Sequence[Line]:
    """Recognise a gray picture of a few words and nothing else.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusablePageError: it runs, but gave up on this picture or was too slow.
    """
    with _written(sheet) as picture:
        return engine.few_words(picture, seconds)


@contextmanager
def _written(copy: Image.Image) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="portal-page-") as folder:
        # From a PIL image pytesseract would make a PNG first, and of a PGM Tesseract reads each px by itself.
        picture = Path(folder) / "page.tif"
        # Said aloud, for Pillow would take over the compression of a fax, which gray pictures cannot have.
        copy.save(picture, compression="raw")
        yield picture


def tidy(text: str) -> str:
    """Bring recognised text to NFC, without form feeds and blanks at the end of lines."""
    lines = (line.rstrip() for line in unicodedata.normalize("NFC", text).replace("\f", "\n").split("\n"))
    return "\n".join(lines).strip()


def placed(words: Iterable[Word], scale: tuple[float, float]) -> list[Word]:
    """Bring boxes from the copy that was read to the page image."""
    across, down = scale
    return [
        (
            unicodedata.normalize("NFC", text),
            round(left * across),
            round(top * down),
            max(1, round(width * across)),
            max(1, round(height * down)),
            round(confidence, 1),
        )
        for text, left, top, width, height, confidence in words
    ]
