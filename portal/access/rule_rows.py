"""Rows of the rulebook: terms as they are worded from a day on, and how long services take."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Text
from portal.core.ids import new_id


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
