"""Load older descriptions with their files: one batch, row by row, as planned by `legacy_checks`.

Bytes first, durable; then rows in short transactions. A row that is in has its line in `legacy_rows`, so
whoever was killed gives the same list again and goes on behind it. Levels stay as everything comes in:
nobody decided them. `legacy_undoing` takes all of it back.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, literal_column, select

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import documents, moving, outbox, tree
from portal.catalogue.models import Kind, Node
from portal.core import clock
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.ingest import batches, scans
from portal.ingest.legacy_checks import FilePlan, Item, Plan
from portal.ingest.legacy_rows import LegacyFile, LegacyLoad, LegacyRow
from portal.ingest.legacy_states import LoadAct, LoadState, next_state
from portal.ingest.models import ScanState
from portal.rights import policy
from portal.storage import originals
from portal.storage.store import Staged

AT_ONCE = 20
"""Files whose bytes are kept before their rows are written."""

MOST_SECONDS = 2.0
"""After so long a transaction takes no further row, so that nobody else waits longer than three seconds."""

Tell = Callable[[int, int], None]
"""Is told how many files are in, of how many."""


@dataclass(frozen=True, slots=True)
class LoadView:
    """How far a load is."""

    id: str
    batch_id: str
    state: LoadState
    files: int
    """Files of the folder that are in."""
    known: int
    """Of these, those whose bytes were in the fonds before; nothing was done to their documents."""


def load(
    actor: Actor, fonds_id: str, list_path: Path, plan: Plan, *, declared: bool, tell: Tell | None = None
) -> LoadView:
    """Load all that is planned, or go on with it. Call it outside a transaction.

    Raises:
        InvalidError: the plan has errors, nothing is planned, or it was not declared that no file is a
            state secret.
        NotFoundError: the fonds is not there, or not for the actor.
        ConflictError: this list is loaded already, or its batch was closed or withdrawn.
        UnavailableError: there is no room; what is in stays, and the same call goes on.
    """
    for permission in (Permission.TAKE_IN, Permission.DESCRIBE, Permission.ARRANGE):
        actor.must(permission)
    if plan.faults or not plan.items:
        raise InvalidError("list_wrong")
    with transaction():
        load_id, batch_id = _begin(actor, fonds_id, list_path, declared=declared)
    written = select(LegacyRow.line, LegacyRow.part).where(LegacyRow.load_id == load_id)
    done = {(line, part) for line, part in db.session.execute(written)}
    end_reading()
    left = [item for item in plan.items if (item.line, item.part) not in done]
    for start in range(0, len(left), AT_ONCE):
        _write(actor, load_id, plan, [(item, _staged(item)) for item in left[start : start + AT_ONCE]])
        if tell is not None:
            tell(len(plan.items) - len(left) + min(start + AT_ONCE, len(left)), len(plan.items))
    with transaction():
        row = held(load_id)
        row.state, row.finished_at = next_state(row.state, LoadAct.FINISH), clock.now()
        trail.record(actor, "legacy.load", "batch", batch_id, load=load_id, files=len(plan.items))
    return show(actor, load_id)


def show(actor: Actor, load_id: str) -> LoadView:
    """Return how far a load is.

    Raises:
        NotFoundError: there is no such load, or its fonds is not for the actor.
    """
    actor.must(Permission.TAKE_IN)
    row = db.session.get(LegacyLoad, load_id)
    if row is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, row.fonds_id)
    of_load = select(func.count()).select_from(LegacyRow).where(LegacyRow.load_id == load_id)
    return LoadView(
        row.id,
        row.batch_id,
        LoadState(row.state),
        db.session.scalar(of_load) or 0,
        db.session.scalar(of_load.where(LegacyRow.version.is_(None))) or 0,
    )


def held(load_id: str) -> LegacyLoad:
    """Return a load, held until the transaction ends.

    Raises:
        NotFoundError: there is no such load.
    """
    row = db.session.get(LegacyLoad, load_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError("not_found")
    return row


def _begin(actor: Actor, fonds_id: str, list_path: Path, *, declared: bool) -> tuple[str, str]:
    """Return load and batch: those that were begun with this list, else new ones."""
    policy.require_description(actor, fonds_id)
    content = list_path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    before = db.session.scalar(
        select(LegacyLoad).where(
            LegacyLoad.fonds_id == fonds_id,
            LegacyLoad.table_sha256 == digest,
            LegacyLoad.state != LoadState.UNDONE.value,
        )
    )
    if before is not None:
        if before.state != LoadState.BEGUN:
            raise ConflictError("list_is_loaded", load=before.id)
        return before.id, before.batch_id
    name = scans.clean_name(list_path.name)
    batch = batches.open_batch(actor, fonds_id, name, declared)
    row = LegacyLoad(
        fonds_id=fonds_id,
        batch_id=batch.id,
        table_name=name,
        table_sha256=digest,
        loaded_by=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    return row.id, batch.id


def _staged(item: Item) -> Staged:
    """Keep the bytes of a file, which must still be one: the folder may have changed since it was checked."""
    try:
        handle = os.open(item.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise InvalidError("file_unreadable") from None
    with os.fdopen(handle, "rb") as file:
        return originals.stage(file)


def _write(actor: Actor, load_id: str, plan: Plan, arrivals: Sequence[tuple[Item, Staged]]) -> None:
    """Write the rows of some files, in as many transactions as it takes to keep each short."""
    waiting = list(arrivals)
    while waiting:
        with transaction():
            row = held(load_id)
            if row.state != LoadState.BEGUN:
                raise ConflictError("load_is_over")
            until = time.monotonic() + MOST_SECONDS
            while waiting and time.monotonic() < until:
                item, staged = waiting.pop(0)
                # Nobody waits to find it, and what others change now is found first.
                with outbox.as_bulk():
                    _write_one(actor, row, plan, item, staged)


def _write_one(actor: Actor, load: LegacyLoad, plan: Plan, item: Item, staged: Staged) -> None:
    if db.session.get(LegacyRow, (load.id, item.line, item.part)) is not None:
        # Somebody else loads the same list.
        return
    parent_id = _file(actor, load, plan.files[item.file_code]) if item.file_code else load.fonds_id
    received = scans.take_in(actor, load.batch_id, item.path.name, staged, is_patient=True)
    version: int | None = None
    if received.state is ScanState.RECEIVED and received.document_id:
        node = tree.by_id(received.document_id)
        if item.description is not None:
            documents.transcribe(actor, node.id, item.description, node.version)
        moving.move(actor, node.id, parent_id, is_new=True)
        version = version_of(node.id)
    db.session.add(
        LegacyRow(
            load_id=load.id,
            line=item.line,
            part=item.part,
            cells={column.value: text for column, text in item.cells.items()},
            scan_id=received.scan_id,
            document_id=received.document_id,
            version=version,
        )
    )
    db.session.flush()


def _file(actor: Actor, load: LegacyLoad, wanted: FilePlan) -> str:
    """Return the file of that code in the fonds; where there is none, it is made."""
    found = db.session.scalar(
        select(Node.id).where(
            Node.fonds_id == load.fonds_id,
            # Written out, so that the index of numbers of files answers.
            Node.kind == literal_column(f"'{Kind.FILE.value}'"),
            Node.code == wanted.code,
            policy.describable(actor, Node.id.expression),
        )
    )
    if found is not None:
        return found
    node = tree.create_file(
        actor,
        load.fonds_id,
        code=wanted.code,
        name=wanted.title,
        date_from=wanted.date_from,
        date_to=wanted.date_to,
    )
    db.session.add(LegacyFile(load_id=load.id, node_id=node.id, version=node.version))
    db.session.flush()
    return node.id


def version_of(node_id: str) -> int | None:
    """Return the version of a node as it stands in the database: moving writes past what was read."""
    return db.session.scalar(select(Node.version).where(Node.id == node_id))
