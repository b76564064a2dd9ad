"""The row of a message: a notice on site and, once sent, a mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant
from portal.core.ids import new_id


class Message(Base):
    """Something told to a person. Kept as template code and values, rendered when shown or sent."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_person_created", "person_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    template: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    link: Mapped[str] = mapped_column(String(200), default="")
    """Path on this site that the message is about."""
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(Instant())
    sent_at: Mapped[datetime | None] = mapped_column(Instant())
