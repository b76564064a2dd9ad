"""What intake forgets of what is purged: what was seen of pages, and the names of files.

After `purging`. The row of a file stays without its name, so that a batch still says how many came, and
the same bytes are known when they come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import purged as catalogue
from portal.catalogue.models import Node, Page
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest import batches, flagging, secret_holds
from portal.ingest.archive_rows import ArchiveEntry
from portal.ingest.check_rows import BatchClosing, CheckSample, PageCheck
from portal.ingest.flag_rows import ArrivalFlag
from portal.ingest.legacy_rows import LegacyFile, LegacyLoad, LegacyRow
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.ingest.rearranging_rows import PageMove, SplitMark
from portal.ingest.secret_rows import SecretHold
from portal.ingest.secret_states import HoldState
from portal.ingest.set_aside_rows import SetAside
from portal.ingest.signature_rows import FileSignature
from portal.ingest.steering_rows import BatchPlace, SkippedPage
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadAct, UploadState, next_state
from portal.jobs import pauses
from portal.rights import many, policy, protections
from portal.rights.models import Protection
from portal.storage import partials

AT_ONCE = 500
"""Ids in one query; SQLite takes a limited number of values."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was taken in."""

    id: str
    document_id: str | None
    sha256: str


def refused(actor: Actor, scan_id: str) -> File:
    """Return a refused file that the actor may know of.

    Raises:
        NotFoundError: there is none, or its place was withheld from the actor.
        ConflictError: it was not refused, or is purged already.
    """
    scan = db.session.get(Scan, scan_id, populate_existing=True)
    if scan is None:
        raise NotFoundError("not_found")
    batches.known(actor, scan.batch_id)
    if scan.state != ScanState.REFUSED.value or scan.code == PURGED:
        raise ConflictError("purge_not_refused")
    return File(scan.id, scan.document_id, scan.blob_sha256)


def withdrawn(actor: Actor, batch_id: str) -> str:
    """Return the holding file of a withdrawn batch that cannot come back any more.

    Raises:
        NotFoundError: there is no such withdrawn batch for the actor.
        ConflictError: it can still be brought back.
    """
    # Not asked of `withdrawing`, which is for those who take in: whoever confirms may not.
    batch = db.session.get(Batch, batch_id, populate_existing=True)
    if batch is None or batch.restore_until is None or batch.withdrawn_at is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.fonds_id)
    if clock.now() < batch.restore_until:
        raise ConflictError("purge_can_come_back")
    return batch.holding_id


def is_held(actor: Actor, document_id: str) -> bool:
    """Tell whether the document is held back as a state secret, and the actor answers for such."""
    return actor.may(Permission.MANAGE_SECRETS) and _hold(document_id) is not None


def secrets() -> Select[str]:
    """Return the query of documents held back as state secrets, now or until they were purged."""
    return select(SecretHold.document_id).where(SecretHold.state != HoldState.RELEASED.value)


def end_holds(actor: Actor, document_ids: Sequence[str]) -> None:
    """Note of those documents that are held back that they are purged, so that nobody releases them."""
    rows = select(SecretHold.id).where(
        SecretHold.document_id.in_(document_ids), SecretHold.state == HoldState.HELD.value
    )
    for hold_id in db.session.scalars(rows).all():
        secret_holds.purged(actor, hold_id)


def files_of(document_ids: Sequence[str]) -> list[File]:
    """Return the files that made some documents, or that only repeated them."""
    return _files(Scan.document_id.in_(document_ids))


def files_by_id(scan_ids: Sequence[str]) -> list[File]:
    """Return some files."""
    return _files(Scan.id.in_(scan_ids))


def archives_of(scan_ids: Sequence[str]) -> list[File]:
    """Return the ZIP files that some files came in, for their bytes stand in those as well.

    Raises:
        ConflictError: one is still being unpacked; the rest of it would be lost.
    """
    came = select(ArchiveEntry.archive_id).where(ArchiveEntry.scan_id.in_(scan_ids))
    digests = select(Scan.blob_sha256).where(Scan.id.in_(came))
    found = Scan.blob_sha256.in_(digests)
    if db.session.scalar(select(Scan.id).where(found, Scan.state == ScanState.RECEIVED.value).limit(1)):
        raise ConflictError("purge_unpacking")
    return _files(found)


def require_split(document_ids: Sequence[str]) -> None:
    """Make sure that the pages of some documents are there, for those that came later would stay.

    What is out of sight already, such as a state secret, gets none any more.

    Raises:
        ConflictError: a file of one has still to be split.
    """
    awaited = select(Scan.document_id).where(
        Scan.document_id.in_(document_ids),
        Scan.state == ScanState.RECEIVED.value,
        ~exists().where(Page.scan_id == Scan.id),
    )
    if not all(protections.is_removed(one) for one in db.session.scalars(awaited) if one):
        raise ConflictError("purge_splitting")


def empty_records(document_ids: Sequence[str]) -> None:
    """Take out what a table of a legacy load said of some documents; that it was loaded stays."""
    db.session.execute(update(LegacyRow).where(LegacyRow.document_id.in_(document_ids)).values(cells={}))


def aside_of(document_ids: Sequence[str]) -> Sequence[str]:
    """Return the pages of some documents that were set aside: other scans of what is purged, often."""
    rows = select(SetAside.page_id).where(SetAside.document_id.in_(document_ids)).order_by(SetAside.page_id)
    return db.session.scalars(rows).all()


