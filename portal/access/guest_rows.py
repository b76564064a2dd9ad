"""Rows of those who ask without an account: what waits for a proof, the code to follow by, and each visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class HeldRequest(Base):
    """What somebody wants to ask for; no request until the link in the mail was opened and sent."""

    __tablename__ = "held_requests"
    __table_args__ = (
        CheckConstraint("(undertaking_id IS NULL) = (undertaken_at IS NULL)", name="undertaken"),
    )

    proof_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The proof of the address (`accounts.proofs`), which holds name and address, too."""
    document_ids: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(Text(2000))
    purpose_kind_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    use_form_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    undertaking_id: Mapped[str | None] = mapped_column(ForeignKey("access_terms.id"))
    undertaken_at: Mapped[datetime | None] = mapped_column(Instant())
    expires_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    """With its proof; forgotten then."""


class GuestCode(Base):
    """The code by which a request is followed without an account; only its digest is kept."""

    __tablename__ = "guest_codes"

    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class GuestVisit(Base):
    """One try to follow a request: written whether number and code were right or not.

    The six digits that go by mail are derived from the id and the key of the house; they stand nowhere.
    """

    __tablename__ = "guest_visits"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("requests.id"))
    """None where number or code was wrong: then no mail goes, and no digits are right."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the digits."""
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant())
    sent_at: Mapped[datetime | None] = mapped_column(Instant())
