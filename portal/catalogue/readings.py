"""What one reading of a page brings, as plain values.

It stands apart from `pages`, which keeps it, because the sandboxed child that reads
pages must not carry the database along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Word = tuple[str, int, int, int, int, float]
"""text, left, top, width, height in px of the page image, confidence 0–100."""

Measures = dict[str, int]
"""What a page measures, by the names of `MEASURES`; what could not be measured is not in it."""

MEASURES = ("dpi", "skew", "turned", "dark", "contrast", "cut")
"""dpi of the scan (0: the file does not tell), tenths of a degree, degrees clockwise, px of 1,000 that are
dark, gray between paper and ink, sure words at an edge."""

UNSURE = 60.0
"""Confidence below which a word is unsure."""

VIEW_WIDTH = 960
"""Px of the image that is kept of every page; a wider one is made when somebody asks for it."""

OUR_CODES = "MG1:"
"""What every code begins with that the portal prints on paper."""
LONGEST_CODE = 80
MOST_CODES = 8
"""Of one page; a sheet of ours carries one or two."""

LANGUAGES = ("", "vie", "eng", "fra")
QUALITIES = ("", "good", "fair", "poor")
SECRET_MARKS = ("mat", "toi_mat", "tuyet_mat")
"""Marks of a state secret: secret, top secret, most secret; the weakest first."""


def view_size(width: int, height: int) -> tuple[int, int]:
    """Return width and height in px of the kept image of a page of this size."""
    if width <= VIEW_WIDTH:
        return width, height
    return VIEW_WIDTH, max(1, round(height * VIEW_WIDTH / width))


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a page brought. Sizes in px of the page image, time in milliseconds."""

    source: str
    """ocr, embedded, human or blank."""
    engine: str
    text: str
    words: Sequence[Word]
    width: int
    height: int
    dpi: int
    milliseconds: int
    language: str = ""
    """vie, eng, fra (ISO 639-2), or nothing where the text does not show it."""
    quality: str = ""
    """good, fair or poor; nothing for a blank page."""
    secret: str = ""
    """The mark of a state secret that it bears, one of `SECRET_MARKS`; nothing for almost every page."""
    measures: Measures = field(default_factory=dict)
    likeness: str = ""
    """16 hexadecimal digits, most of whose bits pages share that look alike; nothing for a blank page."""
    codes: Sequence[str] = ()
    """What codes say that the portal printed itself, on batch sheets and separators."""

    @property
    def confidence(self) -> float | None:
        """Mean over the words, each weighing as much as it has letters."""
        weight = sum(len(word[0]) for word in self.words)
        if not weight:
            return None
        return round(sum(word[5] * len(word[0]) for word in self.words) / weight, 1)
