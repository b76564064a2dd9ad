"""Add to the rulebook and end what stands in it: a new row from a day on, never a row rewritten.

A new wording ends the one before it on the day before; what has begun can only be ended, not taken
back, since something may have been decided by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.exc import IntegrityError

from portal.access import reasons
from portal.access.rule_rows import ServiceType, Term
from portal.access.terms import Outcome, TermKind
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.rights.period_rows import ClosurePeriod

LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT, LONGEST_BASIS = 40, 200, 4_000, 300
MOST_DAYS = 250
"""Working days of about a year: no term is longer."""

ONE_DAY = timedelta(days=1)

Row = TypeVar("Row", Term, ServiceType, ClosurePeriod)

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody typed about a term."""

    kind: TermKind
    code: str
    name_vi: str
    name_en: str
    valid_from: date | None
    legal_basis: str
    text_vi: str = ""
    text_en: str = ""
    outcome: Outcome | None = None
    needs_review_on: bool = False
    can_appeal: bool = False
    needs_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What somebody typed about a service: working days all three."""

    code: str
    name_vi: str
    name_en: str
    working_days: int
    extension_days_most: int
    pause_days_most: int
    needs_draft: bool
    valid_from: date | None
    legal_basis: str


def add(actor: Actor, wording: Wording) -> Term:
    """Let a term hold from a day on; a wording of the same code ends the day before.

    Raises:
        NotAllowedError: the actor does not look after the rules.
        InvalidError: a text is missing or too long, the code cannot be one, or the day has passed.
        ConflictError: a later wording of the same code stands already.
    """
    actor.must(Permission.MANAGE_SITE)
    begins = first_day(wording.valid_from)
    row = Term(
        kind=wording.kind.value,
        code=clean_code(wording.code),
        **clean_names(wording.name_vi, wording.name_en, wording.legal_basis),
        text_vi=reasons.clean("text_vi", wording.text_vi, 0, LONGEST_TEXT),
        text_en=reasons.clean("text_en", wording.text_en, 0, LONGEST_TEXT),
        outcome=_outcome(wording),
        needs_review_on=wording.needs_review_on,
        can_appeal=wording.can_appeal,
        needs_evidence=wording.needs_evidence,
        valid_from=begins,
    )
    _check_texts(wording.kind, row.text_vi, row.text_en)
    # Of undertakings there is one at a time, whatever it is called.
    is_alone = wording.kind is TermKind.UNDERTAKING
    same = [Term.kind == row.kind, *([] if is_alone else [Term.code == row.code])]
    ended = succeed(Term, begins, *same)
    row.position = _position(row.kind, row.code)
    keep(row)
    trail.record(
        actor,
        "rule.add",
        "term",
        row.id,
        kind=row.kind,
        code=row.code,
        valid_from=begins.isoformat(),
        ended=[one.id for one in ended],
    )
    return row


def end(actor: Actor, term_id: str, last_day: date | None) -> Term:
    """Let a term be chosen on no day after the last one; until that day is over it can be moved.

    Raises:
        NotFoundError: there is no such term.
        InvalidError: the day is missing or has passed.
        ConflictError: the term ended already, or a later wording begins before that day.
    """
    actor.must(Permission.MANAGE_SITE)
    row = db.session.scalar(select(Term).where(Term.id == term_id).with_for_update())
    if row is None:
        raise NotFoundError("not_found")
    last = finish(row, last_day, Term.kind == row.kind, Term.code == row.code)
    trail.record(actor, "rule.end", "term", row.id, kind=row.kind, code=row.code, valid_to=last.isoformat())
    return row


def finish(row: Row, last_day: date | None, *same: ColumnElement[bool]) -> date:
    """Let a locked row hold on no day after the last one; `same` are its other wordings.

    Raises:
        InvalidError, ConflictError: as `end`.
    """
    if last_day is None:
        raise InvalidError("missing", fields={"last_day": "missing"})
    today, model = clock.today(), type(row)
    if row.valid_to is not None and row.valid_to < today:
        raise ConflictError("rule_is_over")
    if last_day < today:
        raise InvalidError("rule_day_passed", fields={"last_day": "rule_day_passed"})
    later = db.session.scalar(
        select(model.id).where(
            *same, model.valid_from > row.valid_from, model.valid_from <= last_day, _ever_holds(model)
        )
    )
    if later is not None:
        raise ConflictError("rule_has_later")
    row.valid_to = last_day
    db.session.flush()
    return last_day


def change_service(actor: Actor, limits: Limits) -> ServiceType:
    """Let a service take other days from a day on; the row that held ends the day before.

    A service has no end of its own: a request always has a term.

    Raises:
        NotAllowedError: the actor does not look after the rules.
        NotFoundError: there is no such service.
        InvalidError: a text is missing or too long, days cannot be, or the day has passed.
        ConflictError: later days of this service stand already.
    """
    actor.must(Permission.MANAGE_SITE)
    if db.session.scalar(select(ServiceType.id).where(ServiceType.code == limits.code).limit(1)) is None:
        raise NotFoundError("not_found")
    begins = first_day(limits.valid_from)
    row = ServiceType(
        code=limits.code,
        **clean_names(limits.name_vi, limits.name_en, limits.legal_basis),
        working_days=_days("working_days", limits.working_days, 1),
        extension_days_most=_days("extension_days_most", limits.extension_days_most, 0),
        pause_days_most=_days("pause_days_most", limits.pause_days_most, 0),
        needs_draft=limits.needs_draft,
        valid_from=begins,
    )
    ended = succeed(ServiceType, begins, ServiceType.code == row.code)
    keep(row)
    trail.record(
        actor,
        "rule.service",
        "service_type",
        row.id,
        code=row.code,
        working_days=row.working_days,
        valid_from=begins.isoformat(),
        ended=[one.id for one in ended],
    )
    return row


def succeed(model: type[Row], begins: date, *same: ColumnElement[bool]) -> Sequence[Row]:
    """End what holds on the day that the next begins; return what was ended."""
    rows = db.session.scalars(
        select(model)
        .where(*same, or_(model.valid_to.is_(None), and_(model.valid_to >= begins, _ever_holds(model))))
        .order_by(model.valid_from)
        .with_for_update()
    ).all()
    if any(row.valid_from >= begins for row in rows):
        raise ConflictError("rule_later")
    for row in rows:
        row.valid_to = begins - ONE_DAY
    return rows


def _ever_holds(model: type[Row]) -> ColumnElement[bool]:
    """Tell whether a row holds on some day; one that was ended before it began does not."""
    return or_(model.valid_to.is_(None), model.valid_to >= model.valid_from)


def keep(row: Row) -> None:
    """Add a row, unless one that begins on the same day was added before, even if it was taken back."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        raise ConflictError("rule_same_day") from None


