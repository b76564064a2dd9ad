"""Ask without an account: held until the address is proved by mail, then a request like every other.

A guest is a person without a password (`Person.guest_since`): decisions, clock, messages, notices and the
trail know no difference. Whoever registers with the same address later has all of it in the account. Behind
it stands `following`. Pages of conditional access are for account holders: a guest cannot sign in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete

from portal.access import admitting, following, reasons, requests, rulebook
from portal.access import answers as answering
from portal.access.answers import NOTHING, Answers, AnswersView, Evidence
from portal.access.guest_rows import GuestVisit, HeldRequest
from portal.access.results import RequestView
from portal.accounts import guesthood, people, proofs
from portal.accounts.actors import ANONYMOUS
from portal.accounts.models import ProofKind
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.jobs.handlers import Claim

JOB = "access.guests"
EVERY_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Held:
    """What waits for the proof of an address, as whoever opened the link sees it."""

    name: str
    email: str
    purpose: str
    document_ids: Sequence[str]
    answers: AnswersView


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request that a guest sent."""

    request: RequestView
    code: str
    """To follow it by, shown this once; empty where the address has an account, which shows it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guest asks for, and what they say of it."""

    document_ids: Sequence[str]
    purpose: str
    answers: Answers = NOTHING
    """Kind of purpose, form of use and undertaking; papers that the rules ask for are brought."""


def ask(name: str, email: str, locale: str, wish: Wish, origin: str) -> None:
    """Hold a request, and mail a link to the address. Nothing here tells whether the address is known.

    Args:
        origin: where it comes from, an IP address; only its digest is kept.

    Raises:
        InvalidError: the address, the name, the purpose, an answer or the number of documents does not
            fit, or a document is open, has no scan, or is no document.
        ConflictError: the undertaking is worded otherwise by now.
        NotFoundError: a document is unknown, or not public.
        TooManyError: too many were asked for to this address, or from this origin.
    """
    address = people.clean_address(email)
    if not name.strip():
        raise InvalidError("missing", fields={"name": "missing"})
    text = reasons.clean("purpose", wish.purpose, requests.PURPOSE_LEAST, requests.PURPOSE_MOST)
    wanted = requests.askable(ANONYMOUS, list(wish.document_ids))
    given = _checked(wanted, wish.answers)
    proofs.slow_down(address, origin)
    proof = proofs.make(ProofKind.GUEST, address, locale, name=" ".join(name.split())[:200])
    db.session.add(
        HeldRequest(
            proof_id=proof.id,
            document_ids=wanted,
            purpose=text,
            purpose_kind_id=given.purpose_kind or None,
            use_form_id=given.use_form or None,
            undertaking_id=given.undertaking or None,
            undertaken_at=given.undertaken_at,
            expires_at=proof.expires_at,
        )
    )
    db.session.flush()
    trail.record(ANONYMOUS, "guest.ask", "proof", proof.id, documents=wanted)


def looked_at(secret: str) -> Held:
    """Return what an open link would send.

    Raises:
        NotFoundError: the link is over.
    """
    proof = proofs.opened(ProofKind.GUEST, secret)
    held = _held(proof.id)
    given = _answers(held)
    chosen = [one for one in (given.purpose_kind, given.use_form, given.undertaking) if one]
    shown = answering.shown(given, rulebook.by_ids(chosen) if chosen else {})
    return Held(proof.name, proof.email, held.purpose, held.document_ids, shown)


def send(secret: str) -> Arrived:
    """Use the link up and send what was held: the address is proved.

    Raises:
        NotFoundError: the link is over, a document is not public any more, or the account is closed.
        ConflictError: the same was asked for and waits, or may be seen already; or the undertaking is
            worded otherwise by now.
        InvalidError: a document is open to everybody meanwhile, or a choice does not hold any more.
    """
    proof = proofs.opened(ProofKind.GUEST, secret, to_use=True)
    held = _held(proof.id)
    person = guesthood.of(proof.email, proof.name, proof.locale)
    present = rulebook.undertaking()
    if (present.id if present else None) != held.undertaking_id:
        raise ConflictError("undertaking_changed")
    asked = requests.submit(person.actor, list(held.document_ids), held.purpose, _answers(held))
    code = following.make_code(asked.id) if person.guest_since is not None else ""
    # Other links to the same address may hold other requests; they stay open.
    proof.used_at = clock.now()
    db.session.delete(held)
    db.session.flush()
    trail.record(person.actor, "guest.send", "request", asked.id)
    return Arrived(asked, code)


def tidy(claim: Claim) -> Callable[[], None]:
    """Forget what was held and never proved, and visits that are over, as periodic work."""
    return _forget_old


def forget(proof_ids: Sequence[str]) -> None:
    """Forget what was held under these proofs: whoever wanted it is erased."""
    db.session.execute(delete(HeldRequest).where(HeldRequest.proof_id.in_(proof_ids)))


def _forget_old() -> None:
    now = clock.now()
    db.session.execute(delete(HeldRequest).where(HeldRequest.expires_at <= now))
    db.session.execute(delete(GuestVisit).where(GuestVisit.expires_at <= now - following.KEPT))


def _checked(wanted: list[str], given: Answers) -> Answers:
    """Return the answers as they are kept, where nothing is missing that account holders are asked for."""
    answering.check_chosen(given)
    admitting.check_use(wanted, given)
    if rulebook.undertaking() is None and not given.undertaking:
        return replace(given, undertaken_at=None)
    return replace(given, undertaking=answering.accept(given.undertaking), undertaken_at=clock.now())


def _answers(held: HeldRequest) -> Answers:
    """Return what was answered; a guest has no sealed place to send papers to, so they are brought."""
    given = Answers(
        purpose_kind=held.purpose_kind_id or "",
        use_form=held.use_form_id or "",
        undertaking=held.undertaking_id or "",
        undertaken_at=held.undertaken_at,
    )
    is_needed = bool(answering.needs_evidence(given))
    return replace(given, evidence=Evidence.BROUGHT if is_needed else Evidence.NONE)


def _held(proof_id: str) -> HeldRequest:
    row = db.session.get(HeldRequest, proof_id)
    if row is None:
        raise NotFoundError("link_is_over")
    return row
