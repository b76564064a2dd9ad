"""Change the periods and limits of `core.dated` from a day on; old rows stay and explain old decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, dated
from portal.core.dated import DatedValue
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError

LONGEST_BASIS = 300
LEAST, MOST = 1, 10_000

CEILINGS = {dated.GRANT_DAYS: dated.GRANT_DAYS_MOST}
"""What may not be more than another."""


def listing(actor: Actor, *, with_ended: bool) -> Sequence[DatedValue]:
    """Return the values that hold or will, and those that ended where asked, by key and day.

    Raises:
        NotAllowedError: the actor does not look after the rules.
    """
    actor.must(Permission.MANAGE_SITE)
    query = select(DatedValue).order_by(DatedValue.key, DatedValue.valid_from)
    if not with_ended:
        query = query.where(or_(DatedValue.valid_to.is_(None), DatedValue.valid_to >= clock.today()))
    return db.session.scalars(query).all()


def history(actor: Actor, key: str) -> Sequence[DatedValue]:
    """Return all values of a key, newest first.

    Raises:
        NotFoundError: there is no such key.
    """
    actor.must(Permission.MANAGE_SITE)
    rows = db.session.scalars(
        select(DatedValue).where(DatedValue.key == key).order_by(DatedValue.valid_from.desc())
    ).all()
    if not rows:
        raise NotFoundError("not_found")
    return rows


def change(actor: Actor, key: str, value: int, valid_from: date | None, legal_basis: str) -> DatedValue:
    """Let a period or limit have another value from a day on; the one that held ends the day before.

    Raises:
        NotFoundError: there is no such key.
        InvalidError: the value cannot be, the basis is missing or too long, or the day has passed.
        ConflictError: a later value stands already.
    """
    newest = history(actor, key)[0]
    basis = " ".join(legal_basis.split())
    if valid_from is None or not basis:
        raise InvalidError("missing", fields={"legal_basis" if valid_from else "valid_from": "missing"})
    if len(basis) > LONGEST_BASIS:
        raise InvalidError("too_long", fields={"legal_basis": "too_long"}, most=LONGEST_BASIS)
    if valid_from < clock.today():
        raise InvalidError("rule_day_passed", fields={"valid_from": "rule_day_passed"})
    if valid_from <= newest.valid_from:
        raise ConflictError("rule_later")
    _check(key, value, valid_from)
    row = DatedValue(key=key, value=str(value), valid_from=valid_from, legal_basis=basis)
    newest.valid_to = valid_from - timedelta(days=1)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise ConflictError("changed_meanwhile") from None
    trail.record(
        actor,
        "rule.period",
        "dated_value",
        key,
        old=newest.value,
        new=row.value,
        valid_from=valid_from.isoformat(),
    )
    return row


def _check(key: str, value: int, on: date) -> None:
    """See that the value can be, beside those that it is bound to."""
    if not LEAST <= value <= MOST:
        raise InvalidError("bad_days", fields={"value": "bad_days"}, least=LEAST, most=MOST)
    for lower, upper in CEILINGS.items():
        least = _other(lower, on) if key == upper else LEAST
        most = _other(upper, on) if key == lower else MOST
        if not least <= value <= most:
            raise InvalidError("bad_days", fields={"value": "bad_days"}, least=least, most=most)


def _other(key: str, on: date) -> int:
    try:
        return int(dated.value(key, on))
    except UnavailableError:
        raise NotFoundError("not_found") from None
