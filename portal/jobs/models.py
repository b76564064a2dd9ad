"""The row of a job."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Float, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Base, Instant
from portal.core.ids import new_id


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    LEASED = "leased"
    HELD = "held"
    """Waits until its bundle is read on: a person has paused it."""
    DONE = "done"
    DEAD = "dead"


class Lane(StrEnum):
    """Which kind of worker takes a job, so that reading pages never holds up a person's copy."""

    READ = "read"
    DESK = "desk"


class Job(Base):
    """One piece of work. `not_before` and `leased_until` are seconds of the database's clock."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','leased','held','done','dead')", name="state"),
        CheckConstraint("lane IN ('read','desk')", name="lane"),
        Index("uq_jobs_kind_subject", "kind", "subject", unique=True),
        Index("ix_jobs_claim", "lane", "state", "priority", "not_before"),
        Index("ix_jobs_owner", "owner"),
        Index(
            "ix_jobs_bundle",
            "bundle",
            sqlite_where=text("bundle IS NOT NULL"),
            postgresql_where=text("bundle IS NOT NULL"),
        ),
        Index(
            "ix_jobs_suspect",
            "lane",
            "state",
            sqlite_where=text("deaths >= 3"),
            postgresql_where=text("deaths >= 3"),
        ),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    """With `kind`, the unique key: asking twice for the same work makes one job."""
    payload: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    lane: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING.value)
    priority: Mapped[int] = mapped_column(default=100)
    """Lower goes first."""
    bundle: Mapped[str | None] = mapped_column(String(10))
    """What it is paused with, and put first or last with; None where it stands alone."""
    not_before: Mapped[float] = mapped_column(Float, default=0.0)
    every_seconds: Mapped[int | None]
    """Set for periodic work: when done it waits again for so long."""
    owner: Mapped[str] = mapped_column(String(80), default="")
    leased_until: Mapped[float | None] = mapped_column(Float)
    leased_at: Mapped[float | None] = mapped_column(Float)
    """Since when whoever has it has it."""
    token: Mapped[int] = mapped_column(default=0)
    """The fencing token: raised at each claim and each give-back; only its holder can finish."""
    attempts: Mapped[int] = mapped_column(default=0)
    """Failures of the work itself. What a worker's death ended does not count here."""
    deaths: Mapped[int] = mapped_column(default=0)
    """Workers that died in a row while they held this job."""
    error_code: Mapped[str] = mapped_column(String(60), default="")
    error_values: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class JobAttempt(Base):
    """How one claim of a job ended, for the person who asks why a page took so long."""

    __tablename__ = "job_attempts"
    __table_args__ = (Index("ix_job_attempts_job", "job_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(String(10))
    token: Mapped[int]
    owner: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(20))
    """done, failed, died, expired, deferred, released, superseded, skipped."""
    error_code: Mapped[str] = mapped_column(String(60), default="")
    seconds: Mapped[float | None] = mapped_column(Float)
    """For how long the job was held; None where nobody held it."""
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
