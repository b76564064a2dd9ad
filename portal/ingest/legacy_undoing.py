"""Take back a load of older descriptions, as long as nobody has worked with what it made.

After `legacy.load`. Documents go back into their batch as they came, files that the load made and that
nothing stands in go out of sight, and then the batch is withdrawn, from where it can come back for a while.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents, fields, moving, outbox
from portal.catalogue.models import Node
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError
from portal.ingest import legacy, repeats, withdrawing
from portal.ingest.batch_states import Act, advance
from portal.ingest.legacy import LoadView, Tell
from portal.ingest.legacy_rows import LegacyFile, LegacyLoad, LegacyRow
from portal.ingest.legacy_states import LoadAct, LoadState, next_state
from portal.ingest.models import Batch, Scan
from portal.rights import many, protections
from portal.rights.models import Protection

AT_ONCE = 20
MOST_TOLD = 20


def undo(actor: Actor, load_id: str, reason: str, tell: Tell | None = None) -> LoadView:
    """Take a load back, or go on with it. Call it outside a transaction.

    Raises:
        NotFoundError: there is no such load, or its fonds is not for the actor.
        InvalidError: the reason is missing or too long.
        ConflictError: it was undone already, or somebody has described, moved, published or decided on one
            of its documents, or its batch is closed, or another batch relies on its files.
    """
    for permission in (Permission.TAKE_IN, Permission.DESCRIBE, Permission.ARRANGE):
        actor.must(permission)
    reason = fields.required("reason", reason, withdrawing.LONGEST_REASON)
    legacy.show(actor, load_id)
    with transaction():
        row = legacy.held(load_id)
        if LoadState(row.state) is LoadState.UNDONE:
            raise ConflictError("load_is_over")
        if lines := worked_with(load_id):
            raise ConflictError("load_built_on", lines=", ".join(map(str, lines)))
        _require_withdrawable(row)
        row.state = next_state(row.state, LoadAct.UNDO)
    total = done = _number_left(load_id)
    while left := _put_back(actor, load_id):
        done -= left
        if tell is not None:
            tell(total - done, total)
    while _hide_files(actor, load_id):
        pass
    with transaction():
        row = legacy.held(load_id)
        withdrawing.withdraw(actor, row.batch_id, reason)
        row.state = next_state(row.state, LoadAct.END_UNDO)
        row.undone_by, row.undone_at = actor.id, clock.now()
        trail.record(actor, "legacy.undo", "batch", row.batch_id, load=load_id)
    return legacy.show(actor, load_id)


def _require_withdrawable(load: LegacyLoad) -> None:
    """See before anything is put back that the batch can be withdrawn in the end."""
    advance(db.session.get_one(Batch, load.batch_id), Act.WITHDRAW)
    again = repeats.relied_on(load.batch_id).where(
        LegacyRow.load_id == load.id,
        LegacyRow.version.is_not(None),
        Scan.document_id == LegacyRow.document_id,
    )
    if db.session.scalar(select(again)):
        raise ConflictError("batch_shared")


def worked_with(load_id: str) -> Sequence[int]:
    """Return the first lines of the list with whose documents somebody has worked since."""
    return db.session.scalars(
        select(LegacyRow.line)
        .join(Node, Node.id == LegacyRow.document_id)
        .join(Protection, Protection.node_id == Node.id)
        .where(_stands(load_id), _is_touched())
        .order_by(LegacyRow.line)
        .limit(MOST_TOLD)
    ).all()


def _stands(load_id: str) -> ColumnElement[bool]:
    """Say in SQL that the load made the document of a row, and that it was not put back yet."""
    return (LegacyRow.load_id == load_id) & LegacyRow.version.is_not(None)


def _is_touched() -> ColumnElement[bool]:
    return or_(
        Node.version != LegacyRow.version,
        Protection.set_by.is_not(None),
        Protection.published_at.is_not(None),
        Protection.held_back.is_(True),
    )


def _number_left(load_id: str) -> int:
    return db.session.scalar(select(func.count()).select_from(LegacyRow).where(_stands(load_id))) or 0


def _put_back(actor: Actor, load_id: str) -> int:
    """Put some documents back into the batch as they came; tell how many, 0 where none is left."""
    with transaction():
        row = legacy.held(load_id)
        holding_id = db.session.get_one(Batch, row.batch_id).holding_id
        rows = db.session.scalars(
            select(LegacyRow).where(_stands(load_id)).order_by(LegacyRow.line, LegacyRow.part).limit(AT_ONCE)
        ).all()
        for one in rows:
            _put_back_one(actor, one, holding_id)
        db.session.flush()
        return len(rows)


def _put_back_one(actor: Actor, one: LegacyRow, holding_id: str) -> None:
    if one.document_id is None or one.version is None:
        return
    protection = protections.held(one.document_id)
    if protection.set_by is not None or protection.published_at is not None:
        raise ConflictError("load_built_on", lines=str(one.line))
    node = documents.untranscribe(actor, one.document_id, one.version)
    moving.put_back(actor, node.id, holding_id)
    # From here on nothing of the load is left in it.
    one.version = None


def _hide_files(actor: Actor, load_id: str) -> int:
    """Take files that the load made out of sight, but none that others have changed or use; tell how many."""
    child = exists().where(Node.parent_id == LegacyFile.node_id).correlate(LegacyFile)
    with transaction():
        legacy.held(load_id)
        empty = db.session.scalars(
            select(LegacyFile.node_id)
            .join(Node, Node.id == LegacyFile.node_id)
            .join(Protection, Protection.node_id == LegacyFile.node_id)
            .where(
                LegacyFile.load_id == load_id,
                Node.version == LegacyFile.version,
                Protection.removed_at.is_(None),
                ~child,
            )
            .limit(AT_ONCE)
        ).all()
        many.remove_nodes(empty, clock.now())
        for node_id in empty:
            protections.close_in_search(node_id, outbox.note_tree(node_id))
            trail.record(actor, "tree.remove", "file", node_id, load=load_id)
        return len(empty)
