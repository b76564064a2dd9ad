"""Rows of requests, their items, and issued copies."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class ItemState(StrEnum):
    """Where one asked-for document is. The state of a request derives from its items."""

    SUBMITTED = "submitted"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class YearCount(Base):
    """The last request number given in a year; one row to lock, so that two never get the same."""

    __tablename__ = "request_year_counts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Request(Base):
    """One person's asking for one or more documents, with a purpose."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """YC-2026-000123, counted per year."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text(2000))
    submitted_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now, index=True)
    items: Mapped[list[Item]] = relationship(back_populates="request", order_by="Item.position")


class Item(Base):
    """One document of a request and what was decided on it."""

    __tablename__ = "request_items"
    __table_args__ = (
        CheckConstraint("state IN ('submitted','granted','refused','revoked','withdrawn')", name="state"),
        Index("uq_request_items_request_node", "request_id", "node_id", unique=True),
        Index("ix_request_items_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"))
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=ItemState.SUBMITTED.value)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text(2000), default="")
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"), unique=True)
    end_told_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the person was told that the grant had ended by itself; a grant ends whether told or not."""
    end_told_ahead_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the person was told that the grant will end soon."""
    request: Mapped[Request] = relationship(back_populates="items")


class Copy(Base):
    """The PDF built once for a grant and kept by its digest."""

    __tablename__ = "copies"

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    built_at: Mapped[datetime | None] = mapped_column(Instant())


class Term(Base):
    """One wording of a term, from a day on. Only its last day ever changes."""

    __tablename__ = "access_terms"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('reason','use_form','purpose','evidence','undertaking','priority',"
            "'extension','takedown')",
            name="kind",
        ),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('grant','refuse','not_held','transferred')", name="outcome"
        ),
        CheckConstraint("(kind = 'reason') = (outcome IS NOT NULL)", name="reason_has_outcome"),
        UniqueConstraint("kind", "code", "valid_from", name="uq_access_terms_kind_code_valid_from"),
        Index("ix_access_terms_kind_valid_from", "kind", "valid_from"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    text_vi: Mapped[str] = mapped_column(Text(4000), default="")
    """What the reader reads: the explanation, or the undertaking itself."""
    text_en: Mapped[str] = mapped_column(Text(4000), default="")
    outcome: Mapped[str | None] = mapped_column(String(12))
    needs_review_on: Mapped[bool] = mapped_column(default=False)
    """Whether a refusal for this reason names a day on which it is looked at again."""
    can_appeal: Mapped[bool] = mapped_column(default=False)
    needs_evidence: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it can be chosen."""
    legal_basis: Mapped[str] = mapped_column(Text(300))
    position: Mapped[int] = mapped_column(default=0)


class ServiceType(Base):
    """How long the archive has for a kind of service, from a day on."""

    __tablename__ = "service_types"
    __table_args__ = (
        CheckConstraint("working_days > 0", name="working_days"),
        CheckConstraint("extension_days_most >= 0 AND pause_days_most >= 0", name="days_most"),
        UniqueConstraint("code", "valid_from", name="uq_service_types_code_valid_from"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(20))
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    working_days: Mapped[int]
    extension_days_most: Mapped[int]
    """Working days by which the term can be extended, all extensions together."""
    pause_days_most: Mapped[int]
    """Working days that a reader has for an answer before the request lapses; 0: it never waits."""
    needs_draft: Mapped[bool] = mapped_column(default=False)
    """Whether somebody else has to draft the decision before it is signed."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(Text(300))
