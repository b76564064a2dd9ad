"""Rows that decide who may see what: the protection of each node, and grants."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id
from portal.rights.levels import Level


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
        Index("ix_protections_level", "level"),
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
    published_at: Mapped[datetime | None] = mapped_column(Instant())
    removed_at: Mapped[datetime | None] = mapped_column(Instant())
    """Set where the node was taken back with its batch: nobody sees it, whatever the level says."""

    @property
    def own_level(self) -> Level | None:
        return Level(self.level) if self.level else None


class Grant(Base):
    """One person's leave to see one conditional document until an instant that is never null."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_person_node", "person_id", "node_id"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    node_id: Mapped[str] = mapped_column(String(10), index=True)
    until: Mapped[datetime] = mapped_column(Instant())
    mark: Mapped[str] = mapped_column(Text(400))
    """What is written over every page shown: name, request number, time of issue."""
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant())
    revoke_reason: Mapped[str] = mapped_column(Text(500), default="")


class Closure(Base):
    """A node that was closed and that the search index may still show as open.

    As long as the row stands, every search carries "not under this node"; the indexer
    deletes it once the index holds the change.
    """

    __tablename__ = "closures"

    node_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    seq: Mapped[int]
    """The outbox entry that must be indexed before the closure can go."""
