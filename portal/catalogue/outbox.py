"""Note what the search index has to look at again, in the transaction that changes it, for `indexing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import exists, func, insert, select

from portal.catalogue.search_rows import OutboxEntry
from portal.core.db import db, end_reading, on_commit
from portal.jobs import doorbell

PAGE, NODE, TREE = "page", "node", "tree"
"""What a note is about: one page, the description of one node, a node and all below it."""

_is_bulk: ContextVar[bool] = ContextVar("is_bulk", default=False)


@contextmanager
def as_bulk() -> Iterator[None]:
    """Let what is noted inside wait for fresh notes. It may be late, so nothing is closed by such a note."""
    token = _is_bulk.set(True)
    try:
        yield
    finally:
        _is_bulk.reset(token)


def note_page(page_id: str) -> None:
    """Note that the text of a page changed."""
    _note(page_id, PAGE)


def note_node(node_id: str) -> None:
    """Note that the description of one node changed."""
    _note(node_id, NODE)


def note_tree(node_id: str) -> int:
    """Note that a node and all below it changed place, level or publication; return the note's number."""
    return _note(node_id, TREE)


def note_trees(node_ids: Iterable[str]) -> int:
    """Note that some nodes and all below them changed; return the number of the last note."""
    notes = [{"target": one, "scope": TREE} for one in node_ids]
    if notes:
        db.session.execute(insert(OutboxEntry), notes)
        on_commit(_ring)
    return db.session.scalar(select(func.max(OutboxEntry.seq))) or 0


def pending() -> int:
    """Return how many notes wait for the indexer."""
    return db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


def bulk_waits() -> bool:
    """Tell whether bulk waits for the indexer."""
    found = bool(db.session.scalar(select(exists().where(OutboxEntry.is_bulk.is_(True)))))
    end_reading()
    return found


def _note(target: str, scope: str) -> int:
    note = OutboxEntry(target=target, scope=scope, is_bulk=_is_bulk.get())
    db.session.add(note)
    db.session.flush()
    on_commit(_ring)
    return note.seq


def _ring() -> None:
    doorbell.ring("index")
