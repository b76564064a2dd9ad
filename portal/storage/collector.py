"""Takes away what crashes and refusals left: bytes that no row names, and broken uploads.

Run by the periodic job 'storage.collect'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.core import clock
from portal.core.db import db, transaction
from portal.storage import originals
from portal.storage.models import Blob

GRACE_SECONDS = 24 * 3600
"""An upload whose transaction is still to come has a day for it."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run took away."""

    blobs: int
    broken_uploads: int


def collect() -> Collected:
    """Remove unreferenced bytes and broken uploads older than a day. Call it outside a transaction."""
    store, instant = originals.store(), clock.now().timestamp() - GRACE_SECONDS
    taken = sum(_take(sha256, instant) for sha256 in store.unclaimed(instant))
    return Collected(blobs=taken, broken_uploads=store.sweep(instant))


def run(claim: object) -> Callable[[], None]:
    """Be the handler of the periodic job; whatever is left, the next run finds."""
    collect()
    return lambda: None


def _take(sha256: str, instant: float) -> bool:
    # The look without the lock spares a write transaction for each of the many kept blobs.
    if db.session.get(Blob, sha256) is not None:
        return False
    with transaction():
        if db.session.get(Blob, sha256) is not None:
            return False
        return originals.store().remove(sha256, instant)
