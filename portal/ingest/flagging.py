"""Flags: what a person should look at of a page or a file as it came. They stop nothing.

Written by the transaction that keeps a page (`reading`) or takes in a file (`scans`), shown on the page of
the batch and beside the page, dismissed by whoever takes in. The limits are dated rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue.models import Node, Page
from portal.catalogue.readings import Reading
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import alike, flags, sheet_codes
from portal.ingest.flag_rows import ArrivalFlag
from portal.ingest.flags import Flag
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.rights import policy

MOST_BEFORE = 100
"""Earlier files of the same bytes that are looked at, the latest first."""

_NAME = re.compile(r".+\.\d{1,5}\.(pdf|tiff?|jpe?g|png)", re.IGNORECASE)
"""Code of the file, point, ordinal of the document."""


@dataclass(frozen=True, slots=True)
class Came:
    """By which batch bytes came before: when it came or was withdrawn, and by whom the latter."""

    batch: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag as one actor may see it."""

    row: ArrivalFlag
    page: Page | None
    file_name: str
    """Of the file that it is about; empty where it is about a page."""
    other_page: str | None = None
    """The page that it looks like, where the actor may know of that."""
    came: Came | None = None
    """How the same bytes came before, where the actor may know of that batch."""
    title: str = ""
    """Of the document that the page is of; empty where it has none yet."""


def note_page(page: Page, reading: Reading) -> None:
    """Flag a page that was read; what was dismissed stays dismissed."""
    document = db.session.get_one(Node, page.document_id)
    batch_id = _batch_of(page, document.fonds_id)
    db.session.execute(
        delete(ArrivalFlag).where(ArrivalFlag.page_id == page.id, ArrivalFlag.dismissed_at.is_(None))
    )
    db.session.flush()
    if batch_id is None:
        return
    found: dict[Flag, tuple[int, str | None]] = {
        flag: (value, None) for flag, value in flags.measured(reading.measures, reading.source).items()
    }
    # Separators look like one another and come again with every batch.
    likeness = "" if sheet_codes.meant(reading.codes).is_ours else reading.likeness
    if likeness:
        other_id = alike.find(page.id, document.fonds_id, likeness, reading.text)
        if other_id is not None:
            found[Flag.ALIKE] = (0, other_id)
    alike.keep(page.id, document.fonds_id, likeness)
    known = set(db.session.scalars(select(ArrivalFlag.code).where(ArrivalFlag.page_id == page.id)))
    for flag, (value, other_id) in found.items():
        if flag.value not in known:
            db.session.add(
                ArrivalFlag(
                    batch_id=batch_id, page_id=page.id, code=flag.value, value=value, other_id=other_id
                )
            )
    db.session.flush()


def note_file(scan: Scan, batch: Batch) -> None:
    """Flag a file that was taken in: its name, and where the same bytes came before in this fonds."""
    if flags.limit(dated.FILE_NAME_RULE) > 1 and not _NAME.fullmatch(scan.file_name):
        _add(scan, Flag.FILE_NAME)
    before = db.session.execute(
        select(Scan, Batch)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(Scan.blob_sha256 == scan.blob_sha256, Batch.fonds_id == batch.fonds_id, Scan.id != scan.id)
        .order_by(Scan.created_at.desc(), Scan.id)
        .limit(MOST_BEFORE)
    )
    found: dict[Flag, str] = {}
    for one, brought in before:
        if brought.id == batch.id:
            found.setdefault(Flag.SAME_IN_BATCH, one.id)
        if one.code == PURGED:
            found.setdefault(Flag.WAS_PURGED, one.id)
        elif brought.withdrawn_at is not None:
            found.setdefault(Flag.WAS_WITHDRAWN, one.id)
        elif one.state == ScanState.REFUSED:
            found.setdefault(Flag.WAS_REFUSED, one.id)
    for flag, earlier_id in found.items():
        _add(scan, flag, earlier_id)
    db.session.flush()


def forget(page_ids: Sequence[str]) -> None:
    """Remove all that is flagged of pages, and by what they are found that look alike."""
    db.session.execute(delete(ArrivalFlag).where(ArrivalFlag.page_id.in_(page_ids)))
    db.session.execute(delete(ArrivalFlag).where(ArrivalFlag.other_id.in_(page_ids)))
    alike.forget(page_ids)


