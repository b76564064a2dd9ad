"""Refused files: kept as they came, read by nothing, handed to those who take in and to nobody else."""

from __future__ import annotations

from pathlib import Path

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError
from portal.ingest import malware
from portal.ingest.errors import UnusableFileError
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.ingest.scans import ARCHIVE, UNKNOWN_KIND
from portal.rights import policy
from portal.storage import originals


def look_through(actor: Actor, scan_id: str) -> None:
    """Have a refused file looked through for malware, before it is handed out and outside of a transaction.

    What was refused by its kind was opened by nobody, the scanner included.

    Raises:
        NotFoundError: something was found in it, or there is no such file.
        UnavailableError: the scanner is away.
    """
    actor.must(Permission.TAKE_IN)
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFoundError("not_found")
    path = originals.path(scan.blob_sha256)
    end_reading()
    try:
        malware.require_clean(path)
    except UnusableFileError as error:
        raise NotFoundError("not_found") from error


def hand_out(actor: Actor, scan_id: str) -> tuple[Path, str]:
    """Return a refused file and the name to save it under, and write down who got it.

    Raises:
        NotFoundError: there is no such file, it was not refused, its bytes are gone, malware was found in
            it, it is a ZIP file, or its place is closed to the actor; these look alike.
    """
    actor.must(Permission.TAKE_IN)
    scan = db.session.get(Scan, scan_id)
    if scan is None or scan.state != ScanState.REFUSED or scan.code in (malware.FOUND, PURGED):
        raise NotFoundError("not_found")
    if scan.media_type == ARCHIVE:
        # What came out of it may be closed or held back since.
        raise NotFoundError("not_found")
    policy.require_description(actor, db.session.get_one(Batch, scan.batch_id).holding_id)
    if scan.document_id is not None:
        policy.require_content(actor, scan.document_id)
    path = originals.path(scan.blob_sha256)
    trail.record(actor, "scan.hand_out", "scan", scan.id, sha256=scan.blob_sha256)
    # Whatever is no page must not be opened by the program that its name asks for.
    return path, f"{scan.file_name}.bin" if scan.media_type == UNKNOWN_KIND else scan.file_name
