"""What readers asked for and were given of a record that is purged: ended, and told in plain words.

After `purging`, which hides the record in the same transaction. What people asked and decided stays, for it
points to a record of which only the address is left; the copy that came with leave goes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select, update

from portal.access import copies, course, drafts, granting, states
from portal.access.basket import BasketItem
from portal.access.exposure_rows import Exposure
from portal.access.models import Copy, Item, ItemState
from portal.access.states import Act
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core.db import db
from portal.core.wording import say
from portal.jobs import ledger
from portal.jobs import records as jobs
from portal.jobs.models import Lane
from portal.rights import grant_states, grants
from portal.rights.grant_states import GrantAct
from portal.rights.models import Grant

REASON = "item_purged"
"""The code of what readers are told; of the record itself it says nothing."""


def end(actor: Actor, node_ids: Sequence[str]) -> None:
    """End all that readers still wait for or hold of some records, and tell each of them once.

    Args:
        actor: the second of the two who purge.
    """
    db.session.execute(delete(BasketItem).where(BasketItem.node_id.in_(node_ids)))
    still = [*states.OPEN_VALUES, ItemState.GRANTED.value]
    rows = db.session.execute(
        select(Item.id, Item.request_id)
        .where(Item.node_id.in_(node_ids), Item.state.in_(still))
        .order_by(Item.request_id, Item.position)
    ).all()
    for item_id, request_id in rows:
        course.locked(request_id)
        _end_item(actor, db.session.get_one(Item, item_id, populate_existing=True))


def copies_of(node_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return the grants of some records whose copy is kept, each with the digest of the copy."""
    rows = db.session.execute(
        select(Copy.grant_id, Copy.blob_sha256)
        .join(Grant, Grant.id == Copy.grant_id)
        .where(Grant.node_id.in_(node_ids), Copy.blob_sha256.is_not(None))
        .order_by(Copy.grant_id)
    )
    return [(grant_id, sha256 or "") for grant_id, sha256 in rows]


def stop_building(node_ids: Sequence[str]) -> None:
    """Keep every copy that is being built of some records from being kept; asked for copies after this.

    Whoever is just keeping one is waited for.
    """
    jobs.forget(_grants_on(node_ids))


def renew_copies(node_ids: Sequence[str]) -> None:
    """Take all copies of some records out of reach, and have them built anew of what is left."""
    grant_ids = _grants_on(node_ids)
    db.session.execute(delete(Copy).where(Copy.grant_id.in_(grant_ids)))
    build_again(grant_ids)


def forget_copies(grant_ids: Sequence[str], digests: Collection[str]) -> None:
    """Remove those copies of some grants that are made of some bytes; not what was built anew meanwhile."""
    db.session.execute(delete(Copy).where(Copy.grant_id.in_(grant_ids), Copy.blob_sha256.in_(digests)))


def build_again(grant_ids: Sequence[str]) -> None:
    """Have copies built anew where the leave they came with still runs."""
    for grant_id in grant_ids:
        grant = db.session.get(Grant, grant_id)
        if grant is not None and grants.is_current(grant) and grants.lets_copy(grant):
            ledger.enqueue(copies.JOB, grant_id, lane=Lane.DESK, priority=granting.COPY_PRIORITY)


def forget_pages(page_ids: Sequence[str]) -> None:
    """Let reports about pages be about their record as a whole, without what was typed of the page."""
    db.session.execute(update(Exposure).where(Exposure.page_id.in_(page_ids)).values(page_id=None, text=""))


def forget_reports(node_ids: Sequence[str]) -> None:
    """Take out of reports what somebody typed of records; that it was reported and answered stays."""
    db.session.execute(update(Exposure).where(Exposure.node_id.in_(node_ids)).values(text=""))


def uses(sha256: str) -> bool:
    """Tell whether a copy is made of the bytes."""
    return db.session.scalar(select(Copy.grant_id).where(Copy.blob_sha256 == sha256).limit(1)) is not None


def _end_item(actor: Actor, item: Item) -> None:
    reason = say(REASON, people.by_id(item.request.person_id).locale)
    if item.state == ItemState.GRANTED.value:
        if item.grant_id is None or not _runs(item.grant_id):
            return
        states.advance(item, Act.REVOKE)
        grants.revoke(revoked_by=actor.id or "", grant_id=item.grant_id, reason=reason)
        act = "grant.revoke"
    else:
        states.advance(item, Act.NOT_HELD)
        granting.write_down(item, actor.id or "", reason, "")
        drafts.drop(actor, item.request)
        act = "request.not_held"
    trail.record(actor, act, "item", item.id, request=item.request_id, document=item.node_id, is_purged=True)
    course.settle(item.request)
    granting.tell(item, "record_purged", reason=reason)


def _grants_on(node_ids: Sequence[str]) -> Sequence[str]:
    return db.session.scalars(select(Grant.id).where(Grant.node_id.in_(node_ids)).order_by(Grant.id)).all()


def _runs(grant_id: str) -> bool:
    """Tell whether leave has neither ended nor been taken back."""
    state = grant_states.of(grants.by_id(grant_id))
    return (state, GrantAct.REVOKE) in grant_states.TRANSITIONS
