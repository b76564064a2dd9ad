"""Rows of documents that are held back because a page of theirs bears the mark of a state secret."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.ingest.secret_states import HoldState


class SecretHold(Base):
    """That a document was held back: by which mark, on which page, how that ended. Nothing of its content."""

    __tablename__ = "secret_holds"
    __table_args__ = (
        CheckConstraint("state IN ('held','released','purged')", name="state"),
        CheckConstraint("mark IN ('mat','toi_mat','tuyet_mat')", name="mark"),
        CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
        Index("ix_secret_holds_state_held_at", "state", "held_at"),
        Index(
            "uq_secret_holds_document",
            "document_id",
            unique=True,
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("ix_secret_holds_document_state", "document_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(String(10))
    """No key into the tree: the row stays when the document was purged."""
    page_number: Mapped[int]
    mark: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=HoldState.HELD.value)
    held_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text(1000), default="", server_default="")
    """Why it was released."""
