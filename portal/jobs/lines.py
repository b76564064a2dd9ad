"""How much waits in a lane before the last job of a bundle: for predictions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from portal.core.db import db
from portal.jobs.models import Job, JobState, Lane

MOST_COUNTED = 50_000
"""Jobs that are counted before one says "more": at a page a second a night and a morning."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in line."""

    own: int
    """Jobs of the bundle that wait or are in work."""
    before: int
    """Jobs of others that are given before its last one; `MOST_COUNTED` means that or more."""
    held: int = 0
    """Jobs of the bundle that wait for the end of a pause."""


def of_lane(kind: str, lane: Lane) -> int:
    """Return how many jobs of a kind wait or are in work; `MOST_COUNTED` means that or more."""
    return _count(Job.kind == kind, _unfinished(lane))


def by_bundle(kind: str, lane: Lane) -> dict[str, int]:
    """Return how many jobs of a kind wait or are in work in each bundle; of `MOST_COUNTED` of them."""
    some = (
        select(Job.bundle)
        .where(Job.kind == kind, _unfinished(lane), Job.bundle.is_not(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return dict(db.session.execute(select(some.c.bundle, func.count()).group_by(some.c.bundle)).all())


def of_bundle(bundle: str, kind: str, lane: Lane) -> Line:
    """Return what stands in line until the last job of a kind in a bundle."""
    own = and_(Job.bundle == bundle, Job.kind == kind)
    numbers: dict[str, int] = dict(
        db.session.execute(
            select(Job.state, func.count())
            .where(own, Job.state.in_([JobState.WAITING, JobState.LEASED, JobState.HELD]))
            .group_by(Job.state)
        ).all()
    )
    waiting, leased = numbers.get(JobState.WAITING, 0), numbers.get(JobState.LEASED, 0)
    return Line(
        own=waiting + leased,
        before=_before(bundle, own, kind, lane) if waiting else 0,
        held=numbers.get(JobState.HELD, 0),
    )


def _before(bundle: str, own: ColumnElement[bool], kind: str, lane: Lane) -> int:
    """Count the jobs of others that are given before the last one of the bundle that waits."""
    last = db.session.execute(
        select(Job.priority, Job.not_before)
        .where(own, Job.state == JobState.WAITING.value)
        .order_by(Job.priority.desc(), Job.not_before.desc())
        .limit(1)
    ).one()
    ahead = or_(
        Job.priority < last.priority,
        and_(Job.priority == last.priority, Job.not_before < last.not_before),
    )
    is_other = or_(Job.bundle.is_(None), Job.bundle != bundle)
    waits = and_(Job.lane == lane.value, Job.state == JobState.WAITING.value)
    in_work = and_(Job.lane == lane.value, Job.state == JobState.LEASED.value)
    return min(
        MOST_COUNTED,
        _count(waits, ahead, Job.kind == kind, is_other) + _count(in_work, Job.kind == kind, is_other),
    )


def _unfinished(lane: Lane) -> ColumnElement[bool]:
    states = (JobState.WAITING.value, JobState.LEASED.value)
    return and_(Job.lane == lane.value, Job.state.in_(states))


def _count(*where: ColumnElement[bool]) -> int:
    """Count at most so many."""
    some = select(Job.id).where(*where).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
