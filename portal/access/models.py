"""Rows of requests, their items, clocks and messages, and of issued copies."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access.auto_rows import AutoRule
from portal.access.rule_rows import ServiceType, Term
from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class ItemState(StrEnum):
    """Where one asked-for document is."""

    SUBMITTED = "submitted"
    PROPOSED = "proposed"
    """A decision is drafted and waits for somebody else to sign it."""
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """The reader did not answer, so nothing was decided."""
    TRANSFERRED = "transferred"
    """The request, or this document of it, went to another archive."""
    NOT_HELD = "not_held"
    """It was looked for and is not here."""
    ALREADY_OPEN = "already_open"
    """Everybody may read it meanwhile, so no leave is needed."""


class DraftState(StrEnum):
    """Where a drafted decision is."""

    OFFERED = "offered"
    """It waits for a signature."""
    RETURNED = "returned"
    """Whoever was to sign sent it back."""
    RECALLED = "recalled"
    """Whoever drafted it took it back, or the document was dropped."""
    SIGNED = "signed"


class RequestStatus(StrEnum):
    """How far the work on a request is; see `request_states` for the ways between."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    AWAITING_READER = "awaiting_reader"
    CONSULTING = "consulting"
    DECIDED = "decided"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Resolution(StrEnum):
    """What came of a request that is no longer open."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    NOT_HELD = "not_held"
    ALREADY_OPEN = "already_open"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ClockKind(StrEnum):
    """What happens to the clock of a request."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    RECOUNT = "recount"
    """The calendar of working days was changed."""
    STOP = "stop"


class MessageKind(StrEnum):
    """What a message of a request is."""

    MESSAGE = "message"
    QUESTION = "question"
    """The archive cannot go on without an answer."""
    ANSWER = "answer"
    NOTE = "note"
    """For the staff alone."""


