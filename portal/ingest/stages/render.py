"""Second stage: a page of a file as pixels, once for people and once for reading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from portal.ingest import pictures
from portal.ingest.errors import UnusablePageError

if TYPE_CHECKING:
    from portal.ingest.ocr.pdfium import PdfSide

DPI = 300

MOST_RENDERED = pictures.MOST_SHOWN
"""Pixels of a rendered page; a larger sheet gets fewer dpi."""

MOST_SIDE = 32_000
"""Px a side: Tesseract takes no picture from 32,768 on."""

READ_DPI = 225
"""Tesseract brings every line to one height; at 300 dpi it takes a tenth longer and reads no better."""

TOO_COARSE = 200
COARSEST = 50
TOO_FINE = 250
"""A coarser picture is enlarged to 300 dpi for reading, a finer one brought down; in between, it stays."""

MOST_ENLARGED = 4.0
MOST_READ = 60_000_000
"""Px of the copy that is read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as pixels."""

    image: Image.Image
    """What people see; all boxes are in its px."""
    copy: Image.Image
    """What is read: gray, perhaps of another size."""
    dpi: int
    """Of `image`."""
    scan_dpi: int | None = None
    """Of the scan as it came: 0 where the file does not tell, None where the page is no scan."""

    @property
    def scale(self) -> tuple[float, float]:
        """By how much the boxes of the copy must grow to fit the image, across and down."""
        return self.image.width / self.copy.width, self.image.height / self.copy.height


def pdf_image(side: PdfSide) -> tuple[Image.Image, float]:
    """Render a page of a PDF at 300 dpi, a giant sheet at as many as fit; return it with its dpi.

    Raises:
        UnusablePageError: it cannot be rendered.
    """
    width, height = side.inches
    dpi = min(DPI, (MOST_RENDERED / (width * height)) ** 0.5, MOST_SIDE / max(width, height))
    return pictures.without_false_colour(side.image(dpi)), dpi


def pdf_side(side: PdfSide) -> Picture:
    """Return a page of a PDF for people and for reading.

    Raises:
        UnusablePageError: it cannot be rendered.
    """
    image, dpi = pdf_image(side)
    scan_dpi = side.scan_dpi()
    copy = _coarse_scan(side, scan_dpi, image.size)
    if copy is None:
        # Rendered a second time only where something is drawn over the page that is not to be read.
        copy = _copy_to_read(side.copy_to_read(dpi) if side.has_widgets else image, dpi)
    told = None if scan_dpi is None else round(scan_dpi)
    return Picture(image=image, copy=copy, dpi=max(1, round(dpi)), scan_dpi=told)


def frame(path: Path, number: int) -> Picture:
    """Return one frame of a picture file, counted from 0, for people and for reading.

    Raises:
        UnusablePageError: it cannot be decoded.
    """
    image, dpi = frame_image(path, number)
    return Picture(
        image, _copy_to_read(image, dpi), dpi, dpi if pictures.tells_resolution(path, number) else 0
    )


def frame_image(path: Path, number: int) -> tuple[Image.Image, int]:
    """Decode one frame of a picture file, counted from 0, in its own pixels; return it with its dpi.

    Raises:
        UnusablePageError: it cannot be decoded.
    """
    try:
        with pictures.opened(path) as source:
            source.seek(number)
            if pictures.is_too_large(source):
                raise UnusablePageError("page_damaged")
            across, down = pictures.resolution(source)
            turned = source.getexif().get(pictures.ORIENTATION, 1) in (5, 6, 7, 8)
            long_side = max(source.size)
            image = pictures.upright(source)
            across, down = (value * max(image.size) // long_side or 1 for value in (across, down))
    except pictures.DECODING_ERRORS as error:
        raise UnusablePageError("page_damaged") from error
    if turned:
        across, down = down, across
    return _square(image, across, down)


def _coarse_scan(side: PdfSide, scan_dpi: float | None, size: tuple[int, int]) -> Image.Image | None:
    """Return a scan of less than 200 dpi enlarged with care; None where there is no such scan.

    PDFium enlarges so roughly that thin marks over vowels are lost.
    """
    if scan_dpi is None or not COARSEST <= scan_dpi < TOO_COARSE:
        return None
    return side.copy_to_read(scan_dpi).resize(size, Image.Resampling.BICUBIC)


def _square(image: Image.Image, across: int, down: int) -> tuple[Image.Image, int]:
    """Stretch a fax, whose pixels are not square, so that letters have their shape."""
    dpi = max(across, down)
    if abs(across - down) <= dpi * 0.1:
        return image, dpi
    size = (round(image.width * dpi / across), round(image.height * dpi / down))
    if size[0] * size[1] > pictures.MOST_PIXELS:
        return image, dpi
    return image.resize(size, Image.Resampling.BICUBIC), dpi


def _copy_to_read(image: Image.Image, dpi: float) -> Image.Image:
    # Asked first: `convert` copies also what is gray already.
    gray = image if image.mode == "L" else image.convert("L")
    factor = 1.0
    if dpi < TOO_COARSE:
        factor = min(DPI / dpi, MOST_ENLARGED)
    elif dpi > TOO_FINE:
        factor = READ_DPI / dpi
    factor = min(factor, (MOST_READ / (gray.width * gray.height)) ** 0.5, MOST_SIDE / max(gray.size))
    if factor == 1.0:
        # A copy has nothing of the file that it came from: its tags would go on to the engine.
        return gray.copy() if gray is image else gray
    size = (max(1, round(gray.width * factor)), max(1, round(gray.height * factor)))
    return gray.resize(size, Image.Resampling.BICUBIC)
