"""Rows of blobs, so that SQL is the list of what the store must hold, and of the backups of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class Blob(Base):
    """Bytes that are kept once under their SHA-256."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    purged_at: Mapped[datetime | None] = mapped_column(Instant())
    """Since when the store holds them no more: two people decided so. The row stays for what points to it."""


class BackupCopy(Base):
    """One backup that was written, so that it is known which of them still hold what was purged."""

    __tablename__ = "backup_copies"

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text(200))
    """Of the file, without its folder."""
    made_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    """When it was begun: what is purged later may be in it."""
    originals: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    gone_at: Mapped[datetime | None] = mapped_column(Instant())
    """When somebody said that every copy of it was destroyed."""
