"""TIFF pages whose strips or tiles are WebP pictures, which libtiff as Pillow brings it does not decode."""

from __future__ import annotations

import io

from PIL import Image, TiffImagePlugin

WEBP = 50_001
COMPRESSION, ROWS = 259, 278
TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 322, 323, 324, 325
STRIPS, STRIP_BYTES = 273, 279


def are_webp(image: Image.Image) -> bool:
    """Tell whether the present frame is made of WebP pictures."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(COMPRESSION) == WEBP


def joined(image: Image.Image) -> Image.Image:
    """Return the present frame, put together from its strips or tiles.

    Raises:
        ValueError: a part is larger than its place, or is not there.
    """
    assert isinstance(image, TiffImagePlugin.TiffImageFile)
    tags, file = image.tag_v2, image.fp
    width = tags.get(TILE_WIDTH, image.width)
    height = tags.get(TILE_HEIGHT) or min(tags.get(ROWS, image.height), image.height)
    starts, lengths = tags.get(TILES) or tags[STRIPS], tags.get(TILE_BYTES) or tags[STRIP_BYTES]
    sheet = Image.new(image.mode, image.size)
    across = -(-image.width // width)
    if file is None or len(starts) != across * -(-image.height // height):
        raise ValueError("parts are missing")
    for number, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        file.seek(start)
        with Image.open(io.BytesIO(file.read(length)), formats=("WEBP",)) as part:
            if part.width > width or part.height > height:
                raise ValueError("a part is larger than its place")
            sheet.paste(part.convert(image.mode), (number % across * width, number // across * height))
    return sheet
