"""Tell people that their leave has ended. The end itself needs nobody: every look asks the clock."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.access import addresses
from portal.access.models import Item, ItemState
from portal.accounts import notices
from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.wording import moment
from portal.jobs.handlers import Claim
from portal.rights.models import Grant

JOB = "access.expiry"
EVERY_SECONDS = 300
MOST_AT_ONCE = 200
"""Keeps the transaction short; what is left over is told at the next look."""


def announce(claim: Claim) -> Callable[[], None]:
    """Write the audit line and the notice of every grant that ended by itself, once each."""
    return _announce


def _announce() -> None:
    ended = db.session.execute(
        select(Item, Grant)
        .join(Grant, Grant.id == Item.grant_id)
        .where(
            Item.state == ItemState.GRANTED.value,
            Item.end_told_at.is_(None),
            Grant.revoked_at.is_(None),
            Grant.until <= clock.now(),
        )
        .order_by(Grant.until)
        .limit(MOST_AT_ONCE)
    ).all()
    for item, grant in ended:
        item.end_told_at = clock.now()
        trail.record(
            PORTAL,
            "grant.end",
            "item",
            item.id,
            request=item.request_id,
            document=item.node_id,
            grant=grant.id,
        )
        notices.tell(
            grant.person_id,
            "grant_ended",
            addresses.of_request(item.request_id),
            number=item.request.number,
            position=item.position,
            until=moment(grant.until),
        )
