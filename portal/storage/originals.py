"""The originals, byte for byte as they came, once each under their SHA-256.

First on a page's way: `stage` before the transaction, `record` inside it. What was
staged and never recorded goes to the collector after a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.core import clock, house
from portal.core.db import db
from portal.core.errors import UnavailableError
from portal.storage.folder import FolderStore
from portal.storage.models import Blob
from portal.storage.store import BlobStore, Staged

__all__ = [
    "Staged",
    "hold",
    "holds",
    "is_purged",
    "kept",
    "open",
    "path",
    "purge",
    "record",
    "size",
    "stage",
    "store",
    "verify",
]

CHUNK = 1024 * 1024


def store() -> BlobStore:
    """Return the store of this house."""
    settings = house.settings()
    return FolderStore(settings.uploads_folder / "originals", settings.disk_reserve_bytes)


def stage(stream: BinaryIO, most_bytes: int | None = None) -> Staged:
    """Take in a stream; on return its bytes survive a power cut, yet no row names them.

    Raises:
        InvalidError: the stream is longer than `most_bytes`.
        UnavailableError: the disk would fall below its reserve, or is full.
    """
    return store().stage(stream, most_bytes)


def record(staged: Staged) -> Blob:
    """Write the row of staged bytes, in the caller's transaction; twice is once.

    The row is locked until the end of the transaction, so that two takers of the same
    bytes see each other.

    Raises:
        UnavailableError: the bytes have gone meanwhile; stage them again.
    """
    blob = _row(staged.sha256) or _new_row(staged)
    # Bytes that come again after they were purged are as good as any; who checks them is told.
    blob.purged_at = None
    # Asked after the row is written: the collector removes bytes inside a transaction of its own.
    if store().size(staged.sha256) != staged.size:
        raise UnavailableError("original_missing")
    return blob


def hold(sha256: str) -> None:
    """Let nobody take the bytes in until the caller's transaction ends; who does so now is waited for."""
    _row(sha256)


def purge(sha256: str) -> None:
    """Remove the bytes for good, within the caller's transaction; durable on return, and twice is once.

    Their row stays and says so. That nothing is made of them any more is for the caller to know, who asks
    for that after `hold`. The disk is told to forget them; whether it overwrites them is for the disk to say.
    """
    blob = _row(sha256)
    if blob is None:
        return
    store().purge(sha256)
    blob.purged_at = blob.purged_at or clock.now()
    db.session.flush()


def size(sha256: str) -> int | None:
    """Return how many bytes they are, by their row; None where there is none."""
    blob = db.session.get(Blob, sha256)
    return blob.size if blob else None


def kept() -> Sequence[str]:
    """Return the digests of all that the store must hold."""
    rows = select(Blob.sha256).where(Blob.purged_at.is_(None)).order_by(Blob.sha256)
    return db.session.scalars(rows).all()


def is_purged(sha256: str) -> bool:
    """Tell whether the bytes were purged and have not come again."""
    blob = db.session.get(Blob, sha256, populate_existing=True)
    return blob is not None and blob.purged_at is not None


def _row(sha256: str) -> Blob | None:
    return db.session.get(Blob, sha256, with_for_update=True)


def _new_row(staged: Staged) -> Blob:
    try:
        with db.session.begin_nested():
            db.session.add(Blob(sha256=staged.sha256, size=staged.size))
    except IntegrityError:
        # Another transaction wrote the row between our look and our insert; theirs is as good.
        db.session.expire_all()
    return db.session.get_one(Blob, staged.sha256, with_for_update=True)


def path(sha256: str) -> Path:
    """Return a local file with the bytes. Nobody writes to it.

    Raises:
        NotFoundError: the store does not hold them.
    """
    return store().path(sha256)


def holds(sha256: str) -> bool:
    """Tell whether the store holds the bytes."""
    return store().size(sha256) is not None


def open(sha256: str) -> BinaryIO:
    """Open the bytes for reading.

    Raises:
        NotFoundError: the store does not hold them.
    """
    return path(sha256).open("rb")


def verify(sha256: str) -> bool:
    """Tell whether the bytes are there and still have their digest."""
    if store().size(sha256) is None:
        return False
    digest = hashlib.sha256()
    with open(sha256) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest() == sha256
