"""What else is asked about the same records: by the same person, and by others lately.

Read only; comes beside `requests.show`, for whoever handles the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.access import powers, request_states
from portal.access.models import Item, Request
from portal.access.results import RequestView
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db

LATELY_DAYS = 90
MOST_SHOWN = 5
"""Of each record; the latest say most."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Another request for one of the records."""

    request_id: str
    number: str
    person_name: str
    position: int
    """Which document of the request that is looked at."""
    state: str
    submitted_at: datetime
    is_same_person: bool
    is_open: bool


def of(actor: Actor, asked: RequestView) -> list[Twin]:
    """Return other requests for the same records: the same person's, and those of others of the last weeks.

    Those of the same person and those that are open stand first.

    Raises:
        NotAllowedError: the actor does not handle this request.
    """
    powers.must(actor, Permission.HANDLE, asked.person_id)
    since, found = clock.now() - timedelta(days=LATELY_DAYS), []
    for item in asked.items:
        rows = db.session.execute(
            select(Request, Item.state)
            .join(Item, Item.request_id == Request.id)
            .where(
                Item.node_id == item.document_id,
                Request.id != asked.id,
                Request.submitted_at >= since,
            )
            .order_by(Request.submitted_at.desc(), Request.number.desc())
            .limit(MOST_SHOWN)
        ).all()
        names = people.names([row.person_id for row, _state in rows])
        found += [
            Twin(
                row.id,
                row.number,
                names.get(row.person_id, ""),
                item.position,
                state,
                row.submitted_at,
                row.person_id == asked.person_id,
                row.status in request_states.OPEN,
            )
            for row, state in rows
            if powers.may(actor, Permission.HANDLE, row.person_id)
        ]
    return sorted(found, key=lambda twin: (not twin.is_same_person, not twin.is_open))
