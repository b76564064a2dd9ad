"""Takes away what crashes and refusals left, and images that were made for a reader weeks ago.

Run by the periodic job 'storage.collect'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.core import clock, house
from portal.core.db import db, transaction
from portal.storage import derivatives, originals
from portal.storage.models import Blob

DAY_SECONDS = 24 * 3600
GRACE_SECONDS = DAY_SECONDS
"""An upload whose transaction is still to come has a day for it."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run took away."""

    blobs: int
    broken_uploads: int
    passing_images: int = 0


def collect() -> Collected:
    """Remove unreferenced bytes and broken uploads older than a day, and passing images after theirs.

    Call it outside a transaction.
    """
    now = clock.now().timestamp()
    store, instant = originals.store(), now - GRACE_SECONDS
    taken = sum(_take(sha256, instant) for sha256 in store.unclaimed(instant))
    return Collected(
        blobs=taken,
        broken_uploads=store.sweep(instant),
        passing_images=derivatives.sweep(now - house.settings().image_days * DAY_SECONDS),
    )


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
