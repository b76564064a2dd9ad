"""Third stage, for uneven sheets: stains and shadows go from the copy that is read, ink stays as dark.

Tesseract parts ink from paper by one gray for the whole page. Where the paper itself is
here as dark as ink is there, letters in the shade are lost. The brightest gray around
each spot is its paper; what the spot is darker than that is its ink.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

CELL = 16
"""Px of the squares in which paper is looked for; some more than a stroke is wide."""

AROUND = 5
"""Squares across in which the brightest is paper: wider than a letter in bold is black."""

SOFTNESS = 2.0

DARK_END, BRIGHT_END = 0.1, 0.9
"""Between which parts of the page, ordered by the brightness of their paper, is compared."""

LEAST_SPREAD = 24
"""Gray by which they differ on a page that is uneven; on even paper it is less than 10."""


def evened(copy: Image.Image) -> Image.Image:
    """Return the copy on white paper, if its paper is uneven."""
    if min(copy.size) < CELL * AROUND:
        return copy
    paper = copy.reduce(CELL).filter(ImageFilter.MaxFilter(AROUND))
    if spread(paper) < LEAST_SPREAD:
        return copy
    paper = paper.filter(ImageFilter.GaussianBlur(SOFTNESS))
    whole = paper.resize((CELL * paper.width, CELL * paper.height), Image.Resampling.BILINEAR)
    return ImageChops.subtract(copy, whole.crop((0, 0, *copy.size)), 1.0, 255)


def spread(paper: Image.Image) -> int:
    """Return by how much the dark parts of the paper differ from the bright ones."""
    histogram = paper.histogram()
    return _part(histogram, BRIGHT_END) - _part(histogram, DARK_END)


def _part(histogram: list[int], share: float) -> int:
    """Return the gray below which so large a share lies."""
    wanted, seen = share * sum(histogram), 0
    for value, number in enumerate(histogram):
        seen += number
        if seen >= wanted:
            return value
    return 255
