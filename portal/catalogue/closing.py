"""The day on which a record opens by a closure period: counted from its dates, shown, then set.

The rule is a row (`rights.periods`), the dates are the record's; what is set is a day (`rights.opening`).
Nothing moves it by itself: where the dates are corrected later, `overtaken` says so and people count anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import documents, tree
from portal.catalogue.models import Kind, Node
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError
from portal.core.wording import day_of
from portal.rights import opening, periods, policy, protections
from portal.rights.levels import Level
from portal.rights.opening import Counted
from portal.rights.period_rows import ClosurePeriod, CountedFrom

FIELD = "period"


@dataclass(frozen=True, slots=True)
class Count:
    """How the day was counted on which a record opens."""

    period: ClosurePeriod
    on: date
    """The last day that the date of the record, or of its file, can be; or the day it was taken in."""
    start: date
    """The day after which the years begin: the same, or the last day of its year."""
    day: date
    """The first day on which the record is open."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A day that was counted from a date which is another one now."""

    day: date
    """The day on which the record opens as it stands."""
    on: date
    """What it was counted from."""
    now_on: date | None
    """What it would be counted from now; None where that date is gone."""
    follows: date | None
    """The day that would follow; None where none can be counted any more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A period that can be chosen."""

    id: str
    name_vi: str
    name_en: str
    years: int
    counted_from: str
    """A value of `CountedFrom`."""


def offered(actor: Actor) -> list[Offer]:
    """Return the periods that can be chosen today.

    Raises:
        NotAllowedError: the actor may not set levels.
    """
    actor.must(Permission.SET_ACCESS)
    return [Offer(one.id, one.name_vi, one.name_en, one.years, one.counted_from) for one in periods.holding()]


def count(actor: Actor, node_id: str, period_id: str) -> Count:
    """Count on which day a record opens by a period, and set nothing.

    Raises:
        NotAllowedError: the actor may not set levels.
        NotFoundError: there is no such record for the actor.
        InvalidError: the period cannot be chosen today, the date that it is counted from is missing or
            still to come, or the period is over already.
    """
    actor.must(Permission.SET_ACCESS)
    policy.require_description(actor, node_id)
    node = tree.by_id(node_id)
    period = next((one for one in periods.holding() if one.id == period_id), None)
    if period is None:
        raise InvalidError("missing", fields={FIELD: "missing"})
    last = _last_day(node, CountedFrom(period.counted_from))
    if last is None:
        is_of_file = period.counted_from == CountedFrom.FILE_END
        code = "period_needs_file_end" if is_of_file else "period_needs_document"
        raise InvalidError(code, fields={FIELD: code})
    if last.year > clock.today().year:
        raise InvalidError("period_not_begun", fields={FIELD: "period_not_begun"})
    found = _count(period, last)
    if found.day <= clock.today():
        raise InvalidError("period_is_over", fields={FIELD: "period_is_over"}, day=day_of(found.day))
    return found


def close_until(actor: Actor, node_id: str, period_id: str, seen: date | None) -> Count:
    """Let a record open on the day that its period is over.

    Args:
        seen: the day that was shown to the actor as the one that follows.

    Raises:
        NotAllowedError, NotFoundError, InvalidError: as `count`.
        ConflictError: another day follows meanwhile, or the record has no level of its own that could lapse.
    """
    found = count(actor, node_id, period_id)
    if seen != found.day:
        raise ConflictError("period_day_moved")
    documents.set_opening(
        actor, node_id, found.day, found.period.legal_basis, Counted(found.period.id, found.on)
    )
    return found


def standing(actor: Actor, node_id: str) -> tuple[str | None, Overtaken | None]:
    """Return by which period the record's day was counted, and whether another day would follow by now.

    The first is empty where there is no day or somebody typed it, and None where the record has no level
    of its own that could lapse.

    Raises:
        NotAllowedError, NotFoundError: as `count`.
    """
    actor.must(Permission.SET_ACCESS)
    policy.require_description(actor, node_id)
    if protections.of(node_id).own_level is not Level.CONDITIONAL:
        return None, None
    counted = opening.counted_of(node_id)
    return (counted.period_id if counted else ""), overtaken(tree.by_id(node_id))


def overtaken(node: Node) -> Overtaken | None:
    """Tell that the record's dates were corrected since its day was counted, and another day would follow.

    None where the day follows, or somebody typed it. It is asked for, never written down.
    """
    counted, (day, _basis) = opening.counted_of(node.id), opening.of(node.id)
    if counted is None or day is None:
        return None
    period = periods.by_id(counted.period_id)
    last = _last_day(node, CountedFrom(period.counted_from))
    if last is None or last.year + period.years >= MAXYEAR:
        return Overtaken(day, counted.on, last, None)
    follows = _count(period, last).day
    return Overtaken(day, counted.on, last, follows) if follows != day else None


def _count(period: ClosurePeriod, last: date) -> Count:
    start = periods.start_of(period, last)
    return Count(period, last, start, periods.first_open_day(start, period.years))


def _last_day(node: Node, begins: CountedFrom) -> date | None:
    """Return the day that a period is counted from, the last one that it can be; None where it is unknown."""
    match begins:
        case CountedFrom.TAKEN_IN:
            return node.created_at.astimezone(clock.LOCAL).date()
        case CountedFrom.FILE_END:
            end, own = _file_end(node), node.issued.last if node.issued else None
            # A file may hold what is dated after its own end.
            return max(end, own) if end and own else end
        case _:
            return node.issued.last if node.issued else node.date_to


def _file_end(node: Node) -> date | None:
    """Return the latest date of the file that the node is, or lies in; the nearest one where files nest."""
    above = node.path.strip("/").split("/")
    return db.session.scalar(
        select(Node.date_to)
        .where(Node.id.in_(above), Node.kind == Kind.FILE.value)
        .order_by(Node.level.desc())
        .limit(1)
    )
