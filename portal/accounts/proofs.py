"""Proofs that an e-mail address is somebody's: made, looked at, used up once.

Before it stand registration, reset and invitation; behind it `letters`, which mails the link.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from portal.accounts import tries
from portal.accounts.models import Proof, ProofKind
from portal.core import clock, dated, house
from portal.core.db import db
from portal.core.errors import NotFoundError, TooManyError
from portal.core.ids import new_id
from portal.jobs import ledger
from portal.jobs.models import Lane

LETTER_JOB = "accounts.letter"
TIDY_JOB = "accounts.tidy"

ASKINGS_PER_ADDRESS = 3
ASKINGS_PER_ORIGIN = 20
"""Within `tries.WINDOW`; more would let anybody fill a stranger's mail box in our name."""

LASTS = {
    ProofKind.REGISTRATION: dated.REGISTRATION_HOURS,
    ProofKind.RESET: dated.RESET_HOURS,
    ProofKind.INVITATION: dated.INVITATION_HOURS,
    ProofKind.GUEST: dated.GUEST_HOURS,
}
DAY = timedelta(days=1)
KEPT = timedelta(days=30)
"""How long a proof that is over is kept: it may hold the address of somebody without an account."""


def make(
    kind: ProofKind,
    email: str,
    locale: str,
    *,
    name: str = "",
    role: str | None = None,
    by: str | None = None,
) -> Proof:
    """Write down an asking and let its mail follow.

    A new invitation ends the one before. What anybody may ask for ends nothing: else a
    stranger could end the link that the owner of the address is about to use.
    """
    now = clock.now()
    if kind is ProofKind.INVITATION:
        end_open(kind, email)
    proof_id = new_id()
    row = Proof(
        id=proof_id,
        digest=_digest(_secret(proof_id)),
        kind=kind.value,
        email=email,
        name=name,
        role=role,
        locale=locale,
        made_by=by,
        expires_at=now + timedelta(hours=int(dated.value(LASTS[kind]))),
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    ledger.enqueue(LETTER_JOB, row.id, lane=Lane.DESK, priority=ledger.MAIL)
    return row


def secret_of(row: Proof) -> str:
    """Return the secret of the link, for the mail or for who hands it over; it is kept nowhere."""
    return _secret(row.id)


def opened(kind: ProofKind, secret: str, *, to_use: bool = False) -> Proof:
    """Return the proof of an open link; looking at it does not use it up, for mail scanners look.

    Args:
        to_use: its row is locked, so that of two who use it at once one comes second.

    Raises:
        NotFoundError: the link is unknown, of another kind, used, taken back or too old.
    """
    wanted = select(Proof).where(Proof.digest == _digest(secret), Proof.kind == kind.value)
    row = db.session.scalar(wanted.with_for_update() if to_use else wanted)
    if row is None or not row.is_open:
        raise NotFoundError("link_is_over")
    return row


def use(row: Proof) -> None:
    """Use a proof up, and end whatever else is open of its kind and address."""
    row.used_at = clock.now()
    db.session.flush()
    end_open(ProofKind(row.kind), row.email, apart_from=row.id)


def end_open(kind: ProofKind, email: str, *, apart_from: str = "") -> None:
    """End the open proofs of a kind and address, apart from one."""
    db.session.execute(
        update(Proof)
        .where(
            Proof.kind == kind.value,
            Proof.email == email,
            Proof.id != apart_from,
            Proof.used_at.is_(None),
            Proof.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def of_address(email: str) -> Sequence[Proof]:
    """Return what was asked for by mail to an address and is not forgotten yet."""
    return db.session.scalars(select(Proof).where(Proof.email == email).order_by(Proof.created_at)).all()


def slow_down(email: str, origin: str) -> None:
    """Count an asking for mail to an address.

    Raises:
        TooManyError: too many were asked for to this address within minutes or within a day,
            or from this origin; known or not.
    """
    if _letters_within_a_day(email) >= int(dated.value(dated.LETTERS_PER_DAY)):
        raise TooManyError("too_many_letters", seconds=int(DAY.total_seconds()))
    address, place = tries.key("letter to", email), tries.key("letter from", origin)
    if tries.are_too_many({address: ASKINGS_PER_ADDRESS, place: ASKINGS_PER_ORIGIN}):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    tries.remember(address, place)


def forget_old() -> None:
    """Forget the proofs that have been over for long."""
    db.session.execute(delete(Proof).where(Proof.expires_at < clock.now() - KEPT))


def _letters_within_a_day(email: str) -> int:
    found = db.session.scalar(
        select(func.count())
        .select_from(Proof)
        .where(
            Proof.email == email,
            Proof.kind != ProofKind.INVITATION.value,
            Proof.created_at > clock.now() - DAY,
        )
    )
    return found or 0


def _secret(proof_id: str) -> str:
    """Return 256 bits that only who holds the key of the house can derive from the id."""
    key = house.settings().secret_key.encode()[:64]
    return hashlib.blake2b(f"proof:{proof_id}".encode(), key=key, digest_size=32).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
