"""Rows of people and of their one-time sign-in links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.db import Base, Instant, Text
from portal.core.ids import new_id


class Person(Base):
    """Somebody who can sign in. Disabled people keep their row, for the audit trail names it."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("role IN ('citizen','operator','archivist','approver','administrator')", name="role"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Text(254), unique=True)
    name: Mapped[str] = mapped_column(Text(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end all sessions of the person at once."""
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant())
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)

    @property
    def actor(self) -> Actor:
        """The person as the actor of verbs; a disabled person has no role left."""
        return Actor(id=self.id, role=None if self.disabled_at else Role(self.role), name=self.name)


class LoginLink(Base):
    """A one-time address to sign in by; only the digest of its secret is kept."""

    __tablename__ = "login_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant())
    used_at: Mapped[datetime | None] = mapped_column(Instant())


class Token(Base):
    """What a program signs in by at the API, with the rights of its person; only the digest is kept."""

    __tablename__ = "tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(Text(100))
    expires_at: Mapped[datetime] = mapped_column(Instant())
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)


class SignInAttempt(Base):
    """A failed sign-in, by digest of account and address, so that guessing slows down."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key_digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
