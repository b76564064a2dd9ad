"""What a decider should know beside a request: what the person asked before, what was decided on the record.

Read only; comes beside `requests.show`, before `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.access import results, states
from portal.access.models import Item, Request
from portal.access.results import RequestView
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db

MOST_REQUESTS = 5
MOST_DECISIONS = 3
"""Of each record; the latest say how it is handled now."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A decision on the same record, for whomever it was."""

    request_id: str
    number: str
    person_name: str
    state: str
    decided_at: datetime
    reason: str


def of_person(actor: Actor, asked: RequestView) -> Sequence[RequestView]:
    """Return the latest requests that the same person sent before this one, latest first."""
    actor.must(Permission.DECIDE)
    rows = db.session.scalars(
        select(Request)
        .where(
            Request.person_id == asked.person_id,
            Request.id != asked.id,
            Request.submitted_at <= asked.submitted_at,
        )
        .options(selectinload(Request.items))
        .order_by(Request.submitted_at.desc(), Request.number.desc())
        .limit(MOST_REQUESTS)
    ).all()
    return results.of(actor, rows)


def of_records(actor: Actor, asked: RequestView) -> dict[str, list[Precedent]]:
    """Return by document the latest decisions on it in other requests, latest first."""
    actor.must(Permission.DECIDE)
    found: dict[str, list[Precedent]] = {}
    for item in asked.items:
        rows = db.session.execute(
            select(Item, Request)
            .join(Request, Request.id == Item.request_id)
            .where(
                Item.node_id == item.document_id,
                Item.request_id != asked.id,
                Item.state.not_in(states.OPEN_VALUES),
                Item.decided_at.is_not(None),
            )
            .order_by(Item.decided_at.desc(), Item.id)
            .limit(MOST_DECISIONS)
        ).all()
        names = people.names([request.person_id for _item, request in rows])
        found[item.document_id] = [
            Precedent(
                request.id,
                request.number,
                names.get(request.person_id, ""),
                row.state,
                row.decided_at,
                row.reason,
            )
            for row, request in rows
            if row.decided_at is not None
        ]
    return found
