"""Rows of requests, their items, and issued copies."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
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
