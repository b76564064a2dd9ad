"""What happened to a paper before and while it was scanned: the same seed, the same accidents.

After `layout`; what comes out is what the scanner hands over. Only Pillow draws here, and
all chance comes from a seeded generator, for Pillow's own noise cannot be seeded.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from enum import StrEnum

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from portal.demo import typeface
from portal.demo.papers import DPI

PAPER = 252
SEAL_RED = (196, 32, 48)
PEN_BLUE = (36, 52, 140)
PROVINCE_ON_SEAL = "TỈNH SƠN HÀ"
COARSE_DPI = 200
"""Fax-like and cheap scanners."""


class Damage(StrEnum):
    """What is wrong with the scan of a paper; a document has one kind throughout."""

    NONE = "clean"
    TYPED = "typewritten"
    CARBON = "carbon"
    FADED = "faded"
    BITONAL = "1-bit"
    STAMPED = "stamped"
    TURNED = "turned"
    SKEWED = "skewed"
    DIRTY = "dirty"


def dpi_of(damage: Damage) -> int:
    """Return the resolution that a scan with this damage has."""
    return COARSE_DPI if damage in _COARSE else DPI


def damaged(page: Image.Image, damage: Damage, seed: str) -> Image.Image:
    """Return the drawn page as the scanner saw it.

    Args:
        seed: what the accidents are drawn from; every page should have its own.
    """
    act = _ACTS.get(damage)
    # Chance here decides where stains fall, nothing that anybody could want to guess.
    return page if act is None else act(page, random.Random(f"{damage} {seed}"))  # noqa: S311


def _typed(page: Image.Image, chance: random.Random) -> Image.Image:
    """A worn ribbon: letters print unevenly, and the machine's dust prints with them."""
    soft = _coarse(page.filter(ImageFilter.GaussianBlur(1.8)))
    inked = ImageChops.lighter(soft, _patches(soft.size, chance, 8, low=0, high=250))
    return _grain(_toned(inked, 60, 225), chance, 34)


def _carbon(page: Image.Image, chance: random.Random) -> Image.Image:
    """The third sheet under carbon paper: soft, blue and gray, smudged, with gaps."""
    soft = _coarse(page.filter(ImageFilter.GaussianBlur(3.0)))
    gaps = _patches(soft.size, chance, 9, low=0, high=232)
    gray = _grain(_toned(ImageChops.lighter(soft, gaps), 60, 226), chance, 26)
    return ImageOps.colorize(gray, black=(52, 60, 110), white=(236, 232, 212))


def _faded(page: Image.Image, chance: random.Random) -> Image.Image:
    """Ink that has nearly gone: hardly darker than the paper, and not everywhere alike."""
    soft = _coarse(page.filter(ImageFilter.GaussianBlur(1.4)))
    gone = _patches(soft.size, chance, 40, low=20, high=232)
    return _grain(_toned(ImageChops.lighter(soft, gone), 150, 226), chance, 16)


def _bitonal(page: Image.Image, chance: random.Random) -> Image.Image:
    """One bit a pixel at 200 dpi, the threshold set badly: strokes break and specks appear."""
    soft = _coarse(page.filter(ImageFilter.GaussianBlur(1.8)))
    uneven = _grain(ImageChops.lighter(soft, _patches(soft.size, chance, 30, low=0, high=110)), chance, 60)
    return _specked(uneven, chance, 1400).point(lambda value: 255 if value > 141 else 0).convert("1")


def _stamped(page: Image.Image, chance: random.Random) -> Image.Image:
    """Seal and signature over the text, a stamp of receipt, and one of certified copies."""
    sheet = page.convert("RGB")
    width, height = sheet.size
    foot = _foot(page)
    seals = [(round(width * 0.60), foot - 360), (round(width * chance.uniform(0.25, 0.5)), height // 3)]
    for middle in seals:
        _press(sheet, _seal(chance), middle, chance)
    _sign(sheet, (round(width * 0.68), foot - 330), chance)
    _receive(sheet, chance)
    return sheet


def _turned(page: Image.Image, chance: random.Random) -> Image.Image:
    """Fed sideways or upside down; turned the other way round Tesseract rights a page by itself."""
    return page.transpose(chance.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180)))


