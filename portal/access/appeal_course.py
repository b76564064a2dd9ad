"""What the verbs of appeals have in common: lock, number, count, write down, tell. None of them decides."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from portal.access import addresses, appeal_views, course
from portal.access.appeal_rows import Appeal
from portal.access.models import Request
from portal.access.rule_rows import ServiceType
from portal.accounts import notices
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.errors import NotFoundError

_NEXT = text(
    "INSERT INTO appeal_year_counts (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = appeal_year_counts.last + 1 RETURNING last"
)


def locked(actor: Actor, appeal_id: str) -> tuple[Appeal, Request]:
    """Return an appeal and its request, both locked, the request first as everywhere.

    Raises:
        NotFoundError: there is none, or it is not for the actor.
    """
    found = db.session.get(Appeal, appeal_id)
    if found is None or not appeal_views.is_for(actor, db.session.get_one(Request, found.request_id)):
        raise NotFoundError("not_found")
    row = course.locked(found.request_id)
    appeal = db.session.scalars(
        select(Appeal)
        .where(Appeal.id == appeal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return appeal, row


def service_of(appeal: Appeal) -> ServiceType:
    """Return what was promised when the appeal came in."""
    return db.session.get_one(ServiceType, appeal.service_id)


def due(appeal: Appeal) -> date:
    """Return the last day for the answer, by the calendar as it is now."""
    return workdays.current().due(appeal.started_on, service_of(appeal).working_days + appeal.extended_days)


def next_number() -> str:
    """Return the next number of this year, as KN-2026-000123."""
    year = clock.today().year
    count: int = db.session.execute(_NEXT, {"year": year}).scalar_one()
    return f"KN-{year}-{count:06d}"


def note(actor: Actor, appeal: Appeal, action: str, **details: object) -> None:
    """Write what was done into the trail of the request."""
    db.session.flush()
    trail.record(actor, action, "request", appeal.request_id, appeal=appeal.id, **details)


def tell(row: Request, appeal: Appeal, template: str, **values: object) -> None:
    """Tell the reader. Titles stay out, as in `course.tell`."""
    place = addresses.of_appeal(appeal.id)
    notices.tell(row.person_id, template, place, number=appeal.number, request=row.number, **values)
