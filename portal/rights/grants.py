"""Leave for one person to see one conditional document until an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.rights.models import Grant


def give(*, given_by: str, person_id: str, node_id: str, until: datetime, mark: str) -> Grant:
    """Give leave until an aware instant. Who may give is asked by the caller (`access.decisions`)."""
    row = Grant(person_id=person_id, node_id=node_id, until=until, mark=mark, given_by=given_by)
    db.session.add(row)
    db.session.flush()
    return row


def revoke(*, revoked_by: str, grant_id: str, reason: str) -> Grant:
    """Take leave back at once.

    Raises:
        NotFoundError: there is no such grant.
        ConflictError: it was revoked before.
    """
    row = by_id(grant_id)
    if row.revoked_at is not None:
        raise ConflictError("already_revoked")
    row.revoked_by, row.revoked_at, row.revoke_reason = revoked_by, clock.now(), reason
    db.session.flush()
    return row


def by_id(grant_id: str) -> Grant:
    """Return a grant, current or not.

    Raises:
        NotFoundError: there is no such grant.
    """
    row = db.session.get(Grant, grant_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def is_current(grant: Grant) -> bool:
    """Tell whether the grant holds at this instant. At its end it no longer does."""
    return grant.revoked_at is None and clock.now() < grant.until


def current_of(person_id: str, node_ids: Sequence[str]) -> dict[str, Grant]:
    """Return the person's current grants on the nodes; of several on one node the longest."""
    rows = db.session.scalars(
        select(Grant)
        .where(_is_current(), Grant.person_id == person_id, Grant.node_id.in_(node_ids))
        .order_by(Grant.until)
    )
    return {row.node_id: row for row in rows}


def holds(person_id: str, node_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the SQL condition that the person has a current grant on the node `node_id`."""
    return exists().where(_is_current(), Grant.person_id == person_id, Grant.node_id == node_id)


def _is_current() -> ColumnElement[bool]:
    return Grant.revoked_at.is_(None) & (Grant.until > clock.now())
