"""Scanned pictures as Pillow reads them: TIFF, JPEG and PNG of any mode, made 8-bit gray or RGB.

Sizes are checked from the header before a pixel is decoded.
"""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, UnidentifiedImageError

from portal.ingest import sources, strips

MOST_PIXELS = 200_000_000
MOST_SIDE = 50_000

MOST_SHOWN = 40_000_000
"""Pixels of the image that is kept of a page; a larger one is brought down. A2 at 300 dpi has 35 million."""

STRIP_PIXELS = 4_000_000
"""Pixels that are brought down at once."""

ORIENTATION = 274
"""The EXIF mark of how a picture was held."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

PAPER_HEIGHT = 11.69
"""Inches of the long side of A4, to guess the resolution of a picture that does not tell it."""

SANE_DPI = (72, 2400)

DECODING_ERRORS = (
    OSError,
    UnidentifiedImageError,
    Image.DecompressionBombError,
    ValueError,
    SyntaxError,
    struct.error,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    ZeroDivisionError,
    EOFError,
    RuntimeError,
)
"""What Pillow raises on broken files, as its own test files show."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS

TIFF_STRIPS = ((273, 279), (324, 325))
"""Tags of offsets and lengths of strips and of tiles."""


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture; only the header is read, and odd metadata is nobody's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with sources.opened(path) as file, Image.open(file, formats=("TIFF", "JPEG", "PNG")) as image:
            yield image


def is_too_large(image: Image.Image) -> bool:
    """Tell, from the header, whether the present frame is more than one page may be."""
    return max(image.size) > MOST_SIDE or image.width * image.height > MOST_PIXELS


def is_giant(image: Image.Image) -> bool:
    """Tell, from the header, whether the present frame is shown smaller than it is."""
    return image.width * image.height > MOST_SHOWN


def is_bomb(error: Exception) -> bool:
    """Tell whether a picture was not opened since a note in it unfolds to far more than a note is."""
    return isinstance(error, ValueError) and "Decompressed data too large" in str(error)


def is_cut_off(image: Image.Image, file_size: int) -> bool:
    """Tell whether the present frame of a TIFF points beyond the end of its file."""
    tags = getattr(image, "tag_v2", {})
    for offsets, lengths in TIFF_STRIPS:
        starts, sizes = _numbers(tags.get(offsets)), _numbers(tags.get(lengths))
        if any(start + size > file_size for start, size in zip(starts, sizes, strict=False)):
            return True
    return False


def resolution(image: Image.Image) -> tuple[int, int]:
    """Return the dpi across and down; where none is told or it cannot be true, that of A4."""
    told = _told(image)
    if told is not None:
        return told
    guess = min(600, max(SANE_DPI[0], round(max(image.size) / PAPER_HEIGHT)))
    return guess, guess


def tells_resolution(path: Path, number: int) -> bool:
    """Tell whether a frame of a picture file, counted from 0, says at how many dpi it was scanned."""
    with opened(path) as source:
        source.seek(number)
        return _told(source) is not None


def _told(image: Image.Image) -> tuple[int, int] | None:
    told = image.info.get("dpi")
    try:
        across, down = (round(float(value)) for value in told)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    lowest, highest = SANE_DPI
    # 72 and 96 are what programs write that know no resolution.
    is_true = all(lowest <= value <= highest and value not in (72, 96) for value in (across, down))
    return (across, down) if is_true else None


def upright(image: Image.Image) -> Image.Image:
    """Return the decoded picture as a person sees it: turned by its EXIF mark, gray or RGB, on white.

    One of more than `MOST_SHOWN` pixels comes back smaller.
    """
    small = _plain(_brought_down(image))
    # Asked afterwards: of a TIFF Pillow turns the pixels itself as it decodes, and strikes out the mark.
    turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    return without_false_colour(small if turn is None else small.transpose(turn))


def without_false_colour(image: Image.Image) -> Image.Image:
    """Return a gray picture as gray, even if it was kept in three equal channels."""
    if image.mode != "RGB":
        return image
    red, green, blue = image.reduce(4).split() if min(image.size) >= 4 else image.split()
    spread = max(_furthest(red, green), _furthest(green, blue), _furthest(red, blue))
    return image.convert("L") if spread <= 12 else image


def ink_share(gray: Image.Image) -> float:
    """Return which share of the picture is dark, 0 to 1."""
    histogram = gray.histogram()
    return sum(histogram[:128]) / max(1, sum(histogram))


def _furthest(one: Image.Image, other: Image.Image) -> int:
    highest: int = ImageChops.difference(one, other).getextrema()[1]  # type: ignore[assignment]
    return highest


def _brought_down(image: Image.Image) -> Image.Image:
    """Decode a picture; average one that is too large in the fewest steps that need no second large one."""
    factor = math.ceil((image.width * image.height / MOST_SHOWN) ** 0.5)
    if factor > 1:
        # A JPEG is decoded at half, a quarter or an eighth of its size at once.
        image.draft(None, (image.width // factor, image.height // factor))
        factor = math.ceil((image.width * image.height / MOST_SHOWN) ** 0.5)
    if strips.are_webp(image):
        image = strips.joined(image)
    image.load()
    if factor <= 1:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        # Its brightest value is that of the whole.
        return (image.convert("I") if image.mode.startswith("I;") else image).reduce(factor)
    return _reduced(image, factor)


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Average a picture strip by strip; all at once it would stand in memory twice."""
    rows = factor * max(1, STRIP_PIXELS // (factor * image.width))
    strips_of_it = [
        _plain(image.crop((0, top, image.width, min(image.height, top + rows)))).reduce(factor)
        for top in range(0, image.height, rows)
    ]
    mode = "RGB" if any(strip.mode == "RGB" for strip in strips_of_it) else "L"
    sheet = Image.new(mode, (strips_of_it[0].width, sum(strip.height for strip in strips_of_it)))
    top = 0
    for strip in strips_of_it:
        sheet.paste(strip.convert(mode), (0, top))
        top += strip.height
    return sheet


def _plain(image: Image.Image) -> Image.Image:
    """Bring any mode of Pillow to L or RGB."""
    if image.mode in ("L", "RGB"):
        return image if "transparency" not in image.info else _on_white(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa", "P"):
        return _on_white(image)
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bit(image)
    if image.mode == "LAB":
        lab, shown = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        # None only where it is told to change the picture itself.
        return ImageCms.profileToProfile(image, lab, shown, outputMode="RGB") or image.getchannel(0)
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    paper = Image.new("RGBA", layer.size, "white")
    paper.alpha_composite(layer)
    return paper.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Bring 12, 16 or 32 bits down to 8 by the brightest value; Pillow alone would cut them off."""
    wide = image.convert("I") if image.mode != "F" else image
    _, brightest = wide.getextrema()
    factor = 255.0 / max(255.0, float(brightest))  # type: ignore[arg-type]
    return wide.point(lambda value: value * factor + 0).convert("L")


def _numbers(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    if isinstance(value, tuple):
        return tuple(one for one in value if isinstance(one, int))
    return ()
