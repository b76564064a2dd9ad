"""Keep the search index true to SQL: notes in the outbox, and the one indexer that works them off.

Verbs of the catalogue note what they touched in the transaction that changes it. The
indexer reads the notes, then the truth, writes the index, and only then deletes the
notes: a crash in between repeats work and loses none. Fresh notes go before bulk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.catalogue import findable
from portal.catalogue.findable import Placed
from portal.catalogue.models import IndexEntry, Kind, Node, OutboxEntry, Page
from portal.core.db import db, end_reading, on_commit, transaction
from portal.core.errors import UnavailableError
from portal.jobs import doorbell
from portal.rights.models import Closure
from portal.search import engine
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX, SearchDocument, Side
from portal.search.engine import Engine

BATCH = 100
"""Notes worked off at once: about a second of Whoosh, so that a fresh page never waits long."""

CHUNK = 500
"""Things written in one commit of the index."""

PAGE, NODE, TREE = "page", "node", "tree"

EITHER = "either"
"""Where a thing is entered as long as it may stand in the one index, in the other, or in both."""


@dataclass(frozen=True, slots=True)
class _Note:
    """A row of the outbox, kept past the end of the transaction that read it."""

    seq: int
    target: str
    scope: str
    is_bulk: bool


def note_page(page_id: str) -> None:
    """Note that the text of a page changed."""
    _note(page_id, PAGE)


def note_node(node_id: str) -> None:
    """Note that the description of one node changed."""
    _note(node_id, NODE)


def note_tree(node_id: str) -> int:
    """Note that a node and all below it changed place, level or publication; return the note's number."""
    return _note(node_id, TREE)


def pending() -> int:
    """Return how many notes wait for the indexer."""
    return db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def counts() -> dict[str, object]:
    """Return the engine's name and how many things each index holds; None where it cannot be read."""
    return {
        "engine": engine.NAME,
        "public": _count(engine.public()),
        "restricted": _count(engine.restricted()),
    }


def was_ever_filled() -> bool:
    """Tell whether anything was ever indexed, so that an absent index is a loss."""
    return bool(db.session.scalar(select(exists().where(IndexEntry.key.is_not(None)))))


def drain(limit: int = BATCH) -> int:
    """Work off at most so many notes, fresh ones first; return how many.

    Only the one indexer calls this. No read transaction is held while the index is written.
    """
    if not _make_ready():
        return 0
    with engine.writing():
        end_reading()
        notes = _next_notes(limit)
        branches = [note for note in notes if note.scope == TREE and not _is_document(note.target)]
        if branches:
            _spread(branches)
            return len(branches)
        for keys in _in_chunks(_keys(notes)):
            _index(keys)
        _forget(notes)
        return len(notes)


def rebuild() -> int:
    """Build both indexes anew from SQL while the old ones serve; return how many things they hold.

    What the indexer writes meanwhile goes into old and new alike. The lock of the writer
    is held only for a chunk at a time, so fresh pages are not kept waiting.

    Raises:
        ConflictError: a rebuild is going on already.
    """
    written = 0
    with engine.public().rebuilding(), engine.restricted().rebuilding():
        for keys in _all_keys():
            with engine.writing():
                end_reading()
                placed, held = findable.read(keys), _held(keys)
                # The old index serves on if this rebuild dies, so what it holds is not forgotten.
                _begin_moves(placed, held)
                _fill(placed)
            written += len(placed)
        with engine.writing():
            engine.public().swap()
            engine.restricted().swap()
    return written


def _note(target: str, scope: str) -> int:
    note = OutboxEntry(target=target, scope=scope)
    db.session.add(note)
    db.session.flush()
    on_commit(_ring)
    return note.seq


def _ring() -> None:
    doorbell.ring("index")


def _make_ready() -> bool:
    """Make empty indexes on a new home; on one that lost its indexes build them from SQL.

    Tells whether they can be written now: not while another process is building them.
    """
    sides = (engine.public(), engine.restricted())
    if all(side.exists() for side in sides):
        return True
    if not was_ever_filled():
        for side in sides:
            side.prepare()
    if not all(side.exists() for side in sides):
        if any(side.is_rebuilding() for side in sides):
            return False
        end_reading()
        rebuild()
    return True


def _next_notes(limit: int) -> list[_Note]:
    """Return the oldest fresh notes; bulk ones only where there is no fresh one."""
    for is_bulk in (False, True):
        rows = db.session.execute(
            select(OutboxEntry.seq, OutboxEntry.target, OutboxEntry.scope, OutboxEntry.is_bulk)
            .where(OutboxEntry.is_bulk.is_(is_bulk))
            .order_by(OutboxEntry.seq)
            .limit(limit)
        ).all()
        if rows:
            return [_Note(*row) for row in rows]
    return []


