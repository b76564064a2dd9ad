"""What stands on an official paper of the demo, before it is drawn (`layout`) and damaged (`damage`)."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from PIL import Image

DPI = 300

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of its own in bold, above paragraphs."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table. Every cell is one line; the head is repeated on each page the table runs over."""

    head: tuple[str, ...]
    shares: tuple[int, ...]
    """Widths of the columns, in relation to each other."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """What is attached behind the signature, on a page of its own."""

    title: str
    parts: Sequence[str | Heading | Table]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and for whom."""

    signed_for: str
    post: str
    """One line, or two where a deputy signs."""
    signer: str


Part = str | Heading | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on an official paper, in the places of Decree 30/2020, appendix I."""

    superior: str
    issuer: str
    number: str
    place: str
    issued_on: date
    type_name: str
    """Empty for an official letter, which has "V/v" and its subject under the number."""
    subject: str
    paragraphs: Sequence[Part]
    signed_for: str
    post: str
    signer: str
    recipients: Lines
    addressees: Lines = ()
    """After "Kính gửi", on letters and submissions."""
    beside: Signature | None = None
    """A second signature to the left, as on minutes; the recipients then stand below."""
    annex: Annex | None = None
    typed: bool = False
    """Typed on a machine: one width, one weight, letters that dance."""
    seed: int = field(default=0)
    """What the accidents of typing are drawn from."""


@dataclass(frozen=True, slots=True)
class Page:
    """One drawn page and exactly what it says, line by line, the left block before the right."""

    image: Image.Image
    lines: tuple[str, ...]
    has_table: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def as_pdf(pages: Sequence[Image.Image], title: str, dpi: int = DPI, quality: int = 88) -> bytes:
    """Return the pages as a PDF without text, as a scanner writes it."""
    out = io.BytesIO()
    # A fixed date keeps the bytes the same on every run.
    moment = time.struct_time((2020, 3, 5, 0, 0, 0, 3, 65, 0))
    # Pages of one bit go in as fax machines write them, the others as JPEG.
    options = {} if pages[0].mode == "1" else {"quality": quality}
    pages[0].save(
        out,
        "PDF",
        save_all=True,
        append_images=pages[1:],
        resolution=dpi,
        title=title,
        **options,
        creationDate=moment,
        modDate=moment,
    )
    return out.getvalue()


def as_tiff(pages: Sequence[Image.Image], dpi: int = DPI) -> bytes:
    """Return pages of one bit as one TIFF, compressed as fax machines do (group 4)."""
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(dpi, dpi))
    return out.getvalue()


def day(issued_on: date) -> str:
    """Return a day as papers date themselves; day and month have two digits."""
    return f"ngày {issued_on.day:02d} tháng {issued_on.month:02d} năm {issued_on.year}"