def first_day(day: date | None) -> date:
    """Return the day from which a row is to hold; InvalidError where it is missing or has passed."""
    if day is None:
        raise InvalidError("missing", fields={"valid_from": "missing"})
    if day < clock.today():
        raise InvalidError("rule_day_passed", fields={"valid_from": "rule_day_passed"})
    return day


def clean_code(text: str) -> str:
    """Return the code of a row; InvalidError where it cannot be one."""
    code = text.strip()
    if not _CODE.fullmatch(code):
        raise InvalidError("bad_rule_code", fields={"code": "bad_rule_code"})
    return code


def clean_names(name_vi: str, name_en: str, legal_basis: str) -> dict[str, str]:
    """Return names and basis as they are kept; InvalidError where one is missing or too long."""
    given = {"name_vi": name_vi, "name_en": name_en, "legal_basis": legal_basis}
    for name, text in given.items():
        if not text.strip():
            raise InvalidError("missing", fields={name: "missing"})
    most = {"legal_basis": LONGEST_BASIS}
    return {
        name: " ".join(reasons.clean(name, text, 1, most.get(name, LONGEST_NAME)).split())
        for name, text in given.items()
    }


def _check_texts(kind: TermKind, text_vi: str, text_en: str) -> None:
    """See that a text stands in both languages or in none, and that an undertaking has one."""
    lacking = [name for name, text in (("text_vi", text_vi), ("text_en", text_en)) if not text]
    if kind is TermKind.UNDERTAKING and lacking:
        raise InvalidError("missing", fields={lacking[0]: "missing"})
    if len(lacking) == 1:
        raise InvalidError("both_languages", fields={lacking[0]: "both_languages"})


def _outcome(wording: Wording) -> str | None:
    if wording.kind is not TermKind.REASON:
        return None
    if wording.outcome is None:
        raise InvalidError("missing", fields={"outcome": "missing"})
    return wording.outcome.value


def _days(name: str, days: int, least: int) -> int:
    if not least <= days <= MOST_DAYS:
        raise InvalidError("bad_days", fields={name: "bad_days"}, least=least, most=MOST_DAYS)
    return days


def _position(kind: str, code: str) -> int:
    """Return where a term stands: where it stood before, else behind all others."""
    before = select(Term.position).where(Term.kind == kind, Term.code == code).limit(1)
    last = select(Term.position).where(Term.kind == kind).order_by(Term.position.desc()).limit(1)
    known = db.session.scalar(before)
    return known if known is not None else (db.session.scalar(last) or 0) + 10
