"""From the code on a page that turned up somewhere back to whose it was, and under which request.

Who asks leaves a line in the trail: the answer names a reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.access.models import Item
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import records
from portal.core.db import db
from portal.rights import grant_states, tracing
from portal.rights.grant_states import GrantState


@dataclass(frozen=True, slots=True)
class Traced:
    """The leave behind a code."""

    code: str
    """As people read it."""
    grant_id: str
    state: GrantState
    request_id: str
    item_id: str
    number: str
    position: int
    person_id: str
    person_name: str
    document_id: str
    title: str | None
    """None where the asker may not know of the document any more."""
    pages: tuple[int, int] | None
    """Numbers of the first and the last page; None is the whole document."""
    given_at: datetime
    """The time in the mark."""
    valid_from: datetime
    until: datetime


def find(actor: Actor, text: str) -> Traced:
    """Return the leave behind a trace code, and write down that it was asked for.

    Raises:
        NotAllowedError: the actor may not read the trail.
        InvalidError: it is no code, for a sign was misread.
        NotFoundError: no leave of this archive carries it.
    """
    actor.must(Permission.READ_AUDIT)
    grant = tracing.find(text)
    item = db.session.scalars(select(Item).where(Item.grant_id == grant.id)).one()
    request = item.request
    trail.record(
        actor,
        "grant.trace",
        "item",
        item.id,
        request=request.id,
        document=grant.node_id,
        grant=grant.id,
    )
    known = records.titles(actor, [grant.node_id])
    return Traced(
        code=tracing.shown(grant.trace),
        grant_id=grant.id,
        state=grant_states.of(grant),
        request_id=request.id,
        item_id=item.id,
        number=request.number,
        position=item.position,
        person_id=grant.person_id,
        person_name=people.names([grant.person_id]).get(grant.person_id, ""),
        document_id=grant.node_id,
        title=known[grant.node_id].title if grant.node_id in known else None,
        pages=(grant.first_page, grant.last_page) if grant.first_page and grant.last_page else None,
        given_at=grant.given_at,
        valid_from=grant.valid_from,
        until=grant.until,
    )
