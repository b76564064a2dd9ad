"""Rows of people, of their one-time sign-in links, and of proofs that an e-mail address is theirs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
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
        Index("ix_people_sort", "sort_key", "id"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Text(254), unique=True)
    name: Mapped[str] = mapped_column(Text(200))
    sort_key: Mapped[str] = mapped_column(String(700), default="", server_default="")
    """By given name; written by `people.name_as`, as is `folded`."""
    folded: Mapped[str] = mapped_column(Text(600), default="", server_default="")
    """Name and address without marks, to be searched."""
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to end all sessions of the person at once."""
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant())
    guest_since: Mapped[datetime | None] = mapped_column(Instant())
    """Since when the person asks without an account (`guesthood`); None where there is one."""
    erased_at: Mapped[datetime | None] = mapped_column(Instant())
    """When the person had themselves erased; the row stays without name and address, closed for good."""
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)

    @property
    def actor(self) -> Actor:
        """The person as the actor of verbs; a disabled person has no role left."""
        return Actor(id=self.id, role=None if self.disabled_at else Role(self.role), name=self.name)


class PersonData(Base):
    """What the circular asks of an account holder; what would harm them in strange hands is sealed."""

    __tablename__ = "person_data"
    __table_args__ = (
        CheckConstraint("(id_number_sealed IS NULL) = (id_number_digest IS NULL)", name="id_number"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        Index("ix_person_data_waiting", "confirmed_at", "returned_at", "changed_at"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(16))
    """The key by which all cells of the row are sealed (`core.sealing`)."""
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    id_number_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Keyed: one number has one account, and nobody without the key can guess it from here."""
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    priority_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    workplace: Mapped[str] = mapped_column(Text(300), default="")
    changed_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    """When that changed which an officer compares with a card."""
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant())
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    returned_at: Mapped[datetime | None] = mapped_column(Instant())
    """When an officer asked for something else; empty again when it came."""
    returned_reason: Mapped[str] = mapped_column(Text(500), default="")

    def look_again(self) -> None:
        """Have the identity looked at anew: what it was compared with has changed."""
        self.changed_at = clock.now()
        self.confirmed_at = self.confirmed_by = self.returned_at = None
        self.returned_reason = ""


class Evidence(Base):
    """Pictures of papers that show who somebody is. The pictures go, the row stays."""

    __tablename__ = "identity_evidence"
    __table_args__ = (Index("ix_identity_evidence_until", "gone_at", "until"),)

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    key_id: Mapped[str] = mapped_column(String(16))
    pages: Mapped[int]
    """How many pictures; each is a sealed file named by id and number (`storage.sealed`)."""
    added_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)
    until: Mapped[datetime] = mapped_column(Instant())
    gone_at: Mapped[datetime | None] = mapped_column(Instant())


class LoginLink(Base):
    """A one-time address to sign in by; only the digest of its secret is kept."""

    __tablename__ = "login_links"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant())
    used_at: Mapped[datetime | None] = mapped_column(Instant())


class ProofKind(StrEnum):
    """What a proof of an e-mail address is good for; good for nothing else."""

    REGISTRATION = "registration"
    RESET = "reset"
    INVITATION = "invitation"
    GUEST = "guest"
    """A request without an account."""


class Proof(Base):
    """An asking that is answered by mail: whoever opens the link in it shows that the address is theirs.

    The row is written whether the address is known or not, and the job that writes the mail
    finds out. The link's secret is kept nowhere: it is derived anew from the row's id and the
    key of the house when the mail is written, and only its digest stands here.
    """

    __tablename__ = "proofs"
    __table_args__ = (
        CheckConstraint("kind IN ('registration','reset','invitation','guest')", name="kind"),
        CheckConstraint("(kind = 'invitation') = (role IS NOT NULL)", name="role_of_invitation"),
        Index("ix_proofs_kind_created", "kind", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(10), primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(Text(254), index=True)
    name: Mapped[str] = mapped_column(Text(200), default="")
    role: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(2), default="vi")
    made_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    """Who invited; None where the person asked for it."""
    expires_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant())
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant())
    """When it was taken back, or a newer one took its place."""
    sent_at: Mapped[datetime | None] = mapped_column(Instant())
    created_at: Mapped[datetime] = mapped_column(Instant(), default=clock.now)

    @property
    def is_open(self) -> bool:
        """Whether it could be used now. At its end it no longer can."""
        return self.used_at is None and self.withdrawn_at is None and clock.now() < self.expires_at


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
