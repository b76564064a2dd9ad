"""Files as they come: tell their kind, give them a document, have them split.

The first act on a page's way. Before it the bytes are staged (`storage.originals.stage`);
after it the job 'ingest.split' counts the pages.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import awaited, documents
from portal.catalogue import pages as store
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest import archives, flagging, media, places
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.ingest.steering_rows import Place, SkippedPage
from portal.jobs import ledger
from portal.jobs.models import Lane
from portal.rights import policy
from portal.storage import originals
from portal.storage.store import Staged

SPLIT = "ingest.split"
READ = awaited.READ
UNPACK = "ingest.unpack"
READ_PRIORITY = places.OF[Place.USUAL].read
SPLIT_PRIORITY = places.OF[Place.USUAL].split

LONGEST_NAME = 200
NAMELESS = "?"
UNKNOWN_KIND = "application/octet-stream"
ARCHIVE = "application/zip"
"""Files come out of it, and no page is its own."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one file."""

    scan_id: str
    state: ScanState
    document_id: str | None
    code: str = ""
    """Why it is no new document, where it is none; a code of `core.messages.ingest`."""
    values: dict[str, object] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        return self.state is ScanState.REFUSED


def sniff(staged: Staged) -> MediaType:
    """Tell what kind of file was staged, by its bytes.

    Raises:
        UnusableFileError: it is empty or of a kind that is not taken in.
    """
    return media.of_file(originals.path(staged.sha256))


def take_in(
    actor: Actor,
    batch_id: str,
    file_name: str,
    staged: Staged,
    *,
    is_entry: bool = False,
    is_patient: bool = False,
) -> Received:
    """Take in one staged file, or refuse it by its kind: its row and its bytes stay, so nothing vanishes.

    A ZIP file is unpacked by a job, and its files come as if each had come alone.

    Args:
        is_entry: it came out of a ZIP file, and must be none itself.
        is_patient: as `receive`.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: the batch is closed.
    """
    try:
        media_type = sniff(staged)
    except UnusableFileError as error:
        is_archive = archives.is_archive(originals.path(staged.sha256))
        if is_archive and not is_entry:
            return _receive_archive(actor, batch_id, file_name, staged)
        refusal = UnusableFileError("archive_nested") if is_archive else error
        return _refuse(actor, batch_id, file_name, staged, refusal)
    return receive(actor, batch_id, file_name, staged, media_type, is_patient=is_patient)


def receive(
    actor: Actor, batch_id: str, file_name: str, staged: Staged, media_type: str, *, is_patient: bool = False
) -> Received:
    """Take in one staged file: its row, its document, its job and the audit line together.

    The same bytes in the same fonds make no second document; in another fonds they do, on
    the same original.

    Args:
        is_patient: nobody waits for it, so its pages are read after all others.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: the batch is closed.
    """
    actor.must(Permission.TAKE_IN)
    batch = _open_batch(actor, batch_id)
    originals.record(staged)
    scan = Scan(
        batch_id=batch.id,
        blob_sha256=staged.sha256,
        file_name=clean_name(file_name),
        media_type=media_type,
        brought_by=actor.id,
    )
    before = _first_in_fonds(batch.fonds_id, staged.sha256)
    if before is None:
        scan.state = ScanState.RECEIVED.value
        scan.document_id = documents.add_scanned(actor, batch.holding_id, scan.file_name).id
    else:
        _as_before(scan, before)
    db.session.add(scan)
    db.session.flush()
    flagging.note_file(scan, batch)
    if before is None:
        payload = {"priority": places.PATIENT if is_patient else READ_PRIORITY}
        first = places.OF[places.of(batch.id)].split
        ledger.enqueue(SPLIT, scan.id, Lane.READ, payload, priority=first, bundle=batch.id)
    trail.record(
        actor, "scan.receive", "scan", scan.id, batch=batch.id, sha256=staged.sha256, state=scan.state
    )
    return Received(scan.id, ScanState(scan.state), scan.document_id, scan.code, dict(scan.values))


def _refuse(
    actor: Actor, batch_id: str, file_name: str, staged: Staged, error: UnusableFileError
) -> Received:
    actor.must(Permission.TAKE_IN)
    batch = _open_batch(actor, batch_id)
    originals.record(staged)
    scan = Scan(
        batch_id=batch.id,
        blob_sha256=staged.sha256,
        file_name=clean_name(file_name),
        media_type=UNKNOWN_KIND,
        state=ScanState.REFUSED.value,
        code=error.code,
        values=dict(error.values),
        brought_by=actor.id,
    )
    db.session.add(scan)
    db.session.flush()
    flagging.note_file(scan, batch)
    trail.record(actor, "scan.refuse", "scan", scan.id, batch=batch.id, sha256=staged.sha256, code=scan.code)
    return Received(scan.id, ScanState.REFUSED, None, scan.code, dict(scan.values))


