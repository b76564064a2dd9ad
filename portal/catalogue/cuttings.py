"""What part of a page image is asked for, in the words of the IIIF Image API 3.0, as plain geometry.

Level 2 of the API: regions in px, in percent and the middle square, sizes without
enlarging, quarter turns, colour or gray, JPEG or PNG. Nothing here opens a picture.
Source: https://iiif.io/api/image/3.0/
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import takewhile

from portal.core.errors import InvalidError

TILE = 512
"""Px of a side of a tile; a page at 300 dpi has 35 of them in full size."""

QUALITIES = ("default", "color", "gray")
FORMATS = ("jpg", "png")
TURNS = (0, 90, 180, 270)

_NUMBER = r"\d{1,9}(?:\.\d{1,10})?"
_PX = re.compile(r"(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})")
_PERCENT = re.compile(rf"pct:({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})")
_SIDES = re.compile(r"(!?)(\d{0,9}),(\d{0,9})")
_SHARE = re.compile(rf"pct:({_NUMBER})")

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cutting:
    """A part of a page image as it is to be handed out."""

    left: int
    top: int
    width: int
    height: int
    """In px of the whole image."""
    size: Size
    """Width and height in px before turning."""
    turn: int
    """Degrees clockwise."""
    is_gray: bool
    format: str


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of a cutting in the grid of tiles of one level."""

    scale: int
    """How many px of the whole image, each way, become one."""
    column: int
    row: int


def read(region: str, size: str, rotation: str, quality: str, form: str, whole: Size) -> Cutting:
    """Return what an address asks for.

    Args:
        whole: width and height of the page image, in px.

    Raises:
        InvalidError: the address breaks the rules of the API, or asks for more than there is.
    """
    left, top, width, height = _region(region, whole)
    if quality not in QUALITIES or form not in FORMATS or rotation not in map(str, TURNS):
        raise InvalidError("bad_image_address")
    sides = _size(size, (width, height))
    return Cutting(left, top, width, height, sides, int(rotation), quality == "gray", form)


def scales(whole: Size) -> list[int]:
    """Return the scales at which there are tiles: 1, 2, 4 … until one tile holds the whole image."""
    most = max(whole)
    powers = (2**power for power in range(16))
    larger = list(takewhile(lambda scale: most / scale > TILE, powers))
    return [*larger, 2 ** len(larger)]


def level(whole: Size, scale: int) -> Size:
    """Return width and height in px of the whole image at a scale."""
    return math.ceil(whole[0] / scale), math.ceil(whole[1] / scale)


def grid(whole: Size, scale: int) -> Size:
    """Return how many columns and rows of tiles a level has."""
    width, height = level(whole, scale)
    return math.ceil(width / TILE), math.ceil(height / TILE)


def tile_of(cutting: Cutting, whole: Size) -> Tile | None:
    """Return the tile that the cutting is, or None where it is none."""
    if cutting.turn or cutting.is_gray or cutting.format != "jpg":
        return None
    for scale in scales(whole):
        step = TILE * scale
        if cutting.left % step or cutting.top % step:
            continue
        width, height = min(step, whole[0] - cutting.left), min(step, whole[1] - cutting.top)
        if (cutting.width, cutting.height) == (width, height) and cutting.size == level(
            (width, height), scale
        ):
            return Tile(scale, cutting.left // step, cutting.top // step)
    return None


def _region(text: str, whole: Size) -> tuple[int, int, int, int]:
    across, down = whole
    if text == "full":
        return 0, 0, across, down
    if text == "square":
        side = min(whole)
        return (across - side) // 2, (down - side) // 2, side, side
    if found := _PX.fullmatch(text):
        left, top, width, height = map(int, found.groups())
    elif found := _PERCENT.fullmatch(text):
        shares = [float(share) / 100 for share in found.groups()]
        left, top, width, height = (
            round(share * side) for share, side in zip(shares, (across, down, across, down), strict=True)
        )
    else:
        raise InvalidError("bad_image_address")
    # What reaches beyond the image is cut off; what lies outside is an error, says the API.
    width, height = min(width, across - left), min(height, down - top)
    if width < 1 or height < 1:
        raise InvalidError("bad_image_address")
    return left, top, width, height


def _size(text: str, region: Size) -> Size:
    width, height = region
    if text == "max":
        return region
    if found := _SHARE.fullmatch(text):
        share = float(found[1]) / 100
        return _within((round(width * share), round(height * share)), region)
    found = _SIDES.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise InvalidError("bad_image_address")
    if found[1]:
        if not (found[2] and found[3]):
            raise InvalidError("bad_image_address")
        # The largest that fits into the box and is no enlargement.
        share = min(int(found[2]) / width, int(found[3]) / height, 1.0)
        return _within((max(1, round(width * share)), max(1, round(height * share))), region)
    across = int(found[2]) if found[2] else max(1, round(width * int(found[3]) / height))
    down = int(found[3]) if found[3] else max(1, round(height * across / width))
    return _within((across, down), region)


def _within(size: Size, region: Size) -> Size:
    if not (1 <= size[0] <= region[0] and 1 <= size[1] <= region[1]):
        raise InvalidError("bad_image_address")
    return size
