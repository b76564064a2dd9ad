"""Signatures of signed PDFs: checked once the file was split, recorded, shown to those who take in.

The check runs behind the walls of `sandbox`. A job of its own does it after all reading, for nobody waits.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import house
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import batches
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType
from portal.ingest.models import Scan
from portal.ingest.sandbox import keeper
from portal.ingest.signature_rows import FileSignature
from portal.ingest.signing import UNKNOWN, Signature
from portal.jobs.handlers import Apply, Claim
from portal.rights import policy, protections
from portal.storage import originals

JOB = "ingest.signatures"
PRIORITY = 300
"""After all pages."""

MOST_ROOTS = 50
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
_SIGNED = b"/ByteRange"


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A signed file of a batch with its signatures in their order."""

    scan: Scan
    signatures: Sequence[FileSignature]


def is_signed(path: Path, media_type: str) -> bool:
    """Tell whether a file may be a signed PDF: only then it is worth a look."""
    if media_type != MediaType.PDF:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_SIGNED) >= 0


def check(claim: Claim) -> Apply:
    """Check the signatures of the file that is the subject of the claim; what is returned records them.

    Raises:
        NotReadyError: the walls do not stand.
    """
    scan = db.session.get(Scan, claim.subject)
    if scan is None or scan.document_id is None or protections.is_removed(scan.document_id):
        return _nothing
    scan_id, document_id, path = scan.id, scan.document_id, originals.path(scan.blob_sha256)
    end_reading()
    try:
        found = keeper.signatures(path, roots())
    except (UnusableFileError, NotFoundError):
        found = [Signature("", "", UNKNOWN, is_trusted=False)]
    return lambda: _keep(scan_id, document_id, found)


def roots() -> list[str]:
    """Return the certificates of issuers that the administrator has laid down, as PEM."""
    folder = house.settings().trust_folder
    texts = (file.read_text(encoding="ascii", errors="replace") for file in sorted(folder.glob("*.pem")))
    return [one for text in texts for one in _CERTIFICATE.findall(text)][:MOST_ROOTS]


def forget(document_id: str) -> None:
    """Remove what was recorded of the signatures of a document's files."""
    scans = select(Scan.id).where(Scan.document_id == document_id)
    db.session.execute(delete(FileSignature).where(FileSignature.scan_id.in_(scans)))


def count(actor: Actor, batch_id: str) -> int:
    """Return how many signed files of a batch the actor may know of.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    batches.known(actor, batch_id)
    return db.session.scalar(select(func.count()).select_from(Scan).where(*_of(actor, batch_id))) or 0


def listing(actor: Actor, batch_id: str, paging: Paging) -> Listing[SignedFile]:
    """Return the signed files of a batch in the order they came.

    Raises:
        NotFoundError: as `count`.
    """
    actor.must(Permission.TAKE_IN)
    total = count(actor, batch_id)
    rows = db.session.scalars(
        select(Scan)
        .where(*_of(actor, batch_id))
        .order_by(Scan.created_at, Scan.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    found: dict[str, list[FileSignature]] = {row.id: [] for row in rows}
    for one in db.session.scalars(
        select(FileSignature).where(FileSignature.scan_id.in_(found)).order_by(FileSignature.number)
    ):
        found[one.scan_id].append(one)
    return Listing([SignedFile(row, found[row.id]) for row in rows], paging, total)


def _of(actor: Actor, batch_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Scan.batch_id == batch_id,
        exists().where(FileSignature.scan_id == Scan.id),
        or_(Scan.document_id.is_(None), policy.describable(actor, Scan.document_id.expression)),
    )


def _keep(scan_id: str, document_id: str, found: Sequence[Signature]) -> None:
    if protections.is_held_back(document_id):
        return
    db.session.execute(delete(FileSignature).where(FileSignature.scan_id == scan_id))
    for number, one in enumerate(found, start=1):
        db.session.add(
            FileSignature(
                scan_id=scan_id,
                number=number,
                signer=one.signer,
                signed_at=one.signed_at,
                state=one.state,
                is_trusted=one.is_trusted,
            )
        )
    db.session.flush()
    states = sorted(one.state for one in found)
    trail.record(PORTAL, "scan.signatures", "scan", scan_id, states=states)


def _nothing() -> None:
    """Leave everything as it is: the document is out of sight."""
