"""How staff get accounts: an administrator invites by mail, the person accepts with a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from portal.accounts import people, proofs
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.models import Person, Proof, ProofKind
from portal.accounts.roles import Permission, Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError

MOST_PENDING = 200
"""Shown at once; whoever waits longer than anybody else comes first."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody invited who has not accepted yet."""

    id: str
    email: str
    name: str
    role: Role
    expires_at: datetime
    is_over: bool
    sent_at: datetime | None


def invite(actor: Actor, email: str, name: str, role: Role, locale: str) -> Proof:
    """Invite somebody; one who was invited before gets a new link, and the old one ends.

    Raises:
        InvalidError: the address or the name cannot be used.
        ConflictError: there is an account with that address.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    address = people.clean_address(email)
    if not name.strip():
        raise InvalidError("missing", fields={"name": "missing"})
    if people.by_email(address) is not None:
        raise ConflictError("email_taken", fields={"email": "email_taken"})
    row = proofs.make(
        ProofKind.INVITATION, address, locale, name=name.strip(), role=Role(role).value, by=actor.id
    )
    trail.record(actor, "people.invite", "proof", row.id, role=row.role)
    return row


def pending(actor: Actor) -> list[Invitation]:
    """Return the invitations that nobody has accepted or taken back, the oldest first."""
    actor.must(Permission.MANAGE_PEOPLE)
    rows = db.session.scalars(
        select(Proof).where(*_PENDING).order_by(Proof.created_at, Proof.id).limit(MOST_PENDING)
    )
    return [
        Invitation(
            row.id, row.email, row.name, Role(row.role or ""), row.expires_at, not row.is_open, row.sent_at
        )
        for row in rows
    ]


def renew(actor: Actor, invitation_id: str) -> None:
    """Send a new link to somebody invited; the old one ends.

    Raises:
        NotFoundError: there is no such pending invitation.
        ConflictError: the address has got an account meanwhile.
    """
    row = _pending(actor, invitation_id)
    invite(actor, row.email, row.name, Role(row.role or ""), row.locale)


def withdraw(actor: Actor, invitation_id: str) -> None:
    """Take an invitation back: its link leads nowhere from now on.

    Raises:
        NotFoundError: there is no such pending invitation.
    """
    row = _pending(actor, invitation_id)
    row.withdrawn_at = clock.now()
    db.session.flush()
    trail.record(actor, "people.withdraw_invitation", "proof", row.id)


def looked_at(secret: str) -> Proof:
    """Return the invitation of an open link.

    Raises:
        NotFoundError: the link is over.
    """
    return _opened(secret)


def accept(secret: str, password: str) -> Person:
    """Use the link up and make the account with the role that was offered.

    Raises:
        NotFoundError: the link is over.
        InvalidError: the password does not fit; the link stays open.
        ConflictError: the address has got an account meanwhile.
    """
    row = _opened(secret, to_use=True)
    person = people.create(PORTAL, row.email, Role(row.role or ""), name=row.name, password=password)
    person.locale = row.locale
    proofs.use(row)
    trail.record(person.actor, "accounts.accept_invitation", "person", person.id, proof=row.id)
    return person


def open_work(person_id: str) -> int:
    """Return how many pending invitations a person answers for."""
    found = db.session.scalar(
        select(func.count()).select_from(Proof).where(*_PENDING, Proof.made_by == person_id)
    )
    return found or 0


def hand_over(actor: Actor, giver_id: str, heir: Person) -> int:
    """Let another person answer for the pending invitations of one who leaves; tell how many."""
    actor.must(Permission.MANAGE_PEOPLE)
    moved: Sequence[str] = db.session.scalars(
        update(Proof).where(*_PENDING, Proof.made_by == giver_id).values(made_by=heir.id).returning(Proof.id)
    ).all()
    for proof_id in moved:
        trail.record(actor, "people.hand_over", "proof", proof_id, before=giver_id, after=heir.id)
    return len(moved)


_PENDING = (
    Proof.kind == ProofKind.INVITATION.value,
    Proof.used_at.is_(None),
    Proof.withdrawn_at.is_(None),
)


def _opened(secret: str, *, to_use: bool = False) -> Proof:
    """Return the invitation of an open link while whoever answers for it may still invite."""
    row = proofs.opened(ProofKind.INVITATION, secret, to_use=to_use)
    inviter = db.session.get(Person, row.made_by) if row.made_by else None
    if inviter is None or not inviter.actor.may(Permission.MANAGE_PEOPLE):
        raise NotFoundError("link_is_over")
    return row


def _pending(actor: Actor, invitation_id: str) -> Proof:
    actor.must(Permission.MANAGE_PEOPLE)
    row = db.session.scalar(select(Proof).where(Proof.id == invitation_id, *_PENDING).with_for_update())
    if row is None:
        raise NotFoundError("not_found")
    return row
