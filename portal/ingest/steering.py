"""Steer what is read when: pause a batch or all reading, and put a batch first or last.

Pages that a reader of the archive waits for (`catalogue.awaited`) go before every batch and in quiet
hours too, but not in a pause: whoever pauses has a reason that holds for these as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import awaited, fields
from portal.core.db import db
from portal.ingest import places, scans, second_person
from portal.ingest.models import Batch
from portal.ingest.steering_rows import BatchPlace, Place
from portal.jobs import ledger, pauses, records
from portal.jobs.models import Job, JobState, Lane

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class PauseView:
    """A pause that lasts."""

    since: datetime
    by: str
    """Name of who began it; empty where nobody is known."""
    reason: str


@dataclass(frozen=True, slots=True)
class Steering:
    """How the reading of one batch is steered."""

    batch: Batch
    place: Place
    pause: PauseView | None
    awaited: int
    """Pages of it that wait, and for which a reader of the archive waits."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How much there is to be read, files that are not opened yet among it."""

    waiting: int
    in_work: int
    held: int
    """In batches that are paused."""


def queue() -> Queue:
    """Return how much there is to be read, whoever asks."""
    numbers = records.standing_in(Lane.READ)
    return Queue(numbers[JobState.WAITING], numbers[JobState.LEASED], numbers[JobState.HELD])


def show(actor: Actor, batch_id: str) -> Steering:
    """Return how the reading of a batch is steered.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it was withdrawn.
    """
    batch = second_person.known(actor, batch_id)
    unfinished = (JobState.WAITING.value, JobState.HELD.value)
    waiting = select(func.count()).where(
        Job.bundle == batch.id,
        Job.kind == awaited.READ,
        Job.state.in_(unfinished),
        Job.priority <= ledger.AWAITED,
    )
    pause = paused([batch.id]).get(batch.id)
    return Steering(batch, places.of(batch.id), pause, db.session.scalar(waiting) or 0)


def paused(targets: Sequence[str]) -> dict[str, PauseView]:
    """Return the pauses of some batches or lanes, whoever asks."""
    rows = pauses.of_all(targets).values()
    names = people.names([row.paused_by for row in rows if row.paused_by])
    return {row.target: PauseView(row.since, names.get(row.paused_by or "", ""), row.reason) for row in rows}


def pause_of_all() -> PauseView | None:
    """Return the pause of all reading, None where it goes on."""
    return paused([Lane.READ.value]).get(Lane.READ.value)


def pause(actor: Actor, batch_id: str, reason: str = "") -> None:
    """Read no more pages of a batch until somebody lets it go on; those in work are read to their end.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it is closed or withdrawn.
        InvalidError: the reason is too long.
    """
    batch = second_person.at_work(actor, batch_id)
    if pauses.begin(batch.id, actor.id, fields.optional("reason", reason, LONGEST_REASON)):
        trail.record(actor, "batch.pause", "batch", batch.id)


def go_on(actor: Actor, batch_id: str) -> None:
    """Let the reading of a batch go on, in its old place.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it was withdrawn.
    """
    batch = second_person.known(actor, batch_id)
    if pauses.end(batch.id):
        trail.record(actor, "batch.go_on", "batch", batch.id)


def pause_all(actor: Actor, reason: str = "") -> None:
    """Read nothing more until somebody lets it go on; mails, copies and images are made all the same.

    Raises:
        NotAllowedError: the actor does not look after the site.
        InvalidError: the reason is too long.
    """
    actor.must(Permission.MANAGE_SITE)
    if pauses.begin(Lane.READ.value, actor.id, fields.optional("reason", reason, LONGEST_REASON)):
        trail.record(actor, "reading.pause", "lane", Lane.READ.value)


def go_on_with_all(actor: Actor) -> None:
    """Let reading go on; batches that were paused by themselves stay so.

    Raises:
        NotAllowedError: the actor does not look after the site.
    """
    actor.must(Permission.MANAGE_SITE)
    if pauses.end(Lane.READ.value):
        trail.record(actor, "reading.go_on", "lane", Lane.READ.value)


def put(actor: Actor, batch_id: str, place: Place) -> None:
    """Put a batch before the others, behind them, or back among them; what comes into it later, too.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it is closed or withdrawn.
    """
    batch = second_person.at_work(actor, batch_id)
    before = places.of(batch.id)
    if before is place:
        return
    db.session.execute(delete(BatchPlace).where(BatchPlace.batch_id == batch.id))
    if place is not Place.USUAL:
        db.session.add(BatchPlace(batch_id=batch.id, place=place.value, placed_by=actor.id))
    db.session.flush()
    ledger.place(scans.SPLIT, batch.id, places.OF[place].split)
    ledger.place(scans.READ, batch.id, places.OF[place].read)
    trail.record(actor, "batch.place", "batch", batch.id, before=before.value, after=place.value)
