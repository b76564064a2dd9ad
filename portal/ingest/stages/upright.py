"""Fourth stage, second half: a page that lies on its side or its head is turned for another look.

Which way is up is asked only where the first look is doubtful, for asking costs a third
of a reading. What the other look brings is taken only if more of it is sure; boxes go
back to where the words are on the page that people see.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from portal.catalogue.readings import UNSURE, Word
from portal.ingest.ocr.engine import Engine

DOUBTFUL_MEAN = 65.0
"""Mean confidence below which a look is doubtful: turned pages stay below 50, bad scans above 80."""

FEWEST = 3
"""Letters from which a word is wider than high."""

ENOUGH = 0.95
"""Share of the sure letters that another look must bring where the first one saw lines on their side."""

HALF = 2
"""By how much the copy is made smaller for asking: as right, and a third faster."""

_CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def is_doubtful(words: Sequence[Word]) -> bool:
    """Tell whether the page may not stand upright: hardly anything is sure, or words are higher than wide."""
    letters = sum(len(word[0]) for word in words)
    if not letters:
        return True
    mean = sum(len(word[0]) * word[5] for word in words) / letters
    return mean < DOUBTFUL_MEAN or is_on_its_side(words)


def is_on_its_side(words: Sequence[Word]) -> bool:
    """Tell whether most words are higher than wide; Tesseract reads such lines, but not in their order."""
    long = [word for word in words if sum(map(str.isalnum, word[0])) >= FEWEST]
    return sum(word[4] > word[3] for word in long) > len(long) / 2


def is_better(other: Sequence[Word], words: Sequence[Word]) -> bool:
    """Tell whether the words of another look are to be taken instead."""
    needed = ENOUGH if is_on_its_side(words) else 1.0
    return sure_letters(other) >= needed * sure_letters(words)


def sure_letters(words: Sequence[Word]) -> int:
    """Return how many letters and digits stand in words that are sure."""
    return sum(sum(map(str.isalnum, word[0])) for word in words if word[5] >= UNSURE)


def way(engine: Engine, copy: Image.Image, seconds: int) -> int:
    """Return by how many degrees clockwise the copy must be turned: 0, 90, 180 or 270.

    Raises:
        NotReadyError: the engine itself cannot run.
    """
    if min(copy.size) < 2 * HALF:
        return 0
    with tempfile.TemporaryDirectory(prefix="portal-page-") as folder:
        picture = Path(folder) / "page.pgm"
        copy.reduce(HALF).save(picture)
        return engine.way_up(picture, seconds)


def turned(copy: Image.Image, degrees: int) -> Image.Image:
    """Return the copy turned clockwise by a quarter, a half or three quarters."""
    return copy.transpose(_CLOCKWISE[degrees])


def turned_back(words: Sequence[Word], degrees: int, size: tuple[int, int]) -> list[Word]:
    """Bring boxes from the turned copy to the copy before.

    Args:
        size: width and height of the copy before, in px.
    """
    across, down = size
    back: list[Word] = []
    for text, left, top, width, height, sure in words:
        if degrees == 180:
            back.append((text, across - left - width, down - top - height, width, height, sure))
        elif degrees == 90:
            back.append((text, top, down - left - width, height, width, sure))
        else:
            back.append((text, across - top - height, left, height, width, sure))
    return back
