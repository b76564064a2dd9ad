"""Put the pages of a batch back where they stood before they were put in order together.

After `rearranging`, as long as nobody has worked with what it made.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, bindparam, delete, select, update

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import shifting
from portal.catalogue.models import Node, Page
from portal.catalogue.shifting import Place
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest import ordering, rearranged_states, rearranging
from portal.ingest.models import Scan, ScanState
from portal.ingest.rearranged_states import Act
from portal.ingest.rearranging_rows import PageMove, Work
from portal.ingest.set_aside_rows import SetAside
from portal.rights import many
from portal.rights.models import Protection

AT_ONCE = 500

Moved = Row[str, str, int, str, int]
"""What `PageMove` says of one page, without its rearrangement."""


def undo(actor: Actor, batch_id: str) -> Work:
    """Put the pages back where they stood before the last rearrangement of a batch; tell what it was.

    Raises:
        NotFoundError: there is no such batch, or nothing to undo.
        ConflictError: the batch is closed, or somebody has worked with what was made.
    """
    batch = rearranging.held(actor, batch_id)
    row = rearranging.latest(batch.id)
    if row is None:
        raise NotFoundError("not_found")
    moves = _moves(row.id)
    _require_untouched(moves)
    rearranged_states.advance(row, Act.UNDO)
    row.undone_by, row.undone_at = actor.id, clock.now()
    many.put_back_nodes({one.from_document for one in moves})
    back = [one.page_id for one in moves]
    for start in range(0, len(back), AT_ONCE):
        part = back[start : start + AT_ONCE]
        db.session.execute(delete(SetAside).where(SetAside.page_id.in_(part)))
    shifting.put([Place(one.page_id, one.from_document, one.from_number) for one in moves])
    _point_back(moves)
    rearranging.hide({one.to_document for one in moves} - {one.from_document for one in moves})
    trail.record(actor, f"batch.{row.work}_undone", "batch", batch.id, rearrangement=row.id)
    return Work(row.work)


def _moves(rearrangement_id: str) -> Sequence[Moved]:
    # Plain rows: objects would be read anew one by one after each step that changes many rows.
    return db.session.execute(
        select(
            PageMove.page_id,
            PageMove.from_document,
            PageMove.from_number,
            PageMove.to_document,
            PageMove.to_number,
        ).where(PageMove.rearrangement_id == rearrangement_id)
    ).all()


def _require_untouched(moves: Sequence[Moved]) -> None:
    """See that pages stand where they were put, and nobody has worked with their documents.

    Raises:
        ConflictError: it is not so.
    """
    expected = {one.page_id: (one.to_document, one.to_number) for one in moves}
    if many.any_removed({one.to_document for one in moves}):
        raise ConflictError("rearrangement_built_on")
    made = sorted({one.to_document for one in moves} | {one.from_document for one in moves})
    standing: dict[str, tuple[str, int]] = {}
    for start in range(0, len(made), AT_ONCE):
        part = made[start : start + AT_ONCE]
        rows = db.session.execute(
            select(Page.id, Page.document_id, Page.number).where(Page.document_id.in_(part))
        )
        standing |= {row.id: (row.document_id, row.number) for row in rows}
        worked_with = (
            select(Node.id)
            .join(Protection, Protection.node_id == Node.id)
            .where(Node.id.in_(part), Protection.reserved.is_(False), ~ordering.is_loose())
            .limit(1)
        )
        if db.session.scalar(worked_with) is not None:
            raise ConflictError("rearrangement_built_on")
    back = {one.page_id: (one.from_document, one.from_number) for one in moves}
    after = [*back.values(), *(place for page_id, place in standing.items() if page_id not in back)]
    if any(standing.get(page_id) != place for page_id, place in expected.items()):
        raise ConflictError("rearrangement_built_on")
    if len(set(after)) != len(after):
        raise ConflictError("rearrangement_built_on")


def _point_back(moves: Sequence[Moved]) -> None:
    """Let files point to the documents of their pages again, and those that repeat them, too."""
    came_by: dict[str, str] = {}
    ids = [one.page_id for one in moves]
    for start in range(0, len(ids), AT_ONCE):
        rows = db.session.execute(
            select(Page.id, Page.scan_id).where(Page.id.in_(ids[start : start + AT_ONCE]))
        )
        came_by |= {page_id: scan_id for page_id, scan_id in rows if scan_id is not None}
    firsts: dict[str, str] = {}
    for one in sorted(moves, key=lambda move: move.from_number):
        if one.page_id in came_by:
            firsts.setdefault(came_by[one.page_id], one.from_document)
    moved: list[dict[str, str | None]] = []
    for start in range(0, len(firsts), AT_ONCE):
        part = list(firsts)[start : start + AT_ONCE]
        rows = db.session.execute(
            select(Scan.id, Scan.blob_sha256, Scan.document_id).where(Scan.id.in_(part))
        )
        moved += [
            {"scan": row.id, "blob": row.blob_sha256, "before": row.document_id, "after": firsts[row.id]}
            for row in rows
            if row.document_id != firsts[row.id]
        ]
    if not moved:
        return
    repeated = (
        Scan.blob_sha256 == bindparam("blob"),
        Scan.document_id == bindparam("before"),
        Scan.state == ScanState.DUPLICATE.value,
    )
    connection = db.session.connection()
    for which in (repeated, (Scan.id == bindparam("scan"),)):
        connection.execute(update(Scan).where(*which).values(document_id=bindparam("after")), moved)
    db.session.expire_all()
