"""Draw what a redacted version hides: boxes on its pages, by place or from words; each change can be undone.

Before `redactions.make`. A page whose boxes change is made anew, so what was made of it goes at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from portal.access import reasons, redactions
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import hiding, images, seeking
from portal.catalogue.hiding import Box
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page, PageText
from portal.catalogue.packing import unpack
from portal.catalogue.readings import Word
from portal.catalogue.redaction_rows import RedactedPage, Redaction, RedactionBox
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError

NOTE_MOST = 200
MOST_BOXES = 200
"""On one page; what needs more is better refused."""

MOST_UNDONE = 30
LEAST_SIDE = 2
"""Px; less hides nothing."""


def draw(actor: Actor, redaction_id: str, page_id: str, box: Box, note: str = "") -> RedactionBox:
    """Hide a place on a page, given in px of its image; what lies beyond the page is cut off.

    Raises:
        NotFoundError: there is no such version, or the page is of another document.
        NotAllowedError, ConflictError: as `redactions.changing`.
        InvalidError: it has no size, lies beside the page, or there are too many.
    """
    row, page = _opened(actor, redaction_id, page_id)
    fitted = _fitted(page, box)
    _remember(row, page.id)
    (made,) = _add(row, page, [fitted], reasons.clean("note", note, 0, NOTE_MOST))
    _record(actor, row, page.id)
    return made


def change(actor: Actor, redaction_id: str, box_id: str, box: Box, note: str = "") -> None:
    """Move a box or give it another size.

    Raises:
        NotFoundError, NotAllowedError, ConflictError, InvalidError: as `draw`.
    """
    kept = _box(redaction_id, box_id)
    row, page = _opened(actor, redaction_id, kept.page_id)
    fitted = _fitted(page, box)
    _remember(row, page.id)
    kept.left, kept.top, kept.width, kept.height = fitted
    kept.note = reasons.clean("note", note, 0, NOTE_MOST)
    db.session.flush()
    _record(actor, row, page.id)


def remove(actor: Actor, redaction_id: str, box_id: str) -> None:
    """Take a box away.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `draw`.
    """
    kept = _box(redaction_id, box_id)
    row, page = _opened(actor, redaction_id, kept.page_id)
    _remember(row, page.id)
    db.session.delete(kept)
    db.session.flush()
    _record(actor, row, page.id)


def from_words(
    actor: Actor, redaction_id: str, page_id: str, chosen: Iterable[int], *, everywhere: bool = False
) -> int:
    """Hide words of a page's text, given by their place in it; return how many boxes that took.

    Args:
        everywhere: hide them wherever else they stand in the document, too.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `draw`.
        InvalidError: no such words are there, or they would make too many boxes.
    """
    row, page = _opened(actor, redaction_id, page_id)
    words = words_of(page.id)
    places = sorted({one for one in chosen if 0 <= one < len(words)})
    if not places:
        raise InvalidError("no_words", fields={"words": "no_words"})
    count = _hide(actor, row, page, hiding.around_words(words[place] for place in places))
    if everywhere:
        runs = seeking.runs([word[0] for word in words], places)
        for other in db.session.scalars(
            select(Page).where(Page.document_id == row.document_id).order_by(Page.number)
        ):
            count += _hide(actor, row, other, _stand(runs, words_of(other.id)))
    return count


def undo(actor: Actor, redaction_id: str) -> str:
    """Take the last change back and return the page that it was on.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `redactions.changing`; or nothing is left to undo.
    """
    row = redactions.changing(actor, redaction_id)
    past = json.loads(row.past or "[]")
    if not past:
        raise ConflictError("nothing_to_undo")
    page_id, kept = past.pop()
    db.session.execute(
        delete(RedactionBox).where(RedactionBox.redaction_id == row.id, RedactionBox.page_id == page_id)
    )
    for left, top, width, height, note in kept:
        db.session.add(
            RedactionBox(
                redaction_id=row.id,
                page_id=page_id,
                left=left,
                top=top,
                width=width,
                height=height,
                note=note,
            )
        )
    row.past = json.dumps(past)
    _unmake(row, page_id)
    _record(actor, row, page_id)
    return str(page_id)


def of_page(redaction_id: str, page_id: str) -> Sequence[RedactionBox]:
    """Return the boxes of a page in the order of drawing; rights are asked by the caller."""
    where = (RedactionBox.redaction_id == redaction_id, RedactionBox.page_id == page_id)
    order = (RedactionBox.drawn_at, RedactionBox.id)
    return db.session.scalars(select(RedactionBox).where(*where).order_by(*order)).all()


def words_of(page_id: str) -> list[Word]:
    """Return the words of the original; rights are asked by the caller."""
    kept = db.session.scalar(select(PageText.words).where(PageText.page_id == page_id, PageText.is_current))
    return unpack(kept) if kept else []


def _stand(runs: Sequence[str], words: Sequence[Word]) -> list[Box]:
    """Return boxes around wherever the runs stand among words, a little wider than what was read."""
    found = [box for run in runs for box in seeking.in_words(run, words)]
    return hiding.around_words(("", *box, 0.0) for box in found)


def _hide(actor: Actor, row: Redaction, page: Page, boxes: Sequence[Box]) -> int:
    """Add those boxes that do not lie within another one already."""
    there = [box.place for box in of_page(row.id, page.id)]
    fresh: list[Box] = []
    for box in (_fitted(page, one) for one in boxes):
        if not any(_holds(one, box) for one in [*there, *fresh]):
            fresh.append(box)
    if fresh:
        _remember(row, page.id)
        _add(row, page, fresh, "")
        _record(actor, row, page.id)
    return len(fresh)


def _add(row: Redaction, page: Page, boxes: Sequence[Box], note: str) -> list[RedactionBox]:
    if len(of_page(row.id, page.id)) + len(boxes) > MOST_BOXES:
        raise InvalidError("too_many_boxes", most=MOST_BOXES)
    made = [
        RedactionBox(
            redaction_id=row.id, page_id=page.id, left=left, top=top, width=width, height=height, note=note
        )
        for left, top, width, height in boxes
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


def _opened(actor: Actor, redaction_id: str, page_id: str) -> tuple[Redaction, Page]:
    row = redactions.changing(actor, redaction_id)
    page = db.session.get(Page, page_id)
    if page is None or page.document_id != row.document_id:
        raise NotFoundError("not_found")
    return row, page


def _fitted(page: Page, box: Box) -> Box:
    """Return what of a box lies on its page."""
    if not page.width or not page.height:
        raise InvalidError("page_not_read")
    left, top, width, height = box
    right, bottom = min(page.width, left + width), min(page.height, top + height)
    left, top = max(0, left), max(0, top)
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        raise InvalidError("box_without_size", width=page.width, height=page.height)
    return left, top, right - left, bottom - top


def _holds(one: Box, other: Box) -> bool:
    is_across = one[0] <= other[0] and other[0] + other[2] <= one[0] + one[2]
    return is_across and one[1] <= other[1] and other[1] + other[3] <= one[1] + one[3]


def _box(redaction_id: str, box_id: str) -> RedactionBox:
    row = db.session.get(RedactionBox, box_id)
    if row is None or row.redaction_id != redaction_id:
        raise NotFoundError("not_found")
    return row


def _remember(row: Redaction, page_id: str) -> None:
    """Keep how the boxes of a page are before they change, and let go what was made of it."""
    past = json.loads(row.past or "[]")
    past.append([page_id, [[*box.place, box.note] for box in of_page(row.id, page_id)]])
    row.past = json.dumps(past[-MOST_UNDONE:], ensure_ascii=False)
    _unmake(row, page_id)


def _unmake(row: Redaction, page_id: str) -> None:
    made = db.session.scalar(
        select(RedactedPage).where(RedactedPage.redaction_id == row.id, RedactedPage.page_id == page_id)
    )
    if made is not None:
        images.forget(Pixels(made.id))
        db.session.delete(made)
    db.session.flush()


def _record(actor: Actor, row: Redaction, page_id: str) -> None:
    trail.record(actor, "redaction.draw", "redaction", row.id, document=row.document_id, page=page_id)
