"""Pages of a document: keep what was read of them, and show them to whoever may see.

One door: `opened`, `seen` and `visible` are the only ways in which a page reaches a reader,
whatever the surface, and they alone say which pages of a document are for whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.actors import Actor
from portal.catalogue import images, neighbours, outbox, redacted
from portal.catalogue.code_rows import PageCode
from portal.catalogue.images import Pixels
from portal.catalogue.models import Node, Page, PageState, PageText
from portal.catalogue.packing import pack, unpack
from portal.catalogue.readings import UNSURE, Reading, Word
from portal.catalogue.redaction_rows import RedactedPage
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.rights import policy, reads
from portal.rights.models import Grant
from portal.rights.policy import Sight
from portal.rights.reads import Seen, Use


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
    redacted: int | None = None
    """Number of the redacted version that it is shown from; None where it is the original."""

    @property
    def unsure_words(self) -> int:
        """How many words the engine, or the check of hand-writing, does not trust."""
        return sum(word[5] < UNSURE for word in self.words)

    @property
    def leave(self) -> Grant | None:
        """The grant that opens this page, where the actor needs one."""
        return self.sight.leave(self.page.id, self.page.number)


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page that is for the actor, without its text."""

    page: Page
    sight: Sight
    leave: Grant | None
    """The grant that opens it, where the actor needs one."""
    mark: str | None
    """What must stand over every image of the page that this actor is sent."""
    pixels: Pixels
    """Under what the images are kept that this actor may see; `images` and `tiles` take nothing else."""
    instead: RedactedPage | None = None
    """The page as a redacted version shows it, where the leave is for that and not for the original."""


def add(document_id: str, blob_sha256: str, frames: int, scan_id: str | None = None) -> list[Page]:
    """Add the pages of a source file to its document, numbered on from those it has.

    Args:
        scan_id: the file as it was taken in, where it was.
    """
    first = 1 + (db.session.scalar(select(func.max(Page.number)).where(Page.document_id == document_id)) or 0)
    rows = [
        Page(
            document_id=document_id,
            number=first + frame,
            blob_sha256=blob_sha256,
            frame=frame,
            scan_id=scan_id,
        )
        for frame in range(frames)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def keep(page_id: str, reading: Reading) -> None:
    """Keep a reading as the current text version of the page; the version before stays."""
    page = by_id(page_id)
    versions = db.session.scalars(select(PageText).where(PageText.page_id == page_id)).all()
    for before in versions:
        before.is_current = False
    db.session.flush()
    db.session.add(
        PageText(
            page_id=page_id,
            version=1 + max((before.version for before in versions), default=0),
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
    _keep_codes(page_id, reading.codes)
    page.state = (PageState.BLANK if reading.source == "blank" else PageState.READ).value
    page.width, page.height, page.dpi, page.failure_code = reading.width, reading.height, reading.dpi, ""
    db.session.flush()
    outbox.note_page(page_id)


def _keep_codes(page_id: str, codes: Sequence[str]) -> None:
    """Keep the codes of the newest reading; those of the one before go."""
    db.session.execute(delete(PageCode).where(PageCode.page_id == page_id))
    db.session.add_all(PageCode(page_id=page_id, code=one) for one in set(codes))


def fail(page_id: str, code: str) -> None:
    """Note that the page could not be read, and why; a text version from before stays current."""
    page = by_id(page_id)
    page.state, page.failure_code = PageState.FAILED.value, code
    db.session.flush()


def take_out(document_id: str, code: str) -> None:
    """Take everything that is known of the pages of a document out: texts, boxes, images, also redacted ones.

    The pages stay as rows that say why, by `code`; the originals stay where they are.
    """
    rows = of_document(document_id)
    ids = [row.id for row in rows]
    db.session.execute(delete(PageText).where(PageText.page_id.in_(ids)))
    for row in rows:
        row.state, row.failure_code = PageState.FAILED.value, code
        images.forget(Pixels(row.id))
    for made in db.session.scalars(select(RedactedPage).where(RedactedPage.page_id.in_(ids))):
        made.text, made.words, made.hidden = "", pack([]), pack([])
        images.forget(Pixels(made.pixels))
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


def seen(actor: Actor, page_id: str, use: Use) -> PageView:
    """Return the page with its text if it is for the actor, noted as `opened` does.

    Raises:
        NotFoundError: it is not, or there is no such page; the two look alike.
        UnavailableError: the log of reading does not take it.
    """
    door = opened(actor, page_id, use)
    page, sight = door.page, door.sight
    current = door.instead or _current(page_id)
    around = neighbours.around(page, sight)
    return PageView(
        page=page,
        redacted=redacted.version_of(door.instead.redaction_id) if door.instead else None,
        text=current.text if current else "",
        words=unpack(current.words) if current else [],
        source=current.source if current else "",
        engine=current.engine if current else "",
        confidence=current.confidence if current else None,
        language=current.language if current else "",
        quality=current.quality if current else "",
        milliseconds=current.milliseconds if current else 0,
        sight=sight,
        previous_id=around.previous_id,
        next_id=around.next_id,
        page_count=around.count,
    )


def opened(actor: Actor, page_id: str, use: Use) -> OpenedPage:
    """Return the row of the page and how the actor sees it, without its text: for images.

    What is not public is written down first, in a transaction of its own where none is open: no
    row, no page. What is a page more for a grant that counts them is counted with it.

    Raises:
        NotFoundError: the page is not for the actor, or there is none; the two look alike.
        UnavailableError: the log of reading does not take it.
    """
    door = _door(actor, page_id, use)
    if door.sight.is_public or reads.is_noted(actor, _use_of(door, use)):
        return door
    try:
        with transaction():
            # Asked again: what was true before the transaction may be so no more.
            door = _door(actor, page_id, use)
            reads.note(actor, _use_of(door, use))
    except SQLAlchemyError as error:
        raise UnavailableError("reading_not_noted") from error
    return door


def known(actor: Actor, page_id: str) -> OpenedPage:
    """Return what `opened` returns for what is about the page and holds nothing of it.

    Raises:
        NotFoundError: the page is not for the actor, or there is none; the two look alike.
    """
    return _door(actor, page_id, None)


def visible(sight: Sight, document_id: str) -> Sequence[Page]:
    """Return those pages of a document that are for the actor whose sight it is, in order."""
    if not sight.sees_content:
        return ()
    rows = of_document(document_id)
    shown = redacted.standing(sight, ((row.id, row.number) for row in rows))
    return [row for row in rows if row.id in shown]


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


def _current(page_id: str) -> PageText | None:
    return db.session.scalar(select(PageText).where(PageText.page_id == page_id, PageText.is_current))


def _door(actor: Actor, page_id: str, use: Use | None) -> OpenedPage:
    page = by_id(page_id)
    sight = policy.sight(actor, page.document_id)
    may = sight.pictures if use is Use.THUMBNAIL else sight.shows
    if not may(page.id, page.number):
        raise NotFoundError("not_found")
    leave = sight.leave(page.id, page.number)
    instead = redacted.of(leave, page.id) if leave else None
    pixels = Pixels(instead.pixels if instead else page.id)
    return OpenedPage(page, sight, leave, leave.mark if leave else None, pixels, instead)


def _use_of(door: OpenedPage, use: Use) -> Seen:
    return Seen(door.page.document_id, door.page.id, use, door.leave)
