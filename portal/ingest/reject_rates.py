"""How many looks ended with a rejection, by who brought the pages and by batch, over a time.

Each look counts, so a page that was scanned twice counts twice. The cost grows with the looks of the
time that is asked for, read from one index; not with the archive. Nobody is put in an order of
faults: people stand by their names, batches by their last look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.ingest.check_rows import CheckReason, CheckState, PageCheck
from portal.ingest.models import Batch
from portal.rights import policy

DAYS = 30
MOST_ROWS = 10_000
"""In a table that is taken along."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Looks at pages of one person or of one batch."""

    id: str
    name: str
    looks: int
    rejected: int
    """For good, or to be scanned again."""

    @property
    def share(self) -> float:
        """Rejected of all, in percent."""
        return 100 * self.rejected / self.looks if self.looks else 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day in Việt Nam, both with their whole length."""

    first: date
    last: date

    @classmethod
    def until_today(cls, days: int) -> Span:
        """Return so many days, today the last of them."""
        today = clock.today()
        return cls(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def covers(self) -> ColumnElement[bool]:
        """The condition that a look was decided in this time."""
        begin = datetime.combine(self.first, time(), clock.LOCAL)
        return (PageCheck.checked_at >= begin) & (
            PageCheck.checked_at < datetime.combine(self.last + timedelta(days=1), time(), clock.LOCAL)
        )


_LOOKS = func.count()
_REJECTED = func.sum(case((PageCheck.state != CheckState.ACCEPTED.value, 1), else_=0))


def by_operator(actor: Actor, span: Span, paging: Paging) -> Listing[Rate]:
    """Return the rates of those who brought pages, by their names."""
    actor.must(Permission.READ_AUDIT)
    grouped = (
        select(PageCheck.operator_id, _LOOKS.label("looks"), _REJECTED.label("rejected"))
        .where(span.covers)
        .group_by(PageCheck.operator_id)
        .subquery()
    )
    total = db.session.scalar(select(func.count()).select_from(grouped)) or 0
    rows = db.session.execute(
        select(grouped.c.operator_id, grouped.c.looks, grouped.c.rejected)
        .join(Person, Person.id == grouped.c.operator_id, isouter=True)
        .order_by(Person.sort_key, grouped.c.operator_id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    names = people.names([row.operator_id for row in rows if row.operator_id])
    found = [
        Rate(row.operator_id or "", names.get(row.operator_id or "", ""), row.looks, int(row.rejected or 0))
        for row in rows
    ]
    return Listing(found, paging, total)


def by_batch(actor: Actor, span: Span, paging: Paging) -> Listing[Rate]:
    """Return the rates of batches that the actor may know of, the one looked at last first."""
    actor.must(Permission.READ_AUDIT)
    grouped = (
        select(
            PageCheck.batch_id,
            _LOOKS.label("looks"),
            _REJECTED.label("rejected"),
            func.max(PageCheck.checked_at).label("last"),
        )
        .where(span.covers)
        .group_by(PageCheck.batch_id)
        .subquery()
    )
    query = (
        select(grouped.c.batch_id, Batch.name, grouped.c.looks, grouped.c.rejected)
        .join(Batch, Batch.id == grouped.c.batch_id)
        .where(policy.describable(actor, Batch.holding_id.expression))
    )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(
        query.order_by(grouped.c.last.desc(), grouped.c.batch_id).limit(paging.per_page).offset(paging.offset)
    )
    return Listing([Rate(one, name, looks, int(bad or 0)) for one, name, looks, bad in rows], paging, total)


def by_reason(actor: Actor, span: Span) -> Sequence[tuple[CheckReason, int]]:
    """Return how often each reason was given, the most frequent first."""
    actor.must(Permission.READ_AUDIT)
    counted = (
        select(PageCheck.reason_id, func.count().label("number"))
        .where(span.covers, PageCheck.reason_id.is_not(None))
        .group_by(PageCheck.reason_id)
        .subquery()
    )
    rows = db.session.execute(
        select(CheckReason, counted.c.number)
        .join(counted, counted.c.reason_id == CheckReason.id)
        .order_by(counted.c.number.desc(), CheckReason.position)
    )
    return [(reason, number) for reason, number in rows]


def table(actor: Actor, span: Span) -> Sequence[Rate]:
    """Return the rates of those who brought pages, for a table that is taken along."""
    return by_operator(actor, span, Paging(per_page=MOST_ROWS)).rows