class YearCount(Base):
    """The last request number given in a year; one row to lock, so that two never get the same."""

    __tablename__ = "request_year_counts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Request(Base):
    """One person's asking for one or more documents, with a purpose."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(
            "status IN ('received','in_review','awaiting_reader','consulting','decided','transferred',"
            "'withdrawn','lapsed')",
            name="status",
        ),
        CheckConstraint(
            "resolution IN ('granted','partly_granted','refused','not_held','already_open','transferred',"
            "'withdrawn','lapsed')",
            name="resolution",
        ),
        CheckConstraint("evidence IN ('','sent','brought')", name="evidence"),
        CheckConstraint("(undertaking_id IS NULL) = (undertaken_at IS NULL)", name="undertaken"),
        CheckConstraint("(paused_since IS NULL) = (remaining_days IS NULL)", name="paused"),
        Index("ix_requests_status_due", "status", "due_on", "number"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    """YC-2026-000123, counted per year."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text(2000))
    submitted_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now, index=True)
    status: Mapped[str] = mapped_column(String(16), default=RequestStatus.RECEIVED.value)
    resolution: Mapped[str | None] = mapped_column(String(16))
    """What came of it; None while it is open."""
    service_id: Mapped[str | None] = mapped_column(ForeignKey(ServiceType.id))
    """What was promised when it came in; None of what came in before clocks were kept."""
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_on: Mapped[date | None]
    """Last day in Việt Nam for the answer; None while the clock is paused, and of what was asked before
    clocks were kept. It stays when the clock stops."""
    remaining_days: Mapped[int | None]
    """Worked days that were left when the clock was paused; negative where it was late already."""
    paused_since: Mapped[date | None]
    calendar_mark: Mapped[str] = mapped_column(String(80), default="")
    """The versions of the calendar that the due day rests on."""
    lapse_told_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the reader was reminded that the request lapses without an answer."""
    purpose_kind_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    use_form_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    priority_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    evidence: Mapped[str] = mapped_column(String(8), default="")
    """How papers come that the rules ask for, as `answers.Evidence`."""
    undertaking_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    undertaken_at: Mapped[datetime | None] = mapped_column(Instant())
    """None of what was asked before undertakings were kept, and outside of the steps."""
    written_as: Mapped[str | None] = mapped_column(String(10), unique=True)
    """The id that it had while it was half written: sent twice, it is one request."""
    items: Mapped[list[Item]] = relationship(back_populates="request", order_by="Item.position")


class Item(Base):
    """One document of a request and what was decided on it."""

    __tablename__ = "request_items"
    __table_args__ = (
        CheckConstraint(
            "state IN ('submitted','proposed','granted','refused','revoked','withdrawn','lapsed',"
            "'transferred','not_held','already_open')",
            name="state",
        ),
        Index("uq_request_items_request_node", "request_id", "node_id", unique=True),
        Index("ix_request_items_state", "state"),
        Index("ix_request_items_state_review_on", "state", "review_on"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"))
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"), index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default=ItemState.SUBMITTED.value)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant())
    reason: Mapped[str] = mapped_column(Text(2000), default="")
    term_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    """The reason by its code, as it was worded then; None where no rule was named."""
    review_on: Mapped[date | None]
    """When a refusal is looked at again."""
    delegation_id: Mapped[str | None] = mapped_column(ForeignKey("delegations.id"))
    """By what was lent it was decided, where not by the role."""
    auto_rule_id: Mapped[str | None] = mapped_column(ForeignKey(AutoRule.id), index=True)
    """The rule that granted it as it came in; None where people decided on it."""
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"), unique=True)
    end_told_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the person was told that the grant had ended by itself; a grant ends whether told or not."""
    end_told_ahead_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the person was told that the grant will end soon."""
    request: Mapped[Request] = relationship(back_populates="items")


class Draft(Base):
    """One version of a drafted decision; never changed but for how it ended."""

    __tablename__ = "decision_drafts"
    __table_args__ = (
        CheckConstraint("state IN ('offered','returned','recalled','signed')", name="state"),
        CheckConstraint("act IN ('grant','refuse','not_held','already_open','transfer')", name="act"),
        CheckConstraint("(first_page IS NULL) = (last_page IS NULL)", name="range"),
        CheckConstraint("first_page IS NULL OR (first_page >= 1 AND last_page >= first_page)", name="pages"),
        CheckConstraint("act = 'grant' OR (until IS NULL AND first_page IS NULL)", name="grant_only"),
        CheckConstraint("(state = 'offered') = (ended_at IS NULL)", name="ended"),
        Index("uq_decision_drafts_item_version", "item_id", "version", unique=True),
        Index(
            "uq_decision_drafts_offered",
            "item_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(ForeignKey("request_items.id"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), default=DraftState.OFFERED.value)
    act: Mapped[str] = mapped_column(String(12))
    term_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    """The reason by its code, as it was worded then."""
    reason: Mapped[str] = mapped_column(Text(2000))
    """What the reader will read."""
    until: Mapped[datetime | None] = mapped_column(Instant())
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    review_on: Mapped[date | None]
    """When a refusal is looked at again."""
    note: Mapped[str] = mapped_column(Text(2000), default="")
    """For whoever signs."""
    redaction_id: Mapped[str | None] = mapped_column(String(10))
    """The redacted version that is granted; None is the original."""
    drafted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    returned_reason: Mapped[str] = mapped_column(Text(500), default="")


class ClockEvent(Base):
    """One thing that happened to the clock of a request; never changed, and the due day follows from all."""

    __tablename__ = "request_clock_events"
    __table_args__ = (
        CheckConstraint("kind IN ('start','pause','resume','extend','recount','stop')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    on_day: Mapped[date]
    """The day of it in Việt Nam, by which is counted."""
    kind: Mapped[str] = mapped_column(String(8))
    days: Mapped[int] = mapped_column(default=0)
    """Worked days given at the start or added."""
    due_on: Mapped[date | None]
    """The due day after it."""
    reason: Mapped[str] = mapped_column(Text(2000), default="")
    term_id: Mapped[str | None] = mapped_column(ForeignKey(Term.id))
    """Of an extension, the reason by its code, as it was worded then; None where the rules had none."""
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class RequestMessage(Base):
    """What reader and staff write to each other about a request."""

    __tablename__ = "request_messages"
    __table_args__ = (
        CheckConstraint("kind IN ('message','question','answer','note')", name="kind"),
        Index("ix_request_messages_request_at", "request_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"))
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    from_person: Mapped[str] = mapped_column(ForeignKey("people.id"))
    by_staff: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text(4000))


class Copy(Base):
    """The PDF built once for a grant and kept by its digest."""

    __tablename__ = "copies"

    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    blob_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    built_at: Mapped[datetime | None] = mapped_column(Instant())