def scans_before(page_id: str) -> Sequence[str]:
    """Return the pages that were set aside since a page was scanned again: the same paper, other pixels."""
    found: set[str] = set()
    later = {page_id}
    while later:
        rows = select(SetAside.page_id).where(SetAside.replaced_by.in_(later))
        later = set(db.session.scalars(rows)) - found
        found |= later
    return sorted(found)


def end_holds_again(document_ids: Sequence[str]) -> None:
    """Note the same of documents that a backup brought back."""
    db.session.execute(
        update(SecretHold)
        .where(SecretHold.document_id.in_(document_ids), SecretHold.state == HoldState.HELD.value)
        .values(state=HoldState.PURGED.value, ended_at=clock.now())
    )


def files_in(batch_id: str) -> list[File]:
    """Return all files of a batch."""
    return _files(Scan.batch_id == batch_id)


def forget_pages(page_ids: Sequence[str]) -> None:
    """Remove what was seen, said and decided of pages as they came."""
    flagging.forget(page_ids)
    for kind in (PageCheck, SetAside, PageMove, SplitMark, SkippedPage):
        db.session.execute(delete(kind).where(kind.page_id.in_(page_ids)))


def empty_files(scan_ids: Sequence[str]) -> None:
    """Take the names out of files, with their signatures, flags and what came on the way; the rows stay."""
    db.session.execute(delete(FileSignature).where(FileSignature.scan_id.in_(scan_ids)))
    db.session.execute(delete(ArrivalFlag).where(ArrivalFlag.scan_id.in_(scan_ids)))
    db.session.execute(update(LegacyRow).where(LegacyRow.scan_id.in_(scan_ids)).values(cells={}))
    entries = or_(ArchiveEntry.scan_id.in_(scan_ids), ArchiveEntry.archive_id.in_(scan_ids))
    db.session.execute(update(ArchiveEntry).where(entries).values(name=""))
    _empty_uploads(Upload.scan_id.in_(scan_ids))
    db.session.execute(
        update(Scan)
        .where(Scan.id.in_(scan_ids))
        .values(file_name="", state=ScanState.REFUSED.value, code=PURGED, values={})
    )
    db.session.expire_all()


def empty_batch(batch_id: str) -> None:
    """Take the name out of a batch, and what was written of it anywhere; what is left is when it came."""
    batch = db.session.get(Batch, batch_id)
    if batch is None:
        return
    batch.name, batch.box, batch.folders, batch.scanner, batch.withdraw_reason = batch.id, "", "", "", ""
    batch.restore_until = batch.restore_until or clock.now()
    # That it was closed with a difference, and what was typed about it, is one row: the words go.
    closings = update(BatchClosing).where(BatchClosing.batch_id == batch_id)
    db.session.execute(closings.where(BatchClosing.explanation != "").values(explanation=batch_id))
    db.session.execute(closings.values(reopen_reason=""))
    db.session.execute(update(CheckSample).where(CheckSample.batch_id == batch_id).values(raise_reason=""))
    holding = db.session.get_one(Node, batch.holding_id)
    holding.working_title = holding.title = holding.sort_key = ""
    db.session.flush()
    # Also what never became a file, and so goes with none.
    _empty_uploads(Upload.batch_id == batch_id)
    db.session.execute(update(LegacyLoad).where(LegacyLoad.batch_id == batch_id).values(table_name=""))
    _empty_hidden_files(batch_id)
    pauses.end(batch_id)
    db.session.execute(delete(BatchPlace).where(BatchPlace.batch_id == batch_id))
    db.session.expire_all()


def uses(sha256: str) -> bool:
    """Tell whether a file that was not purged has the bytes."""
    found = select(Scan.id).where(Scan.blob_sha256 == sha256, Scan.code != PURGED).limit(1)
    return db.session.scalar(found) is not None


def _empty_uploads(where: ColumnElement[bool]) -> None:
    for upload in db.session.scalars(select(Upload).where(where)):
        partials.remove(upload.id)
        upload.file_name = upload.source = ""
        if upload.state == UploadState.BEGUN.value:
            upload.state = next_state(upload.state, UploadAct.CANCEL)
    db.session.flush()


def _empty_hidden_files(batch_id: str) -> None:
    """Take out what is written of files of the tree that a load made and its undoing took out of sight."""
    hidden = db.session.scalars(
        select(LegacyFile.node_id)
        .join(LegacyLoad, LegacyLoad.id == LegacyFile.load_id)
        .join(Protection, Protection.node_id == LegacyFile.node_id)
        .where(LegacyLoad.batch_id == batch_id, Protection.removed_at.is_not(None))
        .order_by(LegacyFile.node_id)
    ).all()
    for start in range(0, len(hidden), AT_ONCE):
        part = hidden[start : start + AT_ONCE]
        many.bury(part, clock.now())
        catalogue.empty_records(part)


def _files(where: ColumnElement[bool]) -> list[File]:
    rows = db.session.execute(
        select(Scan.id, Scan.document_id, Scan.blob_sha256).where(where).order_by(Scan.created_at, Scan.id)
    )
    return [File(*row) for row in rows]


def _hold(document_id: str) -> SecretHold | None:
    return db.session.scalar(
        select(SecretHold).where(
            SecretHold.document_id == document_id, SecretHold.state == HoldState.HELD.value
        )
    )
