"""Rows of what came out of ZIP files: one for each file, so that none is unpacked twice."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Text


class ArchiveEntry(Base):
    """One file of a ZIP file and what became of it."""

    __tablename__ = "archive_entries"
    __table_args__ = (
        Index(
            "ix_archive_entries_refused",
            "archive_id",
            sqlite_where=text("code <> ''"),
            postgresql_where=text("code <> ''"),
        ),
    )

    archive_id: Mapped[str] = mapped_column(ForeignKey("scans.id"), primary_key=True)
    """The ZIP file, as it came."""
    number: Mapped[int] = mapped_column(primary_key=True)
    """Its place in the directory of the ZIP file, from 0."""
    name: Mapped[str] = mapped_column(Text(300))
    """With its folders, as it stands in the ZIP file."""
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scans.id"))
    """What it became in the batch; None where it was not unpacked at all."""
    code: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Why it was refused."""
