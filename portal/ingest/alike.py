"""Which page of the fonds a page looks like: found by bands of its 64 bits, certain by its words.

Two scans of one sheet share all but some of their bits. Whatever differs in at most seven bits differs in
at most one bit of one of the four bands, so four look-ups in an index find it, however large the fonds is.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from portal.catalogue.models import PageText
from portal.core.db import db
from portal.ingest.flag_rows import PagePrint
from portal.search import analysis

MOST_BITS = 8
"""In which two scans of one sheet differ; different pages of text differed in ten and more."""

BANDS, BAND_BITS = 4, 16
MOST_FOUND = 40
"""Candidates of a band, the newest first."""

SHARED = 0.6
"""Share of the different words of two pages that both must have."""

FEW_WORDS = 10
"""Below, a page is known by its looks alone."""


def find(page_id: str, fonds_id: str, likeness: str, text: str) -> str | None:
    """Return the page of the fonds that this one looks most like; None where none is like it."""
    bits = int(likeness, 16)
    found: dict[str, int] = {}
    for band, value in enumerate(_bands(bits)):
        column = (PagePrint.band_0, PagePrint.band_1, PagePrint.band_2, PagePrint.band_3)[band]
        near = [value, *(value ^ (1 << one) for one in range(BAND_BITS))]
        rows = db.session.scalars(
            select(PagePrint)
            .where(PagePrint.fonds_id == fonds_id, column.in_(near), PagePrint.page_id != page_id)
            .order_by(PagePrint.id.desc())
            .limit(MOST_FOUND)
        )
        for row in rows:
            apart = (_whole((row.band_0, row.band_1, row.band_2, row.band_3)) ^ bits).bit_count()
            if apart <= MOST_BITS:
                found[row.page_id] = apart
    words = _words(text)
    for other_id in sorted(found, key=found.__getitem__):
        if _says_the_same(words, other_id):
            return other_id
    return None


def keep(page_id: str, fonds_id: str, likeness: str) -> None:
    """Keep the bits of a page instead of those that it had; nothing is kept of one without."""
    db.session.execute(delete(PagePrint).where(PagePrint.page_id == page_id))
    if likeness:
        first, second, third, fourth = _bands(int(likeness, 16))
        db.session.add(
            PagePrint(
                page_id=page_id, fonds_id=fonds_id, band_0=first, band_1=second, band_2=third, band_3=fourth
            )
        )
    db.session.flush()


def forget(page_ids: Iterable[str]) -> None:
    """Remove the bits of pages."""
    db.session.execute(delete(PagePrint).where(PagePrint.page_id.in_(list(page_ids))))


def _bands(bits: int) -> list[int]:
    return [bits >> (BAND_BITS * band) & ((1 << BAND_BITS) - 1) for band in reversed(range(BANDS))]


def _whole(bands: Iterable[int]) -> int:
    bits = 0
    for band in bands:
        bits = (bits << BAND_BITS) | band
    return bits


def _says_the_same(words: frozenset[str], other_id: str) -> bool:
    text = db.session.scalar(select(PageText.text).where(PageText.page_id == other_id, PageText.is_current))
    others = _words(text or "")
    if min(len(words), len(others)) < FEW_WORDS:
        return max(len(words), len(others)) < 2 * FEW_WORDS
    return len(words & others) >= SHARED * len(words | others)


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in analysis.fold(text).split() if len(word) > 1)
