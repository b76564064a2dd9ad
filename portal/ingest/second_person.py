"""Who is the second person for a batch: nobody who brought any of it, by themselves or by what they lent."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.ingest import batch_states
from portal.ingest.batch_states import BatchState
from portal.ingest.models import Batch, Scan
from portal.rights import policy

_SHUT = {BatchState.CLOSED: "batch_closed", BatchState.WITHDRAWN: "batch_withdrawn"}


def known(actor: Actor, batch_id: str, *, is_held: bool = False) -> Batch:
    """Return a batch whose place is for the actor; held, nothing comes into it until the transaction ends.

    Raises:
        NotFoundError: there is none, or its place was withheld from the actor.
        ConflictError: it was withdrawn; nobody sees what was in it.
    """
    actor.must(Permission.TAKE_IN)
    batch = db.session.get(Batch, batch_id, with_for_update=is_held or None)
    if batch is None:
        raise NotFoundError("not_found")
    if batch.withdrawn_at is not None:
        policy.require_description(actor, batch.fonds_id)
        raise ConflictError("batch_withdrawn")
    policy.require_description(actor, batch.holding_id)
    return batch


def at_work(actor: Actor, batch_id: str) -> Batch:
    """Return a batch, held, that is neither closed nor withdrawn.

    Raises:
        NotFoundError: there is none, or its place was withheld from the actor.
        ConflictError: it is closed or withdrawn.
    """
    batch = known(actor, batch_id, is_held=True)
    state = batch_states.of(batch)
    if state in _SHUT:
        raise ConflictError(_SHUT[state])
    return batch


def must(actor: Actor, batch_id: str) -> Batch:
    """Return a batch, held, whose pages the actor may judge.

    Raises:
        NotFoundError, ConflictError: as `at_work`.
        NotAllowedError: the actor, or whoever lent them the right, brought something of it.
    """
    batch = at_work(actor, batch_id)
    if not is_one(actor, batch):
        raise NotAllowedError("own_batch")
    return batch


def is_one(actor: Actor, batch: Batch) -> bool:
    """Tell whether the actor may judge the pages of a batch."""
    if actor.id is None or not actor.is_second(Permission.TAKE_IN, batch.operator_id):
        return False
    return all(actor.is_second(Permission.TAKE_IN, one) for one in _bringers(batch.id))


def _bringers(batch_id: str) -> list[str]:
    """Return who brought files, by steps in an index: a long batch costs no more than a short one."""
    found: list[str] = []
    while True:
        query = select(Scan.brought_by).where(
            Scan.batch_id == batch_id, Scan.brought_by > (found or [""])[-1]
        )
        after = db.session.scalar(query.order_by(Scan.brought_by).limit(1))
        if after is None:
            return found
        found.append(after)
