"""When the reading of a batch, or of all that waits, will be over: said only when enough is known.

From the pace of the latest pages, the pages before it in the queue, and the quiet hours in between. Nothing
is kept: it is asked whenever somebody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.catalogue import awaited
from portal.catalogue.models import Page
from portal.core import clock, house
from portal.core.db import db
from portal.ingest.models import Scan, ScanState
from portal.jobs import leases, lines, liveness, pace, pauses, rests
from portal.jobs.models import Lane
from portal.jobs.pace import Pace
from portal.jobs.rests import QuietHours

HORIZON = timedelta(days=rests.DAYS_AHEAD)
"""Beyond it nothing is said: too much will be otherwise by then."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What predictions of one moment have in common."""

    now: datetime
    pace: Pace | None
    """None where too little is known, or nobody reads."""
    rests: Sequence[QuietHours]
    is_paused: bool

    @property
    def readers_let(self) -> int | None:
        """How many readers the quiet hours let now; None outside of them."""
        return rests.readers_at(self.rests, self.now)

    @property
    def until(self) -> datetime | None:
        """When the quiet hours of now are over; None outside of them, or where they last for weeks."""
        return None if self.readers_let is None else rests.over_at(self.rests, self.now)


def circumstances() -> Circumstances:
    """Return how fast pages are read now, and when they are not."""
    is_read = liveness.is_worker_alive() or leases.is_held(Lane.READ)
    return Circumstances(
        now=clock.now(),
        pace=pace.of(awaited.READ, Lane.READ) if is_read else None,
        rests=rests.standing(),
        is_paused=pauses.is_paused(Lane.READ),
    )


def of_batch(batch_id: str, now: Circumstances) -> datetime | None:
    """Return when a batch will be read; None where nothing waits, too little is known, or it is paused."""
    if now.pace is None or now.is_paused or pauses.of(batch_id) is not None:
        return None
    line = lines.of_bundle(batch_id, awaited.READ, Lane.READ)
    uncounted = _uncounted(batch_id)
    if line.held or line.before >= lines.MOST_COUNTED or uncounted is None:
        return None
    left = line.own + uncounted
    return over(left + line.before, now) if left else None


def of_all(now: Circumstances) -> datetime | None:
    """Return when all that waits will be read; what is held in paused batches does not count."""
    left = lines.of_lane(awaited.READ, Lane.READ)
    if now.pace is None or now.is_paused or not 0 < left < lines.MOST_COUNTED:
        return None
    return over(left, now)


def over(pages: float, now: Circumstances) -> datetime | None:
    """Return when so many pages will be read, with as many readers at each time as the quiet hours let."""
    if now.pace is None:
        return None
    most = max(now.pace.readers, house.settings().ocr_workers)
    at, left = now.now, float(pages)
    while at < now.now + HORIZON:
        let = rests.readers_at(now.rests, at)
        readers = most if let is None else min(let, most)
        speed = now.pace.per_second * readers / now.pace.readers
        until = rests.next_change(now.rests, at)
        seconds = (until - at).total_seconds()
        if speed > 0 and left <= speed * seconds:
            return at + timedelta(seconds=left / speed)
        left -= speed * seconds
        at = until
    return None


def _uncounted(batch_id: str) -> float | None:
    """Return how many pages the files may have that are not opened yet; None where nobody can know."""
    files: dict[str, int] = dict(
        db.session.execute(
            select(Scan.state, func.count())
            .where(
                Scan.batch_id == batch_id, Scan.state.in_([ScanState.RECEIVED.value, ScanState.SPLIT.value])
            )
            .group_by(Scan.state)
        ).all()
    )
    waiting = files.get(ScanState.RECEIVED.value, 0)
    if not waiting:
        return 0.0
    opened = files.get(ScanState.SPLIT.value, 0)
    if not opened:
        return None
    known = db.session.scalar(
        select(func.count())
        .select_from(Page)
        .join(Scan, Scan.id == Page.scan_id)
        .where(Scan.batch_id == batch_id)
    )
    return waiting * (known or 0) / opened