def counts(actor: Actor, batch_id: str) -> dict[Flag, int]:
    """Return how many flags of each kind stand in a batch, of what the actor may know of.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    _batch(actor, batch_id)
    rows = db.session.execute(
        select(ArrivalFlag.code, func.count())
        .outerjoin(Page, Page.id == ArrivalFlag.page_id)
        .outerjoin(Scan, Scan.id == ArrivalFlag.scan_id)
        .where(ArrivalFlag.batch_id == batch_id, *_standing(actor))
        .group_by(ArrivalFlag.code)
    )
    found = dict(rows.all())
    return {flag: found[flag.value] for flag in Flag if flag.value in found}


def listing(actor: Actor, batch_id: str, flag: Flag, paging: Paging) -> Listing[FlagView]:
    """Return the flags of a kind that stand in a batch, the oldest first.

    Raises:
        NotFoundError: as `counts`.
    """
    _batch(actor, batch_id)
    where = (ArrivalFlag.batch_id == batch_id, ArrivalFlag.code == flag.value, *_standing(actor))
    query = (
        select(ArrivalFlag, Page, Scan, Node)
        .outerjoin(Page, Page.id == ArrivalFlag.page_id)
        .outerjoin(Node, Node.id == Page.document_id)
        .outerjoin(Scan, Scan.id == ArrivalFlag.scan_id)
        .where(*where)
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(
        query.order_by(ArrivalFlag.created_at, ArrivalFlag.id).limit(paging.per_page).offset(paging.offset)
    ).all()
    return Listing([_view(actor, *row) for row in rows], paging, total)


def of_page(actor: Actor, page_id: str) -> list[FlagView]:
    """Return the flags that stand on a page, for those who take in; for others there are none."""
    if not actor.may(Permission.TAKE_IN):
        return []
    rows = db.session.execute(
        select(ArrivalFlag, Page)
        .join(Page, Page.id == ArrivalFlag.page_id)
        .where(ArrivalFlag.page_id == page_id, ArrivalFlag.dismissed_at.is_(None))
        .where(policy.describable(actor, Page.document_id.expression))
        .order_by(ArrivalFlag.code)
    )
    return [_view(actor, row, page, None, None) for row, page in rows]


def dismiss(actor: Actor, flag_id: str) -> ArrivalFlag:
    """Note that somebody looked and found nothing to be done; dismissed twice is dismissed once.

    Raises:
        NotFoundError: there is no such flag, or it is about what is not for the actor; these look alike.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(ArrivalFlag, flag_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    _batch(actor, row.batch_id)
    page = db.session.get(Page, row.page_id) if row.page_id else None
    scan = db.session.get(Scan, row.scan_id) if row.scan_id else None
    document_id = page.document_id if page else scan.document_id if scan else None
    if document_id is not None:
        policy.require_description(actor, document_id)
    if row.dismissed_at is None:
        row.dismissed_by, row.dismissed_at = actor.id, clock.now()
        db.session.flush()
        trail.record(actor, "flag.dismiss", "arrival_flag", row.id, batch=row.batch_id, code=row.code)
    return row


def _add(scan: Scan, flag: Flag, other_id: str | None = None) -> None:
    db.session.add(ArrivalFlag(batch_id=scan.batch_id, scan_id=scan.id, code=flag.value, other_id=other_id))


def _batch(actor: Actor, batch_id: str) -> None:
    actor.must(Permission.TAKE_IN)
    batch = db.session.get(Batch, batch_id)
    if batch is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.holding_id)


def _batch_of(page: Page, fonds_id: str) -> str | None:
    """Return the batch that brought the file of the page; None for pages that came by none."""
    return db.session.scalar(
        select(Scan.batch_id)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(Scan.blob_sha256 == page.blob_sha256, Batch.fonds_id == fonds_id)
        .order_by(case((Scan.document_id == page.document_id, 0), else_=1), Scan.created_at.desc())
        .limit(1)
    )


def _standing(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that a flag was not dismissed, and that the actor may know of what it is about."""
    of_page = and_(Page.id.is_not(None), policy.describable(actor, Page.document_id.expression))
    of_file = and_(
        Scan.id.is_not(None),
        or_(Scan.document_id.is_(None), policy.describable(actor, Scan.document_id.expression)),
    )
    return ArrivalFlag.dismissed_at.is_(None), or_(of_page, of_file)


def _view(
    actor: Actor, row: ArrivalFlag, page: Page | None, scan: Scan | None, document: Node | None
) -> FlagView:
    name, other_page = scan.file_name if scan else "", None
    title = document.title or document.working_title if document else ""
    came = None
    if row.code == Flag.ALIKE.value and row.other_id:
        other = db.session.get(Page, row.other_id)
        if other and policy.sight(actor, other.document_id).sees_content:
            other_page = other.id
    elif row.other_id and (earlier := db.session.get(Scan, row.other_id)):
        came = _came(actor, db.session.get_one(Batch, earlier.batch_id))
    return FlagView(row, page, name, other_page, came, title)


def _came(actor: Actor, batch: Batch) -> Came | None:
    """Return what the actor may know of the batch that brought the same bytes: all of it, or nothing."""
    place = batch.fonds_id if batch.withdrawn_at else batch.holding_id
    if not policy.sight(actor, place).sees_description:
        return None
    by = people.names([batch.withdrawn_by]) if batch.withdrawn_by else {}
    return Came(batch.name, batch.withdrawn_at or batch.created_at, by.get(batch.withdrawn_by or "", ""))
