"""Third stage, for dirty sheets: specks go from the copy that is read, if there surely are many.

A speck is a little ink with nothing near it. Dots and marks have their letter beside
them and stay, so that a page without dirt comes out as it went in.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

CELL = 4
"""Px of the squares in which ink is counted."""

FAINTEST = 24
"""How much darker than white a square is, of 255, in which there is ink and not grain."""

NEAR = 3
"""Squares in each direction in which a speck has nothing else."""

LITTLE = 24
"""Px of ink in all these squares that are a speck; the figure 1 of ten points has more."""

MANY = 600
"""Squares with specks from which a page is dirty; seals and signatures leave fewer behind."""


def without_specks(copy: Image.Image) -> Image.Image:
    """Return the copy without specks, if it has many."""
    if min(copy.size) < CELL:
        return copy
    found = _specks(
        ImageOps.invert(copy.reduce(CELL)).point([value if value >= FAINTEST else 0 for value in range(256)])
    )
    if found.histogram()[255] < MANY:
        return copy
    # One square more on each side: a speck lies across their edges, and has a gray rim.
    grown = found.filter(ImageFilter.MaxFilter(3))
    mask = grown.resize((CELL * grown.width, CELL * grown.height), Image.Resampling.NEAREST)
    cleaned = copy.copy()
    cleaned.paste(255, mask=mask.crop((0, 0, *copy.size)))
    return cleaned


def _specks(ink: Image.Image) -> Image.Image:
    """Return a mask of the squares that hold ink while those around hold hardly any."""
    squares = (2 * NEAR + 1) ** 2
    most = 255 * LITTLE / (squares * CELL * CELL)
    lonely = ink.filter(ImageFilter.BoxBlur(NEAR)).point(lambda value: 255 if value <= most else 0)
    return ImageChops.darker(lonely, ink.point(lambda value: 255 if value else 0))
