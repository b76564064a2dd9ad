"""Rows of loads of older descriptions: which table, what became of each of its rows, which files it made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.ingest.legacy_states import LoadState


class LegacyLoad(Base):
    """One table with the files that it describes. One that was not undone is loaded once in a fonds."""

    __tablename__ = "legacy_loads"
    __table_args__ = (
        CheckConstraint("state IN ('begun','done','undoing','undone')", name="state"),
        Index(
            "uq_legacy_loads_table",
            "fonds_id",
            "table_sha256",
            unique=True,
            sqlite_where=text("state <> 'undone'"),
            postgresql_where=text("state <> 'undone'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    fonds_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"))
    table_name: Mapped[str] = mapped_column(Text(200))
    table_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default=LoadState.BEGUN.value)
    loaded_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(Instant())
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant())


class LegacyRow(Base):
    """One file that a row of the table names."""

    __tablename__ = "legacy_rows"
    __table_args__ = (Index("ix_legacy_rows_document_id", "document_id"),)

    load_id: Mapped[str] = mapped_column(ForeignKey("legacy_loads.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    """As a spreadsheet numbers it, from 1."""
    part: Mapped[int] = mapped_column(primary_key=True, default=0)
    """Which of the files of the row, from 0."""
    cells: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """All that the table says there, by our names of its columns: also what has no field of its own."""
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("nodes.id"))
    version: Mapped[int | None]
    """Of the document as the load left it; None where the load did nothing to it, for it was here before."""


class LegacyFile(Base):
    """A file of the tree that a load made."""

    __tablename__ = "legacy_files"

    load_id: Mapped[str] = mapped_column(ForeignKey("legacy_loads.id"), primary_key=True)
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), primary_key=True)
    version: Mapped[int]
    """Of the file as the load made it."""
