"""First stage: how many pages a file has, and whether they can be read at all.

Before it stands `scans.receive`, after it one row and one job per page.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from portal.ingest import pictures, sources
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType
from portal.ingest.ocr import pdfium

MOST_PAGES = 2_000

TAIL = 4_096
"""How many bytes of the end of a PDF must hold its end mark."""

PADDING = b"\x00\r\n\t \x1a"
"""What transfers leave behind the end mark."""


def count(path: Path, media_type: MediaType) -> int:
    """Return how many pages the file has.

    Raises:
        UnusableFileError: it is locked, damaged, incomplete, or larger than anything taken in.
    """
    pages = _pdf(path) if media_type is MediaType.PDF else _picture(path)
    if pages > MOST_PAGES:
        raise UnusableFileError("file_too_many_pages", most=MOST_PAGES)
    return pages


def _pdf(path: Path) -> int:
    pages = pdfium.count(path)
    # PDFium mends a cut file and silently leaves out what is gone; an archive must not.
    if b"%%EOF" not in _tail(path):
        raise UnusableFileError("file_damaged")
    return pages


def _tail(path: Path) -> bytes:
    with sources.opened(path) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 2 * TAIL))
        return file.read().rstrip(PADDING)[-TAIL:]


def _picture(path: Path) -> int:
    with sources.opened(path) as file:
        size = file.seek(0, 2)
    try:
        with pictures.opened(path) as image:
            if image.format == "TIFF":
                return _frames(image, size)
            _refuse_giant(image, 1)
            # One decoding is the only proof that a JPEG or PNG is whole.
            image.load()
            return 1
    except Image.DecompressionBombError as error:
        # Pillow itself refuses to open what is twice too large.
        raise _giant(1) from error
    except pictures.DECODING_ERRORS as error:
        raise UnusableFileError("file_damaged") from error


def _frames(image: Image.Image, file_size: int) -> int:
    """Walk the headers of a TIFF; no pixel is decoded."""
    frames = 0
    while frames <= MOST_PAGES:
        try:
            image.seek(frames)
        except EOFError:
            break
        frames += 1
        _refuse_giant(image, frames)
        if pictures.is_cut_off(image, file_size):
            raise UnusableFileError("file_damaged")
    return frames


def _refuse_giant(image: Image.Image, number: int) -> None:
    if pictures.is_too_large(image):
        raise _giant(number)


def _giant(number: int) -> UnusableFileError:
    return UnusableFileError(
        "image_too_large",
        number=number,
        most_megapixels=pictures.MOST_PIXELS // 1_000_000,
        most_side=pictures.MOST_SIDE,
    )
