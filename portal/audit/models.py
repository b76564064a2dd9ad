"""The row of the audit trail. Triggers of the first migration refuse UPDATE and DELETE."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant


class AuditEvent(Base):
    """One act. People stand here by id only, so that erasing a person's data leaves the trail whole."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_object", "object_kind", "object_id"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    actor_id: Mapped[str | None] = mapped_column(String(10), index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))
    """The role at that time, 'anonymous', or 'machine'."""
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
