"""What kind of file some bytes are: told by the bytes themselves, never by the name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from portal.ingest import sources
from portal.ingest.errors import UnusableFileError

HEAD = 1024
"""How many bytes of the beginning tell the kind. PDF readers look for its mark within the first 1,024."""


PACKED = (b"PK\x03\x04", b"PK\x05\x06")
"""How ZIP files begin."""


class MediaType(StrEnum):
    """The kinds that are taken in."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"


_MARKS = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),
    (b"MM\x00+", MediaType.TIFF),
)


def sniff(head: bytes) -> MediaType:
    """Tell the kind from the first bytes.

    Raises:
        UnusableFileError: the file is empty or of another kind.
    """
    if not head:
        raise UnusableFileError("file_empty")
    for mark, media_type in _MARKS:
        if head.startswith(mark):
            return media_type
    # The first file in a ZIP file may be a PDF as it is, whose mark is seen within the first bytes, too.
    if b"%PDF-" in head[:HEAD] and not head.startswith(PACKED):
        return MediaType.PDF
    raise UnusableFileError("file_type")


def of_file(path: Path) -> MediaType:
    """Tell the kind of a file.

    Raises:
        UnusableFileError: the file is empty or of another kind.
    """
    with sources.opened(path) as file:
        return sniff(file.read(HEAD))
