"""Issue a letter about a request: its words are made from the rulebook, looked over, numbered and kept.

After `handling` and `decisions`, which decide; a letter decides nothing. Who signs has the right to decide
where the letter tells a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, text, update

from portal.access import clockwork, course, powers, reasons, requests
from portal.access.letters import facts, wordings
from portal.access.letters.kinds import LetterKind
from portal.access.letters.rows import IssuedLetter
from portal.access.models import Request, RequestStatus
from portal.access.results import RequestView
from portal.accounts import people
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, nameplate
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.nameplate import Key
from portal.core.wording import say
from portal.rights import policy

LONGEST_BODY = 12_000
LONGEST_AUTHORITY = 120
CANCEL_LEAST, CANCEL_MOST = 5, 500

SIGNED_BY_HEAD = frozenset({LetterKind.EXTENSION, LetterKind.ANSWER, LetterKind.TRANSFER})
"""They tell what only those who decide may decide."""

# One statement takes the row's lock and raises it, so that two letters never get one number.
_NEXT = text(
    "INSERT INTO letter_year_counts (year, last) VALUES (:year, 1) "
    "ON CONFLICT (year) DO UPDATE SET last = letter_year_counts.last + 1 RETURNING last"
)


_USUAL = {Key.LETTER_SYMBOL: "LTLS", Key.LETTER_SIGNER: "GIÁM ĐỐC"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter before it is issued."""

    subject: str
    body: str
    authority: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """An issued letter, as its layout and the pages about it need it."""

    id: str
    request_id: str
    kind: LetterKind
    number: str
    """As it is written: 15/TB-LTLS."""
    issued_at: datetime
    above: str
    issuer: str
    place: str
    type_name: str
    subject: str
    addressee: str
    body: str
    authority: str
    signed_name: str
    archived_as: str
    """What stands beside "Lưu"."""
    cancelled_at: datetime | None
    cancel_reason: str


def possible(actor: Actor, asked: RequestView) -> list[LetterKind]:
    """Return the kinds of letter that the actor can issue about a request as it stands."""
    if not powers.may(actor, Permission.HANDLE, asked.person_id):
        return []
    fitting = {
        LetterKind.RECEIPT: asked.is_open,
        LetterKind.QUESTION: asked.status is RequestStatus.AWAITING_READER,
        LetterKind.EXTENSION: asked.is_open and clockwork.extended_by(asked.id) > 0,
        LetterKind.ANSWER: asked.status is RequestStatus.DECIDED,
        LetterKind.TRANSFER: asked.status is RequestStatus.TRANSFERRED,
    }
    return [
        kind for kind, fits in fitting.items() if fits and powers.may(actor, _needed(kind), asked.person_id)
    ]


def prepare(actor: Actor, request_id: str, kind: LetterKind) -> Prepared:
    """Return the words of a letter, to be looked over before it is issued.

    Raises:
        NotFoundError: there is no such request, or no wording.
        NotAllowedError: the actor may not issue it, or asked for it.
        ConflictError: the request does not stand so that there could be such a letter.
    """
    asked = _fitting(actor, request_id, kind)
    wording = wordings.of(kind)
    return Prepared(
        subject=facts.filled(wording.subject, asked),
        body=facts.filled(wording.body, asked),
        authority=_head(Key.LETTER_SIGNER),
    )


def issue(actor: Actor, request_id: str, kind: LetterKind, words: Prepared) -> LetterView:
    """Issue a letter: it gets the next number of the year, and its words are never changed.

    Raises:
        InvalidError: a text is missing or too long.
        NotFoundError, NotAllowedError, ConflictError: as `prepare`.
    """
    subject = reasons.clean("subject", words.subject, 5, wordings.LONGEST_SUBJECT)
    body = reasons.clean("body", words.body, 20, LONGEST_BODY)
    authority = reasons.clean("authority", words.authority, 2, LONGEST_AUTHORITY)
    course.locked(request_id)
    asked, wording, year = _fitting(actor, request_id, kind), wordings.of(kind), clock.today().year
    province = nameplate.read(facts.LOCALE).province
    power = powers.must(actor, _needed(kind), asked.person_id)
    if any(
        one.body == body and one.kind == kind.value and one.cancelled_at is None for one in _rows(asked.id)
    ):
        raise ConflictError("letter_issued_already")
    row = IssuedLetter(
        request_id=asked.id,
        kind=kind.value,
        wording_id=wording.id,
        year=year,
        number=db.session.execute(_NEXT, {"year": year}).scalar_one(),
        symbol="-".join(part for part in (wording.type_code, _head(Key.LETTER_SYMBOL)) if part),
        issued_by=actor.id,
        above=_head(Key.LETTER_ABOVE),
        issuer=say("archive_name", facts.LOCALE, province=province),
        place=_head(Key.LETTER_PLACE) or province,
        type_name=wording.type_name,
        subject=subject,
        addressee=asked.person_name,
        body=body,
        authority=authority,
        signed_name=people.by_id(actor.id or "").name,
    )
    db.session.add(row)
    db.session.flush()
    trail.record(
        actor,
        "letter.issue",
        "request",
        asked.id,
        letter=row.id,
        kind=row.kind,
        number=f"{year}/{row.number}",
        **powers.told(power),
    )
    return _view(row)


