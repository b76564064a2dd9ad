"""That things were here: written as they are hidden, read by the job, by addresses and after a restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import insert, select

from portal.core.db import db
from portal.purging.extents import Extent
from portal.purging.rows import Purge, Tombstone, Trace
from portal.storage import originals


def write(purge: Purge, found: Extent) -> None:
    """Write down all that goes, in one statement: a batch can have many thousand pages."""
    wanted = [
        *((one, Trace.RECORD, "") for one in found.records),
        *((one.id, Trace.PAGE, one.sha256) for one in found.pages),
        *((one.id, Trace.REDACTED, one.sha256) for one in found.redacted),
        *((one.id, Trace.FILE, one.sha256) for one in found.files),
        *((grant_id, Trace.COPY, sha256) for grant_id, sha256 in found.copies),
    ]
    sizes = {sha256: originals.size(sha256) for sha256 in found.digests}
    rows = [
        {
            "object_id": object_id,
            "kind": kind.value,
            "purge_id": purge.id,
            "was_public": object_id in found.public,
            "sha256": sha256,
            "size": sizes.get(sha256),
            "is_shared": False,
        }
        for object_id, kind, sha256 in wanted
    ]
    db.session.flush()
    if rows:
        db.session.execute(insert(Tombstone), rows)


def of(purge_id: str, *kinds: Trace) -> Sequence[Tombstone]:
    """Return the tombstones of a purge, of some kinds or of all."""
    wanted = [one.value for one in kinds or Trace]
    return db.session.scalars(
        select(Tombstone)
        .where(Tombstone.purge_id == purge_id, Tombstone.kind.in_(wanted))
        .order_by(Tombstone.kind, Tombstone.object_id)
    ).all()


def ids_of(purge_id: str, *kinds: Trace) -> list[str]:
    """Return the ids of what went, of some kinds or of all."""
    return [one.object_id for one in of(purge_id, *kinds)]


def is_gone(object_ids: Iterable[str]) -> bool:
    """Tell whether one of these was purged, and everybody could see it until then."""
    wanted = list(object_ids)
    if not wanted:
        return False
    found = select(Tombstone.object_id).where(Tombstone.object_id.in_(wanted), Tombstone.was_public.is_(True))
    return db.session.scalar(found.limit(1)) is not None
