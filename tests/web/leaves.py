"""More pages for the open document of the archive, with words at known places."""

from __future__ import annotations

import io

from PIL import Image

from portal.catalogue import images, pages
from portal.catalogue.readings import Reading, Word
from portal.core.db import transaction
from portal.storage import originals
from tests.web.archive import Archive, picture

WIDTH, HEIGHT = 600, 800
LINE = 40
"""Px from one line of words to the next."""


def add(archive: Archive, text: str, unsure: tuple[str, ...] = ()) -> str:
    """Add a page to the open document; each line of the text is one on the page. Return its id.

    Args:
        unsure: words that the machine doubts.
    """
    jpeg = picture(60, "leaf")
    staged = originals.stage(io.BytesIO(jpeg))
    with transaction():
        originals.record(staged)
        (page,) = pages.add(archive.documents["open"], staged.sha256, 1)
        pages.keep(page.id, Reading("ocr", "test", text, words(text, unsure), WIDTH, HEIGHT, 300, 5))
        page_id = page.id
    with Image.open(io.BytesIO(jpeg)) as image:
        images.keep_whole(page_id, image.convert("RGB"))
    return page_id


def words(text: str, unsure: tuple[str, ...] = ()) -> list[Word]:
    """Return the words of a text, each 50 px wide and 20 high, 60 px apart on lines 40 px apart."""
    return [
        (word, 10 + 60 * place, 10 + LINE * line, 50, 20, 30.0 if word in unsure else 95.0)
        for line, written in enumerate(text.splitlines())
        for place, word in enumerate(written.split())
    ]
