"""Build both indexes anew from SQL while the old ones serve, a chunk at a time.

After each chunk it is written down how far this came, so that a rebuild that was killed
goes on from its last chunk. What changes meanwhile, be the rebuild at work or killed
and not yet taken up again, the indexer writes into old and new alike: nothing that
was closed comes back with the new indexes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.catalogue import beginnings, entries, findable
from portal.catalogue.findable import Placed
from portal.catalogue.models import Kind, Node, Page
from portal.core.db import db, end_reading, transaction
from portal.search import engine
from portal.search.documents import PAGE_PREFIX, RECORD_PREFIX


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild came."""

    last: str = ""
    """The key up to which everything was looked at; records come before pages, each by id."""
    looked_at: int = 0
    total: int = 0
    """Records and pages of the catalogue when this run began; what has no text has no place in an index."""
    a_second: float = 0.0
    """Things looked at in a second of this run."""

    @property
    def seconds_left(self) -> float:
        """Return how long it will still take, in seconds, as fast as it went; 0 before it is known."""
        return max(0, self.total - self.looked_at) / self.a_second if self.a_second else 0.0


Tell = Callable[[Progress], None]


def rebuild(fresh: bool = False, tell: Tell | None = None) -> int:
    """Build both indexes; return how many things they hold.

    Args:
        fresh: begin anew even where a rebuild was cut off that could go on.
        tell: called after each chunk.

    The lock of the writer is held only for a chunk at a time, so fresh pages are not kept waiting.

    Raises:
        ConflictError: a rebuild is going on already.
    """
    end_reading()
    anew = fresh or halfway() is None
    with engine.public().rebuilding(anew), engine.restricted().rebuilding(anew):
        _fill_all((None if anew else halfway()) or Progress(), tell)
        with engine.writing():
            engine.public().swap()
            engine.restricted().swap()
    return engine.public().count() + engine.restricted().count()


def halfway() -> Progress | None:
    """Return how far a rebuild came that was cut off or is at work; None where none can go on."""
    reached = [_read(index.reached()) for _, index in entries.sides()]
    known = [one for one in reached if one is not None]
    # A kill can come between the two indexes: what the one holds already is written into it again.
    return min(known, key=lambda one: one.looked_at) if len(known) == len(reached) else None


def _fill_all(start: Progress, tell: Tell | None) -> None:
    total, began = _total(), time.monotonic()
    if not start.last:
        for ids in beginnings.places():
            with engine.writing():
                _keep_beginnings(ids)
    looked_at = start.looked_at
    for keys in keys_after(start.last, engine.public().at_once):
        with engine.writing():
            end_reading()
            placed = findable.read(keys)
            # The old index serves on if this rebuild dies, so what it holds is not forgotten.
            entries.begin_moves(placed, entries.held(keys))
            _keep_beginnings(entries.records_among(keys))
            looked_at += len(keys)
            _fill(placed, Progress(keys[-1], looked_at))
        if tell:
            pace = (looked_at - start.looked_at) / (time.monotonic() - began)
            tell(Progress(keys[-1], looked_at, total, pace))


def _keep_beginnings(record_ids: Sequence[str]) -> None:
    if record_ids:
        with transaction():
            beginnings.keep(record_ids)


def _fill(placed: Sequence[Placed], progress: Progress) -> None:
    for side, index in entries.sides():
        index.fill([one.document for one in placed if one.side is side])
        index.mark(json.dumps([progress.last, progress.looked_at]))


def _read(mark: str) -> Progress | None:
    try:
        last, looked_at = json.loads(mark)
        return Progress(str(last), int(looked_at))
    except (ValueError, TypeError):
        return None


def _total() -> int:
    documents = select(func.count()).where(Node.kind == Kind.DOCUMENT.value)
    pages = select(func.count()).select_from(Page)
    return (db.session.scalar(documents) or 0) + (db.session.scalar(pages) or 0)


def keys_after(start: str, size: int) -> Iterator[list[str]]:
    """Yield all keys of the catalogue behind this one, so many at a time, by id."""
    for prefix, column, where in (
        (RECORD_PREFIX, Node.id, Node.kind == Kind.DOCUMENT.value),
        (PAGE_PREFIX, Page.id, Page.id.is_not(None)),
    ):
        if start.startswith(PAGE_PREFIX) and prefix == RECORD_PREFIX:
            continue
        last = start.removeprefix(prefix) if start.startswith(prefix) else ""
        while True:
            ids = db.session.scalars(
                select(column).where(column > last, where).order_by(column).limit(size)
            ).all()
            if not ids:
                break
            last = ids[-1]
            yield [prefix + one for one in ids]
