"""Rows of official letters: how each kind is worded from a day on, and what was issued."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class LetterWording(Base):
    """How a kind of letter is worded, from a day on. Only its last day ever changes."""

    __tablename__ = "letter_wordings"
    __table_args__ = (
        CheckConstraint("kind IN ('receipt','question','extension','answer','transfer')", name="kind"),
        UniqueConstraint("kind", "valid_from", name="uq_letter_wordings_kind_valid_from"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    type_name: Mapped[str] = mapped_column(Text(60), default="")
    """As it stands above the subject (THÔNG BÁO); empty for a plain letter (công văn)."""
    type_code: Mapped[str] = mapped_column(Text(10), default="")
    """Its abbreviation in the number (TB)."""
    subject: Mapped[str] = mapped_column(Text(300))
    body: Mapped[str] = mapped_column(Text(8000))
    """Paragraphs, with facts in braces (`facts.NAMES`)."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(Text(300))


class LetterYearCount(Base):
    """The last number given to a letter in a year."""

    __tablename__ = "letter_year_counts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class IssuedLetter(Base):
    """A letter as it was issued. All its words are kept, so that it stays what was signed."""

    __tablename__ = "issued_letters"
    __table_args__ = (
        CheckConstraint("kind IN ('receipt','question','extension','answer','transfer')", name="kind"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled"),
        UniqueConstraint("year", "number", name="uq_issued_letters_year_number"),
        Index("ix_issued_letters_request", "request_id", "issued_at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"))
    kind: Mapped[str] = mapped_column(String(10))
    wording_id: Mapped[str] = mapped_column(ForeignKey("letter_wordings.id"))
    year: Mapped[int]
    number: Mapped[int]
    symbol: Mapped[str] = mapped_column(Text(60))
    """What follows the number: /TB-LTLS."""
    issued_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    issued_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    above: Mapped[str] = mapped_column(Text(120))
    issuer: Mapped[str] = mapped_column(Text(120))
    place: Mapped[str] = mapped_column(Text(60))
    type_name: Mapped[str] = mapped_column(Text(60))
    subject: Mapped[str] = mapped_column(Text(300))
    addressee: Mapped[str] = mapped_column(Text(200))
    body: Mapped[str] = mapped_column(Text(12000))
    """Empty, as the addressee then is, once the reader's data were erased."""
    authority: Mapped[str] = mapped_column(Text(120))
    """In whose name and office it is signed, one line each: TUQ. GIÁM ĐỐC."""
    signed_name: Mapped[str] = mapped_column(Text(120))
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant())
    cancelled_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    cancel_reason: Mapped[str] = mapped_column(Text(500), default="")
