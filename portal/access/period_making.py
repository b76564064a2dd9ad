"""Add closure periods and end them, as `rulemaking` does with terms: a new row, never a row rewritten.

A record that a day was set for keeps the row by which it was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from portal.access import rulemaking
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError
from portal.rights import periods
from portal.rights.period_rows import MOST_YEARS, ClosurePeriod, CountedFrom


@dataclass(frozen=True, slots=True)
class Years:
    """What somebody typed about a closure period."""

    code: str
    name_vi: str
    name_en: str
    years: int
    counted_from: str
    """A value of `CountedFrom`."""
    by_year: bool
    valid_from: date | None
    legal_basis: str


def add(actor: Actor, typed: Years) -> ClosurePeriod:
    """Let a period be chosen from a day on; the row of the same code ends the day before.

    Raises:
        NotAllowedError: the actor does not look after the rules.
        InvalidError: a text is missing or too long, the code or the years cannot be, or the day has passed.
        ConflictError: a later row of the same code stands already.
    """
    actor.must(Permission.MANAGE_SITE)
    begins = rulemaking.first_day(typed.valid_from)
    if not 1 <= typed.years <= MOST_YEARS:
        raise InvalidError("bad_years", fields={"years": "bad_years"}, most=MOST_YEARS)
    if typed.counted_from not in set(CountedFrom):
        raise InvalidError("missing", fields={"counted_from": "missing"})
    row = ClosurePeriod(
        code=rulemaking.clean_code(typed.code),
        **rulemaking.clean_names(typed.name_vi, typed.name_en, typed.legal_basis),
        years=typed.years,
        counted_from=str(typed.counted_from),
        by_year=typed.by_year,
        valid_from=begins,
    )
    ended = rulemaking.succeed(ClosurePeriod, begins, ClosurePeriod.code == row.code)
    rulemaking.keep(row)
    trail.record(
        actor,
        "rule.add",
        "closure_period",
        row.id,
        code=row.code,
        years=row.years,
        valid_from=begins.isoformat(),
        ended=[one.id for one in ended],
    )
    return row


def end(actor: Actor, period_id: str, last_day: date | None) -> ClosurePeriod:
    """Let a period be chosen on no day after the last one; until that day is over it can be moved.

    Raises:
        NotFoundError: there is no such period.
        NotAllowedError, InvalidError, ConflictError: as `rulemaking.end`.
    """
    actor.must(Permission.MANAGE_SITE)
    row = db.session.scalar(select(ClosurePeriod).where(ClosurePeriod.id == period_id).with_for_update())
    if row is None:
        raise NotFoundError("not_found")
    last = rulemaking.finish(row, last_day, ClosurePeriod.code == row.code)
    trail.record(actor, "rule.end", "closure_period", row.id, code=row.code, valid_to=last.isoformat())
    return row


def listing(actor: Actor, *, with_ended: bool) -> Sequence[ClosurePeriod]:
    """Return the periods that hold or will, and those that ended where asked.

    Raises:
        NotAllowedError: the actor does not look after the rules.
    """
    actor.must(Permission.MANAGE_SITE)
    query = select(ClosurePeriod).order_by(ClosurePeriod.years, ClosurePeriod.code, ClosurePeriod.valid_from)
    if not with_ended:
        query = query.where(or_(ClosurePeriod.valid_to.is_(None), ClosurePeriod.valid_to >= clock.today()))
    return db.session.scalars(query).all()


def history(actor: Actor, period_id: str) -> Sequence[ClosurePeriod]:
    """Return all rows of a period, newest first.

    Raises:
        NotFoundError: there is no such period.
    """
    actor.must(Permission.MANAGE_SITE)
    code = periods.by_id(period_id).code
    return db.session.scalars(
        select(ClosurePeriod).where(ClosurePeriod.code == code).order_by(ClosurePeriod.valid_from.desc())
    ).all()
