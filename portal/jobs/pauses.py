"""Pauses: a bundle of jobs, or a whole lane, that nobody takes work from until a person says so.

Jobs of a paused bundle stand in a state of their own, so that whoever looks for work does not step over
them one by one. What is in work when a pause begins is done to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, db
from portal.core.db import Base, Instant, Text
from portal.jobs import states, steps
from portal.jobs.models import Job, JobState, Lane


class Pause(Base):
    """One pause that lasts. The row goes when it ends; who began and who ended it stays in the trail."""

    __tablename__ = "job_pauses"

    target: Mapped[str] = mapped_column(String(10), primary_key=True)
    """A bundle, or the name of a lane."""
    since: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    paused_by: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text(300), default="", server_default="")


def of(target: str) -> Pause | None:
    """Return the pause of a bundle or lane, None where there is none."""
    return db.db.session.get(Pause, target)


def of_all(targets: Sequence[str]) -> dict[str, Pause]:
    """Return the pauses of some bundles or lanes."""
    rows = db.db.session.scalars(select(Pause).where(Pause.target.in_(targets)))
    return {row.target: row for row in rows}


def is_paused(lane: Lane) -> bool:
    """Tell whether nothing of a lane is to be done now."""
    return db.db.session.scalar(select(Pause.target).where(Pause.target == lane.value)) is not None


def begin(target: str, paused_by: str | None, reason: str) -> bool:
    """Pause a bundle or a lane; tell whether it was going on until now."""
    session = db.db.session()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Pause).values(target=target, paused_by=paused_by, reason=reason)
    # Of two who pause at once one has begun it; the other waits here, and finds it done.
    begun = session.scalar(row.on_conflict_do_nothing(index_elements=["target"]).returning(Pause.target))
    if begun is None:
        return False
    states.advance_all(Job.bundle == target, JobState.WAITING, JobState.HELD)
    return True


def end(target: str) -> bool:
    """Let a bundle or a lane go on; tell whether it was paused."""
    # First the row: whoever holds a job because of it is waited for, and what they held is let go, too.
    ended = db.db.session.scalars(delete(Pause).where(Pause.target == target).returning(Pause.target)).all()
    states.advance_all(Job.bundle == target, JobState.HELD, JobState.WAITING)
    for lane in Lane:
        db.on_commit(steps.RING[lane])
    return bool(ended)


def hold_if_paused(bundle: str) -> bool:
    """Hold what waits in a bundle if it is paused; tell whether it is."""
    paused = db.db.session.scalar(
        select(Pause.target).where(Pause.target == bundle).with_for_update(read=True)
    )
    if paused is None:
        return False
    states.advance_all(Job.bundle == bundle, JobState.WAITING, JobState.HELD)
    return True