def _receive_archive(actor: Actor, batch_id: str, file_name: str, staged: Staged) -> Received:
    """Write the row of a ZIP file and its job; the same one in the same batch is not unpacked twice."""
    actor.must(Permission.TAKE_IN)
    batch = _open_batch(actor, batch_id)
    originals.record(staged)
    before = db.session.scalar(
        select(Scan.id)
        .where(
            Scan.batch_id == batch.id,
            Scan.blob_sha256 == staged.sha256,
            Scan.media_type == ARCHIVE,
            Scan.state.in_((ScanState.RECEIVED.value, ScanState.SPLIT.value)),
        )
        .limit(1)
    )
    scan = Scan(
        batch_id=batch.id,
        blob_sha256=staged.sha256,
        file_name=clean_name(file_name),
        media_type=ARCHIVE,
        state=(ScanState.RECEIVED if before is None else ScanState.DUPLICATE).value,
        code="" if before is None else "archive_here",
        brought_by=actor.id,
    )
    db.session.add(scan)
    db.session.flush()
    if before is None:
        ledger.enqueue(UNPACK, scan.id, Lane.DESK, bundle=batch.id)
    trail.record(
        actor, "scan.receive", "scan", scan.id, batch=batch.id, sha256=staged.sha256, state=scan.state
    )
    return Received(scan.id, ScanState(scan.state), None, scan.code)


def split_again(scan_id: str) -> None:
    """Have a file split or unpacked once more, in the place that its batch has now.

    Its job may have been cleared away long since.
    """
    scan = db.session.get_one(Scan, scan_id)
    if scan.media_type == ARCHIVE:
        ledger.enqueue(UNPACK, scan_id, Lane.DESK, bundle=scan.batch_id)
        ledger.requeue(UNPACK, scan_id, bundle=scan.batch_id)
        return
    priority = places.OF[places.of(scan.batch_id)].split
    ledger.enqueue(SPLIT, scan_id, Lane.READ, priority=priority, bundle=scan.batch_id)
    ledger.requeue(SPLIT, scan_id, priority, bundle=scan.batch_id)


def read_again(page_id: str) -> None:
    """Have a page read once more, in the place that its batch has now.

    Its job may have been cleared away long since. One that was passed over is taken up again by it.
    """
    db.session.execute(delete(SkippedPage).where(SkippedPage.page_id == page_id))
    batch_id = places.batch_of(store.by_id(page_id).scan_id)
    priority = places.reading_of(batch_id, READ_PRIORITY) if batch_id else READ_PRIORITY
    ledger.enqueue(READ, page_id, Lane.READ, priority=priority, bundle=batch_id)
    ledger.requeue(READ, page_id, priority, bundle=batch_id)


def clean_name(name: str) -> str:
    """Return a file name as it may be shown: the last part of the path, NFC, nothing invisible.

    A name can carry folders, line breaks and marks that turn the reading direction so
    that "…fdp.exe" reads "…exe.pdf". HTML in it is left, for templates escape it.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    last = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
    visible = "".join(one if unicodedata.category(one)[0] != "C" else " " for one in last)
    return " ".join(visible.split())[:LONGEST_NAME].strip() or NAMELESS


def _open_batch(actor: Actor, batch_id: str) -> Batch:
    # Held, so that nothing enters a batch that is being withdrawn or closed; others may hold it with us.
    batch = db.session.get(Batch, batch_id, with_for_update={"read": True})
    if batch is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.holding_id)
    if batch.closed_at is not None:
        raise ConflictError("batch_closed")
    return batch


def _first_in_fonds(fonds_id: str, sha256: str) -> Scan | None:
    """Return the scan that first brought these bytes into the fonds."""
    return db.session.scalar(
        select(Scan)
        .join(Batch, Batch.id == Scan.batch_id)
        .where(
            Scan.blob_sha256 == sha256,
            Batch.fonds_id == fonds_id,
            Batch.withdrawn_at.is_(None),
            Scan.state != ScanState.DUPLICATE.value,
            # What was refused by its kind alone made no document; a later version may know the kind.
            Scan.document_id.is_not(None),
            Scan.code != PURGED,
        )
        .order_by(Scan.created_at, Scan.id)
        .limit(1)
    )


def _as_before(scan: Scan, before: Scan) -> None:
    """Point to the document that is there; what was refused then is refused for the same reason."""
    scan.document_id = before.document_id
    if before.state == ScanState.REFUSED:
        scan.state, scan.code, scan.values = ScanState.REFUSED.value, before.code, dict(before.values)
    else:
        scan.state, scan.code = ScanState.DUPLICATE.value, "already_here"
        scan.values = {"document": before.document_id}
