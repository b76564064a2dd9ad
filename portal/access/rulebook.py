"""The rulebook as it holds on a day: what may be chosen, how long each service takes, on what law.

Rows are never rewritten (`rulemaking` adds and ends them): what was decided keeps the row it named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import ColumnElement, or_, select

from portal.access.rule_rows import ServiceType, Term
from portal.access.terms import Outcome, Standing, TermKind
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError, UnavailableError


def terms(kind: TermKind, on: date | None = None) -> Sequence[Term]:
    """Return what can be chosen on the day (today where none is given), in its order."""
    return db.session.scalars(
        select(Term)
        .where(Term.kind == kind.value, *_holds(Term, on or clock.today()))
        .order_by(Term.position, Term.code)
    ).all()


def reasons(outcome: Outcome, on: date | None = None) -> list[Term]:
    """Return the reasons that can be given for an outcome on the day."""
    return [one for one in terms(TermKind.REASON, on) if one.outcome == outcome.value]


def reason_of(outcome: Outcome | None, code: str) -> Term:
    """Return the reason of a code as it can be given for an outcome today.

    Raises:
        NotFoundError: there is none.
    """
    for one in reasons(outcome) if outcome else ():
        if one.code == code:
            return one
    raise NotFoundError("not_found")


def extension_of(term_id: str) -> Term | None:
    """Return the reason of an extension as it can be given today; None where the rules have none at all.

    Raises:
        InvalidError: none was chosen, or it is not one that holds today.
    """
    known = {one.id: one for one in terms(TermKind.EXTENSION)}
    if not known and not term_id:
        return None
    if term_id not in known:
        code = "reason_does_not_fit" if term_id else "extension_needs_code"
        raise InvalidError(code, fields={"term": code})
    return known[term_id]


def named(row: Term, locale: str) -> str:
    """Return the name of a term in a language."""
    return row.name_vi if locale == "vi" else row.name_en


def undertaking(on: date | None = None) -> Term | None:
    """Return what a reader undertakes on the day; nothing where the archive asks for none."""
    return next(iter(terms(TermKind.UNDERTAKING, on)), None)


def term(term_id: str) -> Term:
    """Return a term by its id, whether or not it holds today: an old decision keeps its words.

    Raises:
        NotFoundError: there is no such term.
    """
    row = db.session.get(Term, term_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def by_ids(term_ids: Sequence[str]) -> dict[str, Term]:
    """Return terms by their ids, whether or not they hold today."""
    rows = db.session.scalars(select(Term).where(Term.id.in_(set(term_ids))))
    return {row.id: row for row in rows}


def service(code: str, on: date | None = None) -> ServiceType:
    """Return how long a service takes if it is asked for on the day (today where none is given).

    Raises:
        UnavailableError: no row holds on that day.
    """
    day = on or clock.today()
    row = db.session.scalar(
        select(ServiceType).where(ServiceType.code == code, *_holds(ServiceType, day)).limit(1)
    )
    if row is None:
        raise UnavailableError("no_service", service=code, day=day.isoformat())
    return row


def services(on: date | None = None) -> Sequence[ServiceType]:
    """Return how long each service takes if it is asked for on the day."""
    return db.session.scalars(
        select(ServiceType).where(*_holds(ServiceType, on or clock.today())).order_by(ServiceType.code)
    ).all()


class Dated(Protocol):
    """Whatever holds from a day to a day."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


def standing(row: Dated, on: date | None = None) -> Standing:
    """Tell where a row is on the day."""
    day = on or clock.today()
    if row.valid_to is not None and row.valid_to < row.valid_from:
        return Standing.TAKEN_BACK
    if row.valid_to is not None and row.valid_to < day:
        return Standing.OVER
    return Standing.TO_COME if row.valid_from > day else Standing.HOLDS


def all_terms(actor: Actor, *, with_ended: bool) -> Sequence[Term]:
    """Return the terms that hold or will, and those that ended where asked, by kind and order.

    Raises:
        NotAllowedError: the actor does not look after the rules.
    """
    actor.must(Permission.MANAGE_SITE)
    query = select(Term).order_by(Term.kind, Term.position, Term.code, Term.valid_from)
    return db.session.scalars(query if with_ended else query.where(_not_over(Term))).all()


def all_services(actor: Actor, *, with_ended: bool) -> Sequence[ServiceType]:
    """Return the services that hold or will, and those that ended where asked, by what they are called."""
    actor.must(Permission.MANAGE_SITE)
    query = select(ServiceType).order_by(ServiceType.code, ServiceType.valid_from)
    return db.session.scalars(query if with_ended else query.where(_not_over(ServiceType))).all()


def service_history(actor: Actor, code: str) -> Sequence[ServiceType]:
    """Return all rows of a service, newest first.

    Raises:
        NotFoundError: there is no such service.
    """
    actor.must(Permission.MANAGE_SITE)
    rows = db.session.scalars(
        select(ServiceType).where(ServiceType.code == code).order_by(ServiceType.valid_from.desc())
    ).all()
    if not rows:
        raise NotFoundError("not_found")
    return rows


def wordings(actor: Actor, term_id: str) -> Sequence[Term]:
    """Return all wordings of a term, newest first.

    Raises:
        NotFoundError: there is no such term.
    """
    actor.must(Permission.MANAGE_SITE)
    row = term(term_id)
    return db.session.scalars(
        select(Term).where(Term.kind == row.kind, Term.code == row.code).order_by(Term.valid_from.desc())
    ).all()


def _holds(model: type[Term] | type[ServiceType], day: date) -> tuple[ColumnElement[bool], ...]:
    return model.valid_from <= day, or_(model.valid_to.is_(None), model.valid_to >= day)


def _not_over(model: type[Term] | type[ServiceType]) -> ColumnElement[bool]:
    return or_(model.valid_to.is_(None), model.valid_to >= clock.today())
