"""Pages as redacted versions show them: which page is seen instead of the original, and by whom.

After `rights`, which says by whose leave; before `pages`, the one door, and `places`, which looks
through texts. A version that nobody confirmed is shown to nobody here, and a page that it does not
have is not shown at all: nothing falls back on the original.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import defer

from portal.catalogue.hiding import Box
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page, PageText
from portal.catalogue.packing import pack, unpack
from portal.catalogue.readings import Reading, Word
from portal.catalogue.redaction_rows import (
    MakingState,
    RedactedPage,
    Redaction,
    RedactionBox,
    RedactionState,
)
from portal.catalogue.seeking import Finding, needles, written
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights.models import Grant
from portal.rights.policy import Sight
from portal.storage import originals
from portal.storage.originals import Staged

JOB = "page.redact"
"""Makes and proves one page; `ingest.redacting` handles it."""

UNKNOWN_DPI = 150
"""Stands in the picture of a page whose size nobody knows."""

ORIGINAL = None
"""Stands where a page of a redacted version would."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of one page; read beforehand, so that making holds no transaction."""

    page_id: str
    number: int
    words: list[Word]
    """Of the original, by its current text."""
    boxes: list[Box]
    """As they were drawn."""
    dpi: int


@dataclass(frozen=True, slots=True)
class Proved:
    """One page as the job made it."""

    staged: Staged
    reading: Reading
    hidden: list[Word]
    findings: list[Finding]


def of(grant: Grant, page_id: str) -> RedactedPage | None:
    """Return the page as leave shows it; None where the leave is for the original.

    Raises:
        NotFoundError: the version is not confirmed (any more), or does not have the page.
    """
    if grant.redaction_id is None:
        return ORIGINAL
    row = db.session.scalar(
        select(RedactedPage).where(*_shown([grant.redaction_id]), RedactedPage.page_id == page_id)
    )
    if row is None:
        raise NotFoundError("not_found")
    return row


def is_shown(grant: Grant) -> bool:
    """Tell whether what the leave is for may be shown: the original, or a version that is confirmed."""
    if grant.redaction_id is None:
        return True
    row = db.session.get(Redaction, grant.redaction_id, populate_existing=True)
    return row is not None and row.state == RedactionState.CONFIRMED.value


def standing(sight: Sight, pages: Iterable[tuple[str, int]]) -> dict[str, RedactedPage | None]:
    """Return those pages, given by id and number, that are for the actor whose sight it is.

    With each what is seen instead of it; None is the original. Their texts are read when asked for.
    """
    seen = [(one, number) for one, number in pages if sight.shows(one, number)]
    if not sight.is_redacted:
        return dict.fromkeys((one for one, _ in seen), ORIGINAL)
    versions = [grant.redaction_id for grant in sight.grants if grant.redaction_id]
    late = (RedactedPage.text, RedactedPage.words, RedactedPage.hidden, RedactedPage.findings)
    rows = db.session.scalars(
        select(RedactedPage).where(*_shown(versions)).options(*(defer(column) for column in late))
    )
    made = {(row.redaction_id, row.page_id): row for row in rows}
    found: dict[str, RedactedPage | None] = {}
    for one, number in seen:
        leave = sight.leave(one, number)
        if leave is None or leave.redaction_id is None:
            found[one] = ORIGINAL
        elif (leave.redaction_id, one) in made:
            found[one] = made[leave.redaction_id, one]
    return found


def version_of(redaction_id: str | None) -> int | None:
    """Return the number of a version within its document; None for the original."""
    row = db.session.get(Redaction, redaction_id) if redaction_id else None
    return row.version if row else None


def hidden_words(redaction_id: str) -> list[str]:
    """Return every run of words, and every word, that a version hides on any page."""
    rows = db.session.execute(select(RedactedPage.hidden).where(RedactedPage.redaction_id == redaction_id))
    found: list[str] = []
    for (kept,) in rows:
        words = [word[0] for word in unpack(kept)]
        found += needles(words, [place for place, word in enumerate(words) if word])
    return list(dict.fromkeys(found))


def source(pixels: Pixels) -> tuple[str, int]:
    """Return the digest of the file that images are made of, and which page of it.

    Raises:
        NotFoundError: it is neither a page nor one of a redacted version that has its picture.
    """
    page = db.session.get(Page, pixels)
    if page is not None:
        return page.blob_sha256, page.frame
    row = db.session.get(RedactedPage, pixels)
    if row is None or row.blob_sha256 is None:
        raise NotFoundError("not_found")
    return row.blob_sha256, 0


def document_of(pixels: Pixels) -> str:
    """Return the document of a page, or of the page that one of a redacted version shows.

    Raises:
        NotFoundError: it is neither.
    """
    page = db.session.get(Page, pixels)
    if page is None:
        row = db.session.get(RedactedPage, pixels)
        page = db.session.get(Page, row.page_id) if row else None
    if page is None:
        raise NotFoundError("not_found")
    return page.document_id


def order(row_id: str) -> Order | None:
    """Return what is to be made of a page; None where its boxes were changed meanwhile, or it is made."""
    row = db.session.get(RedactedPage, row_id)
    if row is None or row.state == MakingState.MADE.value:
        return None
    page = db.session.get_one(Page, row.page_id)
    text = db.session.scalar(select(PageText).where(PageText.page_id == page.id, PageText.is_current))
    boxes = db.session.scalars(
        select(RedactionBox)
        .where(RedactionBox.redaction_id == row.redaction_id, RedactionBox.page_id == page.id)
        .order_by(RedactionBox.drawn_at, RedactionBox.id)
    )
    return Order(
        page.id,
        page.number,
        unpack(text.words) if text else [],
        [box.place for box in boxes],
        page.dpi or UNKNOWN_DPI,
    )


def keep(row_id: str, proved: Proved) -> None:
    """Keep a page as it was made; nothing where its boxes were changed meanwhile: its row is gone then."""
    row = db.session.get(RedactedPage, row_id)
    if row is None:
        return
    originals.record(proved.staged)
    reading = proved.reading
    row.blob_sha256, row.width, row.height = proved.staged.sha256, reading.width, reading.height
    row.source, row.engine, row.text, row.words = (
        reading.source,
        reading.engine,
        reading.text,
        pack(reading.words),
    )
    row.confidence, row.language, row.quality = reading.confidence, reading.language, reading.quality
    row.milliseconds, row.hidden, row.findings = (
        reading.milliseconds,
        pack(proved.hidden),
        written(proved.findings),
    )
    row.state, row.failure_code = MakingState.MADE.value, ""
    db.session.flush()


def fail(row_id: str, code: str) -> None:
    """Note that a page could not be made, and why."""
    row = db.session.get(RedactedPage, row_id)
    if row is not None:
        row.state, row.failure_code = MakingState.FAILED.value, code
        db.session.flush()


def _shown(versions: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    confirmed = select(Redaction.id).where(
        Redaction.id.in_(versions), Redaction.state == RedactionState.CONFIRMED.value
    )
    return RedactedPage.redaction_id.in_(confirmed), RedactedPage.state == MakingState.MADE.value
