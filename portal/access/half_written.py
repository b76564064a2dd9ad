"""The row of a request while it is written, one for each person, and its end; `asking` fills it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text, db
from portal.core.ids import new_id
from portal.jobs.handlers import Claim

JOB = "access.half_written"
EVERY_SECONDS = 3600


class HalfWritten(Base):
    """What a person has answered so far."""

    __tablename__ = "request_drafts"
    __table_args__ = (CheckConstraint("evidence IN ('','sent','brought')", name="evidence"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change, so that what is sent is what was seen."""
    changed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    until: Mapped[datetime] = mapped_column(Instant(), index=True)
    """When it is thrown away; every change puts it off."""
    documents: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(Text(2000), default="")
    purpose_kind_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    use_form_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    priority_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    evidence: Mapped[str] = mapped_column(String(8), default="")
    undertaking_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    undertaken_at: Mapped[datetime | None] = mapped_column(Instant())


def forget(person_id: str) -> None:
    """Throw away what a person has half written; they may have asked to be erased."""
    db.session.execute(delete(HalfWritten).where(HalfWritten.person_id == person_id))


def retire(claim: Claim) -> Callable[[], None]:
    """Throw away what was half written and left; what is returned does it."""

    def throw_away() -> None:
        db.session.execute(delete(HalfWritten).where(HalfWritten.until <= clock.now()))

    return throw_away
