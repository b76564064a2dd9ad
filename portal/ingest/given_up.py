"""Jobs that were given up, in the order in which that is worth a look: why, and what can be done.

Who takes in sees the work on pages and files that they may know of; administrators see all kinds of work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue.models import Page
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import scans, second_person, skipping
from portal.ingest.models import Batch, Scan, ScanState
from portal.jobs import ledger
from portal.jobs.models import Job, JobState, Lane
from portal.rights import policy


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One job that was given up."""

    id: str
    kind: str
    code: str
    values: Mapping[str, object]
    created_at: datetime
    batch: Batch | None
    """The batch that it is about, where it is about one."""
    page_id: str | None
    """The page that could not be read, where the actor may know of it."""


def listing(actor: Actor, paging: Paging) -> Listing[GivenUp]:
    """Return the jobs that were given up, the latest first."""
    where = _of(actor)
    total = db.session.scalar(select(func.count()).select_from(Job).where(*where)) or 0
    rows = db.session.scalars(
        select(Job)
        .where(*where)
        .order_by(Job.created_at.desc(), Job.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(_views(actor, rows), paging, total)


def count(actor: Actor) -> int:
    """Return how many there are."""
    return db.session.scalar(select(func.count()).select_from(Job).where(*_of(actor))) or 0


def retry(actor: Actor, job_id: str) -> None:
    """Give a job its attempts back.

    Raises:
        NotFoundError: there is no such job that was given up, or it is not for the actor.
        ConflictError: its page cannot be tried again, or the batch it is about is closed or withdrawn.
    """
    job = _one(actor, job_id)
    if job.kind == scans.READ:
        skipping.retry(actor, job.subject)
        return
    if job.kind in (scans.SPLIT, scans.UNPACK):
        scan = db.session.get_one(Scan, job.subject)
        second_person.at_work(actor, scan.batch_id)
        scan.state, scan.code, scan.values = ScanState.RECEIVED.value, "", {}
    ledger.retry(job.id)
    trail.record(actor, "job.retry", "job", job.id, kind=job.kind)


def put_away(actor: Actor, job_id: str) -> None:
    """Take a job off the list; it stays undone.

    Raises:
        NotFoundError: there is no such job that was given up, or it is not for the actor.
        ConflictError: it was to read a page, which is passed over with a reason instead (`skipping.skip`);
            one of a batch that was withdrawn can be left.
    """
    job = _one(actor, job_id)
    if job.kind == scans.READ and _known_pages(actor, [job.subject]):
        raise ConflictError("page_needs_reason")
    ledger.put_away(job.id)
    trail.record(actor, "job.put_away", "job", job.id, kind=job.kind, code=job.error_code)


def _one(actor: Actor, job_id: str) -> Job:
    job = db.session.scalar(select(Job).where(*_of(actor), Job.id == job_id))
    if job is None:
        raise NotFoundError("not_found")
    return job


def _of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL which of these jobs the actor may know of. All lanes are named, for the index of claims."""
    actor.must(Permission.TAKE_IN)
    dead = (Job.lane.in_([lane.value for lane in Lane]), Job.state == JobState.DEAD.value)
    if actor.may(Permission.MANAGE_SITE):
        return dead
    known: Select[str] = select(Batch.id).where(policy.describable(actor, Batch.holding_id.expression))
    return (*dead, Job.bundle.in_(known), _about_known(actor))


def _about_known(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL that the actor may know of the page or file of a job; a ZIP file has no document."""
    page = exists().where(Page.id == Job.subject, policy.describable(actor, Page.document_id.expression))
    file = exists().where(
        Scan.id == Job.subject,
        or_(Scan.document_id.is_(None), policy.describable(actor, Scan.document_id.expression)),
    )
    return or_(page, file)


def _views(actor: Actor, rows: Sequence[Job]) -> list[GivenUp]:
    bundles = [row.bundle for row in rows if row.bundle]
    known = policy.describable(actor, Batch.holding_id.expression)
    batches = {row.id: row for row in db.session.scalars(select(Batch).where(Batch.id.in_(bundles), known))}
    seen = _known_pages(actor, [row.subject for row in rows if row.kind == scans.READ])
    return [
        GivenUp(
            row.id,
            row.kind,
            row.error_code,
            dict(row.error_values),
            row.created_at,
            batches.get(row.bundle or ""),
            row.subject if row.subject in seen else None,
        )
        for row in rows
    ]


def _known_pages(actor: Actor, page_ids: Sequence[str]) -> set[str]:
    rows = select(Page.id).where(
        Page.id.in_(page_ids), policy.describable(actor, Page.document_id.expression)
    )
    return set(db.session.scalars(rows))
