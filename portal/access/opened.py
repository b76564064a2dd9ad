"""What follows when a closing period is over: a line in the trail, the index, and word to those refused.

The record was open from the first instant of its day on, whether this ran or not (`rights.opening`).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from portal.access import addresses
from portal.access.models import Item, ItemState, Request
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, PORTAL
from portal.audit import trail
from portal.catalogue import outbox, tree
from portal.core.db import db
from portal.jobs.handlers import Claim
from portal.rights import opening, policy, protections
from portal.rights.models import Protection

JOB = "access.opening"
EVERY_SECONDS = 600
MOST_AT_ONCE = 20
"""Nodes; below one there may be many records. What is left over follows at the next look."""

TOLD = (ItemState.REFUSED.value, ItemState.LAPSED.value)
"""What came of the asking of those who are told."""


def follow(claim: Claim) -> Callable[[], None]:
    """Write down what has opened by its date, and tell those who were refused it."""
    return _follow


def _follow() -> None:
    for row in opening.due(MOST_AT_ONCE):
        day, basis = row.opens_on, row.opens_basis
        opening.settle(row)
        outbox.note_tree(row.node_id)
        kind = tree.by_id(row.node_id).kind
        trail.record(
            PORTAL,
            "access.open_by_date",
            kind,
            row.node_id,
            opened_on=day.isoformat() if day else None,
            basis=basis,
        )
        tell(row.node_id)


def tell(node_id: str) -> None:
    """Tell everybody who was refused it, once for each record at or below a node that is open to all now."""
    path = protections.of(node_id).path
    asked = db.session.execute(
        select(Request.person_id, Item.node_id, Request.number, Item.position)
        .join(Item, Item.request_id == Request.id)
        .join(Protection, Protection.node_id == Item.node_id)
        .where(Protection.path.like(path + "%"), Item.state.in_(TOLD))
        .order_by(Request.submitted_at.desc())
    ).all()
    sights = policy.sights(ANONYMOUS, {record_id for _, record_id, _, _ in asked})
    told: set[tuple[str, str]] = set()
    for person_id, record_id, number, position in asked:
        is_open = record_id in sights and sights[record_id].is_public
        if is_open and (person_id, record_id) not in told:
            told.add((person_id, record_id))
            place = addresses.of_record(record_id)
            notices.tell(person_id, "record_opened", place, number=number, position=position)
