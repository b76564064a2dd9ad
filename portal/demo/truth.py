"""What the pages of the demo truly say, beside what the scanner saw: for measuring how well they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from portal.demo import damage, documents, scanning
from portal.demo.damage import Damage


@dataclass(frozen=True, slots=True)
class Sample:
    """One page of the demo and its exact text."""

    damage: Damage
    name: str
    """File name of the scan."""
    number: int
    """Of the page, counted from 1."""
    image: Image.Image
    dpi: int
    text: str
    has_table: bool


def samples(*kinds: Damage) -> Iterator[Sample]:
    """Yield the pages with these kinds of damage, all where none is named, one image at a time."""
    for document in documents.every():
        if kinds and document.damage not in kinds:
            continue
        for number, (page, image) in enumerate(scanning.scanned(document), start=1):
            yield Sample(
                document.damage,
                document.file_name,
                number,
                image,
                damage.dpi_of(document.damage),
                page.text,
                page.has_table,
            )
