"""The table of what stands in which of the two indexes, kept by whoever writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.catalogue import beginnings
from portal.catalogue.findable import Placed
from portal.catalogue.search_rows import IndexEntry
from portal.core.db import db, end_reading, transaction
from portal.search import engine
from portal.search.documents import RECORD_PREFIX, SearchDocument, Side
from portal.search.engine import Engine

EITHER = "either"
"""Where a thing is entered as long as it may stand in the one index, in the other, or in both."""


def was_ever_filled() -> bool:
    """Tell whether anything was ever indexed, so that an absent index is a loss."""
    return bool(db.session.scalar(select(exists().where(IndexEntry.key.is_not(None)))))


def sides() -> tuple[tuple[Side, Engine], tuple[Side, Engine]]:
    """Return both indexes, each with its name."""
    return (Side.PUBLIC, engine.public()), (Side.RESTRICTED, engine.restricted())


def held(keys: Sequence[str]) -> dict[str, str]:
    """Return for each key the index that holds it."""
    found = select(IndexEntry.key, IndexEntry.side).where(IndexEntry.key.in_(keys))
    return dict(db.session.execute(found).all())


def begin_moves(placed: Sequence[Placed], standing: Mapping[str, str]) -> None:
    """Enter before an index is written what goes where it did not stand before.

    A crash between writing and entering would else leave it in an index that the table does not
    name, and a later closing would not take it out of there.
    """
    moving = [one.document for one in placed if standing.get(one.document.key) not in (one.side, EITHER)]
    end_reading()
    if moving:
        with transaction() as session:
            _upsert(session, [_entry(document, EITHER) for document in moving])


def enter(keys: Sequence[str], placed: Sequence[Placed]) -> None:
    """Enter where each thing stands now, and what it may be suggested by; take out what is gone."""
    rows = [_entry(one.document, one.side.value) for one in placed]
    gone = set(keys) - {row["key"] for row in rows}
    with transaction() as session:
        if gone:
            session.execute(delete(IndexEntry).where(IndexEntry.key.in_(gone)))
        if rows:
            _upsert(session, rows)
        beginnings.keep(records_among(keys))


def records_among(keys: Sequence[str]) -> list[str]:
    """Return the ids of the nodes whose descriptions are among the keys."""
    return [key.removeprefix(RECORD_PREFIX) for key in keys if key.startswith(RECORD_PREFIX)]


def doubt(rows: Sequence[tuple[str, str]]) -> None:
    """Enter keys, each with its document, as standing in either index, so that both are looked into."""
    if rows:
        with transaction() as session:
            _upsert(session, [{"key": key, "side": EITHER, "document_id": owner} for key, owner in rows])


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
