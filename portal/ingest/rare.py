"""Pictures that are whole and yet not read here: rare compressions and rare depths of TIFF and JPEG.

Asked only of a file that could not be opened, so that it is not called damaged.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import TiffImagePlugin

from portal.ingest import sources

WIDTH, HEIGHT = 256, 257
STRIPS, TILES = (273, 279), (324, 325)

LARGE, LARGE_TURNED = b"II+\x00", b"MM\x00+"
"""How a BigTIFF begins; of the second, most significant byte first, Pillow makes nothing."""

NO_FRAMES = {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG among those of frames that are none."""
JPEG_LS = 0xF7
USUAL_BITS = 8


def is_tiff(path: Path) -> bool:
    """Tell whether a TIFF's first page is described in full and lies within the file."""
    with sources.opened(path) as file:
        head = file.read(16)
        if head.startswith(LARGE_TURNED):
            return True
        size = file.seek(0, 2)
        tags = TiffImagePlugin.ImageFileDirectory_v2(head if head.startswith(LARGE) else head[:8])
        file.seek(tags.next)
        with warnings.catch_warnings():
            # It warns of every tag that is cut off.
            warnings.simplefilter("ignore")
            tags.load(file)
    parts = [(tags.get(starts), tags.get(lengths)) for starts, lengths in (STRIPS, TILES)]
    inside = [
        starts and all(start + length <= size for start, length in zip(starts, lengths, strict=True))
        for starts, lengths in parts
        if isinstance(starts, tuple) and isinstance(lengths, tuple)
    ]
    return bool(tags.get(WIDTH) and tags.get(HEIGHT) and inside and all(inside))


def is_jpeg(path: Path) -> bool:
    """Tell whether a JPEG says that it is one of other than 8 bits, or JPEG-LS."""
    with sources.opened(path) as file:
        file.seek(2)
        while (marker := _marker(file)) is not None:
            if marker == JPEG_LS:
                return True
            length = int.from_bytes(file.read(2), "big")
            if 0xC0 <= marker <= 0xCF and marker not in NO_FRAMES:
                return file.read(1) != bytes([USUAL_BITS])
            file.seek(max(0, length - 2), 1)
    return False


def _marker(file: BinaryIO) -> int | None:
    """Return the marker that stands here, None where there is none."""
    found = file.read(2)
    return found[1] if len(found) == 2 and found[0] == 0xFF else None
