"""Keep the search index true to SQL: the one indexer, which works off the notes of the `outbox`.

It reads the notes, then the truth, writes the index, and only then deletes the notes: a
crash in between repeats work and loses none. Fresh notes go before bulk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, exists, func, insert, literal, select, update

from portal.catalogue import entries, findable, rebuilding
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.outbox import NODE, PAGE, TREE
from portal.catalogue.search_rows import IndexEntry, OutboxEntry
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, UnavailableError
from portal.jobs import leases
from portal.jobs.models import Lane
from portal.rights.models import Closure
from portal.search import engine
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX
from portal.search.engine import Engine
from portal.search.errors import DamagedIndexError, NeedsRebuildError

log = logging.getLogger(__name__)

BATCH = 100
"""Notes worked off at once, at most."""

FIRST_BULK, BULK_SECONDS = 20, 0.6
"""Bulk notes of the first batch, and the seconds a batch may take while pages are read, which wait for it."""

LEAST_BULK = 4
"""Fewer would cost nearly as much."""

BETWEEN_LOOKS = 0.1
"""Seconds between two looks at whether something fresh came while the indexes are tidied."""

CHUNK = 500
"""Things written in one commit of the index."""


@dataclass(frozen=True, slots=True)
class _Note:
    """A row of the outbox, kept past the end of the transaction that read it."""

    seq: int
    target: str
    scope: str
    is_bulk: bool
    noted_at: datetime | None


class _Pace:
    """How many bulk notes are worked off at once, learned from how long they took."""

    def __init__(self) -> None:
        self.most = FIRST_BULK

    def learn(self, notes: int, seconds: float, is_busy: bool) -> None:
        """Choose the next batch: while pages are read one that these can wait for, else a whole one."""
        fitting = int(notes * BULK_SECONDS / max(seconds, 0.001)) if is_busy else BATCH
        self.most = max(LEAST_BULK, min(BATCH, fitting, 2 * self.most))


_pace = _Pace()


def counts() -> dict[str, object]:
    """Return the engine's name and how many things each index holds; None where it cannot be read."""
    return {
        "engine": engine.name(),
        "public": _count(engine.public()),
        "restricted": _count(engine.restricted()),
    }


def drain(limit: int = BATCH) -> int:
    """Work off at most so many notes, fresh ones first; return how many.

    Only the one indexer calls this. No read transaction is held while the index is written.
    """
    if not _make_ready():
        return 0
    with engine.writing():
        end_reading()
        notes = _next_notes(limit)
        if not notes or notes[0].is_bulk:
            _tidy(is_idle=not notes)
        branches = [note for note in notes if note.scope == TREE and not _is_document(note.target)]
        if branches:
            _spread(branches)
            return len(branches)
        began = time.monotonic()
        for keys in _in_chunks(_keys(notes)):
            _index(keys)
        _forget(notes)
        if notes and notes[0].is_bulk:
            _pace.learn(len(notes), time.monotonic() - began, leases.is_busy(Lane.READ))
        return len(notes)


def _tidy(is_idle: bool) -> None:
    """Put pieces of the indexes together while nothing waits and nobody reads; else only what must be."""
    next_look = 0.0

    def must_give_way() -> bool:
        nonlocal next_look
        if not is_idle:
            return True
        if time.monotonic() < next_look:
            return False
        next_look = time.monotonic() + BETWEEN_LOOKS
        waits = bool(db.session.scalar(select(exists().where(OutboxEntry.seq.is_not(None)))))
        end_reading()
        return waits or leases.is_busy(Lane.READ)

    for _, index in entries.sides():
        index.tidy(must_give_way)


def _make_ready() -> bool:
    """Make empty indexes on a new home; where they are lost or damaged build them from SQL.

    Tells whether they can be written now: not while another process is building them.
    """
    sides = (engine.public(), engine.restricted())
    if all(_is_sound(side) for side in sides):
        return True
    if not entries.was_ever_filled():
        for side in sides:
            side.prepare()
        if all(_is_sound(side) for side in sides):
            return True
    log.warning("the search indexes are lost or damaged and are built anew from the catalogue")
    try:
        rebuilding.rebuild()
    except ConflictError:
        return False
    return True


