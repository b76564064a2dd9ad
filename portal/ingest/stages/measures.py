"""Eighth stage: what a page measures that a person should know of: resolution, skew, darkness, a cut edge.

Only measured here; which measure is worth a flag is for `flagging`, by dated limits. All of it is taken
from what the stages before know already and from a small copy, so that it costs a few milliseconds.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from PIL import Image

from portal.catalogue.readings import UNSURE, Measures, Word

SMALLER = 8
"""The copy is looked at this many times smaller."""

DARK = 100
"""Gray below which a px is dark, of 255."""

DARKEST = 0.01
"""Share of the page taken as its darkest ink."""

EDGE = 1.5 / 25.4
"""Inches from the edge of the picture within which a word is cut, or nearly."""

SIDE, BITS = 32, 8
"""Px of the picture that likeness is taken from, and frequencies each way."""

_WAVES = [
    [math.cos((2 * place + 1) * wave * math.pi / (2 * SIDE)) for place in range(SIDE)]
    for wave in range(1, BITS + 1)
]


def of(copy: Image.Image, words: Sequence[Word], size: tuple[int, int], dpi: int) -> Measures:
    """Return dark (of 1,000 px), contrast (of 255) and cut (sure words at an edge) of a page.

    Args:
        words: with boxes in px of the page image.
        size: of the page image, in px.
        dpi: of the page image.
    """
    small = _small(copy)
    histogram = small.histogram()
    whole = sum(histogram)
    paper = max(range(128, 256), key=histogram.__getitem__)
    seen, ink = 0, 255
    for value, number in enumerate(histogram):
        seen += number
        if seen >= DARKEST * whole:
            ink = value
            break
    return {
        "dark": round(1000 * sum(histogram[:DARK]) / whole),
        "contrast": max(0, paper - ink),
        "cut": _cut(words, size, dpi),
    }


def likeness(copy: Image.Image) -> str:
    """Return 64 bits, as 16 hexadecimal digits, that pages which look alike share most of.

    They say which of the slow waves across and down the page are strong, whatever its size and brightness.
    """
    rows = _small(copy).resize((SIDE, SIDE), Image.Resampling.BOX).tobytes()
    across = [
        [
            sum(value * one for value, one in zip(rows[SIDE * row : SIDE * row + SIDE], wave, strict=True))
            for wave in _WAVES
        ]
        for row in range(SIDE)
    ]
    strengths = [
        sum(across[row][column] * wave[row] for row in range(SIDE))
        for wave in _WAVES
        for column in range(BITS)
    ]
    middle = statistics.median(strengths)
    bits = 0
    for strength in strengths:
        bits = 2 * bits + (strength > middle)
    return f"{bits:016x}"


def _small(copy: Image.Image) -> Image.Image:
    return copy.reduce(SMALLER) if min(copy.size) >= SMALLER * SIDE else copy


def _cut(words: Sequence[Word], size: tuple[int, int], dpi: int) -> int:
    """Count the words that are sure and begin or end at an edge of the picture."""
    near = round(EDGE * dpi)
    right, bottom = size[0] - near, size[1] - near
    return sum(
        sure >= UNSURE
        and sum(map(str.isalnum, text)) > 1
        and (left <= near or top <= near or left + width >= right or top + height >= bottom)
        for text, left, top, width, height, sure in words
    )