def _skewed(page: Image.Image, chance: random.Random) -> Image.Image:
    """Fed at a slant of 1.8 to 3 degrees, to either side."""
    angle = chance.choice((-1, 1)) * chance.uniform(1.8, 3.0)
    return page.rotate(angle, Image.Resampling.BILINEAR, fillcolor=PAPER)


def _dirty(page: Image.Image, chance: random.Random) -> Image.Image:
    """Stains, a shadow at the spine, mould, and the back of the sheet shining through."""
    sheet = _coarse(page.filter(ImageFilter.GaussianBlur(1.1)))
    back = ImageOps.mirror(sheet).point(lambda value: 255 - (255 - value) // 7)
    sheet = ImageChops.multiply(sheet, ImageChops.offset(back, 23, 31))
    sheet = ImageChops.multiply(sheet, _patches(sheet.size, chance, 320, low=176, high=255))
    shadow = Image.linear_gradient("L").rotate(90).resize((sheet.width // 5, sheet.height))
    edge = Image.new("L", sheet.size, 255)
    edge.paste(shadow.point(lambda value: 160 + value * 95 // 255), (0, 0))
    return _grain(_specked(ImageChops.multiply(sheet, edge), chance, 1600), chance, 36)


def _coarse(page: Image.Image) -> Image.Image:
    size = (page.width * COARSE_DPI // DPI, page.height * COARSE_DPI // DPI)
    return page.resize(size, Image.Resampling.BILINEAR)


def _toned(page: Image.Image, darkest: int, lightest: int) -> Image.Image:
    """Return the page with its range of grays narrowed."""
    return page.point(lambda value: darkest + value * (lightest - darkest) // 255)


def _noise(size: tuple[int, int], chance: random.Random) -> Image.Image:
    return Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))


def _patches(size: tuple[int, int], chance: random.Random, across: int, low: int, high: int) -> Image.Image:
    """Return soft patches, each about `across` px wide, between two grays."""
    small = _noise((size[0] // across + 2, size[1] // across + 2), chance)
    return small.point(lambda value: low + value * (high - low) // 255).resize(size, Image.Resampling.BICUBIC)


def _grain(page: Image.Image, chance: random.Random, strength: int) -> Image.Image:
    """Lay the grain of paper and sensor over the page; one tile serves the whole sheet."""
    soft = _noise((512, 512), chance).filter(ImageFilter.GaussianBlur(0.8))
    tile = soft.point(lambda value: 128 + (value - 128) * strength // 128)
    grain = Image.new("L", page.size)
    for x in range(0, page.width, 512):
        for y in range(0, page.height, 512):
            grain.paste(tile, (x, y))
    return ImageChops.add(page, grain, offset=-128)


def _specked(page: Image.Image, chance: random.Random, count: int) -> Image.Image:
    sheet = page.copy()
    pen = ImageDraw.Draw(sheet)
    for _ in range(count):
        x, y = chance.randrange(sheet.width), chance.randrange(sheet.height)
        radius = chance.choice((1, 1, 1, 2, 2, 3))
        pen.ellipse((x, y, x + radius, y + radius), fill=chance.choice((0, 40, 90, 255)))
    return sheet


def _foot(page: Image.Image) -> int:
    """Return the lowest line with ink: the name of who signed stands there."""
    box = ImageOps.invert(page).point(lambda value: 255 if value > 64 else 0).getbbox()
    return box[3] if box else page.height


def _seal(chance: random.Random) -> Image.Image:
    """Return the mask of a round seal, 36 mm across, letters along its rim and a star inside."""
    size = 430
    seal = Image.new("L", (size, size))
    pen, middle = ImageDraw.Draw(seal), size / 2
    pen.ellipse((6, 6, size - 6, size - 6), outline=255, width=9)
    pen.ellipse((92, 92, size - 92, size - 92), outline=255, width=4)
    _around(seal, "ỦY BAN NHÂN DÂN ★ " + PROVINCE_ON_SEAL + " ★ ", radius=middle - 48)
    points = []
    for corner in range(10):
        radius, angle = (92 if corner % 2 == 0 else 38), math.pi * corner / 5 - math.pi / 2
        points.append((middle + radius * math.cos(angle), middle + radius * math.sin(angle)))
    pen.polygon(points, fill=235)
    worn = ImageChops.multiply(seal, _patches(seal.size, chance, 24, low=120, high=255))
    return worn.rotate(chance.uniform(-14, 14), Image.Resampling.BICUBIC)


def _around(seal: Image.Image, text: str, radius: float) -> None:
    font = typeface.drawn(44, "Bold")
    for place, letter in enumerate(text):
        turn = 360 * place / len(text)
        tile = Image.new("L", (76, 76))
        if letter == "★":
            ImageDraw.Draw(tile).regular_polygon((38, 38, 16), 5, fill=255)
        else:
            ImageDraw.Draw(tile).text((38, 38), letter, font=font, fill=255, anchor="mm")
        tile = tile.rotate(-turn, Image.Resampling.BICUBIC)
        angle = math.radians(turn) - math.pi / 2
        x = round(seal.width / 2 + radius * math.cos(angle)) - 38
        y = round(seal.height / 2 + radius * math.sin(angle)) - 38
        box = (x, y, x + 76, y + 76)
        seal.paste(ImageChops.lighter(seal.crop(box), tile), box)


def _press(sheet: Image.Image, mask: Image.Image, middle: tuple[int, int], chance: random.Random) -> None:
    """Press a stamp: its ink darkens what is below, as real ink does."""
    x = min(max(0, middle[0] - mask.width // 2), sheet.width - mask.width)
    y = min(max(0, middle[1] - mask.height // 2), sheet.height - mask.height)
    box = (x, y, x + mask.width, y + mask.height)
    below = sheet.crop(box)
    inked = ImageChops.multiply(below, Image.new("RGB", mask.size, SEAL_RED))
    strength = chance.uniform(0.8, 1.0)
    sheet.paste(inked, box, mask.point(lambda value: round(value * strength)))


def _sign(sheet: Image.Image, middle: tuple[int, int], chance: random.Random) -> None:
    """Draw a signature: one line that swings from left to right, and a flourish back."""
    pen = ImageDraw.Draw(sheet)
    swing, points = chance.uniform(50, 80), []
    for step in range(90):
        x = middle[0] - 190 + step * 4.6
        y = middle[1] + swing * math.sin(step / 4.2) * math.cos(step / 17) - step * 0.6
        points.append((x + 26 * math.sin(step / 2.9), y))
    pen.line(points, fill=PEN_BLUE, width=7, joint="curve")
    pen.line([points[-1], (middle[0] - 230, middle[1] + 70)], fill=PEN_BLUE, width=6)


def _receive(sheet: Image.Image, chance: random.Random) -> None:
    """Press the stamp of receipt, with number and day by hand, over the upper left of the text."""
    size = (560, 270)
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    pen.rectangle((4, 4, size[0] - 5, size[1] - 5), outline=230, width=7)
    pen.line((4, 96, size[0] - 5, 96), fill=230, width=5)
    pen.text((size[0] / 2, 50), "CÔNG VĂN ĐẾN", font=typeface.drawn(56, "Bold"), fill=240, anchor="mm")
    by_hand = typeface.drawn(60, "Italic")
    pen.text((26, 112), f"Số: {chance.randrange(100, 4000)}", font=by_hand, fill=220)
    pen.text(
        (26, 188), f"Ngày: {chance.randrange(1, 29)} / {chance.randrange(1, 13)}", font=by_hand, fill=220
    )
    mask = mask.rotate(chance.uniform(-7, 7), Image.Resampling.BICUBIC, expand=True)
    place = (round(sheet.width * chance.uniform(0.28, 0.42)), round(sheet.height * chance.uniform(0.2, 0.3)))
    _press(sheet, mask, place, chance)


_COARSE = frozenset({Damage.TYPED, Damage.CARBON, Damage.FADED, Damage.BITONAL, Damage.DIRTY})

_ACTS: dict[Damage, Callable[[Image.Image, random.Random], Image.Image]] = {
    Damage.TYPED: _typed,
    Damage.CARBON: _carbon,
    Damage.FADED: _faded,
    Damage.BITONAL: _bitonal,
    Damage.STAMPED: _stamped,
    Damage.TURNED: _turned,
    Damage.SKEWED: _skewed,
    Damage.DIRTY: _dirty,
}
