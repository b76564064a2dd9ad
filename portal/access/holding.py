"""What a person may see now and until when, the soonest end first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.access.models import Item, ItemState, Request
from portal.accounts.actors import Actor
from portal.catalogue import records
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotAllowedError
from portal.rights import grants
from portal.rights.models import Grant

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave that holds now; `title` is None where its holder may no longer know of the document."""

    item_id: str
    request_id: str
    document_id: str
    title: str | None
    until: datetime

    @property
    def days_left(self) -> int:
        """Whole days until it ends, by the calendar of Việt Nam; 0 is today."""
        return (self.until.astimezone(clock.LOCAL).date() - clock.today()).days


def of(actor: Actor) -> list[Leave]:
    """Return the leave of the actor that holds now.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    rows = db.session.execute(
        select(Item.id, Item.request_id, Item.node_id, Grant.until)
        .join(Request, Request.id == Item.request_id)
        .join(Grant, Grant.id == Item.grant_id)
        .where(
            Request.person_id == actor.id,
            Item.state == ItemState.GRANTED.value,
            grants.is_active(),
        )
        .order_by(Grant.until, Item.id)
        .limit(MOST_SHOWN)
    ).all()
    known = records.titles(actor, [row.node_id for row in rows])

    def title(node_id: str) -> str | None:
        node = known.get(node_id)
        return node.title if node else None

    return [Leave(row.id, row.request_id, row.node_id, title(row.node_id), row.until) for row in rows]
