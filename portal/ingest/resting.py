"""Quiet hours as administrators set them: when reading rests, or goes on with fewer readers at a time.

Rows are dated and stay: they explain why a batch was read at night. What holds is asked by `jobs.gates`
before every claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.jobs import rests
from portal.jobs.rests import MINUTES, QuietHours

LONGEST_REASON = 300
MOST_READERS = 99
WEEK = "1234567"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Quiet hours as somebody types them."""

    valid_from: date | None
    weekdays: Sequence[str]
    """Digits from 1, Monday, to 7: days on which they begin."""
    begins_at: str
    """As in 07:30."""
    ends_at: str
    """As `begins_at`; not after it is on the next day, the same is a whole day."""
    readers: int | None
    reason: str
    valid_to: date | None = None


def listing(actor: Actor, *, with_ended: bool = False) -> Sequence[QuietHours]:
    """Return the quiet hours that hold or will, and those that ended where asked, in the order they began."""
    actor.must(Permission.TAKE_IN)
    if not with_ended:
        return rests.standing()
    query = select(QuietHours).order_by(QuietHours.valid_from, QuietHours.starts, QuietHours.id)
    return db.session.scalars(query).all()


def add(actor: Actor, wanted: Wanted) -> QuietHours:
    """Let reading rest at certain hours from a day on.

    Raises:
        NotAllowedError: the actor does not look after the site.
        InvalidError: something is missing or cannot be; `fields` names the inputs.
    """
    actor.must(Permission.MANAGE_SITE)
    if wanted.valid_from is None:
        raise InvalidError("missing", fields={"valid_from": "missing"})
    if wanted.valid_from < clock.today():
        raise InvalidError("rule_day_passed", fields={"valid_from": "rule_day_passed"})
    if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
        raise InvalidError("quiet_days", fields={"valid_to": "quiet_days"})
    weekdays = "".join(day for day in WEEK if day in wanted.weekdays)
    if not weekdays:
        raise InvalidError("choose_some", fields={"weekdays": "choose_some"})
    if wanted.readers is None or not 0 <= wanted.readers <= MOST_READERS:
        raise InvalidError("quiet_readers", fields={"readers": "quiet_readers"}, most=MOST_READERS)
    row = QuietHours(
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        weekdays=weekdays,
        starts=_minute("begins_at", wanted.begins_at),
        ends=_minute("ends_at", wanted.ends_at),
        readers=wanted.readers,
        reason=fields.required("reason", wanted.reason, LONGEST_REASON),
    )
    db.session.add(row)
    db.session.flush()
    trail.record(
        actor,
        "reading.quiet",
        "quiet_hours",
        row.id,
        valid_from=row.valid_from.isoformat(),
        weekdays=row.weekdays,
        starts=row.starts,
        ends=row.ends,
        readers=row.readers,
    )
    return row


def end(actor: Actor, quiet_id: str) -> None:
    """Let quiet hours hold no more from this moment on; the row stays to explain what was.

    Raises:
        NotAllowedError: the actor does not look after the site.
        NotFoundError: there are none of that id.
        ConflictError: they are over already.
    """
    actor.must(Permission.MANAGE_SITE)
    row = db.session.get(QuietHours, quiet_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    if row.is_over:
        raise ConflictError("quiet_over")
    row.ended_at = clock.now()
    db.session.flush()
    trail.record(actor, "reading.quiet_end", "quiet_hours", row.id)


def _minute(name: str, text: str) -> int:
    """Return the minute of the day that a time such as 07:30 names."""
    hours, _, minutes = text.strip().replace("h", ":").partition(":")
    if not (
        hours.isascii() and hours.isdigit() and (minutes or "00").isascii() and (minutes or "00").isdigit()
    ):
        raise InvalidError("bad_time", fields={name: "bad_time"})
    minute = int(hours) * 60 + int(minutes or "0")
    if len(text) > 6 or int(minutes or "0") > 59 or not 0 <= minute < MINUTES:
        raise InvalidError("bad_time", fields={name: "bad_time"})
    return minute
