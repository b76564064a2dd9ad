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

from portal.access import typeface

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


def marked(jpeg: bytes, mark: str) -> bytes:
    """Return the page image with the mark burnt in, as a new JPEG without any metadata of the old."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as source:
        # A fresh image: a converted one would bring the comment of the old along.
        page = Image.new("RGB", source.size)
        page.paste(source)
    text = typeface.legible(mark)
    lines = _slanted(text, page.size)
    # The pale shadow shows where paper is dark and vanishes where it is white.
    page.paste(PAPER, (SHADOW, SHADOW), lines)
    page.paste(INK, (0, 0), lines)
    _write_band(page, text)
    sheet = BytesIO()
    page.save(sheet, "JPEG", quality=QUALITY)
    return sheet.getvalue()


@lru_cache(maxsize=4)
def _slanted(text: str, size: tuple[int, int]) -> Image.Image:
    """Return where the slanted lines lie and how strongly; kept for the next pages of the document."""
    width, height = size
    side = math.ceil(math.hypot(width, height))
    letters = max(12, min(size) // 45)
    face = typeface.sized(typeface.BOLD, letters)
    step = math.ceil(face.getlength(text)) + 3 * letters
    sheet = Image.new("L", (side, side))
    pen = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, side, 7 * letters)):
        # Every second row starts half a line further on, so that no strip of the page stays bare.
        for x in range(-(row % 2) * step // 2, side, step):
            pen.text((x, y), text, font=face, fill=SLANTED_STRENGTH)
    turned = sheet.rotate(SLANT, resample=Image.Resampling.BILINEAR)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


def _write_band(page: Image.Image, text: str) -> None:
    """Write the mark once level along the lower edge, in as many lines as the width asks."""
    size = max(10, page.width // 50)
    face = typeface.sized(typeface.BOLD, size)
    lines = _lines(text, face, page.width - 2 * size)
    step = size * 5 // 4
    band = Image.new("L", (page.width, step * len(lines) + size // 2), BAND_STRENGTH)
    top = page.height - band.height
    page.paste(PAPER, (0, top), band)
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        place = (page.width // 2, top + size // 4 + step * number + step // 2)
        pen.text(place, line, font=face, fill=INK, anchor="mm")


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
