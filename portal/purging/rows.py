"""Rows of purges: on what law, by whom, what went, and that it was here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class PurgeKind(StrEnum):
    """What is purged as a whole."""

    DOCUMENT = "document"
    """Also one that is held back as a state secret."""
    PAGE = "page"
    SCAN = "scan"
    """A file that was refused."""
    BATCH = "batch"
    """One that was withdrawn, when it cannot come back any more."""


class PurgeState(StrEnum):
    """Where a purge is; `states` says what leads where."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    """Nobody sees it any more; the job removes what is left."""
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Trace(StrEnum):
    """What a tombstone stands for."""

    RECORD = "record"
    PAGE = "page"
    REDACTED = "redacted"
    """A page of a redacted version."""
    FILE = "file"
    """A file as it was taken in."""
    COPY = "copy"
    """The copy that came with a grant."""


class PurgeBasis(Base):
    """On what law something may be purged, worded from a day on. Only its last day ever changes."""

    __tablename__ = "purge_bases"
    __table_args__ = (UniqueConstraint("code", "valid_from", name="uq_purge_bases_code_valid_from"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[str] = mapped_column(Text(200))
    name_en: Mapped[str] = mapped_column(Text(200))
    legal_basis: Mapped[str] = mapped_column(Text(300))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day on which it can be chosen."""
    position: Mapped[int] = mapped_column(default=0)


class Purge(Base):
    """One decision of two people that something leaves the archive. No name or title stands in it."""

    __tablename__ = "purges"
    __table_args__ = (
        CheckConstraint("kind IN ('document','page','scan','batch')", name="kind"),
        CheckConstraint("state IN ('proposed','confirmed','done','declined','withdrawn')", name="state"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("state NOT IN ('confirmed','done') OR confirmed_by IS NOT NULL", name="confirmed"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        CheckConstraint("proposed_at < until", name="until"),
        Index("ix_purges_state", "state", "proposed_at", "id"),
        Index(
            "uq_purges_object",
            "object_id",
            unique=True,
            sqlite_where=text("state IN ('proposed','confirmed')"),
            postgresql_where=text("state IN ('proposed','confirmed')"),
        ),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    object_id: Mapped[str] = mapped_column(String(10))
    """No key: what it names goes."""
    basis_id: Mapped[str] = mapped_column(ForeignKey("purge_bases.id"))
    reason: Mapped[str] = mapped_column(Text(1000))
    state: Mapped[str] = mapped_column(String(10), default=PurgeState.PROPOSED.value)
    proposed_by: Mapped[str] = mapped_column(String(10))
    """No key: a backup of before may not know the person."""
    proposed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    until: Mapped[datetime] = mapped_column(Instant())
    """Until when it can be confirmed."""
    confirmed_by: Mapped[str | None] = mapped_column(String(10))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant())
    ended_by: Mapped[str | None] = mapped_column(String(10))
    """Who declined it or took it back."""
    ended_at: Mapped[datetime | None] = mapped_column(Instant())
    end_reason: Mapped[str] = mapped_column(Text(1000), default="", server_default="")
    done_at: Mapped[datetime | None] = mapped_column(Instant())
    is_secret: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether what it names is held back as a state secret: that it is there is not for everybody to know."""

    @property
    def is_overdue(self) -> bool:
        """Whether it can be confirmed no more."""
        return self.state == PurgeState.PROPOSED.value and clock.now() >= self.until


class Tombstone(Base):
    """That a thing was here: no word of what it was. Written in the transaction that hides it."""

    __tablename__ = "purge_tombstones"
    __table_args__ = (
        CheckConstraint("kind IN ('record','page','redacted','file','copy')", name="kind"),
        Index("ix_purge_tombstones_purge", "purge_id", "kind"),
        Index("ix_purge_tombstones_sha256", "sha256"),
    )

    object_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The address that it had, of which no other thing ever gets the same."""
    kind: Mapped[str] = mapped_column(String(10))
    purge_id: Mapped[str] = mapped_column(ForeignKey("purges.id"), primary_key=True)
    """Beside it: a copy that was built anew after one purge can go by another."""
    was_public: Mapped[bool] = mapped_column(default=False)
    """Whether everybody could see it until then: its address says that it is gone, not that it never was."""
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of the bytes that it was made of; empty where there are none of its own."""
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Of those bytes."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    """Whether the bytes stay, for something that was not purged is made of them, too."""
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
