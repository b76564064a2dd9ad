"""The row of a rule by which records are granted as soon as they are asked for (`automatic`)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class AutoState(StrEnum):
    """Where a rule is; `auto_states` says what leads where. That its last day has passed is no state."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    """A second person has approved it; it holds from its first to its last day."""
    DECLINED = "declined"
    ENDED = "ended"


class AutoRule(Base):
    """Which records are granted at once, for how long and on what law. Never changed but for its state."""

    __tablename__ = "access_auto_rules"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','in_force','declined','ended')", name="state"),
        CheckConstraint("valid_from <= valid_to", name="validity"),
        CheckConstraint("days > 0", name="days"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('in_force','ended') OR approved_by IS NOT NULL", name="in_force"),
        CheckConstraint("(state IN ('declined','ended')) = (ended_by IS NOT NULL)", name="ended"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended_at"),
        Index("ix_access_auto_rules_node_state", "node_id", "state"),
        Index("ix_access_auto_rules_state_proposed", "state", "proposed_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    node_id: Mapped[str] = mapped_column(ForeignKey("nodes.id"))
    """The place that it covers with all that lies below, wherever that stands in the tree by then."""
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of kinds of document; empty is all."""
    last_year: Mapped[int | None]
    """Documents of later years, and those without a date, are not covered; None is any."""
    use_forms: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of forms of use; empty is any."""
    days: Mapped[int]
    """For how many days leave is given."""
    with_copy: Mapped[bool]
    legal_basis: Mapped[str] = mapped_column(Text(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    """The last day: no rule is for good."""
    state: Mapped[str] = mapped_column(String(10), default=AutoState.PROPOSED.value)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    proposed_under: Mapped[str | None] = mapped_column(ForeignKey("delegations.id"))
    """By what was lent it was proposed, where not by the role."""
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant())
    approved_under: Mapped[str | None] = mapped_column(ForeignKey("delegations.id"))
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who declined it, or ended it before its last day."""
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    end_reason: Mapped[str] = mapped_column(Text(500), default="")