def _is_document(node_id: str) -> bool:
    return db.session.scalar(select(Node.kind).where(Node.id == node_id)) == Kind.DOCUMENT


def _spread(branches: Sequence[_Note]) -> None:
    """Replace notes on branches by one note per document below, so that no batch is endless.

    A closing that waits for the branch now waits for the last of its documents.
    """
    with transaction():
        for note in branches:
            path = db.session.scalar(select(Node.path).where(Node.id == note.target))
            if path is not None:
                below = select(Node.id, literal(TREE), literal(note.is_bulk)).where(
                    Node.path.like(path + "%"), Node.kind == Kind.DOCUMENT.value
                )
                db.session.execute(
                    insert(OutboxEntry).from_select(["target", "scope", "is_bulk"], below.order_by(Node.id))
                )
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
    placed, held = findable.read(keys), _held(keys)
    _begin_moves(placed, held)
    for side, index in _sides():
        documents = [one.document for one in placed if one.side is side]
        kept = {document.key for document in documents}
        # While a rebuild fills new indexes, what those hold is not in the table: remove to be sure.
        everything = index.is_rebuilding()
        gone = [key for key in keys if key not in kept and (everything or held.get(key) in (side, EITHER))]
        index.write(documents, gone)
    _enter(keys, placed)


def _fill(placed: Sequence[Placed]) -> None:
    for side, index in _sides():
        index.fill([one.document for one in placed if one.side is side])


def _begin_moves(placed: Sequence[Placed], held: Mapping[str, str]) -> None:
    """Enter before an index is written what goes where it did not stand before.

    A crash between writing and entering would else leave it in an index that the table does not
    name, and a later closing would not take it out of there.
    """
    moving = [one.document for one in placed if held.get(one.document.key) not in (one.side, EITHER)]
    end_reading()
    if moving:
        with transaction() as session:
            _upsert(session, [_entry(document, EITHER) for document in moving])


def _enter(keys: Sequence[str], placed: Sequence[Placed]) -> None:
    """Enter where each thing stands now; take out what is gone."""
    rows = [_entry(one.document, one.side.value) for one in placed]
    gone = set(keys) - {row["key"] for row in rows}
    with transaction() as session:
        if gone:
            session.execute(delete(IndexEntry).where(IndexEntry.key.in_(gone)))
        if rows:
            _upsert(session, rows)


def _entry(document: SearchDocument, side: str) -> dict[str, str]:
    return {"key": document.key, "side": side, "document_id": document.document_id}


def _upsert(session: Session, rows: list[dict[str, str]]) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(IndexEntry)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"side": statement.excluded.side, "document_id": statement.excluded.document_id},
        ),
        rows,
    )


def _forget(notes: Sequence[_Note]) -> None:
    """Delete the notes that the index holds now, and the closings that waited for nothing but them."""
    done = [note.seq for note in notes]
    waits = exists().where(OutboxEntry.seq <= Closure.seq, OutboxEntry.is_bulk.is_(False))
    with transaction() as session:
        session.execute(delete(OutboxEntry).where(OutboxEntry.seq.in_(done)))
        session.execute(delete(Closure).where(~waits))


def _held(keys: Sequence[str]) -> dict[str, str]:
    """Return for each key the index that holds it."""
    found = select(IndexEntry.key, IndexEntry.side).where(IndexEntry.key.in_(keys))
    return dict(db.session.execute(found).all())


def _all_keys() -> Iterator[list[str]]:
    """Yield all keys of the catalogue, a chunk at a time, by id."""
    for prefix, column, where in (
        (RECORD_PREFIX, Node.id, Node.kind == Kind.DOCUMENT.value),
        (PAGE_PREFIX, Page.id, Page.id.is_not(None)),
    ):
        last = ""
        while True:
            ids = db.session.scalars(
                select(column).where(column > last, where).order_by(column).limit(CHUNK)
            ).all()
            if not ids:
                break
            last = ids[-1]
            yield [prefix + one for one in ids]


def _in_chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def _sides() -> tuple[tuple[Side, Engine], tuple[Side, Engine]]:
    return (Side.PUBLIC, engine.public()), (Side.RESTRICTED, engine.restricted())


def _count(index: Engine) -> int | None:
    try:
        return index.count()
    except UnavailableError:
        return None
