"""Make, rename, end and list the bodies that created records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.catalogue.models import Agency
from portal.core import collation
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError

MOST_LISTED = 500


def create(
    actor: Actor, *, code: str, name: str, valid_from: date | None = None, valid_to: date | None = None
) -> Agency:
    """Make an agency.

    Raises:
        InvalidError: a field is missing, too long, or the dates are the wrong way round.
        ConflictError: the code is taken.
    """
    actor.must(Permission.ARRANGE)
    code, name = fields.required("code", code, 40), fields.required("name", name, 300)
    fields.in_order(valid_from, valid_to)
    _refuse_taken(code)
    row = Agency(
        code=code, name=name, sort_key=collation.sort_key(name), valid_from=valid_from, valid_to=valid_to
    )
    db.session.add(row)
    db.session.flush()
    trail.record(actor, "agency.create", "agency", row.id)
    return row


def change(
    actor: Actor,
    agency_id: str,
    *,
    code: str,
    name: str,
    valid_from: date | None,
    valid_to: date | None,
    version: int,
) -> Agency:
    """Change what an agency is called and how long it existed.

    Raises:
        ConflictError: the code is taken, or somebody changed the agency in the meantime.
    """
    actor.must(Permission.ARRANGE)
    row = by_id(agency_id)
    fields.same_version(row.version, version)
    code = fields.required("code", code, 40)
    fields.in_order(valid_from, valid_to)
    if code != row.code:
        _refuse_taken(code)
    row.code, row.name = code, fields.required("name", name, 300)
    row.sort_key = collation.sort_key(row.name)
    row.valid_from, row.valid_to = valid_from, valid_to
    try:
        db.session.flush()
    except StaleDataError:
        raise ConflictError("changed_meanwhile") from None
    trail.record(actor, "agency.change", "agency", row.id)
    return row


def name_successor(actor: Actor, agency_id: str, successor_id: str) -> Agency:
    """Say which agency took over from an agency that ended.

    Raises:
        InvalidError: the agency would, over others or by itself, be its own successor.
        NotFoundError: there is no such agency.
    """
    actor.must(Permission.ARRANGE)
    row, later = by_id(agency_id), by_id(successor_id)
    while later.id != row.id and later.successor_id is not None:
        later = by_id(later.successor_id)
    if later.id == row.id:
        raise InvalidError("own_successor", fields={"successor": "own_successor"})
    row.successor_id = successor_id
    db.session.flush()
    trail.record(actor, "agency.name_successor", "agency", row.id, successor=successor_id)
    return row


def by_id(agency_id: str) -> Agency:
    """Return an agency.

    Raises:
        NotFoundError: there is no such agency.
    """
    row = db.session.get(Agency, agency_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def listing() -> Sequence[Agency]:
    """Return the agencies in Vietnamese order; a province has some hundred at most."""
    return db.session.scalars(select(Agency).order_by(Agency.sort_key, Agency.id).limit(MOST_LISTED)).all()


def predecessors(agency_id: str) -> Sequence[Agency]:
    """Return the agencies that this one succeeded, in Vietnamese order."""
    return db.session.scalars(
        select(Agency).where(Agency.successor_id == agency_id).order_by(Agency.sort_key, Agency.id)
    ).all()


def _refuse_taken(code: str) -> None:
    if db.session.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise ConflictError("code_taken", fields={"code": "code_taken"})
