"""What the circular asks of account holders beside name and address: ID number, phone, workplace, priority.

The ID number, the phone and the priority, which may tell of illness or poverty, are sealed. The
ID number has a keyed digest beside it, so that one number has one account.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.exc import IntegrityError

from portal.accounts import own, tries
from portal.accounts.actors import Actor
from portal.accounts.models import Evidence, PersonData
from portal.audit import trail
from portal.core import sealing
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, TooManyError
from portal.core.sealing import UnsealableError

WORKPLACE_MOST = 300
AT_ONCE = 200
PRIORITY_MOST = 300
TAKEN_MOST = 5
"""Numbers of others that one may hit upon within `tries.WINDOW`; more would be asking who has an account."""

_ID_NUMBER = re.compile(r"\d{12}|\d{9}|(?=.*\d)[A-Z][A-Z0-9]{5,14}", re.ASCII)
"""Citizen's card, the identity card before it, or a passport."""
_PHONE = re.compile(r"\+?\d{8,15}", re.ASCII)
_BETWEEN = re.compile(r"[\s.\-()]+")

SEALED = ("id_number", "phone", "priority")


@dataclass(frozen=True, slots=True)
class Details:
    """What the archive keeps of a person beside the account; empty where nothing was given."""

    id_number: str = ""
    phone: str = ""
    workplace: str = ""
    priority: str = ""
    is_lost: bool = False
    """Whether something is kept that can no longer be read, for its key is gone."""


def show(actor: Actor) -> Details:
    """Return what the archive keeps of the actor.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    return of(own.data(actor).id)


def of(person_id: str) -> Details:
    """Return what is kept of a person; what cannot be read is empty and `is_lost` says so."""
    row = db.session.get(PersonData, person_id)
    return Details() if row is None else _opened(row)


def write(actor: Actor, given: Details) -> None:
    """Keep what the actor gives in place of what was kept.

    Raises:
        NotAllowedError: nobody is signed in.
        InvalidError: a number cannot be one, or a text is too long; `fields` says which.
        ConflictError: the ID number stands in another account.
        TooManyError: that happened too often in the last minutes.
    """
    person_id = own.data(actor).id
    clean = _clean(given)
    if tries.are_too_many({_taken_key(person_id): TAKEN_MOST}):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    digests = sealing.digests(clean.id_number, "id_number") if clean.id_number else []
    _check_not_taken(person_id, digests)
    row = db.session.get(PersonData, person_id, with_for_update=True)
    before = Details() if row is None else _opened(row)
    changed = [name for name in (*SEALED, "workplace") if getattr(before, name) != getattr(clean, name)]
    if not changed and not before.is_lost:
        return
    if row is None:
        row = PersonData(person_id=person_id)
        db.session.add(row)
    _seal(row, clean)
    row.workplace = clean.workplace
    if before.is_lost or "id_number" in changed:
        row.look_again()
    _flush()
    trail.record(actor, "accounts.correct_details", "person", person_id, changed=changed)


def remember_taken(actor: Actor) -> None:
    """Count that the actor hit upon somebody else's number, in a transaction of its own."""
    tries.remember(_taken_key(own.data(actor).id))


def sealed_by() -> dict[str, int]:
    """Return how many rows hang on each key, by its id: of data, and of evidence that is not gone."""
    found: Counter[str] = Counter()
    for column, where in ((PersonData.key_id, true()), (Evidence.key_id, Evidence.gone_at.is_(None))):
        for row in db.session.execute(select(column, func.count()).where(where).group_by(column)):
            found[row[0]] += row[1]
    return dict(found)


def seal_anew(after: str) -> tuple[int, str]:
    """Seal by the key in use what hangs on an older one that is here; tell how many rows, and where to go on.

    Evidence stays as it is: its time is over within weeks. What cannot be opened stays, too.

    Args:
        after: the id that the step before ended at; empty for the first. An empty one ends the steps.
    """
    rows = db.session.scalars(
        select(PersonData)
        .where(PersonData.key_id.in_(sealing.known_ids()[1:]), PersonData.person_id > after)
        .order_by(PersonData.person_id)
        .limit(AT_ONCE)
        .with_for_update()
    ).all()
    readable = [(row, kept) for row in rows if not (kept := _opened(row)).is_lost]
    for row, kept in readable:
        _seal(row, kept)
    db.session.flush()
    return len(readable), rows[-1].person_id if rows else ""


def _clean(given: Details) -> Details:
    number = _BETWEEN.sub("", unicodedata.normalize("NFKC", given.id_number)).upper()
    phone = _BETWEEN.sub("", unicodedata.normalize("NFKC", given.phone))
    if number and not _ID_NUMBER.fullmatch(number):
        raise InvalidError("bad_id_number", fields={"id_number": "bad_id_number"})
    if phone and not _PHONE.fullmatch(phone):
        raise InvalidError("bad_phone", fields={"phone": "bad_phone"})
    return Details(
        number,
        phone,
        _line("workplace", given.workplace, WORKPLACE_MOST),
        _line("priority", given.priority, PRIORITY_MOST),
    )


def _line(name: str, text: str, most: int) -> str:
    line = unicodedata.normalize("NFC", " ".join(text.replace("\x00", "").split()))
    if len(line) > most:
        raise InvalidError("too_long", fields={name: "too_long"}, most=most)
    return line


def _check_not_taken(person_id: str, digests: list[str]) -> None:
    other = select(PersonData.person_id).where(
        PersonData.id_number_digest.in_(digests), PersonData.person_id != person_id
    )
    if digests and db.session.scalar(other.limit(1)) is not None:
        raise _taken()


def _flush() -> None:
    """Write the row; somebody with the same number may have come between, and the index saw it."""
    try:
        db.session.flush()
    except IntegrityError:
        raise _taken() from None


def _taken() -> ConflictError:
    return ConflictError("id_number_taken", fields={"id_number": "id_number_taken"})


def _opened(row: PersonData) -> Details:
    try:
        return Details(
            id_number=_unsealed(row, "id_number", row.id_number_sealed),
            phone=_unsealed(row, "phone", row.phone_sealed),
            workplace=row.workplace,
            priority=_unsealed(row, "priority", row.priority_sealed),
        )
    except UnsealableError:
        return Details(workplace=row.workplace, is_lost=True)


def _seal(row: PersonData, clean: Details) -> None:
    """Write all that is sealed of a row by the key in use."""
    number = clean.id_number
    row.key_id = sealing.present_id()
    row.id_number_sealed = _sealed(row.person_id, "id_number", number)
    row.id_number_digest = sealing.digests(number, "id_number")[0] if number else None
    row.phone_sealed = _sealed(row.person_id, "phone", clean.phone)
    row.priority_sealed = _sealed(row.person_id, "priority", clean.priority)


def _sealed(person_id: str, name: str, text: str) -> bytes | None:
    return sealing.seal(text.encode(), _context(person_id, name)) if text else None


def _unsealed(row: PersonData, name: str, cell: bytes | None) -> str:
    if cell is None:
        return ""
    return sealing.unseal(cell, row.key_id, _context(row.person_id, name)).decode()


def _context(person_id: str, name: str) -> str:
    return f"person_data.{name}:{person_id}"


def _taken_key(person_id: str) -> str:
    return tries.key("id_number", person_id)
