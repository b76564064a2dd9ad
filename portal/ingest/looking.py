"""One look at one page: its view for people, its text and boxes. Knows no database.

It runs inside the walls of `sandbox`. Before it stands `stages.split`, which counted the
pages; after it `reading`, which keeps what was seen.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from portal.catalogue.readings import Reading, view_size
from portal.ingest import media, recognition
from portal.ingest.media import MediaType
from portal.ingest.ocr.engine import Engine
from portal.ingest.recognition import Said
from portal.ingest.stages import (
    clean,
    codes,
    language,
    layout,
    measures,
    quality,
    recognise,
    render,
    secrecy,
    stamps,
)
from portal.ingest.stages.render import Picture

if TYPE_CHECKING:
    from portal.ingest.stages.embedded import OwnText


def look(
    path: Path, frame: int, engine: Engine, seconds: int, *, is_released: bool = False
) -> tuple[Image.Image, Reading]:
    """Return the view of a page, its image no wider than is kept, and what the page says.

    Of a page that bears the mark of a state secret nothing is returned but the mark: the view is white,
    and there is no text.

    Args:
        frame: which page of the file, counted from 0.
        seconds: how long recognition may take.
        is_released: somebody who answers for it has said that the page holds no state secret.

    Raises:
        NotReadyError: the engine itself cannot run.
        UnusableFileError: the file cannot be opened.
        UnusablePageError: the page cannot be shown, or the engine gave up on it.
    """
    start = time.monotonic()
    picture, own = pictured(path, frame)
    if own is not None:
        said = _said_by_itself(own, engine, picture, seconds)
    else:
        said = recognition.read(engine, picture, seconds)
    taken: dict[str, Any] = {}
    if said.secret and not is_released:
        said = Said(said.source, said.engine, "", [], "", "", said.secret)
        picture = replace(picture, image=Image.new("L", picture.image.size, 255))
    else:
        taken = _measured(picture, said)
    reading = Reading(
        source=said.source,
        engine=said.engine,
        text=said.text,
        words=said.words,
        language=said.language,
        quality=said.quality,
        width=picture.image.width,
        height=picture.image.height,
        dpi=picture.dpi,
        milliseconds=round((time.monotonic() - start) * 1000),
        secret=said.secret,
        codes=codes.of(picture.copy, round(picture.dpi / picture.scale[0])),
        **taken,
    )
    return _view(picture.image), reading


def _measured(picture: Picture, said: Said) -> dict[str, Any]:
    taken = measures.of(picture.copy, said.words, picture.image.size, picture.dpi)
    taken |= said.measures
    if picture.scan_dpi is not None:
        taken["dpi"] = picture.scan_dpi
    return {
        "measures": taken,
        "likeness": "" if said.source == "blank" else measures.likeness(picture.copy),
    }


def image(path: Path, frame: int) -> Image.Image:
    """Return the page in the px that `look` sees it in, without a copy to be read.

    Raises:
        UnusableFileError: the file cannot be opened.
        UnusablePageError: the page cannot be shown.
    """
    if media.of_file(path) is not MediaType.PDF:
        return render.frame_image(path, frame)[0]
    from portal.ingest.ocr import pdfium  # noqa: PLC0415 - only PDFs need it

    with pdfium.side(path, frame) as side:
        return render.pdf_image(side)[0]


def _view(image: Image.Image) -> Image.Image:
    size = view_size(*image.size)
    return image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)


def _said_by_itself(own: OwnText, engine: Engine, picture: Picture, seconds: int) -> Said:
    """Return the page's own text in the order of reading; none of it is noise, and none is in doubt."""
    size = picture.image.size
    marks = (
        secrecy.of_lines(own.lines, size[1]),
        recognition.stamped(engine, picture, clean.spots(picture.image), seconds),
    )
    lines, of_stamps = stamps.parted(own.lines)
    lines = [*layout.arranged(lines, size, is_noise=layout.nothing), *of_stamps]
    text = recognise.tidy(layout.text_of(lines))
    words = [word for line in lines for word in line.words]
    grade, spoken = quality.of(words), language.of(text)
    return Said("embedded", "pdfium", text, words, spoken, grade, secrecy.strongest(marks))


def pictured(path: Path, frame: int) -> tuple[Picture, OwnText | None]:
    """Return the page as pixels, and its own text where that is the page.

    Raises:
        UnusableFileError: the file cannot be opened.
        UnusablePageError: the page cannot be shown.
    """
    if media.of_file(path) is not MediaType.PDF:
        return render.frame(path, frame), None
    # Loaded here, for a picture needs neither, and a child is started for nearly every file.
    from portal.ingest.ocr import pdfium  # noqa: PLC0415
    from portal.ingest.stages import embedded  # noqa: PLC0415

    with pdfium.side(path, frame) as side:
        picture = render.pdf_side(side)
        return picture, embedded.own_text(side, picture.copy, *picture.image.size)
