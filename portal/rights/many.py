"""Ask and write the protections of many nodes at once, as pages of a whole batch are put elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select, update

from portal.core.db import db
from portal.rights import protections
from portal.rights.models import Protection

AT_ONCE = 500
"""Ids in one query; SQLite takes a limited number of values."""


def remove_nodes(node_ids: Iterable[str], at: datetime) -> None:
    """Take nodes out of everybody's sight that nothing stands in any more."""
    for part in _parts(node_ids):
        protections.set_removed(Protection.node_id.in_(part) & Protection.removed_at.is_(None), at)


def put_back_nodes(node_ids: Iterable[str]) -> None:
    """Undo `remove_nodes`."""
    for part in _parts(node_ids):
        protections.set_removed(Protection.node_id.in_(part), None)


def bury(node_ids: Iterable[str], at: datetime) -> None:
    """Take nodes out of everybody's sight for good, with the words of why they were closed.

    What is held back comes back with no batch, and a node that is purged has nobody who could let it out.
    """
    for part in _parts(node_ids):
        protections.set_removed(Protection.node_id.in_(part) & Protection.removed_at.is_(None), at)
        db.session.execute(
            update(Protection)
            .where(Protection.node_id.in_(part))
            .values(held_back=True, reason="", opens_basis="")
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


def any_removed(node_ids: Iterable[str]) -> bool:
    """Tell whether one of the nodes was taken out of sight."""
    rows = (
        select(Protection.node_id).where(Protection.node_id.in_(part), Protection.removed_at.is_not(None))
        for part in _parts(node_ids)
    )
    return any(db.session.scalar(one.limit(1)) is not None for one in rows)


def published_among(node_ids: Iterable[str]) -> set[str]:
    """Return those of the nodes that are published."""
    found: set[str] = set()
    for part in _parts(node_ids):
        rows = select(Protection.node_id).where(
            Protection.node_id.in_(part), Protection.published_at.is_not(None)
        )
        found |= set(db.session.scalars(rows))
    return found


def _parts(node_ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield so many ids at a time as fit into one query."""
    wanted = sorted(set(node_ids))
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]
