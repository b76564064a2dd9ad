"""Read the log of reading: by record, by person, in whole lines for a table, and in figures without names.

What is written there, and when, is decided in `rights.reads`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission, Role
from portal.catalogue import records
from portal.catalogue.models import Page
from portal.core import clock
from portal.core.db import db
from portal.core.paging import Listing, Paging
from portal.rights import reads
from portal.rights.models import Read, ReadAlert
from portal.rights.reads import LOOKED_AT, Use

MOST_ROWS = 50_000
"""In a table that is taken along, the latest ones."""
AT_ONCE = 1000
MOST_ALERTS = 20
MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """What one person had of one record on one day."""

    day: date
    first_at: datetime
    person_id: str
    person_name: str
    """Empty where it was erased."""
    role: str
    document_id: str
    title: str | None
    """None where the record is there no more, or the reader of the log may not know of it."""
    pages: int
    """How many different pages, whatever was had of them."""
    uses: Sequence[Use]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log."""

    at: datetime
    person_id: str
    person_name: str
    role: str
    document_id: str
    page_id: str
    page_number: int | None
    """None for what is of the whole document, or of a page that is there no more."""
    use: Use
    grant_id: str | None


@dataclass(frozen=True, slots=True)
class Alert:
    """One person who looked at unusually many pages within an hour."""

    at: datetime
    person_id: str
    person_name: str
    role: str
    pages: int
    most: int
    """How many were usual at that time."""


@dataclass(frozen=True, slots=True)
class Year:
    """What was read of what is not public in one year, without who."""

    year: int
    readers: int
    """How many different persons that are no staff."""
    pages: int
    """Pages they looked at, one counted once for each person and day."""
    records: int
    copies: int
    staff: int
    staff_pages: int


def of_record(actor: Actor, node_id: str, paging: Paging) -> Listing[Line]:
    """Return who had what of a record, day by day, the latest first.

    Raises:
        NotAllowedError: the actor may not read the trail.
        NotFoundError: there is no such record for the actor.
    """
    actor.must(Permission.READ_AUDIT)
    records.show(actor, node_id)
    return _lines(actor, Read.node_id == node_id, paging)


def of_person(actor: Actor, person_id: str, paging: Paging) -> Listing[Line]:
    """Return what a person had of which record, day by day, the latest first.

    Raises:
        NotAllowedError: the actor may not read the trail.
        NotFoundError: there is no such person.
    """
    actor.must(Permission.READ_AUDIT)
    people.by_id(person_id)
    return _lines(actor, Read.person_id == person_id, paging)


def rows_of_record(actor: Actor, node_id: str) -> Iterator[Row]:
    """Yield the latest rows of the log about a record; refuses as `of_record` does."""
    actor.must(Permission.READ_AUDIT)
    records.show(actor, node_id)
    return _rows(Read.node_id == node_id)


def rows_of_person(actor: Actor, person_id: str) -> Iterator[Row]:
    """Yield the latest rows of the log about a person; refuses as `of_person` does."""
    actor.must(Permission.READ_AUDIT)
    people.by_id(person_id)
    return _rows(Read.person_id == person_id)


def alerts(actor: Actor) -> list[Alert]:
    """Return the latest alerts.

    Raises:
        NotAllowedError: the actor may not read the trail.
    """
    actor.must(Permission.READ_AUDIT)
    rows = db.session.scalars(select(ReadAlert).order_by(ReadAlert.at.desc()).limit(MOST_ALERTS)).all()
    names = people.names([row.person_id for row in rows])
    return [
        Alert(row.at, row.person_id, names.get(row.person_id, ""), row.role, row.pages, row.most)
        for row in rows
    ]


def years(actor: Actor) -> list[Year]:
    """Return the figures of each year of which anything is kept, the latest first.

    Raises:
        NotAllowedError: the actor may not read the trail.
    """
    actor.must(Permission.READ_AUDIT)
    first = reads.first_day()
    if first is None:
        return []
    this = clock.today().year
    return [_year(year) for year in range(this, max(first.year, this - MOST_YEARS + 1) - 1, -1)]


def _lines(actor: Actor, which: ColumnElement[bool], paging: Paging) -> Listing[Line]:
    groups = (Read.day, Read.person_id, Read.node_id)
    total = db.session.scalar(
        select(func.count()).select_from(select(*groups).where(which).distinct().subquery())
    )
    had = [func.max(case((Read.use == use.value, 1), else_=0)) for use in Use]
    rows = db.session.execute(
        select(
            *groups,
            func.min(Read.at),
            func.max(Read.role),
            func.count(func.nullif(Read.page_id, reads.WHOLE).distinct()),
            *had,
        )
        .where(which)
        .group_by(*groups)
        .order_by(Read.day.desc(), func.min(Read.at).desc(), Read.person_id, Read.node_id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    names = people.names([row[1] for row in rows])
    known = records.titles(actor, [row[2] for row in rows])
    lines = [
        Line(
            day=day,
            first_at=at,
            person_id=person_id,
            person_name=names.get(person_id, ""),
            role=role,
            document_id=node_id,
            title=known[node_id].title if node_id in known else None,
            pages=pages,
            uses=[use for use, was_had in zip(Use, flags, strict=True) if was_had],
        )
        for day, person_id, node_id, at, role, pages, *flags in rows
    ]
    return Listing(lines, paging, total or 0)


def _rows(which: ColumnElement[bool]) -> Iterator[Row]:
    query = (
        select(Read, Page.number)
        .outerjoin(Page, Page.id == Read.page_id)
        .where(which)
        .order_by(Read.id.desc())
        .limit(MOST_ROWS)
        .execution_options(yield_per=AT_ONCE)
    )
    for part in db.session.execute(query).partitions():
        names = people.names([row.person_id for row, _ in part])
        for row, number in part:
            yield Row(
                at=row.at,
                person_id=row.person_id,
                person_name=names.get(row.person_id, ""),
                role=row.role,
                document_id=row.node_id,
                page_id=row.page_id,
                page_number=number,
                use=Use(row.use),
                grant_id=row.grant_id,
            )


def _year(year: int) -> Year:
    within = Read.day.between(date(year, 1, 1), date(year, 12, 31))
    is_reader = Read.role == Role.CITIZEN.value
    looked = within & Read.use.in_([use.value for use in LOOKED_AT])
    return Year(
        year=year,
        readers=_count(Read.person_id, within & is_reader),
        pages=_pages(looked & is_reader),
        records=_count(Read.node_id, within & is_reader),
        copies=db.session.scalar(select(func.count()).where(within, Read.use == Use.COPY.value)) or 0,
        staff=_count(Read.person_id, within & ~is_reader),
        staff_pages=_pages(looked & ~is_reader),
    )


def _count(column: InstrumentedAttribute[str], which: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(column.distinct())).where(which)) or 0


def _pages(which: ColumnElement[bool]) -> int:
    pages = select(Read.person_id, Read.page_id, Read.day).where(which).distinct().subquery()
    return db.session.scalar(select(func.count()).select_from(pages)) or 0
