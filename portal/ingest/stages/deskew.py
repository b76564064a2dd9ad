"""Third stage, second half: a page that lies clearly askew is turned straight for reading.

Small angles are left alone, for Tesseract follows them by itself and turning costs
sharpness. The angle is sure where lines of text stand out much better after turning,
and where both halves of the page say the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, partial

from PIL import Image, ImageChops, ImageOps

from portal.catalogue.readings import Word

LARGEST = 5.0
COARSE_STEP = 0.5
FINE_STEP = 0.1
"""Degrees: how far is looked, and how closely."""

SMALLEST = 0.7
"""Degrees below which a page is not turned."""

MOST_APART = 0.4
"""Degrees by which the two halves of the page may disagree."""

LEAST_GAIN = 1.3
"""How many times better the lines must stand out than on the page as it is."""

HEIGHT = 1000
"""Px of the small copy on which lines are looked for; about 85 dpi on A4."""

STRIPS = 64
"""Upright strips, each averaged, that are moved up and down instead of turning the whole picture."""


def angle(copy: Image.Image) -> float:
    """Return by how many degrees to turn the copy counter-clockwise; 0 where that is not sure."""
    small = _small(copy)
    middle = small.width // 2
    found, gain = _straightest(small)
    if abs(found) < SMALLEST or abs(found) >= LARGEST or gain < LEAST_GAIN:
        return 0.0
    halves = (small.crop((0, 0, middle, small.height)), small.crop((middle, 0, small.width, small.height)))
    if any(abs(_straightest(half)[0] - found) > MOST_APART for half in halves):
        return 0.0
    return found


def turned(copy: Image.Image, degrees: float) -> Image.Image:
    """Return the copy turned counter-clockwise about its middle, in the same size, corners white."""
    if not degrees:
        return copy
    return copy.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)


def turned_back(words: Sequence[Word], degrees: float, size: tuple[int, int]) -> list[Word]:
    """Bring boxes from the turned copy to where the words are on the copy before.

    Args:
        size: width and height of the copy, in px.
    """
    if not degrees:
        return list(words)
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    across, down = size[0] / 2, size[1] / 2
    back: list[Word] = []
    for text, left, top, width, height, confidence in words:
        x, y = left + width / 2 - across, top + height / 2 - down
        x, y = x * cosine - y * sine + across, x * sine + y * cosine + down
        corner = (max(0, round(x - width / 2)), max(0, round(y - height / 2)))
        back.append((text, *corner, width, height, confidence))
    return back


def _small(copy: Image.Image) -> Image.Image:
    """Return ink as white on black, small, without the edge where scanners leave shadows."""
    near = copy.reduce(max(1, copy.height // HEIGHT))
    small = near.resize((max(2, round(copy.width * HEIGHT / copy.height)), HEIGHT), Image.Resampling.BOX)
    edge = round(min(small.size) * 0.03)
    return ImageOps.invert(ImageOps.crop(small, edge)).point(lambda value: value if value > 60 else 0)


def _straightest(ink: Image.Image) -> tuple[float, float]:
    """Return the angle at which lines stand out most, and how many times better than at 0."""
    strips = ink.resize((min(STRIPS, ink.width), ink.height), Image.Resampling.BOX)
    wide = ink.width / strips.width
    contrast = cache(partial(_contrast, strips, wide))
    steps = round(LARGEST / COARSE_STEP)
    coarse = max((step * COARSE_STEP for step in range(-steps, steps + 1)), key=contrast)
    best = max((coarse + step * FINE_STEP for step in range(-4, 5)), key=contrast)
    straight = contrast(0.0)
    return round(best, 2), contrast(best) / straight if straight else 1.0


def _contrast(strips: Image.Image, wide: float, degrees: float) -> float:
    """Return how sharply rows of ink and rows of paper part: the squared steps from row to row.

    Args:
        wide: px of the small copy that each strip was averaged over.
    """
    rise = math.tan(math.radians(degrees)) * wide
    leaning = strips.transform(
        strips.size,
        Image.Transform.AFFINE,
        (1, 0, 0, rise, 1, -rise * strips.width / 2),
        Image.Resampling.BILINEAR,
    )
    rows = leaning.resize((1, strips.height), Image.Resampling.BOX)
    steps = ImageChops.difference(rows.crop((0, 1, 1, rows.height)), rows.crop((0, 0, 1, rows.height - 1)))
    return float(sum(number * step**2 for step, number in enumerate(steps.histogram())))
