"""Tiles of page images, made on demand and kept for a while: what a viewer shows while somebody zooms.

All tiles of a level are cut at once, for the image is decoded once; they lie in one file, so
that a page costs a handful of files and not sixty. The job that makes the whole image cuts all
levels of it; until it is through, coarse levels come from the view that every page keeps, so
that a viewer has something to show at once. A reader's mark is burnt into each tile as it is handed
out and never kept. Other cuttings of the IIIF Image API are made one by one and not kept. Rights are
asked by the caller, who also says who marks the page for this reader.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from portal.catalogue import cuttings
from portal.catalogue.cuttings import TILE, Cutting, Size, Tile
from portal.catalogue.images import Picture, Pixels
from portal.core.errors import UnavailableError
from portal.storage import derivatives

QUALITY = 80
_HEAD = struct.Struct(">II")
_PLACE = struct.Struct(">QI")
"""Where a tile begins in the file, and its bytes."""


Source = Callable[[int], Picture]
"""Returns an image wide enough for so many px, without any mark; called only where it is needed."""

Hand = Callable[[bytes, Size | None, Size], bytes]
"""Burns a mark into a JPEG: told, of a part, how large the image is and where in it the part begins."""

_QUARTERS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def keep(page: Pixels, image: Image.Image) -> None:
    """Cut all levels of a whole image, in L or RGB, and keep them for a while, without any mark."""
    size = image.size
    for scale in cuttings.scales(size):
        wanted = cuttings.level(size, scale)
        if image.size != wanted:
            # Each is the halves of the level before, rounded up as the levels are.
            image = image.reduce(2)
        derivatives.put_passing(_key(page, scale), _level(image, cuttings.grid(size, scale)))


def cut(page: Pixels, cutting: Cutting, size: Size, source: Source, hand: Hand | None) -> bytes:
    """Return a part of a page image as JPEG or PNG.

    Args:
        size: width and height of the page image, in px.
        hand: who marks what this reader sees; None where nothing is marked.

    Raises:
        UnavailableError: the whole image is needed and still being made.
    """
    tile = cuttings.tile_of(cutting, size)
    if tile is None:
        return _one(cutting, size, source, hand)
    keys = [_key(page, tile.scale, is_whole=is_whole) for is_whole in (True, False)]
    kept = next(filter(None, map(derivatives.path_passing, keys)), None)
    wanted = cuttings.level(size, tile.scale)
    if kept is None:
        picture = source(wanted[0])
        with _opened(picture.jpeg, wanted) as image:
            level = _level(image, cuttings.grid(size, tile.scale))
        kept = derivatives.put_passing(keys[0] if picture.is_whole else keys[1], level)
    plain = _tile(kept, tile, size)
    return hand(plain, wanted, (tile.column * TILE, tile.row * TILE)) if hand else plain


def _key(page: Pixels, scale: int, *, is_whole: bool = True) -> str:
    return f"page/{page}/plain-{scale}{'' if is_whole else '-view'}.tiles"


def _level(image: Image.Image, grid: Size) -> bytes:
    """Return all tiles of a level in one piece: number of columns and rows, places, then the tiles."""
    columns, rows = grid
    cut = [
        _saved(image.crop(_box(image.size, column, row)), "jpg")
        for row in range(rows)
        for column in range(columns)
    ]
    start = _HEAD.size + _PLACE.size * len(cut)
    places = []
    for one in cut:
        places.append(_PLACE.pack(start, len(one)))
        start += len(one)
    return b"".join((_HEAD.pack(columns, rows), *places, *cut))


def _box(size: Size, column: int, row: int) -> tuple[int, int, int, int]:
    left, top = column * TILE, row * TILE
    return left, top, min(left + TILE, size[0]), min(top + TILE, size[1])


def _tile(kept: Path, tile: Tile, size: Size) -> bytes:
    try:
        with kept.open("rb") as file:
            columns, rows = _HEAD.unpack(file.read(_HEAD.size))
            if (columns, rows) != cuttings.grid(size, tile.scale):
                raise UnavailableError("image_in_work")
            file.seek(_HEAD.size + _PLACE.size * (tile.row * columns + tile.column))
            start, length = _PLACE.unpack(file.read(_PLACE.size))
            file.seek(start)
            return file.read(length)
    except (FileNotFoundError, struct.error) as error:
        # It went between two looks, because the page was read again or its days were over.
        raise UnavailableError("image_in_work") from error


def _one(cutting: Cutting, size: Size, source: Source, hand: Hand | None) -> bytes:
    """Make a cutting that is no tile; the image is decoded no larger than it needs, and marked as a whole."""
    share = max(cutting.size[0] / cutting.width, cutting.size[1] / cutting.height)
    wanted = (max(1, round(size[0] * share)), max(1, round(size[1] * share)))
    jpeg = source(wanted[0]).jpeg
    with _opened(hand(jpeg, None, (0, 0)) if hand else jpeg, wanted) as image:
        across, down = image.width / size[0], image.height / size[1]
        right, bottom = cutting.left + cutting.width, cutting.top + cutting.height
        box = (cutting.left * across, cutting.top * down, right * across, bottom * down)
        part = image.resize(cutting.size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
    if cutting.is_gray:
        part = part.convert("L")
    return _saved(part.transpose(_QUARTERS[cutting.turn]) if cutting.turn else part, cutting.format)


def _opened(jpeg: bytes, wanted: Size) -> Image.Image:
    """Return the image in exactly the wanted size."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as source:
        source.draft(None, wanted)
        if source.size == wanted:
            source.load()
            return source.copy()
        return source.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _saved(image: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    # Only the pixels: a copy of the source would bring its comment and profile along.
    pixels = Image.new(image.mode, image.size)
    pixels.paste(image)
    if form == "png":
        pixels.save(file, "PNG", compress_level=3)
    else:
        pixels.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
