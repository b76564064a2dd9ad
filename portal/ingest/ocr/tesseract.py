"""The adapter of Tesseract, through pytesseract; the only file that imports it.

One recognition gives text, boxes and confidence together, since a second one would
double the time. It runs on one thread: OpenMP makes Tesseract several times slower.
"""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import SubprocessError  # noqa: TID251 - the error that pytesseract lets through

import pytesseract  # noqa: TID251 - this is the one adapter
from pytesseract import TesseractError  # noqa: TID251

from portal.catalogue.readings import Word
from portal.ingest.errors import UnusablePageError
from portal.ingest.ocr import deadline
from portal.ingest.ocr.engine import Recognised
from portal.jobs.errors import NotReadyError

LANGUAGE = "vie"

WORD_LEVEL = "5"
"""The level of a word among the rows of Tesseract's TSV: page, block, paragraph, line, word."""


class Tesseract:
    """Tesseract with its Vietnamese model, automatic page segmentation."""

    def __init__(self, command: str) -> None:
        pytesseract.pytesseract.tesseract_cmd = command
        # Read by the child when it starts, so it has to be set before.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._version = ""

    def recognise(self, picture: Path, seconds: int) -> Recognised:
        """Recognise a gray PGM file once.

        Raises:
            NotReadyError: Tesseract is missing, does not start, or has no Vietnamese model.
            UnusablePageError: it runs, but gave up on this picture or was too slow.
        """
        version = self._version or self.probe()
        with deadline.after(seconds) as end:
            try:
                text, table = pytesseract.run_and_get_multiple_output(
                    str(picture), extensions=["txt", "tsv"], lang=LANGUAGE
                )
            except (TesseractError, OSError) as error:
                if end.passed:
                    raise UnusablePageError("page_too_slow") from error
                # Either the picture is to blame or the engine has just gone; the probe tells which.
                self.probe()
                raise UnusablePageError("page_not_recognised") from error
        return Recognised(text=text, words=words(table), engine=f"tesseract {version} {LANGUAGE}")

    def probe(self) -> str:
        """Return the version of a Tesseract that runs and knows Vietnamese."""
        self._version = ""
        try:
            version = str(pytesseract.get_tesseract_version())
            languages = pytesseract.get_languages()
        except (OSError, SubprocessError, UnicodeDecodeError, SystemExit) as error:
            # pytesseract leaves by SystemExit where the command prints no version.
            raise NotReadyError("engine_unavailable") from error
        if LANGUAGE not in languages:
            raise NotReadyError("engine_unavailable")
        self._version = version
        return version


def words(table: str) -> list[Word]:
    """Read the words with boxes out of Tesseract's TSV."""
    found: list[Word] = []
    for line in table.splitlines()[1:]:
        row = line.split("\t")
        if len(row) < 12 or row[0] != WORD_LEVEL or not row[11].strip():
            continue
        left, top, width, height = (int(value) for value in row[6:10])
        found.append((row[11].strip(), left, top, width, height, max(0.0, float(row[10]))))
    return found
