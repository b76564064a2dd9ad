"""Burn the mark of a grant into the pixels of a page: whose it is, under which request, since when.

The same hand marks pages shown under a grant and the pages of the copy. The mark runs
slantwise over the whole page, thin enough to read through, and once level along the
lower edge, dark on light, where a person and a machine read it without effort.
"""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from portal.core import typeface

Size = tuple[int, int]
Place = tuple[int, int]

INK = (150, 0, 40)
PAPER = (255, 255, 255)
SLANT = 30
"""Degrees that the lines rise."""
SLANTED_STRENGTH = 56
"""Of 255: seen on white and on black, and small print below stays readable."""
SHADOW = 2
"""How many px the pale double of the slanted lines lies beside them."""
BAND_STRENGTH = 240
QUALITY = 82


def marked(jpeg: bytes, mark: str, whole: Size | None = None, place: Place = (0, 0)) -> bytes:
    """Return a page image, or a part of one, with the mark burnt in, as a new JPEG free of metadata.

    Args:
        whole: width and height of the image that it is a part of; None where it is no part.
        place: where in that image the part begins: px from the left and from above.
    """
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as source:
        # A fresh image: a converted one would bring the comment of the old along.
        page = Image.new("RGB", source.size)
        page.paste(source)
    text = typeface.legible(mark)
    width, height = page.size
    if whole is None:
        lines = _over_a_page(text, page.size)
    else:
        lines = _slanted(text, whole, (place[0] - SHADOW, place[1] - SHADOW, width + SHADOW, height + SHADOW))
    # The pale shadow shows where paper is dark and vanishes where it is white.
    page.paste(PAPER, (0, 0), lines.crop((0, 0, width, height)))
    page.paste(INK, (0, 0), lines.crop((SHADOW, SHADOW, width + SHADOW, height + SHADOW)))
    _write_band(page, text, whole or page.size, place)
    sheet = BytesIO()
    page.save(sheet, "JPEG", quality=QUALITY)
    return sheet.getvalue()


@lru_cache(maxsize=4)
def _over_a_page(text: str, size: Size) -> Image.Image:
    """Return the slanted lines of a whole page; kept for the next pages of the document."""
    return _slanted(text, size, (-SHADOW, -SHADOW, size[0] + SHADOW, size[1] + SHADOW))


def _slanted(text: str, whole: Size, box: tuple[int, int, int, int]) -> Image.Image:
    """Return where the slanted lines lie in a part of a page and how strongly.

    The lines are those of the whole page: they go on from one part to the next.

    Args:
        box: left, top, width and height of the part in px of the page; it may begin outside.
    """
    left, top, width, height = box
    side = math.ceil(math.hypot(width, height)) + 2
    letters = max(12, min(whole) // 45)
    line = _line(text, letters)
    step, leading = line.width + 3 * letters, 7 * letters
    # Where the part lies on the sheet of lines, before that is turned about the middle of the page.
    across, down = left + width / 2 - whole[0] / 2, top + height / 2 - whole[1] / 2
    cosine, sine = math.cos(math.radians(SLANT)), math.sin(math.radians(SLANT))
    begin_x, begin_y = across * cosine - down * sine - side / 2, across * sine + down * cosine - side / 2
    sheet = Image.new("L", (side, side))
    for row in range(math.floor(begin_y / leading) - 1, math.ceil((begin_y + side) / leading) + 1):
        # Every second row starts half a line further on, so that no strip of the page stays bare.
        shift = row % 2 * step / 2
        for place in range(
            math.floor((begin_x - shift) / step), math.ceil((begin_x + side - shift) / step) + 1
        ):
            sheet.paste(line, (round(place * step + shift - begin_x), round(row * leading - begin_y)))
    x = side / 2 - cosine * width / 2 + sine * height / 2
    y = side / 2 - sine * width / 2 - cosine * height / 2
    turn = (cosine, -sine, x, sine, cosine, y)
    return sheet.transform((width, height), Image.Transform.AFFINE, turn, Image.Resampling.BILINEAR)


@lru_cache(maxsize=64)
def _line(text: str, letters: int) -> Image.Image:
    """Return the text once, in letters so high, as strong as it stands over a page."""
    face = typeface.sized(typeface.BOLD, letters)
    line = Image.new("L", (math.ceil(face.getlength(text)), 3 * letters // 2))
    ImageDraw.Draw(line).text((0, 0), text, font=face, fill=SLANTED_STRENGTH)
    return line


def _write_band(part: Image.Image, text: str, whole: Size, place: Place) -> None:
    """Write the mark once level along the lower edge of the page."""
    letters = _band(text, whole[0])
    top = whole[1] - letters.height - place[1]
    if top >= part.height:
        return
    mine = letters.crop((place[0], 0, place[0] + part.width, letters.height))
    part.paste(PAPER, (0, top), Image.new("L", mine.size, BAND_STRENGTH))
    part.paste(INK, (0, top), mine)


@lru_cache(maxsize=64)
def _band(text: str, width: int) -> Image.Image:
    """Return the letters of the band for a page so wide, in as many lines as the width asks."""
    size = max(10, width // 50)
    face = typeface.sized(typeface.BOLD, size)
    lines = _lines(text, face, width - 2 * size)
    step = size * 5 // 4
    band = Image.new("L", (width, step * len(lines) + size // 2))
    pen = ImageDraw.Draw(band)
    for number, line in enumerate(lines):
        middle = (width // 2, size // 4 + step * number + step // 2)
        pen.text(middle, line, font=face, fill=255, anchor="mm")
    return band


def _lines(text: str, face: FreeTypeFont, room: int) -> list[str]:
    """Break the text between words so that each line fits, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and face.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
