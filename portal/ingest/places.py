"""Where in the queue the files and pages of a batch stand: the one place that says their priorities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.core.db import db
from portal.ingest.models import Scan
from portal.ingest.steering_rows import BatchPlace, Place


@dataclass(frozen=True, slots=True)
class Priorities:
    """Lower goes first; what a reader of the archive waits for has `ledger.AWAITED`, before all of them."""

    split: int
    read: int


OF: Mapping[Place, Priorities] = {
    Place.FIRST: Priorities(split=25, read=30),
    # Files before pages: one is counted, and refused if it must be, soon after it came.
    Place.USUAL: Priorities(split=50, read=100),
    Place.LAST: Priorities(split=50, read=250),
}

PATIENT = 200
"""Of pages that nobody waits for, such as the demo's, while their batch has its usual place."""


def of(batch_id: str) -> Place:
    """Return where a batch stands."""
    row = db.session.get(BatchPlace, batch_id)
    return Place(row.place) if row is not None else Place.USUAL


def of_all(batch_ids: Sequence[str]) -> dict[str, Place]:
    """Return where some batches stand, those with an unusual place alone."""
    rows = db.session.scalars(select(BatchPlace).where(BatchPlace.batch_id.in_(batch_ids)))
    return {row.batch_id: Place(row.place) for row in rows}


def reading_of(batch_id: str, usual: int) -> int:
    """Return the priority of a page of a batch.

    Args:
        usual: what it is while the batch has its usual place.
    """
    place = of(batch_id)
    return usual if place is Place.USUAL else OF[place].read


def batch_of(scan_id: str | None) -> str | None:
    """Return the batch that a file came in; None where it came in none."""
    return db.session.scalar(select(Scan.batch_id).where(Scan.id == scan_id))
