"""Make the file of a paper, as a scanner would write it.

After `layout` and `damage`; the file then goes the way of every other (`seed`).
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from portal.demo import damage, layout, papers
from portal.demo.documents import DemoDocument
from portal.demo.papers import Page

COARSE_QUALITY = 55
"""Of JPEG, for what is grainy anyway; the grain of thirty pages would fill more than all others."""
FINE_QUALITY = 75
MEDIA_TYPES = {"pdf": "application/pdf", "tif": "image/tiff"}


def scanned(document: DemoDocument) -> Iterator[tuple[Page, Image.Image]]:
    """Yield each page as drawn, and as the scanner saw it."""
    for place, page in enumerate(layout.draw(document.paper)):
        yield page, damage.damaged(page.image, document.damage, f"{document.file_name} {place}")


def file_of(document: DemoDocument, title: str = "") -> bytes:
    """Return the file of the paper: the same bytes every time, others under another title."""
    images = [image for _, image in scanned(document)]
    dpi = damage.dpi_of(document.damage)
    if document.file_name.endswith(".tif"):
        return papers.as_tiff(images, dpi)
    quality = COARSE_QUALITY if dpi < papers.DPI else FINE_QUALITY
    return papers.as_pdf(images, title or document.title, dpi, quality)


def media_type_of(document: DemoDocument) -> str:
    """Return the media type that the file has."""
    return MEDIA_TYPES[document.file_name.rpartition(".")[2]]