def cancel(actor: Actor, letter_id: str, reason: str) -> LetterView:
    """Declare a letter void; its number is not given again.

    Raises:
        NotFoundError: there is no such letter.
        NotAllowedError: the actor may not issue such letters, or asked for the record.
        InvalidError: the reason is missing.
        ConflictError: it is void already.
    """
    why = reasons.clean("reason", reason, CANCEL_LEAST, CANCEL_MOST)
    row = db.session.get(IssuedLetter, letter_id)
    if row is None:
        raise NotFoundError("not_found")
    request = course.locked(row.request_id)
    db.session.refresh(row)
    power = powers.must(actor, _needed(LetterKind(row.kind)), request.person_id)
    if row.cancelled_at is not None:
        raise ConflictError("letter_void")
    row.cancelled_at, row.cancelled_by, row.cancel_reason = clock.now(), actor.id, why
    db.session.flush()
    trail.record(actor, "letter.cancel", "request", row.request_id, letter=row.id, **powers.told(power))
    return _view(row)


def of_request(actor: Actor, request_id: str) -> list[LetterView]:
    """Return the letters of a request, oldest first, to its reader and to those who handle it.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
    """
    requests.show(actor, request_id)
    return [_view(row) for row in _rows(request_id)]


def one(actor: Actor, request_id: str, letter_id: str) -> LetterView:
    """Return one letter, to the same.

    Raises:
        NotFoundError: there is none, it is not for the actor, or its words were erased.
    """
    found = next((letter for letter in of_request(actor, request_id) if letter.id == letter_id), None)
    if found is None or not found.body:
        raise NotFoundError("not_found")
    return found


def forget(person_id: str) -> None:
    """Take the words out of letters to a person who asked to be erased; the register of numbers stays."""
    own = select(Request.id).where(Request.person_id == person_id)
    db.session.execute(
        update(IssuedLetter)
        .where(IssuedLetter.request_id.in_(own))
        .values(addressee="", body="", subject="")
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _fitting(actor: Actor, request_id: str, kind: LetterKind) -> RequestView:
    """Return the request where the actor may issue such a letter about it now, as its reader may know of it.

    A letter goes out of the house: what is closed by now is not named in it.
    """
    actor.must(_needed(kind))
    asked = requests.show(actor, request_id)
    powers.must(actor, _needed(kind), asked.person_id)
    if kind not in possible(actor, asked):
        raise ConflictError("letter_does_not_fit")
    seen = policy.sights(ANONYMOUS, [item.document_id for item in asked.items])
    known = {node_id for node_id, sight in seen.items() if sight.sees_description}
    items = (item if item.document_id in known else replace(item, title=None) for item in asked.items)
    return replace(asked, items=tuple(items))


def _needed(kind: LetterKind) -> Permission:
    return Permission.DECIDE if kind in SIGNED_BY_HEAD else Permission.HANDLE


def _head(key: Key) -> str:
    """Return what the letterhead says, with the words of Decree 30 where the archive has said nothing."""
    return nameplate.read(facts.LOCALE).letterhead.get(key.value, "") or _USUAL.get(key, "")


def _rows(request_id: str) -> Sequence[IssuedLetter]:
    return db.session.scalars(
        select(IssuedLetter)
        .where(IssuedLetter.request_id == request_id)
        .order_by(IssuedLetter.issued_at, IssuedLetter.id)
    ).all()


def _view(row: IssuedLetter) -> LetterView:
    return LetterView(
        id=row.id,
        request_id=row.request_id,
        kind=LetterKind(row.kind),
        number=f"{row.number:02d}/{row.symbol}",
        issued_at=row.issued_at,
        above=row.above,
        issuer=row.issuer,
        place=row.place,
        type_name=row.type_name,
        subject=row.subject,
        addressee=row.addressee,
        body=row.body,
        authority=row.authority,
        signed_name=row.signed_name,
        archived_as=f"VT, {row.symbol.rpartition('-')[2]}",
        cancelled_at=row.cancelled_at,
        cancel_reason=row.cancel_reason,
    )


def kind_of(text: str) -> LetterKind:
    """Return the kind that an address names.

    Raises:
        NotFoundError: there is no such kind.
    """
    try:
        return LetterKind(text)
    except ValueError:
        raise NotFoundError("not_found") from None