def _is_sound(index: Engine) -> bool:
    """Tell whether an index can be built upon. What is damaged stays as it is until another serves."""
    try:
        index.check()
    except (NeedsRebuildError, DamagedIndexError):
        return False
    return True


_COLUMNS = (
    OutboxEntry.seq,
    OutboxEntry.target,
    OutboxEntry.scope,
    OutboxEntry.is_bulk,
    OutboxEntry.noted_at,
)


def _next_notes(limit: int) -> list[_Note]:
    """Return the oldest fresh notes; bulk ones only where there is no fresh one."""
    for is_bulk, most in ((False, limit), (True, min(limit, _pace.most))):
        rows = db.session.execute(
            select(*_COLUMNS).where(OutboxEntry.is_bulk.is_(is_bulk)).order_by(OutboxEntry.seq).limit(most)
        ).all()
        if rows:
            return [_Note(*row) for row in rows]
    return []


def _is_document(node_id: str) -> bool:
    return db.session.scalar(select(Node.kind).where(Node.id == node_id)) == Kind.DOCUMENT


def _spread(branches: Sequence[_Note]) -> None:
    """Replace notes on branches by one note per node below, so that no batch is endless.

    A closing that waits for the branch now waits for the last of its documents.
    """
    with transaction():
        for note in branches:
            path = db.session.scalar(select(Node.path).where(Node.id == note.target))
            if path is not None:
                noted_at = literal(note.noted_at, OutboxEntry.noted_at.type)
                scope = case((Node.kind == Kind.DOCUMENT.value, TREE), else_=NODE)
                below = select(Node.id, scope, literal(note.is_bulk), noted_at).where(
                    Node.path.like(path + "%"), Node.kind != Kind.HOLDING.value
                )
                columns = ["target", "scope", "is_bulk", "noted_at"]
                db.session.execute(insert(OutboxEntry).from_select(columns, below.order_by(Node.id)))
                last = db.session.scalar(select(func.max(OutboxEntry.seq)))
                db.session.execute(update(Closure).where(Closure.seq == note.seq).values(seq=last))
            db.session.execute(delete(OutboxEntry).where(OutboxEntry.seq == note.seq))


def _keys(notes: Sequence[_Note]) -> list[str]:
    """Return what the notes are about, each once."""
    keys: list[str] = []
    for note in notes:
        if note.scope == PAGE:
            keys.append(PAGE_PREFIX + note.target)
            continue
        keys.append(RECORD_PREFIX + note.target)
        if note.scope == TREE:
            keys += _keys_below(note.target)
    return list(dict.fromkeys(keys))


def _keys_below(document_id: str) -> list[str]:
    """Return the pages of a document, and what the index holds of it that may be gone."""
    pages = db.session.scalars(select(Page.id).where(Page.document_id == document_id))
    held = db.session.scalars(select(IndexEntry.key).where(IndexEntry.document_id == document_id))
    return [*(PAGE_PREFIX + page for page in pages), *held]


def _index(keys: Sequence[str]) -> None:
    """Write the truth about the keys into the index each belongs to, and out of the other."""
    placed, held = findable.read(keys), entries.held(keys)
    entries.begin_moves(placed, held)
    for side, index in entries.sides():
        documents = [one.document for one in placed if one.side is side]
        kept = {document.key for document in documents}
        # While a rebuild fills new indexes, what those hold is not in the table: remove to be sure.
        everything = index.is_rebuilding()
        here = (side, entries.EITHER)
        gone = [key for key in keys if key not in kept and (everything or held.get(key) in here)]
        index.write(documents, gone)
    entries.enter(keys, placed)


def _forget(notes: Sequence[_Note]) -> None:
    """Delete the notes that the index holds now, and the closings that waited for nothing but them."""
    done = [note.seq for note in notes]
    waits = exists().where(OutboxEntry.seq <= Closure.seq, OutboxEntry.is_bulk.is_(False))
    with transaction() as session:
        session.execute(delete(OutboxEntry).where(OutboxEntry.seq.in_(done)))
        session.execute(delete(Closure).where(~waits))


def _in_chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _count(index: Engine) -> int | None:
    try:
        return index.count()
    except UnavailableError:
        return None
