"""Rows of the signatures of files: by whom, whether unbroken, and whether by a trusted issuer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class FileSignature(Base):
    """One signature of a signed PDF, as it was checked when the file came."""

    __tablename__ = "file_signatures"
    __table_args__ = (
        CheckConstraint("state IN ('unbroken','altered','unknown')", name="state"),
        CheckConstraint("NOT is_trusted OR state = 'unbroken'", name="trusted"),
        Index("uq_file_signatures_scan_number", "scan_id", "number", unique=True),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"))
    number: Mapped[int]
    """Counted from 1, in the order of the file."""
    signer: Mapped[str] = mapped_column(Text(200))
    """Name in the certificate; personal data, for the staff."""
    signed_at: Mapped[str] = mapped_column(String(40), default="")
    """As the signer's machine told it, ISO 8601 with its zone."""
    state: Mapped[str] = mapped_column(String(10))
    is_trusted: Mapped[bool]
    """Whether its certificate goes back to a root that was laid down; its revocation was not asked."""
    checked_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
