"""How each kind of letter is worded: from a day on, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from portal.access import reasons
from portal.access.letters import facts
from portal.access.letters.kinds import LetterKind
from portal.access.letters.rows import LetterWording
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError

LONGEST_TYPE, LONGEST_CODE, LONGEST_SUBJECT, LONGEST_BODY, LONGEST_BASIS = 60, 10, 300, 8_000, 300


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody typed about a kind of letter."""

    kind: LetterKind
    type_name: str
    type_code: str
    subject: str
    body: str
    valid_from: date | None
    legal_basis: str


def of(kind: LetterKind) -> LetterWording:
    """Return the wording that holds today.

    Raises:
        NotFoundError: there is none.
    """
    today = clock.today()
    row = db.session.scalar(
        select(LetterWording)
        .where(
            LetterWording.kind == kind.value,
            LetterWording.valid_from <= today,
            or_(LetterWording.valid_to.is_(None), LetterWording.valid_to >= today),
        )
        .order_by(LetterWording.valid_from.desc())
        .limit(1)
    )
    if row is None:
        raise NotFoundError("not_found")
    return row


def history(actor: Actor, kind: LetterKind) -> Sequence[LetterWording]:
    """Return all wordings of a kind, newest first, to those who look after the rules."""
    actor.must(Permission.MANAGE_SITE)
    return db.session.scalars(
        select(LetterWording)
        .where(LetterWording.kind == kind.value)
        .order_by(LetterWording.valid_from.desc())
    ).all()


def add(actor: Actor, wording: Wording) -> LetterWording:
    """Word a kind of letter anew from a day on; the wording before ends the day before.

    Raises:
        NotAllowedError: the actor does not look after the rules.
        InvalidError: a text is missing or too long, a fact is unknown, or the day has passed.
        ConflictError: a wording from that day or a later one stands already.
    """
    actor.must(Permission.MANAGE_SITE)
    begins = wording.valid_from or clock.today()
    if begins < clock.today():
        raise InvalidError("rule_day_passed", fields={"valid_from": "rule_day_passed"})
    row = LetterWording(
        kind=wording.kind.value,
        type_name=reasons.clean("type_name", wording.type_name, 0, LONGEST_TYPE).upper(),
        type_code=reasons.clean("type_code", wording.type_code, 0, LONGEST_CODE),
        subject=reasons.clean("subject", wording.subject, 5, LONGEST_SUBJECT),
        body=reasons.clean("body", wording.body, 20, LONGEST_BODY),
        legal_basis=reasons.clean("legal_basis", wording.legal_basis, 3, LONGEST_BASIS),
        valid_from=begins,
    )
    facts.check("subject", row.subject)
    facts.check("body", row.body)
    newest = db.session.scalar(
        select(LetterWording)
        .where(LetterWording.kind == row.kind)
        .order_by(LetterWording.valid_from.desc())
        .limit(1)
        .with_for_update()
    )
    if newest is not None and newest.valid_from >= begins:
        raise ConflictError("rule_later")
    if newest is not None and (newest.valid_to is None or newest.valid_to >= begins):
        newest.valid_to = begins - timedelta(days=1)
    db.session.add(row)
    db.session.flush()
    trail.record(actor, "letter.word", "wording", row.id, kind=row.kind, valid_from=begins.isoformat())
    return row
