"""What `bench_ingest` takes in: copies of real scans, papers of the demo, one PDF of thousands of pages.

No file repeats another's digest, nor that of a run before: every page gets a row of pixels
drawn at a place of its own. Files keep the encoding in which a scanner would write them.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import ImageDraw

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from portal.demo import truth, typeface  # noqa: E402 - the project folder has to be on the path first

POINTS = 72
PIXEL_ROW = POINTS / 300
"""Height in points of one row of pixels at 300 dpi."""

PALE = 0.9
JPEG_QUALITY = 85
LONG_QUALITY = 60
LETTER = 56
_SYLLABLES = "binh duc pho nghia hanh long hoa dong phu tho khe"
SYLLABLES = tuple(_SYLLABLES.split())
"""Of which the words for the long paper are put together.

What is measured is whether a page is lost, not how well letters are read (`bench_ocr` does that), so
the words are of a form that Tesseract reads alike by itself: alone on white paper at this size it missed
none of 2,500 in small letters, 10 of 200 in capitals. A word holds four syllables, none of them twice.
"""


def perturbed(pdfs: Sequence[Path], copies: int, folder: Path, seed: str) -> list[Path]:
    """Write so many copies of each PDF, a pale row of pixels drawn on every page."""
    made = []
    for copy in range(copies):
        for pdf in pdfs:
            chance = random.Random(f"{seed} {copy} {pdf.name}")
            path = folder / f"copy-{copy}-{pdf.name}"
            with pikepdf.open(pdf) as document:
                for page in document.pages:
                    _draw_row(document, page, chance)
                document.save(path)
            made.append(path)
    return made


def rendered(number: int, folder: Path, seed: str) -> list[Path]:
    """Draw so many papers of the demo, all kinds of damage among them, one file each."""
    every = sum(1 for _ in _sizes())
    made = []
    for place, sample in enumerate(islice(truth.samples(), 0, None, max(1, every // number))):
        if len(made) == number:
            sample.image.close()
            break
        image = sample.image.copy()
        chance = random.Random(f"{seed} {place}")
        row = chance.randrange(image.height // 3, image.height)
        ImageDraw.Draw(image).line((0, row, image.width, row), fill=chance.randrange(1, 255) or 1)
        suffix, options = (
            (".tif", {"compression": "group4"})
            if image.mode == "1"
            else (".jpg", {"quality": JPEG_QUALITY, "comment": seed.encode()})
        )
        path = folder / f"paper-{place}{suffix}"
        image.save(path, dpi=(sample.dpi, sample.dpi), **options)
        made.append(path)
    return made


def long_paper(pdfs: Sequence[Path], pages: int, path: Path, seed: str) -> list[str]:
    """Write one PDF of so many pages, images of real pages with a word of its own drawn on each.

    Returns:
        The words, one a page.
    """
    words = _words(pages, random.Random(seed))
    shown = [(pdf, index) for pdf in pdfs for index in range(_page_count(pdf))]
    work = [(*shown[number % len(shown)], word) for number, word in enumerate(words)]
    with pikepdf.new() as document, ProcessPoolExecutor() as pool:
        for jpeg, size in pool.map(_page_with_word, work, chunksize=8):
            _add_page(document, jpeg, size)
        document.save(path)
    return words


def _sizes() -> Iterator[None]:
    for sample in truth.samples():
        sample.image.close()
        yield None


def _draw_row(document: pikepdf.Pdf, page: pikepdf.Page, chance: random.Random) -> None:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    height = bottom + chance.uniform(0.02, 0.98) * (top - bottom)
    # The page's own drawing may have left the pen anywhere, so it is put between q and Q.
    row = f"Q q {PALE} g {left} {height:.3f} {right - left} {PIXEL_ROW} re f Q"
    page.contents_add(document.make_stream(b"q"), prepend=True)
    page.contents_add(document.make_stream(row.encode("ascii")))


def _page_count(pdf: Path) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _words(number: int, chance: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        found["".join(chance.sample(SYLLABLES, 4))] = None
    return list(found)


def _page_with_word(work: tuple[Path, int, str]) -> tuple[bytes, tuple[int, int]]:
    pdf, index, word = work
    document = pypdfium2.PdfDocument(pdf)
    page = document[index].render(scale=300 / POINTS, grayscale=True).to_pil().copy()
    document.close()
    pen = ImageDraw.Draw(page)
    face = typeface.drawn(LETTER)
    place = (page.width // 3, page.height - 2 * LETTER)
    pen.rectangle((place[0] - LETTER, place[1] - LETTER, page.width, page.height), fill=255)
    pen.text(place, word, fill=0, font=face)
    jpeg = io.BytesIO()
    page.save(jpeg, "JPEG", quality=LONG_QUALITY)
    return jpeg.getvalue(), page.size


def _add_page(document: pikepdf.Pdf, jpeg: bytes, size: tuple[int, int]) -> None:
    width, height = (round(side * POINTS / 300, 2) for side in size)
    picture = document.make_stream(
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    document.add_blank_page(page_size=(width, height))
    page = document.pages[-1]
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    page.Contents = document.make_stream(f"{width} 0 0 {height} 0 0 cm /I Do".encode("ascii"))
