"""Scan a page again: the page keeps its id and its place, the old pixels stay in the batch's reserve.

After `checking`, which asks for it. The new file is read anew; the text of before stays as an older
version, the images of before are gone, and a second person looks at the page again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import exchanging, images, shifting
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page
from portal.core.db import db, on_commit
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import check_states, scans, second_person
from portal.ingest.check_rows import CheckReason, CheckState, PageCheck
from portal.ingest.check_states import CheckAct
from portal.ingest.media import MediaType
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import policy, protections
from portal.storage import originals
from portal.storage.store import Staged

IMAGES = (MediaType.TIFF, MediaType.JPEG, MediaType.PNG)
"""What can stand for one page: a picture, not a bundle."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page that waits for its paper to be scanned again."""

    check: PageCheck
    page: Page
    batch: Batch
    reason: CheckReason


def waiting(actor: Actor, paging: Paging, batch_id: str | None = None) -> Listing[Wanted]:
    """Return the pages that wait for a rescan, of all batches at work or of one, the longest first."""
    actor.must(Permission.TAKE_IN)
    where = [
        PageCheck.state == CheckState.RESCAN.value,
        Batch.closed_at.is_(None),
        Batch.withdrawn_at.is_(None),
        policy.describable(actor, Page.document_id.expression),
    ]
    if batch_id is not None:
        where.append(PageCheck.batch_id == batch_id)
    query = (
        select(PageCheck, Page, Batch, CheckReason)
        .join(Page, Page.id == PageCheck.page_id)
        .join(Batch, Batch.id == PageCheck.batch_id)
        .join(CheckReason, CheckReason.id == PageCheck.reason_id)
        .where(*where)
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(
        query.order_by(PageCheck.checked_at, PageCheck.id).limit(paging.per_page).offset(paging.offset)
    )
    return Listing([Wanted(*row) for row in rows], paging, total)


def show(actor: Actor, check_id: str) -> Wanted:
    """Return a page that waits for its rescan.

    Raises:
        NotFoundError: there is none, it does not wait for a rescan, or it is not for the actor.
        ConflictError: its batch is closed or withdrawn.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(PageCheck, check_id)
    if row is None or row.state != CheckState.RESCAN:
        raise NotFoundError("not_found")
    page = db.session.get_one(Page, row.page_id)
    policy.require_content(actor, page.document_id)
    batch = second_person.known(actor, row.batch_id)
    if batch.closed_at is not None:
        raise ConflictError("batch_closed")
    return Wanted(row, page, batch, db.session.get_one(CheckReason, row.reason_id))


def objection(document_id: str) -> str | None:
    """Return the code of why no page of a document can be exchanged; None where it can."""
    try:
        shifting.require_loose(document_id)
    except ConflictError as error:
        return error.code
    return None


def bring(actor: Actor, check_id: str, file_name: str, staged: Staged, frames: int) -> str:
    """Put the pixels of a file in the place of a page's; return the id of the look that waits now.

    Args:
        frames: how many pages the file has, counted behind the walls.

    Raises:
        NotFoundError: there is no such look, or its place was withheld from the actor.
        ConflictError: the page does not wait for a rescan, its batch is closed, the document is in use,
            or the bytes are here already.
        InvalidError: the file is no picture of one page.
        UnusableFileError: it is empty or of a kind that is not taken in.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(PageCheck, check_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    batch = second_person.at_work(actor, row.batch_id)
    page = db.session.get_one(Page, row.page_id)
    policy.require_content(actor, page.document_id)
    protections.held(page.document_id)
    shifting.require_loose(page.document_id)
    media_type = scans.sniff(staged)
    if media_type not in IMAGES or frames != 1:
        raise InvalidError("rescan_one_picture", fields={"file": "rescan_one_picture"})
    if _is_here(batch.fonds_id, staged.sha256):
        raise InvalidError("rescan_is_here", fields={"file": "rescan_is_here"})
    check_states.advance(row, CheckAct.RESCAN)
    originals.record(staged)
    scan = _written(batch, page, file_name, staged, media_type)
    _set_old_aside(actor, batch, page, scan)
    scans.read_again(page.id)
    # The reading forgets the images of before, too; until then nobody is to see them under this page.
    on_commit(lambda: images.forget(Pixels(page.id)))
    after = PageCheck(
        batch_id=batch.id,
        page_id=page.id,
        round=row.round + 1,
        position=row.position,
        operator_id=actor.id,
    )
    db.session.add(after)
    db.session.flush()
    trail.record(
        actor,
        "page.rescan",
        "page",
        page.id,
        batch=batch.id,
        scan=scan.id,
        sha256=staged.sha256,
        round=after.round,
    )
    return after.id


def _set_old_aside(actor: Actor, batch: Batch, page: Page, scan: Scan) -> None:
    """Put the new pixels into the page; the old ones stay as a page of the reserve, with their original."""
    reserve = shifting.reserve_of(actor, batch.holding_id)
    old = exchanging.exchange(page, scan.blob_sha256, 0, reserve.id)
    page.scan_id = scan.id
    db.session.add(
        SetAside(
            page_id=old.id,
            batch_id=batch.id,
            reason=Why.REPLACED.value,
            document_id=page.document_id,
            number=page.number,
            replaced_by=page.id,
            set_by=actor.id,
        )
    )
    db.session.flush()


def _written(batch: Batch, page: Page, file_name: str, staged: Staged, media_type: MediaType) -> Scan:
    """Write down the file as one of the batch, durable like every other and found when it comes again."""
    scan = Scan(
        batch_id=batch.id,
        blob_sha256=staged.sha256,
        file_name=scans.clean_name(file_name),
        media_type=media_type,
        state=ScanState.SPLIT.value,
        document_id=page.document_id,
    )
    db.session.add(scan)
    db.session.flush()
    return scan


def _is_here(fonds_id: str, sha256: str) -> bool:
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    Scan.blob_sha256 == sha256,
                    Scan.code != PURGED,
                    Scan.batch_id == Batch.id,
                    Batch.fonds_id == fonds_id,
                    Batch.withdrawn_at.is_(None),
                )
            )
        )
    )
