"""Write and read the trail. A line is written in the transaction of the act it tells of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from sqlalchemy import func, select, tuple_

from portal.audit.models import AuditEvent
from portal.core.db import db

AT_ONCE = 500
"""Ids in one query; SQLite takes a limited number of values."""


class Acting(Protocol):
    """Whoever acts, as far as the trail must know (`accounts.actors.Actor` fits)."""

    @property
    def id(self) -> str | None: ...
    @property
    def role(self) -> str | None: ...
    @property
    def is_machine(self) -> bool: ...


def record(actor: Acting, action: str, object_kind: str, object_id: str, **details: object) -> None:
    """Add a line to the trail.

    Args:
        action: what was done, as area.verb: 'request.submit'.
        details: plain JSON values; ids and states, never names, purposes or page text.
    """
    record_each(actor, action, object_kind, {object_id: details})


def record_each(
    actor: Acting, action: str, object_kind: str, details: Mapping[str, Mapping[str, object]]
) -> None:
    """Add a line for each of many things to which the same was done, in their order.

    Args:
        details: by the id of the thing, as for `record`.
    """
    kind = "machine" if actor.is_machine else actor.role or "anonymous"
    db.session.add_all(
        [
            AuditEvent(
                actor_id=actor.id,
                actor_kind=kind,
                action=action,
                object_kind=object_kind,
                object_id=object_id,
                details=dict(said),
            )
            for object_id, said in details.items()
        ]
    )
    db.session.flush()


def of(object_kind: str, object_id: str) -> Sequence[AuditEvent]:
    """Return the lines about one thing, oldest first."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.object_kind == object_kind, AuditEvent.object_id == object_id)
        .order_by(AuditEvent.seq)
    ).all()


def by(actor_id: str, most: int) -> tuple[Sequence[AuditEvent], int]:
    """Return the latest lines of what somebody did, and how many there are in all."""
    mine = AuditEvent.actor_id == actor_id
    total = db.session.scalar(select(func.count()).select_from(AuditEvent).where(mine)) or 0
    return db.session.scalars(
        select(AuditEvent).where(mine).order_by(AuditEvent.seq.desc()).limit(most)
    ).all(), total


def has_any(action: str, object_kind: str, object_ids: Iterable[str]) -> bool:
    """Tell whether the act was ever done to one of the things."""
    ids = sorted(object_ids)
    for start in range(0, len(ids), AT_ONCE):
        found = select(AuditEvent.seq).where(
            AuditEvent.object_kind == object_kind,
            AuditEvent.object_id.in_(ids[start : start + AT_ONCE]),
            AuditEvent.action == action,
        )
        if db.session.scalar(found.limit(1)) is not None:
            return True
    return False


def of_all(things: Iterable[tuple[str, str]], actions: Collection[str] = ()) -> Sequence[AuditEvent]:
    """Return the lines about several things, given by kind and id, in the order they were written.

    Args:
        actions: the acts that are asked for; all where there are none.
    """
    query = select(AuditEvent).where(tuple_(AuditEvent.object_kind, AuditEvent.object_id).in_(list(things)))
    if actions:
        query = query.where(AuditEvent.action.in_(actions))
    return db.session.scalars(query.order_by(AuditEvent.seq)).all()
