"""The adapter of Tesseract, through pytesseract; the only file that imports it.

One recognition gives text, boxes and confidence together, since a second one would
double the time. It runs on one thread: OpenMP makes Tesseract several times slower.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import SubprocessError  # noqa: TID251 - the error that pytesseract lets through

from portal.ingest.errors import UnusablePageError
from portal.ingest.ocr import deadline
from portal.ingest.ocr.engine import Recognised
from portal.ingest.ocr.lines import Line
from portal.jobs.errors import NotReadyError


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Let what is imported meanwhile do without these modules."""
    before = {name: sys.modules[name] for name in names if name in sys.modules}
    sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type]  # None is how Python is told so
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules.update(before)


# It offers arrays and tables too, and loads what they need where that is installed: nearly half the start
# of a child that reads.
with _hidden("numpy", "pandas"):
    import pytesseract  # noqa: TID251 - this is the one adapter
    from pytesseract import TesseractError  # noqa: TID251

LANGUAGE = "vie"

LEAST_SURE_WAY = 2.0
"""Tesseract's own measure of how sure it is which way is up; pages of text have 7 and more."""

ONE_BLOCK = "--psm 6"
"""Lest the finding of columns takes a lone word for a picture."""

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
        """Recognise a gray picture file once.

        Raises:
            NotReadyError: Tesseract is missing, does not start, or has no Vietnamese model.
            UnusablePageError: it runs, but gave up on this picture or was too slow.
        """
        # Only for the name; whether it runs and knows the language shows when it is asked.
        version = self._version or self._told_version()
        # The table holds the text too; asking for it twice costs a second pass over all words.
        found = self._asked(
            lambda: pytesseract.run_and_get_multiple_output(str(picture), extensions=["tsv"], lang=LANGUAGE)[
                0
            ],
            seconds,
        )
        return Recognised(
            text="\n".join(line.text for line in found),
            words=[word for line in found for word in line.words],
            engine=f"tesseract {version} {LANGUAGE}",
            lines=found,
        )

    def few_words(self, picture: Path, seconds: int) -> list[Line]:
        """Recognise a gray picture file that holds a few words and nothing else.

        Raises:
            NotReadyError: as `recognise`.
            UnusablePageError: as `recognise`.
        """
        return self._asked(
            lambda: pytesseract.image_to_data(str(picture), lang=LANGUAGE, config=ONE_BLOCK), seconds
        )

    def _asked(self, ask: Callable[[], str], seconds: int) -> list[Line]:
        with deadline.after(seconds) as end:
            try:
                return lines(ask())
            except (TesseractError, OSError) as error:
                if end.passed:
                    raise UnusablePageError("page_too_slow") from error
                # Either the picture is to blame or the engine has just gone; the probe tells which.
                self.probe()
                raise UnusablePageError("page_not_recognised") from error

    def way_up(self, picture: Path, seconds: int) -> int:
        """Return by how many degrees clockwise a gray PGM file must be turned; 0 where that is not sure.

        Raises:
            NotReadyError: Tesseract is missing or does not start.
        """
        with deadline.after(seconds):
            try:
                told = pytesseract.image_to_osd(str(picture), output_type=pytesseract.Output.DICT)
            except (TesseractError, OSError):
                # It says so by failing where there are too few letters; the probe tells whether it is gone.
                self.probe()
                return 0
        is_sure = float(told.get("orientation_conf", 0)) >= LEAST_SURE_WAY
        return int(told.get("rotate", 0)) if is_sure else 0

    def probe(self) -> str:
        """Return the version of a Tesseract that runs and knows Vietnamese."""
        # What is gone may come back as another.
        self._version = ""
        version = self._told_version()
        try:
            languages = pytesseract.get_languages()
        except (OSError, SubprocessError, UnicodeDecodeError) as error:
            raise NotReadyError("engine_unavailable") from error
        if LANGUAGE not in languages:
            raise NotReadyError("engine_unavailable")
        return version

    def _told_version(self) -> str:
        try:
            self._version = str(pytesseract.get_tesseract_version())
        except (OSError, SubprocessError, UnicodeDecodeError, SystemExit) as error:
            # pytesseract leaves by SystemExit where the command prints no version.
            raise NotReadyError("engine_unavailable") from error
        return self._version


def lines(table: str) -> list[Line]:
    """Read the lines of words with boxes out of Tesseract's TSV."""
    found: dict[tuple[int, ...], Line] = {}
    for row in (line.split("\t") for line in table.splitlines()[1:]):
        if len(row) < 12 or row[0] != WORD_LEVEL or not row[11].strip():
            continue
        page, block, paragraph, number = (int(value) for value in row[1:5])
        text = mended(row[11].strip())
        if not text:
            continue
        left, top, width, height = (int(value) for value in row[6:10])
        line = found.setdefault(
            (page, block, paragraph, number), Line((page, block, paragraph), number, words=[])
        )
        line.words.append((text, left, top, width, height, max(0.0, float(row[10]))))
    return list(found.values())


def mended(text: str) -> str:
    """Return a word without what the Vietnamese model makes of two letters that look alike, and of rules.

    It writes Icelandic eth for Đ, often after the right letter: "QĐÐ"; and the slash of fractions.
    The rules of tables come as strokes at the words beside them: "|Người", "29_"; alone they are no word.
    """
    composed = unicodedata.normalize("NFC", text).replace("\u2044", "/")
    return _RULES.sub("", _ETH.sub("Đ", composed))


_ETH = re.compile("Đ*\u00d0[Đ\u00d0]*")

_RULES = re.compile(r"^[|_]{1,2}$|^_?\|+(?=[^\W_])|(?<=[^\W_])[|_]+$")
