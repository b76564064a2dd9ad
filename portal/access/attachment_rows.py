"""The row of a file that came with a message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class Attachment(Base):
    """A file that came with a message. Its sealed bytes go one day; the row stays without a name."""

    __tablename__ = "request_attachments"
    __table_args__ = (
        CheckConstraint("media_type IN ('application/pdf','image/jpeg','image/png')", name="media_type"),
        CheckConstraint("size > 0", name="size"),
        Index("ix_request_attachments_gone_added", "gone_at", "added_at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("request_messages.id"), index=True)
    name: Mapped[str] = mapped_column(Text(120))
    """As its sender named it, made safe; empty once the file is gone."""
    media_type: Mapped[str] = mapped_column(String(20))
    """Told by its bytes, never by its name."""
    size: Mapped[int]
    """Bytes before they were sealed."""
    key_id: Mapped[str] = mapped_column(String(16))
    added_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    gone_at: Mapped[datetime | None] = mapped_column(Instant())
