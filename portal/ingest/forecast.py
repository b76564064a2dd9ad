"""When the reading of a batch, or of all that waits, will be over: said only when enough is known.

From the pace of the latest pages, the pages before it in the queue, and the quiet hours in between. Nothing
is kept: it is asked whenever somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.catalogue import awaited
from portal.catalogue.models import Page
from portal.core import clock, house
from portal.core.db import db
from portal.ingest import scans
from portal.ingest.models import Scan, ScanState
from portal.jobs import leases, lines, liveness, pace, pauses, rests
from portal.jobs.models import Lane
from portal.jobs.pace import Pace
from portal.jobs.rests import QuietHours

HORIZON = timedelta(days=rests.DAYS_AHEAD)
"""Beyond it nothing is said: too much will be otherwise by then."""

MOST_BATCHES = 500
"""With unopened files; with more, nothing is said of all that waits."""


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
    if now.pace is None or now.is_paused:
        return None
    left = lines.of_lane(awaited.READ, Lane.READ)
    unopened = lines.by_bundle(scans.SPLIT, Lane.READ)
    if len(unopened) > MOST_BATCHES:
        return None
    uncounted = _guessed(unopened) if unopened else 0.0
    if uncounted is None or not 0 < left + uncounted < lines.MOST_COUNTED:
        return None
    return over(left + uncounted, now)


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
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Scan)
        .where(Scan.batch_id == batch_id, Scan.state == ScanState.RECEIVED.value)
    )
    return _guessed({batch_id: waiting}) if waiting else 0.0


def _guessed(unopened: Mapping[str, int]) -> float | None:
    """Return how many pages unopened files may have: as many each as those of their batch that were opened.

    Where none of a batch was, as many as those of the other batches; None where none was at all.
    """
    mine = Scan.batch_id.in_(unopened)
    is_opened = Scan.state == ScanState.SPLIT.value
    by_batch = select(Scan.batch_id, func.count()).group_by(Scan.batch_id)
    opened: dict[str, int] = dict(db.session.execute(by_batch.where(mine, is_opened)).all())
    known: dict[str, int] = dict(
        db.session.execute(by_batch.join(Page, Page.scan_id == Scan.id).where(mine)).all()
    )
    if not opened:
        return None
    mean = sum(known.values()) / sum(opened.values())
    each = {one: known.get(one, 0) / opened[one] if one in opened else mean for one in unopened}
    return sum(number * each[one] for one, number in unopened.items())
