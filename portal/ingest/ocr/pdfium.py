"""The adapter of PDFium, through pypdfium2; the only file that imports it.

PDFium renders two images of a page: the one that people see, form widgets and so
signature stamps included, and a gray one without them for reading. Scripts and
actions of a PDF never run, since this build has no engine for them.
"""

from __future__ import annotations

import ctypes
import logging
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # noqa: TID251 - this is the one adapter
import pypdfium2.raw as pdfium  # noqa: TID251
from PIL import Image

from portal.ingest import sources
from portal.ingest.errors import UnusableFileError, UnusablePageError

# It warns of every XFA form, on pages that it shows all the same.
logging.getLogger("pypdfium2").setLevel(logging.ERROR)

POINTS_PER_INCH = 72
WHOLE_PAGE = 0.9
"""Share of the page that a scan covers at least."""

_CODES = {
    pdfium.FPDF_ERR_PASSWORD: "file_encrypted",
    pdfium.FPDF_ERR_SECURITY: "file_encrypted",
    # PDFium can read the file, and finds no page in it.
    pdfium.FPDF_ERR_SUCCESS: "file_without_pages",
}

INVISIBLE = 3
"""Text render mode of text that is neither filled nor stroked, as under scans."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of a page's own text. The box is in px of the image at the asked scale."""

    character: str
    left: int
    top: int
    right: int
    bottom: int
    is_trusted: bool
    """False where the font does not say which character it is, or the glyph is invisible."""


class PdfSide:
    """One page of an open PDF."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height as seen, rotation of the page applied."""
        width, height = self._page.get_size()
        return width / POINTS_PER_INCH, height / POINTS_PER_INCH

    def image(self, dpi: float) -> Image.Image:
        """Render what people see, in colour, signature stamps included."""
        return self._render(dpi, grayscale=False, may_draw_forms=True)

    def copy_to_read(self, dpi: float) -> Image.Image:
        """Render what is read, in gray, without form widgets."""
        return self._render(dpi, grayscale=True, may_draw_forms=False)

    @property
    def has_widgets(self) -> bool:
        """Whether form fields, such as signature stamps, are drawn over the page."""
        number = pdfium.FPDFPage_GetAnnotCount(self._page)
        return any(self._is_widget(index) for index in range(number))

    def _is_widget(self, index: int) -> bool:
        mark = pdfium.FPDFPage_GetAnnot(self._page, index)
        try:
            return bool(pdfium.FPDFAnnot_GetSubtype(mark) == pdfium.FPDF_ANNOT_WIDGET)
        finally:
            pdfium.FPDFPage_CloseAnnot(mark)

    def largest_picture(self) -> float:
        """Return the share of the page that its largest raster image covers, 0 to 1."""
        width, height = self._page.get_size()
        largest = 0.0
        for item in self._page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            with suppress(pypdfium2.PdfiumError):
                left, bottom, right, top = item.get_bounds()
                covered = (min(right, width) - max(left, 0)) * (min(top, height) - max(bottom, 0))
                largest = max(largest, covered / max(1.0, width * height))
        return largest

    def scan_dpi(self) -> float | None:
        """Return the resolution of the one picture that is the whole page, None where the page is more."""
        pictures = list(self._page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4))
        if len(pictures) != 1 or self.largest_picture() < WHOLE_PAGE or self._characters():
            return None
        left, _, right, _ = pictures[0].get_bounds()
        across, _ = pictures[0].get_px_size()
        return float(across) * POINTS_PER_INCH / float(right - left)

    def glyphs(self, width: int, height: int) -> list[Glyph]:
        """Return the page's own text, in the order of the file; blanks have empty boxes.

        Args:
            width: of the page image, in px; the frame of the boxes.
            height: of the page image, in px.
        """
        text = self._page.get_textpage()
        try:
            return [self._glyph(text, index, width, height) for index in range(text.count_chars())]
        finally:
            text.close()

    def _characters(self) -> int:
        text = self._page.get_textpage()
        try:
            number: int = text.count_chars()
            return number
        finally:
            text.close()

    def _glyph(self, text: pypdfium2.PdfTextPage, index: int, width: int, height: int) -> Glyph:
        character = chr(pdfium.FPDFText_GetUnicode(text, index))
        trusted = pdfium.FPDFText_HasUnicodeMapError(text, index) != 1
        item = pdfium.FPDFText_GetTextObject(text, index)
        if item and pdfium.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE:
            trusted = False
        box = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = box
        if not pdfium.FPDFText_GetCharBox(text, index, left, right, bottom, top):
            return Glyph(character, 0, 0, 0, 0, trusted)
        one = self._pixel(left.value, top.value, width, height)
        other = self._pixel(right.value, bottom.value, width, height)
        return Glyph(
            character,
            min(one[0], other[0]),
            min(one[1], other[1]),
            max(one[0], other[0]),
            max(one[1], other[1]),
            trusted,
        )

    def _pixel(self, x: float, y: float, width: int, height: int) -> tuple[int, int]:
        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page, 0, 0, width, height, 0, x, y, column, row)
        return column.value, row.value

    def _render(self, dpi: float, *, grayscale: bool, may_draw_forms: bool) -> Image.Image:
        try:
            bitmap = self._page.render(
                scale=dpi / POINTS_PER_INCH,
                grayscale=grayscale,
                may_draw_forms=may_draw_forms,
                rev_byteorder=True,
            )
            image: Image.Image = bitmap.to_pil()
            # Gray stands in PDFium's memory, and its copy outlives it; colours Pillow has copied itself.
            return image.copy() if grayscale else image
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise UnusablePageError("page_damaged") from error


def count(path: Path) -> int:
    """Return how many pages a PDF has.

    Raises:
        UnusableFileError: it is locked or damaged, or none of its pages is there.
    """
    with _document(path) as document:
        number = len(document)
        # A tree of pages that leads back to itself has a count, and no page that could be found.
        if not any(_is_there(document, index) for index in range(number)):
            raise UnusableFileError("file_without_pages")
        return number


def _is_there(document: pypdfium2.PdfDocument, index: int) -> bool:
    """Tell whether a page can be found; what it draws is not looked at."""
    size = pdfium.FS_SIZEF()
    return bool(pdfium.FPDF_GetPageSizeByIndexF(document, index, size))


@contextmanager
def side(path: Path, frame: int) -> Iterator[PdfSide]:
    """Open one page of a PDF, counted from 0.

    Raises:
        UnusableFileError: the file is locked or damaged.
        UnusablePageError: this page cannot be loaded, or has no size.
    """
    with _document(path) as document:
        try:
            page = document[frame]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise UnusablePageError("page_damaged") from error
        try:
            if not all(math.isfinite(edge) and edge > 0 for edge in page.get_size()):
                raise UnusablePageError("page_damaged")
            yield PdfSide(page)
        finally:
            page.close()


@contextmanager
def _document(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    file = sources.opened(path)
    try:
        document = pypdfium2.PdfDocument(file, autoclose=True)
    except pypdfium2.PdfiumError as error:
        file.close()
        raise UnusableFileError(_CODES.get(error.err_code, "file_damaged")) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Before any page is loaded: PDFium draws no widgets for pages that are older than the form.
            with suppress(pypdfium2.PdfiumError):
                document.init_forms()
        yield document
    finally:
        document.close()
