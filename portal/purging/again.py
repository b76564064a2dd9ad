"""Do purges again in a home that was filled from a backup of before them.

Called by `flask restore` before anybody can look: what the list names goes as it went the first time.
"""

from __future__ import annotations

from pathlib import Path

from portal.accounts.actors import PORTAL
from portal.audit import trail
from portal.catalogue import purged as catalogue
from portal.core.db import db, end_reading, transaction
from portal.ingest import purged as intake
from portal.purging import carrying_out, lists, parts
from portal.purging.lists import Line
from portal.purging.rows import PurgeState, Tombstone, Trace


def apply(source: Path) -> int:
    """Do every purge of a list that this home does not know to be done; return how many.

    The index is not touched: whoever restores builds it anew after this.

    Raises:
        InvalidError: the list cannot be read.
    """
    count = 0
    for line in list(lists.read(source)):
        end_reading()
        row = lists.known(line)
        if row is None or row.state != PurgeState.DONE.value:
            _apply(line)
            count += 1
    return count


def _apply(line: Line) -> None:
    with transaction():
        row = lists.row_of(line)
        _write_tombstones(line)
        records = [one for one, kind, *_ in line.gone if kind == Trace.RECORD.value]
        for part in parts.of([str(one) for one in records]):
            known = catalogue.known(part)
            catalogue.hide_records(known)
            intake.end_holds_again(known)
        purge_id = row.id
    for step in carrying_out.STEPS:
        if step is not carrying_out.forget_in_search:
            end_reading()
            step(purge_id)
    with transaction():
        carrying_out.finish(purge_id)
        trail.record(PORTAL, "purge.again", "purge", purge_id, kind=line.kind, object=line.object)


def _write_tombstones(line: Line) -> None:
    for object_id, kind, was_public, sha256 in line.gone:
        if db.session.get(Tombstone, (str(object_id), line.purge)) is None:
            db.session.add(
                Tombstone(
                    object_id=str(object_id),
                    kind=str(kind),
                    purge_id=line.purge,
                    was_public=bool(was_public),
                    sha256=str(sha256),
                )
            )
    db.session.flush()
