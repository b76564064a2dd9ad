"""Third stage: the copy that is read, made easier to read; the image people see stays as it is.

Red ink (seals, stamps) goes to white, the paper to white and the ink to black, so that
faint pages are read like others. Nothing here knows letters: each step is a rule about
colours, and does nothing where it is not sure.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

RED = 40
"""By how much red must exceed green and blue, of 255, to be the ink of a seal."""

DARKEST_SEAL = 70
"""Gray below which a red pixel is black ink under the seal, and stays."""

SMALL = 8
"""The picture is looked at this many times smaller first, since most pages have no red."""

LIGHTEST_INK = 0.01
"""Share of the page taken as its darkest ink."""

LEAST_CONTRAST = 60
"""Between ink and paper; below, there is no ink to be lifted but dirt or the other side."""

PALEST_INK = 0.002
"""The same on a page of a few lines, on which nothing was seen at first."""

PALEST_CONTRAST = 16
"""Below, what is darker than paper is its grain."""

GRAIN = 1.2
"""Px over which grain is smoothed before pale ink is made black."""

PAPER_SPREAD = 8
"""Gray by which paper varies around its usual value."""


def spots(image: Image.Image) -> Image.Image | None:
    """Return a mask, `SMALL` times smaller than the page, of what is red on it; None where nothing is."""
    if image.mode != "RGB" or min(image.size) < SMALL:
        return None
    found = red(image.reduce(SMALL))
    return found if found.getbbox() else None


def without_red(copy: Image.Image, image: Image.Image, seen: Image.Image | None) -> Image.Image:
    """Return the copy with red ink painted white, black ink under it kept.

    Args:
        seen: what `spots` saw on the image.
    """
    found = seen.getbbox() if seen else None
    if found is None:
        return copy
    # One small pixel more on each side, for edges that were mixed with paper.
    left, top = (max(0, SMALL * (edge - 1)) for edge in found[:2])
    right, bottom = (min(side, SMALL * (edge + 1)) for side, edge in zip(image.size, found[2:], strict=True))
    across, down = copy.width / image.width, copy.height / image.height
    box = (round(left * across), round(top * down), round(right * across), round(bottom * down))
    ink = red(image.crop((left, top, right, bottom)))
    part = copy.crop(box)
    light = part.point(lambda value: 255 if value > DARKEST_SEAL else 0)
    # The rim of a stroke is paler than red; it goes too.
    rim = ink.resize(part.size).filter(ImageFilter.MaxFilter(3))
    part.paste(255, mask=ImageChops.darker(rim, light))
    cleaned = copy.copy()
    cleaned.paste(part, box[:2])
    return cleaned


def lifted(copy: Image.Image) -> Image.Image:
    """Return the copy with its paper white and its ink black, if it has ink at all."""
    histogram = (copy.reduce(4) if min(copy.size) >= 4 else copy).histogram()
    paper = max(range(128, 256), key=histogram.__getitem__)
    ink = _darkest(histogram)
    if paper - ink < LEAST_CONTRAST:
        return copy
    return _stretched(copy, paper, ink)


def cleared(copy: Image.Image) -> Image.Image | None:
    """Return the copy with its paper clear of grain and its palest ink black; None where there is no ink.

    Pale letters lose strokes by this, so it is for pages on which nothing was seen otherwise.
    """
    histogram = (copy.reduce(4) if min(copy.size) >= 4 else copy).histogram()
    paper = max(range(128, 256), key=histogram.__getitem__)
    ink = _darkest(histogram, PALEST_INK)
    if paper - ink < PALEST_CONTRAST:
        return None
    # Sharp grain would become black pepper, over which Tesseract broods for long.
    return _stretched(copy.filter(ImageFilter.GaussianBlur(GRAIN)), paper, ink)


def _stretched(copy: Image.Image, paper: int, ink: int) -> Image.Image:
    reach = max(1, paper - PAPER_SPREAD - ink)
    return copy.point([max(0, min(255, round((value - ink) * 255 / reach))) for value in range(256)])


def red(image: Image.Image) -> Image.Image:
    """Return a mask of what is clearly red in a picture in colours."""
    most, green, blue = image.split()
    excess = ImageChops.subtract(most, ImageChops.lighter(green, blue))
    return excess.point(lambda value: 255 if value > RED else 0)


def _darkest(histogram: list[int], share: float = LIGHTEST_INK) -> int:
    wanted, seen = share * sum(histogram), 0
    for value, number in enumerate(histogram):
        seen += number
        if seen >= wanted:
            return value
    return 255
