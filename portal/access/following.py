"""Follow a request without an account: by its number and code, then by digits that come by mail.

What is wrong looks and costs like what is right: each try writes a visit and lets a job follow, and only
the job knows whether a mail goes. The code has 80 bits and is kept as a digest; it is shown once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select

from portal.access.guest_rows import GuestCode, GuestVisit
from portal.access.models import Request
from portal.accounts import people, tries
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core import clock, house, ids
from portal.core.db import db, end_reading
from portal.core.errors import NotAllowedError, NotFoundError, TooManyError, UnavailableError
from portal.core.wording import moment
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane
from portal.mail import post
from portal.mail.models import Message

JOB = "access.guest_digits"
SECONDS_TO_NEXT_TRY = 60.0

CODE_SIGNS, GROUP = 16, 4
"""Sixteen of 32 signs: 80 bits; four groups of four, to be read and typed."""
DIGITS = 6
LASTS = timedelta(minutes=10)
STAYS = timedelta(minutes=30)
"""For how long the details show once the digits were right."""
KEPT = timedelta(days=1)
MOST_DIGIT_TRIES = 5
TRIES_PER_NUMBER, TRIES_PER_ORIGIN = 5, 20
"""Within `tries.WINDOW`."""

_SAME = str.maketrans("ilou", "110v")
"""Signs that the code does not have, as people read them."""


def make_code(request_id: str) -> str:
    """Return a new code for a request, in groups; what was given before does not open it any more."""
    code = "".join(secrets.choice(ids.ALPHABET) for _ in range(CODE_SIGNS))
    row = db.session.get(GuestCode, request_id)
    if row is None:
        db.session.add(GuestCode(request_id=request_id, digest=_digest("code", request_id, code)))
    else:
        row.digest, row.made_at = _digest("code", request_id, code), clock.now()
    db.session.flush()
    return "-".join(code[start : start + GROUP] for start in range(0, CODE_SIGNS, GROUP)).upper()


def ask(number: str, code: str, origin: str) -> str:
    """Ask to follow a request; return the id of the visit, whether or not number and code are right.

    Args:
        origin: where it comes from, an IP address; only its digest is kept.

    Raises:
        TooManyError: too many tried this number, known or not, or from this origin.
    """
    wanted = number.strip().upper()
    by_number, by_origin = tries.key("guest number", wanted), tries.key("guest from", origin)
    if tries.are_too_many({by_number: TRIES_PER_NUMBER, by_origin: TRIES_PER_ORIGIN}):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    tries.remember(by_number, by_origin)
    row = GuestVisit(id=ids.new_id(), request_id=_opened_by(wanted, code), expires_at=clock.now() + LASTS)
    row.digest = _digest("digits", row.id, _digits(row.id))
    db.session.add(row)
    db.session.flush()
    ledger.enqueue(JOB, row.id, lane=Lane.DESK, priority=ledger.MAIL)
    return row.id


def enter(visit_id: str, digits: str) -> str | None:
    """Return the request that a visit opens, if the digits are right; None where they are not.

    Each try is counted, also one that fails: the caller commits either way.

    Raises:
        TooManyError: the visit was tried too often; ask anew.
    """
    row = db.session.scalar(select(GuestVisit).where(GuestVisit.id == visit_id).with_for_update())
    if row is None:
        return None
    if row.tries >= MOST_DIGIT_TRIES:
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    row.tries += 1
    is_right = hmac.compare_digest(row.digest, _digest("digits", row.id, "".join(digits.split())))
    is_open = row.used_at is None and clock.now() < row.expires_at
    db.session.flush()
    if not (is_right and is_open and row.request_id):
        return None
    row.used_at = clock.now()
    actor = actor_of(row.request_id)
    trail.record(actor, "guest.follow", "request", row.request_id, visit=row.id)
    return row.request_id


def actor_of(request_id: str) -> Actor:
    """Return the guest who asked, as the actor of what a guest may do with that one request.

    Raises:
        NotFoundError: there is no such request, or its person has an account meanwhile and signs in.
    """
    row = db.session.get(Request, request_id)
    person = people.by_id(row.person_id) if row else None
    if person is None or person.guest_since is None or person.disabled_at is not None:
        raise NotFoundError("not_found")
    return person.actor


def forget(person_id: str) -> None:
    """Forget the codes and visits of a person's requests: nobody follows them any more."""
    own = select(Request.id).where(Request.person_id == person_id)
    for table in (GuestCode, GuestVisit):
        db.session.execute(
            delete(table).where(table.request_id.in_(own)).execution_options(synchronize_session=False)
        )


def send_digits(claim: Claim) -> Callable[[], None]:
    """Mail the digits of one visit, the subject of the claim; nothing goes where number or code was wrong.

    Raises:
        NotReadyError: the mail server does not take mails now.
        InvalidError: it refuses this mail for good.
    """
    visit = db.session.get(GuestVisit, claim.subject)
    if visit is None or visit.request_id is None or visit.sent_at or clock.now() >= visit.expires_at:
        return _nothing
    request = db.session.get_one(Request, visit.request_id)
    person = people.by_id(request.person_id)
    values: dict[str, object] = {
        "number": request.number,
        "digits": _digits(visit.id),
        "until": moment(visit.expires_at),
    }
    message = Message(id=visit.id, template="guest_digits", values=values, link="", created_at=clock.now())
    letter = post.compose(message, post.Recipient(person.email, person.name, person.locale))
    # A mail server may take its time; no read transaction waits with us.
    end_reading()
    try:
        post.send(letter)
    except UnavailableError as error:
        raise NotReadyError(error.code, seconds=SECONDS_TO_NEXT_TRY, **error.values) from error
    return lambda: _mark_sent(claim.subject)


def refused() -> NotAllowedError:
    """Return what is said to whoever types digits that open nothing, whatever the reason."""
    return NotAllowedError("wrong_digits", fields={"digits": "wrong_digits"})


def _opened_by(number: str, code: str) -> str | None:
    """Return the request that number and code open together; the same work is done where there is none."""
    found = db.session.execute(
        select(Request.id, GuestCode.digest)
        .join(GuestCode, GuestCode.request_id == Request.id)
        .where(Request.number == number)
    ).one_or_none()
    request_id, digest = found or ("0000000000", "0" * 64)
    typed = code.casefold().translate(_SAME)
    clean = "".join(sign for sign in typed if sign in ids.ALPHABET)[: 2 * CODE_SIGNS]
    is_right = hmac.compare_digest(digest, _digest("code", request_id, clean))
    return request_id if found and is_right else None


def _digits(visit_id: str) -> str:
    key = house.settings().secret_key.encode()[:64]
    made = hashlib.blake2b(f"guest digits:{visit_id}".encode(), key=key, digest_size=16).digest()
    return f"{int.from_bytes(made) % 10**DIGITS:0{DIGITS}}"


def _digest(kind: str, place: str, secret: str) -> str:
    """Return the keyed digest of a secret; six digits would be guessed in no time without the key."""
    key = house.settings().secret_key.encode()[:64]
    return hashlib.blake2b(f"{kind}:{place}:{secret}".encode(), key=key, digest_size=32).hexdigest()


def _mark_sent(visit_id: str) -> None:
    row = db.session.get(GuestVisit, visit_id)
    if row is not None:
        row.sent_at = clock.now()
        db.session.flush()


def _nothing() -> None:
    """Leave everything as it is."""
