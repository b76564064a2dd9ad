"""Rows of search: what waits for the indexer, what it wrote where, and other names that are searched for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class OutboxEntry(Base):
    """Something whose place in the search index must be looked at again.

    Written in the transaction that changed it; the one indexer deletes the row when the
    index holds the change. `target` is a node or a page; the entry does not say what
    changed, for the indexer reads the truth anew. `is_bulk` entries wait for fresh ones.
    """

    __tablename__ = "search_outbox"
    __table_args__ = (
        Index("ix_search_outbox_bulk_seq", "is_bulk", "seq"),
        # A closure names a seq; one that is used again would lift it too early.
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(10))
    scope: Mapped[str] = mapped_column(String(10))
    """'page' one page, 'node' one node's description, 'tree' a node and all below it."""
    is_bulk: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[datetime | None] = mapped_column(Instant(), default=clock.now)
    """Empty in notes from before this was written down."""


class IndexEntry(Base):
    """What the indexer last wrote for a thing, and into which index, so that it can be moved or removed."""

    __tablename__ = "search_entries"

    key: Mapped[str] = mapped_column(String(12), primary_key=True)
    """'p:' or 'r:' and the id."""
    side: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[str] = mapped_column(String(10), index=True)


class Alias(Base):
    """Another name of a place or a body, or what an abbreviation stands for; searched for too.

    Rows are never deleted: one that is retired says nothing any more.
    """

    __tablename__ = "search_aliases"
    __table_args__ = (
        CheckConstraint("kind IN ('place','body','abbreviation')", name="kind"),
        UniqueConstraint("name", "other", name="uq_search_aliases_name_other"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Text(200))
    """The former name, or the abbreviation."""
    other: Mapped[str] = mapped_column(Text(200))
    """The name today, or what the abbreviation stands for."""
    is_both_ways: Mapped[bool]
    """Whether who asks for `other` is also given what says `name`."""
    valid_from: Mapped[date | None]
    """Since when the one is called the other."""
    legal_basis: Mapped[str] = mapped_column(Text(300), default="")
    note: Mapped[str] = mapped_column(Text(500), default="")
    retired_at: Mapped[datetime | None] = mapped_column(Instant())
    changed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    load_id: Mapped[str | None] = mapped_column(String(10), index=True)
    """Shared by the rows that came in by one table; None where somebody typed this one."""
    loaded_at: Mapped[datetime | None] = mapped_column(Instant())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
