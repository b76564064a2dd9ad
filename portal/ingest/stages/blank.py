"""Sixth stage: what shines through from the other side is not text, and a page of only that is blank.

Ink of the other side is pale against the paper, and its mirrored letters are read with
little confidence. Only both together count: a faded page is pale too, but is read well,
and a bad scan is read badly, but is dark.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from portal.ingest.ocr.lines import Line, letters

DARK = 0.55
"""Brightness against the paper's below which ink is on this side."""

FEW = 0.004
"""Share of a line's box that is dark where a line is written: strokes, not dust."""

BELIEVED = 55.0
"""Mean confidence from which a pale line is text all the same. Mirrored lines stay below 48."""

FEWEST, SURE = 4, 90.0
"""Letters and digits below which a pale line must be that sure instead: chance makes one word of two."""

GRAIN = 2
"""Px over which is averaged, so that dust and grain do not count as ink."""

SIDE, END = 0.075, 0.04
"""Share of the width and of the height, at each edge, where holes and shadows of a scanner lie."""

SOME_INK = 0.00002
"""Share of the page: less than one short word."""

MARGIN = 60
"""Px of paper around ink that is looked at alone."""


def without_other_side(lines: Sequence[Line], copy: Image.Image) -> list[Line]:
    """Return the lines without those that shine through.

    Args:
        copy: the page before its contrast was raised.
    """
    limit = _limit(copy)
    return [line for line in lines if _is_believed(line) or _is_dark(line, copy, limit)]


def ink(copy: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box, with some paper around, of what is written on this side; None where nothing is.

    Args:
        copy: the page before its contrast was raised.
    """
    if min(copy.size) < 2 * GRAIN:
        return None
    across, down = round(SIDE * copy.width), round(END * copy.height)
    inner = (across, down, copy.width - across, copy.height - down)
    limit = _limit(copy)
    dark = copy.crop(inner).reduce(GRAIN).point(lambda value: 255 if value < limit else 0)
    number = dark.histogram()[255]
    box = dark.getbbox()
    if box is None or number < SOME_INK * dark.width * dark.height:
        return None
    return (
        max(0, across + GRAIN * box[0] - MARGIN),
        max(0, down + GRAIN * box[1] - MARGIN),
        min(copy.width, across + GRAIN * box[2] + MARGIN),
        min(copy.height, down + GRAIN * box[3] + MARGIN),
    )


def _limit(copy: Image.Image) -> int:
    histogram = copy.reduce(GRAIN).histogram() if min(copy.size) >= GRAIN else copy.histogram()
    return round(DARK * max(range(128, 256), key=histogram.__getitem__))


def _is_believed(line: Line) -> bool:
    """Tell whether the line is read too well to be mirrored."""
    length = sum(len(word[0]) for word in line.words)
    mean = sum(len(word[0]) * word[5] for word in line.words) / length
    return mean >= (BELIEVED if len(letters(line.text)) >= FEWEST else SURE)


def _is_dark(line: Line, copy: Image.Image, limit: int) -> bool:
    dark = whole = 0
    for _, left, top, width, height, _ in line.words:
        histogram = copy.crop((left, top, left + width, top + height)).histogram()
        dark += sum(histogram[:limit])
        whole += width * height
    return dark >= FEW * whole
