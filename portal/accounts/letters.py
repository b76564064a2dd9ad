"""The mails with links in them. Only here, in the job, is it found out whether an address is known.

So whoever asks at the site gets the same answer after the same work, and the owner of the
mail box alone learns how things stand.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts import people, proofs
from portal.accounts.models import Person, Proof, ProofKind
from portal.core import clock
from portal.core.db import db, end_reading
from portal.core.errors import UnavailableError
from portal.core.wording import moment
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.mail import post
from portal.mail.models import Message

SECONDS_TO_NEXT_TRY = 120.0

PATHS = {
    ProofKind.REGISTRATION: "/dang-ky/",
    ProofKind.RESET: "/dat-lai-mat-khau/",
    ProofKind.INVITATION: "/loi-moi/",
    ProofKind.GUEST: "/yeu-cau/khach/",
}
"""Where the links lead; the site map has the same paths."""


def path_of(row: Proof) -> str:
    """Return the path of a proof's link, without language prefix."""
    return PATHS[ProofKind(row.kind)] + proofs.secret_of(row)


def send(claim: Claim) -> Callable[[], None]:
    """Send the mail of one proof, the subject of the claim; what is returned marks it as sent.

    Raises:
        NotReadyError: the mail server does not take mails now.
        InvalidError: it refuses this mail for good.
    """
    row = db.session.get(Proof, claim.subject)
    if row is None or row.sent_at is not None or not row.is_open:
        return _nothing
    person = people.by_email(row.email)
    if person is not None and person.guest_since is not None:
        # Without an account one is a stranger to everything that asks for one.
        person = None
    letter = post.compose(_message(row, person), _recipient(row, person))
    # A mail server may take its time; no read transaction waits with us.
    end_reading()
    try:
        post.send(letter)
    except UnavailableError as error:
        raise NotReadyError(error.code, seconds=SECONDS_TO_NEXT_TRY, **error.values) from error
    return lambda: _mark_sent(claim.subject)


def tidy(claim: Claim) -> Callable[[], None]:
    """Forget proofs that have been over for long, as periodic work."""
    return proofs.forget_old


def _message(row: Proof, person: Person | None) -> Message:
    template = _template(ProofKind(row.kind), person)
    has_link = template in ("prove_address", "reset_password", "invitation", "guest_proof")
    link = path_of(row) if has_link else "/dang-ky" if template == "no_account" else ""
    link = "/dang-nhap" if template == "account_exists" else link
    values: dict[str, object] = {"until": moment(row.expires_at)} if has_link else {}
    return Message(id=row.id, template=template, values=values, link=link, created_at=row.created_at)


def _template(kind: ProofKind, person: Person | None) -> str:
    if kind is ProofKind.INVITATION:
        return "invitation"
    if person is not None and person.disabled_at is not None:
        return "account_closed"
    if kind is ProofKind.GUEST:
        return "guest_proof"
    if kind is ProofKind.REGISTRATION:
        return "prove_address" if person is None else "account_exists"
    return "no_account" if person is None else "reset_password"


def _recipient(row: Proof, person: Person | None) -> post.Recipient:
    """Greet a stranger by the address: what whoever asked typed as a name must not reach them as our word."""
    if person is None:
        invited = row.name if row.kind == ProofKind.INVITATION else ""
        return post.Recipient(row.email, invited or row.email, row.locale)
    return post.Recipient(person.email, person.name, person.locale)


def _mark_sent(proof_id: str) -> None:
    row = db.session.get(Proof, proof_id)
    if row is not None:
        row.sent_at = clock.now()
        db.session.flush()


def _nothing() -> None:
    """Leave everything as it is."""
