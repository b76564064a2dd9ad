"""Pages of a document: keep what was read of them, and show them to whoever may see."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.accounts.actors import Actor
from portal.catalogue import indexing
from portal.catalogue.models import Node, Page, PageState, PageText
from portal.catalogue.readings import UNSURE, Reading, Word
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights import policy
from portal.rights.policy import Sight


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as one actor may see it."""

    page: Page
    text: str
    words: Sequence[Word]
    source: str
    engine: str
    confidence: float | None
    language: str
    quality: str
    milliseconds: int
    sight: Sight
    previous_id: str | None
    next_id: str | None
    page_count: int

    @property
    def unsure_words(self) -> int:
        """How many words the engine, or the check of hand-writing, does not trust."""
        return sum(word[5] < UNSURE for word in self.words)

    @property
    def mark(self) -> str | None:
        """What must stand over every image of the page that this actor is sent."""
        return self.sight.mark


def add(document_id: str, blob_sha256: str, frames: int) -> list[Page]:
    """Add the pages of a source file to its document, numbered on from those it has."""
    first = 1 + (db.session.scalar(select(func.max(Page.number)).where(Page.document_id == document_id)) or 0)
    rows = [
        Page(document_id=document_id, number=first + frame, blob_sha256=blob_sha256, frame=frame)
        for frame in range(frames)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def keep(page_id: str, reading: Reading) -> None:
    """Keep a reading as the current text version of the page; the version before stays."""
    page = by_id(page_id)
    before = _current(page_id)
    if before is not None:
        before.is_current = False
        db.session.flush()
    db.session.add(
        PageText(
            page_id=page_id,
            version=before.version + 1 if before else 1,
            source=reading.source,
            engine=reading.engine,
            text=reading.text,
            words=pack(reading.words),
            confidence=reading.confidence,
            language=reading.language,
            quality=reading.quality,
            milliseconds=reading.milliseconds,
        )
    )
    page.state = (PageState.BLANK if reading.source == "blank" else PageState.READ).value
    page.width, page.height, page.dpi, page.failure_code = reading.width, reading.height, reading.dpi, ""
    db.session.flush()
    indexing.note_page(page_id)


def fail(page_id: str, code: str) -> None:
    """Note that the page could not be read, and why; a text version from before stays current."""
    page = by_id(page_id)
    page.state, page.failure_code = PageState.FAILED.value, code
    db.session.flush()


def wait_again(page_id: str) -> None:
    """Note that the page will be read again."""
    page = by_id(page_id)
    page.state, page.failure_code = PageState.WAITING.value, ""
    db.session.flush()


def by_id(page_id: str) -> Page:
    """Return a page, whoever asks; rights are asked by the caller.

    Raises:
        NotFoundError: there is no such page.
    """
    page = db.session.get(Page, page_id)
    if page is None:
        raise NotFoundError("not_found")
    return page


def seen(actor: Actor, page_id: str) -> PageView:
    """Return the page if its content is for the actor.

    Raises:
        NotFoundError: it is not, or there is no such page; the two look alike.
    """
    page, sight = opened(actor, page_id)
    current = _current(page_id)
    around = _neighbours(page)
    return PageView(
        page=page,
        text=current.text if current else "",
        words=unpack(current.words) if current else [],
        source=current.source if current else "",
        engine=current.engine if current else "",
        confidence=current.confidence if current else None,
        language=current.language if current else "",
        quality=current.quality if current else "",
        milliseconds=current.milliseconds if current else 0,
        sight=sight,
        previous_id=around.get(page.number - 1),
        next_id=around.get(page.number + 1),
        page_count=db.session.scalar(
            select(func.count()).select_from(Page).where(Page.document_id == page.document_id)
        )
        or 0,
    )


def opened(actor: Actor, page_id: str) -> tuple[Page, Sight]:
    """Return the row of the page and how the actor sees it, without its text: for images.

    Raises:
        NotFoundError: the content is not for the actor, or there is no such page.
    """
    page = by_id(page_id)
    return page, policy.require_content(actor, page.document_id)


def of_document(document_id: str) -> Sequence[Page]:
    """Return the pages of a document in order, whoever asks; rights are asked by the caller."""
    return db.session.scalars(select(Page).where(Page.document_id == document_id).order_by(Page.number)).all()


def count_by_state(fonds_ids: Sequence[str] | None = None) -> dict[str, int]:
    """Return how many pages, of all or of some fonds, are in each state.

    Of all it is one walk over the index of states.
    """
    counting = select(Page.state, func.count()).group_by(Page.state)
    if fonds_ids is not None:
        counting = counting.join(Node, Node.id == Page.document_id).where(Node.fonds_id.in_(fonds_ids))
    counts = dict(db.session.execute(counting).all())
    return {state.value: counts.get(state.value, 0) for state in PageState}


def pack(words: Sequence[Word]) -> bytes:
    """Return words as they are kept: zlib-compressed JSON."""
    return zlib.compress(json.dumps([list(word) for word in words], ensure_ascii=False).encode())


def unpack(kept: bytes) -> list[Word]:
    """Return words from what is kept."""
    return [tuple(word) for word in json.loads(zlib.decompress(kept))] if kept else []


def _current(page_id: str) -> PageText | None:
    return db.session.scalar(select(PageText).where(PageText.page_id == page_id, PageText.is_current))


def _neighbours(page: Page) -> dict[int, str]:
    rows = db.session.execute(
        select(Page.number, Page.id).where(
            Page.document_id == page.document_id, Page.number.in_((page.number - 1, page.number + 1))
        )
    )
    return {row.number: row.id for row in rows}
