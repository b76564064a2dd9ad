"""Tell people that their leave will end soon, and that it has ended.

The end itself needs nobody: every look asks the clock.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from portal.access import addresses
from portal.access.models import Item, ItemState
from portal.accounts import notices
from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.core import clock, dated
from portal.core.db import db
from portal.core.wording import moment
from portal.jobs.handlers import Claim
from portal.rights.models import Grant

JOB = "access.expiry"
EVERY_SECONDS = 300
MOST_AT_ONCE = 200
"""Keeps the transaction short; what is left over is told at the next look."""


def announce(claim: Claim) -> Callable[[], None]:
    """Tell of every grant that ends soon, and of every one that ended by itself, once each."""
    return _announce


def _announce() -> None:
    _tell_ends()
    _tell_ahead()


def _tell_ahead() -> None:
    """Tell whose leave ends within the next days, so that they can read on in time or ask again."""
    now = clock.now()
    soon = now + timedelta(days=int(dated.value(dated.GRANT_NOTICE_DAYS)))
    ending = db.session.execute(
        select(Item, Grant)
        .join(Grant, Grant.id == Item.grant_id)
        .where(
            Item.state == ItemState.GRANTED.value,
            Item.end_told_ahead_at.is_(None),
            Grant.revoked_at.is_(None),
            Grant.until > now,
            Grant.until <= soon,
        )
        .order_by(Grant.until)
        .limit(MOST_AT_ONCE)
    ).all()
    for item, grant in ending:
        item.end_told_ahead_at = now
        if grant.given_at + (grant.until - grant.given_at) / 2 > now:
            # Leave that was short from the start: its notice of granting has just said when it ends.
            continue
        notices.tell(
            grant.person_id,
            "grant_ends_soon",
            addresses.of_request(item.request_id),
            number=item.request.number,
            position=item.position,
            until=moment(grant.until),
        )


def _tell_ends() -> None:
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
