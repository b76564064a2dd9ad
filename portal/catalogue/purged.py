"""What the catalogue forgets of what is purged: pages with all that was made of them, and descriptions.

After `purging`, which has written down that it was here. A record stays as an empty row, since what people
asked and decided points to it; nothing that anybody ever wrote about it is left in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from portal.catalogue import beginnings, entries, images, outbox, rebuilding
from portal.catalogue.code_rows import PageCode
from portal.catalogue.images import Pixels
from portal.catalogue.models import Node, Page, PageText
from portal.catalogue.redaction_rows import RedactedPage, Redaction, RedactionBox, RedactionState
from portal.catalogue.search_rows import IndexEntry, OutboxEntry
from portal.core import clock
from portal.core.db import db, end_reading
from portal.rights import many, protections
from portal.search import engine
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A page or a page of a redacted version, with the digest of what it is made of."""

    id: str
    document_id: str
    sha256: str
    scan_id: str | None = None
    """The file that a page came in."""


def below(path: str) -> Sequence[str]:
    """Return a node and all below it by id, whatever was removed."""
    return db.session.scalars(select(Node.id).where(Node.path.like(path + "%")).order_by(Node.path)).all()


def known(node_ids: Sequence[str]) -> list[str]:
    """Return those of the records that there are."""
    return list(db.session.scalars(select(Node.id).where(Node.id.in_(node_ids)).order_by(Node.id)))


def pages_of(document_ids: Sequence[str]) -> list[Piece]:
    """Return the pages of some documents."""
    return _pieces(Page.document_id.in_(document_ids))


def pages(page_ids: Sequence[str]) -> list[Piece]:
    """Return some pages, of those that there are."""
    return _pieces(Page.id.in_(page_ids))


def came_in(scan_ids: Sequence[str]) -> list[tuple[str, int]]:
    """Return of files how many pages each is left of, of those that have any."""
    rows = db.session.execute(
        select(Page.scan_id, func.count()).where(Page.scan_id.in_(scan_ids)).group_by(Page.scan_id)
    )
    return [(scan_id or "", number) for scan_id, number in rows]


def redacted_of(page_ids: Sequence[str]) -> list[Piece]:
    """Return what redacted versions made of some pages."""
    rows = db.session.execute(
        select(RedactedPage.id, Page.document_id, RedactedPage.blob_sha256)
        .join(Page, Page.id == RedactedPage.page_id)
        .where(RedactedPage.page_id.in_(page_ids))
        .order_by(RedactedPage.id)
    )
    return [Piece(one, document_id, sha256 or "") for one, document_id, sha256 in rows]


def forget_images(pixels: Sequence[str]) -> None:
    """Remove the images, thumbnails and tiles of pages, given by what they are kept under."""
    for one in pixels:
        images.forget(Pixels(one))


def forget_pages(page_ids: Sequence[str]) -> None:
    """Remove pages: every version of their text with its boxes, codes, and what redacted versions have.

    Whatever else points to them must be gone before.
    """
    drawn = select(RedactedPage.redaction_id).where(RedactedPage.page_id.in_(page_ids))
    boxed = select(RedactionBox.redaction_id).where(RedactionBox.page_id.in_(page_ids))
    # Steps back would put boxes, with what was typed of them, onto a page that is not there.
    db.session.execute(
        update(Redaction).where(or_(Redaction.id.in_(drawn), Redaction.id.in_(boxed))).values(past="")
    )
    for kind in (PageText, PageCode, RedactionBox, RedactedPage):
        db.session.execute(delete(kind).where(kind.page_id.in_(page_ids)))
    keys = [PAGE_PREFIX + one for one in page_ids]
    db.session.execute(delete(IndexEntry).where(IndexEntry.key.in_(keys)))
    db.session.execute(delete(OutboxEntry).where(OutboxEntry.target.in_(page_ids)))
    db.session.execute(delete(Page).where(Page.id.in_(page_ids)))
    db.session.expire_all()


def empty_records(node_ids: Sequence[str]) -> None:
    """Take out all that is written about records; their rows stay, removed for good."""
    db.session.execute(
        update(Node)
        .where(Node.id.in_(node_ids))
        .values(
            code="",
            title="",
            working_title="",
            sort_key="",
            number="",
            issuer="",
            issued_on=None,
            type_code=None,
            agency_id=None,
            date_from=None,
            date_to=None,
        )
    )
    # What was typed about a version may say what it hides; who made it and when it ended stays.
    db.session.execute(
        update(Redaction)
        .where(Redaction.document_id.in_(node_ids))
        .values(state=RedactionState.WITHDRAWN.value, reason="", left_standing="", ended_reason="", past="")
    )
    db.session.expire_all()
    beginnings.keep(node_ids)


def hide_records(node_ids: Sequence[str]) -> None:
    """Take records out of everybody's sight for good, in search as well; no way brings them back."""
    in_sight = [one for one in node_ids if not protections.is_removed(one)]
    many.bury(node_ids, clock.now())
    # What was out of sight before is in no search; a batch would else be thousands of conditions of each.
    for node_id in in_sight:
        protections.close_in_search(node_id, outbox.note_tree(node_id))


def forget_in_search(node_ids: Sequence[str], page_ids: Sequence[str]) -> None:
    """Take records and pages out of both indexes, and out of every file of them; outside of a transaction.

    An index keeps what was taken out of it until its pieces are put together anew, so those are written
    anew that held any of it. Where an engine cannot do that, the indexes are built anew as a whole.

    Raises:
        UnavailableError: an index cannot be read now.
        ConflictError: it has to be built anew, and somebody is at that already.
    """
    end_reading()
    keys = [*(RECORD_PREFIX + one for one in node_ids), *(PAGE_PREFIX + one for one in page_ids)]
    with engine.writing():
        # On a home where nothing was ever indexed there is no index yet.
        was_filled = entries.was_ever_filled()
        sides = [index for _, index in entries.sides() if was_filled or index.exists()]
        for index in sides:
            index.check()
            for start in range(0, len(keys), CHUNK):
                index.write([], keys[start : start + CHUNK])
        scrubbed = [index.scrub() for index in sides]
        for start in range(0, len(keys), CHUNK):
            entries.enter(keys[start : start + CHUNK], [])
    if not all(scrubbed):
        rebuilding.rebuild(fresh=True)


def uses(sha256: str) -> bool:
    """Tell whether a page, or one of a redacted version, is made of the bytes."""
    found = (
        select(Page.id).where(Page.blob_sha256 == sha256).limit(1),
        select(RedactedPage.id).where(RedactedPage.blob_sha256 == sha256).limit(1),
    )
    return any(db.session.scalar(one) is not None for one in found)


def _pieces(where: ColumnElement[bool]) -> list[Piece]:
    rows = db.session.execute(
        select(Page.id, Page.document_id, Page.blob_sha256, Page.scan_id).where(where).order_by(Page.id)
    )
    return [Piece(*row) for row in rows]
