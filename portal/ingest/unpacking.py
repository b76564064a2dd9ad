"""Unpack ZIP files: each file in one becomes a file of its batch, as if it had come alone.

After `scans.take_in`, as a job, so that whoever sent it is answered at once. A file that was dealt with has
its row in the transaction that took it in, so whoever goes on after a crash begins behind it. The ZIP file
itself stays among the originals: what came is kept as it came.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from sqlalchemy import case, func, select

from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core.db import db, end_reading, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.ingest import archives, batches, scans
from portal.ingest.archive_rows import ArchiveEntry
from portal.ingest.archives import Entry, Unfold
from portal.ingest.errors import UnusableFileError
from portal.ingest.models import Batch, Scan, ScanState
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Apply, Claim
from portal.storage import originals
from portal.storage.store import Staged

SLICE_SECONDS = 60.0
"""After so long other work of the desk comes first, and the job goes on behind it."""

LONGEST_NAME = 300
MOST_SHOWN = 50
AT_ONCE = 500
"""Ids in one query; SQLite takes a limited number of values."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of a ZIP file that was not unpacked, and so is no file of the batch."""

    archive: str
    name: str
    code: str


def unpack(claim: Claim) -> Apply:
    """Be the handler of the job.

    Raises:
        NotReadyError: there is no room, or others wait; it goes on where it stopped.
        NotFoundError: the place of the batch is gone, though nobody withdrew it; the job is given up.
    """
    scan = _scan(claim.subject)
    batch_id = scan.batch_id
    if _is_withdrawn(batch_id):
        # Bringing the batch back orders it anew.
        return _nothing
    path = originals.path(scan.blob_sha256)
    done = set(db.session.scalars(select(ArchiveEntry.number).where(ArchiveEntry.archive_id == scan.id)))
    # What was acknowledged is unpacked, whatever became of the rights of who sent it, in withheld places too.
    actor = Actor(id=scan.brought_by, role=Role.ARCHIVIST, name=PORTAL.name, is_machine=True)
    end_reading()
    try:
        found = archives.entries(path)
    except UnusableFileError as error:
        refusal = error
        return lambda: _refuse(claim.subject, refusal.code, dict(refusal.values))
    left = [entry for entry in found if entry.number not in done]
    try:
        with archives.opened(path) as unfold:
            _bring_all(actor, claim.subject, unfold, left)
    except NotFoundError:
        if not _is_withdrawn(batch_id):
            raise
        # At this moment.
        return _nothing
    return lambda: _finish(claim.subject)


def given_up(scan_id: str, code: str) -> None:
    """Refuse the rest of a ZIP file whose unpacking failed for good."""
    _refuse(scan_id, code, {})


def refused(actor: Actor, batch_id: str) -> tuple[Sequence[Refused], int]:
    """Return the first files that were not unpacked from the ZIP files of a batch, and how many there are.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    actor.must(Permission.TAKE_IN)
    batch = batches.known(actor, batch_id)
    of_batch = (
        select(Scan.file_name, ArchiveEntry.name, ArchiveEntry.code)
        .join(Scan, Scan.id == ArchiveEntry.archive_id)
        .where(Scan.batch_id == batch.id, ArchiveEntry.scan_id.is_(None), ArchiveEntry.code != "")
    )
    rows = db.session.execute(
        of_batch.order_by(ArchiveEntry.archive_id, ArchiveEntry.number).limit(MOST_SHOWN)
    ).all()
    number = db.session.scalar(select(func.count()).select_from(of_batch.subquery())) or 0
    return [Refused(*row) for row in rows], number


def with_entries(scan_ids: Sequence[str]) -> list[str]:
    """Return the files and, of those that are ZIP files, what came out of them so far."""
    found = list(scan_ids)
    for start in range(0, len(scan_ids), AT_ONCE):
        part = scan_ids[start : start + AT_ONCE]
        came = select(ArchiveEntry.scan_id).where(
            ArchiveEntry.archive_id.in_(part), ArchiveEntry.scan_id.is_not(None)
        )
        found += [one for one in db.session.scalars(came) if one is not None]
    return found


def _bring_all(actor: Actor, archive_id: str, unfold: Unfold, left: Sequence[Entry]) -> None:
    until = time.monotonic() + SLICE_SECONDS
    for entry in left:
        if time.monotonic() > until:
            raise NotReadyError("archive_in_work", seconds=0.0)
        _bring(actor, archive_id, unfold, entry)


def _bring(actor: Actor, archive_id: str, unfold: Unfold, entry: Entry) -> None:
    """Take in one file, or write down why not."""
    staged = None if entry.code else _staged(unfold, entry)
    code = entry.code or ("" if staged is not None else "entry_damaged")
    with transaction():
        archive = db.session.get_one(Scan, archive_id, with_for_update=True)
        if db.session.get(ArchiveEntry, (archive_id, entry.number)) is not None:
            # Whoever had the job before, and was thought dead, has brought it meanwhile.
            return
        row = ArchiveEntry(
            archive_id=archive_id, number=entry.number, name=entry.name[:LONGEST_NAME], code=code
        )
        if staged is not None:
            received = scans.take_in(actor, archive.batch_id, entry.name, staged, is_entry=True)
            row.scan_id, row.code = received.scan_id, received.code if received.is_refused else ""
        db.session.add(row)


def _staged(unfold: Unfold, entry: Entry) -> Staged | None:
    """Keep the bytes of one file; None where they are damaged.

    Raises:
        NotReadyError: there is no room.
    """
    try:
        with unfold(entry) as stream:
            return originals.stage(cast("BinaryIO", stream), archives.MOST_EACH)
    except UnavailableError as error:
        raise NotReadyError(error.code) from error
    except archives.BROKEN:
        return None


def _finish(scan_id: str) -> None:
    scan = _scan(scan_id)
    came = func.coalesce(func.sum(case((ArchiveEntry.code == "", 1), else_=0)), 0)
    number, fine = db.session.execute(
        select(func.count(), came).where(ArchiveEntry.archive_id == scan_id)
    ).one()
    scan.state, scan.code = ScanState.SPLIT.value, "archive_unpacked"
    scan.values = {"came": int(fine), "refused": number - int(fine)}
    trail.record(PORTAL, "scan.unpack", "scan", scan_id, **scan.values)


def _refuse(scan_id: str, code: str, values: dict[str, object]) -> None:
    scan = _scan(scan_id)
    scan.state, scan.code, scan.values = ScanState.REFUSED.value, code, values
    trail.record(PORTAL, "scan.refuse", "scan", scan_id, code=code)


def _is_withdrawn(batch_id: str) -> bool:
    return db.session.get_one(Batch, batch_id).withdrawn_at is not None


def _scan(scan_id: str) -> Scan:
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFoundError("not_found")
    return scan


def _nothing() -> None:
    """End the job of what was withdrawn with its batch."""
