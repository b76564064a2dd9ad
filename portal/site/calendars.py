"""Publish the working calendar of a year, look back at it, and prepare the next.

A version is never changed: publishing adds the next, and what was counted before keeps the one it
rested on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, workdays
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.workdays import (
    LONGEST_BASIS,
    LONGEST_NOTE,
    CalendarDay,
    CalendarVersion,
    DayKind,
    Special,
)
from portal.site import almanac

FIRST_YEAR, LAST_YEAR = 1995, 2100
"""Since 1995 a holiday on a weekend is made up for; no further than this the moon is computed."""

PREPARE_IN = 10
"""The month from which on the calendar of the next year is asked for."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands behind the days of one version."""

    legal_basis: str
    note: str = ""
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a year, with the name of who published it; no name where it came with the portal."""

    year: int
    number: int
    basis: Basis
    at: datetime
    who: str
    days: Sequence[Special]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a list of days changes against another."""

    added: Sequence[Special]
    removed: Sequence[Special]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def history(actor: Actor, year: int) -> list[Published]:
    """Return the versions of a year, newest first.

    Raises:
        NotAllowedError: the actor does not look after the site.
        NotFoundError: it is no year that has a calendar.
    """
    actor.must(Permission.MANAGE_SITE)
    _check(year)
    rows = db.session.scalars(
        select(CalendarVersion).where(CalendarVersion.year == year).order_by(CalendarVersion.version.desc())
    ).all()
    days = db.session.scalars(
        select(CalendarDay)
        .where(CalendarDay.version_id.in_([row.id for row in rows]))
        .order_by(CalendarDay.day)
    )
    by_version: dict[str, list[Special]] = {}
    for day in days:
        by_version.setdefault(day.version_id, []).append(workdays.special(day))
    names = people.names([row.published_by for row in rows if row.published_by])
    return [_published(row, by_version.get(row.id, []), names) for row in rows]


def draft(actor: Actor, year: int) -> Sequence[Special]:
    """Return the days to begin with: those that hold, or what the almanac proposes for a new year."""
    versions = history(actor, year)
    return versions[0].days if versions else proposal(actor, year)


def proposal(actor: Actor, year: int) -> Sequence[Special]:
    """Return what the almanac proposes for the year, whatever is published.

    Raises:
        NotAllowedError: the actor does not look after the site.
        NotFoundError: it is no year that has a calendar.
    """
    actor.must(Permission.MANAGE_SITE)
    _check(year)
    return almanac.proposal(year)


def publish(actor: Actor, year: int, days: Sequence[Special], basis: Basis, seen: int) -> int:
    """Let the days hold for the year from now on; return the number of the version.

    Nothing is added where the newest version says the same.

    Args:
        days: everything that is not as its weekday.
        seen: number of the version that the person had before them, 0 where there was none.

    Raises:
        NotAllowedError: the actor does not look after the site.
        NotFoundError: it is no year that has a calendar.
        InvalidError: there is no legal basis, or a text is too long.
        ConflictError: somebody else published the year in the meantime.
    """
    versions = history(actor, year)
    before = versions[0] if versions else None
    basis = _cleaned(basis)
    if seen != (before.number if before else 0):
        raise ConflictError("changed_meanwhile")
    days = sorted(days, key=lambda one: one.day)
    if before and (list(before.days), before.basis) == (days, basis):
        return before.number
    number = seen + 1
    _write(actor, year, number, days, basis)
    changes = compare(before.days if before else [], days)
    trail.record(
        actor,
        "calendar.publish",
        "calendar",
        str(year),
        version=number,
        legal_basis=basis.legal_basis,
        is_expected=basis.is_expected,
        added=_told(changes.added),
        removed=_told(changes.removed),
    )
    return number


def compare(before: Sequence[Special], now: Sequence[Special]) -> Changes:
    """Return what changes between two lists of days, by day and kind."""
    old, new = {(one.day, one.kind) for one in before}, {(one.day, one.kind) for one in now}
    return Changes(
        [one for one in now if (one.day, one.kind) not in old],
        [one for one in before if (one.day, one.kind) not in new],
    )


def years(actor: Actor) -> Mapping[int, workdays.Edition | None]:
    """Return this year, the next, and every year that has a calendar, newest first, with what holds."""
    actor.must(Permission.MANAGE_SITE)
    held = workdays.current().editions
    this = clock.today().year
    return {year: held.get(year) for year in sorted({*held, this, this + 1}, reverse=True)}


def due(actor: Actor) -> Mapping[int, workdays.Edition | None]:
    """Return the years that somebody should look at: this one, and late in it the next, where uncertain."""
    actor.must(Permission.MANAGE_SITE)
    held, today = workdays.current().editions, clock.today()
    asked = [today.year, *([today.year + 1] if today.month >= PREPARE_IN else [])]
    return {year: held.get(year) for year in asked if year not in held or held[year].is_expected}


def _check(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFoundError("not_found")


def _cleaned(basis: Basis) -> Basis:
    law, note = " ".join(basis.legal_basis.split()), " ".join(basis.note.split())
    if not law:
        raise InvalidError("missing", fields={"legal_basis": "missing"})
    for name, text, most in (("legal_basis", law, LONGEST_BASIS), ("note", note, LONGEST_NOTE)):
        if len(text) > most:
            raise InvalidError("too_long", fields={name: "too_long"}, most=most)
    return Basis(law, note, basis.is_expected)


def _write(actor: Actor, year: int, number: int, days: Sequence[Special], basis: Basis) -> None:
    """Add a version with its days, unless somebody else did so at this moment."""
    row = CalendarVersion(
        year=year,
        version=number,
        is_expected=basis.is_expected,
        legal_basis=basis.legal_basis,
        note=basis.note,
        published_by=actor.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise ConflictError("changed_meanwhile") from None
    db.session.add_all(
        CalendarDay(
            version_id=row.id, day=one.day, kind=one.kind.value, name_vi=one.name_vi, name_en=one.name_en
        )
        for one in days
    )
    db.session.flush()


def _told(days: Sequence[Special]) -> dict[str, str]:
    return {one.day.isoformat(): DayKind(one.kind).value for one in days}


def _published(row: CalendarVersion, days: Sequence[Special], names: Mapping[str, str]) -> Published:
    return Published(
        year=row.year,
        number=row.version,
        basis=Basis(row.legal_basis, row.note, row.is_expected),
        at=row.published_at,
        who=names.get(row.published_by or "", ""),
        days=days,
    )
