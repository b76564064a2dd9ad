"""First stage: how many pages a file has, and whether they can be read at all.

Before it stands `scans.receive`, after it one row and one job per page.
"""

from __future__ import annotations

import struct
from pathlib import Path

from PIL import Image

from portal.ingest import media, pictures, rare, sources
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType

MOST_PAGES = 2_000

TAIL = 4_096
"""How many bytes of the end must hold the end mark."""

MOST_SCANS = 100
"""A progressive JPEG has about ten."""
START_OF_SCAN = b"\xff\xda"
CHUNK = 1024 * 1024

ENDS = {MediaType.PDF: b"%%EOF", MediaType.PNG: b"IEND", MediaType.JPEG: b"\xff\xd9"}
"""What stands at the end of a whole file."""

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
    from portal.ingest.ocr import pdfium  # noqa: PLC0415 - only PDFs need it

    is_whole = ENDS[MediaType.PDF] in _tail(path)
    try:
        pages = pdfium.count(path)
    except UnusableFileError as error:
        if error.code == "file_damaged" and not is_whole:
            raise UnusableFileError("file_cut_off") from error
        raise
    # PDFium mends a cut file and silently leaves out what is gone; an archive must not.
    if not is_whole:
        raise UnusableFileError("file_cut_off")
    return pages


def _tail(path: Path) -> bytes:
    with sources.opened(path) as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 2 * TAIL))
        return file.read().rstrip(PADDING)[-TAIL:]


def _picture(path: Path) -> int:
    with sources.opened(path) as file:
        size = file.seek(0, 2)
    # Looked at first: whoever reads the file beside Pillow moves its place in it.
    has_end = _has_end_of_jpeg(path)
    try:
        with pictures.opened(path) as image:
            if image.format == "TIFF":
                return _frames(image, size)
            _refuse_giant(image, 1)
            _see_whole(image, has_end)
            return 1
    except Image.DecompressionBombError as error:
        # Pillow itself refuses to open what is twice too large.
        raise _giant(1) from error
    except pictures.DECODING_ERRORS as error:
        raise UnusableFileError(_what_is_wrong(path, size, error)) from error


def _has_end_of_jpeg(path: Path) -> bool:
    """Tell whether a JPEG ends with its mark; of another kind nothing is said.

    Raises:
        UnusableFileError: it paints its picture so often that it means harm.
    """
    if media.of_file(path) is not MediaType.JPEG:
        return False
    if _scans(path) > MOST_SCANS:
        raise UnusableFileError("file_bomb")
    return ENDS[MediaType.JPEG] in _tail(path)


def _see_whole(image: Image.Image, has_end: bool) -> None:
    """Decode a JPEG or PNG, the only proof that it is whole; of a giant see what costs little."""
    if pictures.is_giant(image):
        if image.format == "PNG":
            # Each of its parts carries its own sum.
            image.verify()
            return
        if has_end:
            return
        image.draft(None, (1, 1))
    image.load()


def _scans(path: Path) -> int:
    """Count how many times a JPEG paints its picture; the mark cannot stand within a scan."""
    with sources.opened(path) as file:
        return sum(part.count(START_OF_SCAN) for part in iter(lambda: file.read(CHUNK), b""))


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
        if pictures.is_cut_off(image, file_size) and not _decodes(image):
            raise UnusableFileError("file_cut_off")
    if not frames:
        raise UnusableFileError("file_without_pages")
    return frames


def _decodes(image: Image.Image) -> bool:
    """Tell whether the present frame can be decoded whole; some only count their bytes wrongly."""
    try:
        image.load()
    except pictures.DECODING_ERRORS:
        return False
    return True


def _what_is_wrong(path: Path, size: int, error: Exception) -> str:
    """Return the code of a picture that cannot be decoded."""
    if pictures.is_bomb(error):
        return "file_bomb"
    kind = media.of_file(path)
    if _is_rare(path, kind):
        return "file_unsupported"
    return "file_cut_off" if _is_cut_off(path, kind, size) else "file_damaged"


def _is_rare(path: Path, kind: MediaType) -> bool:
    try:
        return (kind is MediaType.TIFF and rare.is_tiff(path)) or (
            kind is MediaType.JPEG and rare.is_jpeg(path)
        )
    except pictures.DECODING_ERRORS:
        return False


def _is_cut_off(path: Path, kind: MediaType, size: int) -> bool:
    """Tell whether a picture that cannot be decoded lacks its end."""
    if kind is not MediaType.TIFF:
        return ENDS[kind] not in _tail(path)
    with sources.opened(path) as file:
        head = file.read(8)
    # The first directory of a TIFF lies where its head says; that of the large kind says so elsewhere.
    place: int = struct.unpack("<I" if head.startswith(b"II") else ">I", head[4:].ljust(4, b"\0"))[0]
    return place >= size


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
