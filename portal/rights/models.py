"""Rows that decide who may see what: the protection of each node, and grants."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.rights import period_rows  # noqa: F401  # the table that protections point to
from portal.rights.levels import Level


class OpeningDay(NamedTuple):
    """When a level lapses by itself, by which rule, and what that was counted by."""

    opens_on: date | None = None
    basis: str = ""
    period_id: str | None = None
    counted_on: date | None = None


class Protection(Base):
    """How one node of the tree is protected: its own level, and whether it is published.

    `path` repeats the node's path ("/rootid/…/ownid/"), so that levels on ancestors are
    found by equality on prefixes of known length and this package needs no other table.
    """

    __tablename__ = "protections"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level IN ('open','conditional','withheld')", name="level"),
        Index(
            "uq_protections_path", "path", unique=True, postgresql_ops={"path": "varchar_pattern_ops"}
        ),  # so that prefixes are found by index whatever the collation
        CheckConstraint("opens_on IS NULL OR level = 'conditional'", name="opens_on"),
        CheckConstraint(
            "(period_id IS NULL) = (counted_on IS NULL) AND (period_id IS NULL OR opens_on IS NOT NULL)",
            name="counted",
        ),
        CheckConstraint("NOT reserved OR published_at IS NULL", name="reserved"),
        Index("ix_protections_level", "level"),
        Index("ix_protections_opens_on", "opens_on"),
        Index(
            "ix_protections_unpublished",
            "node_id",
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
        Index(
            "ix_protections_published_path",
            "path",
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
            postgresql_ops={"path": "varchar_pattern_ops"},
        ),  # for counts, which would else walk over all that waits to be published
    )

    node_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    path: Mapped[str] = mapped_column(String(120))
    level: Mapped[str | None] = mapped_column(String(12))
    """The node's own level; None leaves it to the ancestors."""
    reason: Mapped[str] = mapped_column(Text(500), default="")
    set_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    set_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    opens_on: Mapped[date | None]
    """From this day on in Việt Nam the node's own level closes nothing; None is for as long as it stands."""
    opens_basis: Mapped[str] = mapped_column(Text(300), default="", server_default="")
    """By which rule the level lapses."""
    period_id: Mapped[str | None] = mapped_column(ForeignKey("closure_periods.id"))
    """The closure period that the day was counted by; None where somebody typed the day."""
    counted_on: Mapped[date | None]
    """The last day of the record or its file, as it was known when the day was counted from it."""
    taken_down: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a report of personal data keeps it withheld until that is settled."""
    published_at: Mapped[datetime | None] = mapped_column(Instant())
    reserved: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it holds what was set aside: for those who take in or describe, and never published."""
    removed_at: Mapped[datetime | None] = mapped_column(Instant())
    """Set where the node was taken back with its batch or is held back: nobody sees it at any level."""
    held_back: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a mark of a state secret keeps it removed, also when its batch comes back."""

    @property
    def own_level(self) -> Level | None:
        return Level(self.level) if self.level else None

    @property
    def day(self) -> OpeningDay:
        """The day on which the level lapses, and what it was counted by."""
        return OpeningDay(self.opens_on, self.opens_basis, self.period_id, self.counted_on)

    def put_day(self, day: OpeningDay) -> None:
        """Let the level lapse on another day."""
        self.opens_on, self.opens_basis, self.period_id, self.counted_on = day

    def forget_day(self) -> None:
        """Take away the day on which the level lapses, and what it was counted by."""
        self.put_day(OpeningDay())


class Grant(Base):
    """One person's leave to see pages of one conditional document; its begin and end are never null."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("valid_from < until", name="validity"),
        CheckConstraint(
            "(first_page IS NULL) = (last_page IS NULL)"
            " AND (first_page IS NULL OR (first_page >= 1 AND last_page >= first_page))",
            name="pages",
        ),
        CheckConstraint("scope IN ('view','view_copy')", name="scope"),
        # A copy would be all pages at once, so only reading is counted.
        CheckConstraint("page_budget IS NULL OR (page_budget > 0 AND scope = 'view')", name="budget"),
        Index("ix_grants_person_node", "person_id", "node_id"),
        Index("uq_grants_trace", "trace", unique=True),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    node_id: Mapped[str] = mapped_column(String(10), index=True)
    valid_from: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    until: Mapped[datetime] = mapped_column(Instant())
    first_page: Mapped[int | None]
    """Number of the first page it is for; None, as the last one then is, is the whole document."""
    last_page: Mapped[int | None]
    scope: Mapped[str] = mapped_column(String(12), default="view_copy")
    page_budget: Mapped[int | None]
    """How many pages may be looked at, one counted once a day; None is as many as there are."""
    redaction_id: Mapped[str | None] = mapped_column(String(10), index=True)
    """The redacted version that it is for (`catalogue.redaction_rows`); None is the original."""
    pages_used: Mapped[int] = mapped_column(default=0)
    trace: Mapped[str] = mapped_column(String(12))
    """The code in every mark, without its hyphens (`rights.tracing`)."""
    mark: Mapped[str] = mapped_column(Text(400))
    """What is written over every page shown: name, request number, time of issue, trace code. Leave
    from before there were codes has one, too, but its marks do not show it."""
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant())
    revoke_reason: Mapped[str] = mapped_column(Text(500), default="")


class Read(Base):
    """One person saw or took one page that is not public, in one kind of use, on one day."""

    __tablename__ = "reads"
    __table_args__ = (
        CheckConstraint("\"use\" IN ('page','image','text','thumbnail','copy')", name="use"),
        Index("uq_reads_person_page_day", "person_id", "node_id", "page_id", "use", "day", unique=True),
        Index("ix_reads_node_day", "node_id", "day"),
        Index("ix_reads_person_at", "person_id", "at"),
        Index("ix_reads_at", "at"),
        Index("ix_reads_day", "day"),
        Index("ix_reads_grant_day", "grant_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(20))
    """The person's role at that time."""
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"))
    node_id: Mapped[str] = mapped_column(String(10))
    page_id: Mapped[str] = mapped_column(String(10), default="")
    """Empty where it is of the whole document: NULL would be unlike itself, and never there already."""
    use: Mapped[str] = mapped_column(String(12))
    day: Mapped[date]
    """Day of Việt Nam's calendar."""
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    """The first instant of that day."""


class ReadAlert(Base):
    """One person looked at unusually many pages within an hour; once a day, however long it goes on."""

    __tablename__ = "read_alerts"
    __table_args__ = (
        Index("uq_read_alerts_person_day", "person_id", "day", unique=True),
        Index("ix_read_alerts_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    role: Mapped[str] = mapped_column(String(20))
    pages: Mapped[int]
    most: Mapped[int]
    """How many were usual at that time."""
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class Closure(Base):
    """A node that was closed and that the search index may still show as open.

    As long as the row stands, every search carries "not under this node"; the indexer
    deletes it once the index holds the change.
    """

    __tablename__ = "closures"

    node_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    seq: Mapped[int]
    """The outbox entry that must be indexed before the closure can go."""
