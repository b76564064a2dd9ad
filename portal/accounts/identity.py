"""Who somebody is, confirmed by an officer who has seen the card: here or at the reading room.

Before it stand `details` and `evidence`, by which people say it themselves. Another name or number
asks for another look.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from portal.accounts import details, evidence, notices, people
from portal.accounts.actors import Actor
from portal.accounts.details import Details
from portal.accounts.evidence import EvidenceView
from portal.accounts.models import Person, PersonData
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.paging import Listing, Paging

REASON_LEAST, REASON_MOST = 5, 500
OWN_PAGE = "/tai-khoan/ho-so"


class Standing(StrEnum):
    """How far somebody's identity is confirmed."""

    MISSING = "missing"
    """No number was given, so there is nothing to compare a card with."""
    WAITING = "waiting"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person may know of it: how it stands, since when, and why it came back."""

    standing: Standing
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose identity waits to be confirmed."""

    person_id: str
    name: str
    since: datetime
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What an officer compares: what the person says, and the pictures of the card."""

    person_id: str
    name: str
    email: str
    details: Details
    identity: Identity
    evidence: list[EvidenceView]
    seen: str
    """Which state of the data this is; goes back with the decision."""


def of(person_id: str) -> Identity:
    """Return how far the identity of a person is confirmed."""
    row = db.session.get(PersonData, person_id)
    if row is None or row.id_number_sealed is None:
        return Identity(Standing.MISSING)
    if row.confirmed_at is not None:
        return Identity(Standing.CONFIRMED, row.confirmed_at)
    if row.returned_at is not None:
        return Identity(Standing.RETURNED, row.returned_at, row.returned_reason)
    return Identity(Standing.WAITING, row.changed_at)


def waiting(actor: Actor, paging: Paging, *, is_back: bool = False) -> Listing[Waiting]:
    """Return whose identity waits, longest first, to those who confirm it.

    Args:
        is_back: those who were asked for something else instead, for when they come in person.
    """
    actor.must(Permission.CONFIRM_IDENTITY)
    wanted = (
        PersonData.id_number_sealed.is_not(None),
        PersonData.confirmed_at.is_(None),
        PersonData.returned_at.is_not(None) if is_back else PersonData.returned_at.is_(None),
        Person.disabled_at.is_(None),
        Person.id != actor.id,
    )
    joined = select(PersonData, Person).join(Person, Person.id == PersonData.person_id).where(*wanted)
    rows = db.session.execute(
        joined.order_by(PersonData.changed_at, Person.id).limit(paging.per_page).offset(paging.offset)
    )
    shown = [
        Waiting(person.id, person.name, data.changed_at, any(one.pages for one in evidence.of(person.id)))
        for data, person in rows
    ]
    total = select(func.count()).select_from(PersonData).join(Person, Person.id == PersonData.person_id)
    return Listing(shown, paging, db.session.scalar(total.where(*wanted)) or 0)


def look(actor: Actor, person_id: str) -> Case:
    """Return what is to be compared. Who looks at a number stands in the trail.

    Raises:
        NotFoundError: there is no such person, or they gave no number.
    """
    row, person = _asked(actor, person_id)
    trail.record(actor, "identity.look", "person", person_id)
    return Case(
        person.id,
        person.name,
        person.email,
        details.of(person_id),
        of(person_id),
        evidence.of(person_id),
        _state(row),
    )


def confirm(actor: Actor, person_id: str, seen: str) -> None:
    """Say that the person is who they say.

    Args:
        seen: `Case.seen` of what was compared.

    Raises:
        NotFoundError: there is no such person, or they gave no number.
        ConflictError: it is the actor, the data changed in the meantime, or its key is gone.
    """
    row, _ = _open(actor, person_id, seen)
    if details.of(person_id).is_lost:
        raise ConflictError("unsealable")
    row.confirmed_at, row.confirmed_by = clock.now(), actor.id
    row.returned_at, row.returned_reason = None, ""
    db.session.flush()
    evidence.checked(person_id)
    trail.record(actor, "identity.confirm", "person", person_id)
    notices.tell(person_id, "identity_confirmed", OWN_PAGE)


def send_back(actor: Actor, person_id: str, seen: str, reason: str) -> None:
    """Say what is missing or does not fit; the person reads it beside their data, not in a mail.

    Raises:
        NotFoundError, ConflictError: as `confirm`, but for the key.
        InvalidError: the reason is too short or too long.
    """
    row, _ = _open(actor, person_id, seen)
    row.returned_at, row.returned_reason = clock.now(), _reason(reason)
    db.session.flush()
    evidence.checked(person_id)
    trail.record(actor, "identity.send_back", "person", person_id)
    notices.tell(person_id, "identity_sent_back", OWN_PAGE)


def _asked(actor: Actor, person_id: str) -> tuple[PersonData, Person]:
    actor.must(Permission.CONFIRM_IDENTITY)
    row = db.session.get(PersonData, person_id)
    if row is None or row.id_number_sealed is None:
        raise NotFoundError("not_found")
    return row, people.by_id(person_id)


def _open(actor: Actor, person_id: str, seen: str) -> tuple[PersonData, Person]:
    """Return the rows of what is still as it was seen and waits for the actor."""
    row, person = _asked(actor, person_id)
    if person.id == actor.id:
        raise ConflictError("not_oneself")
    if _state(row) != seen or row.confirmed_at is not None:
        raise ConflictError("changed_meanwhile")
    return row, person


def _state(row: PersonData) -> str:
    return row.changed_at.isoformat()


def _reason(text: str) -> str:
    clean = unicodedata.normalize("NFC", text.replace("\x00", "")).strip()
    if len(clean) < REASON_LEAST:
        raise InvalidError("too_short", fields={"reason": "too_short"}, least=REASON_LEAST)
    if len(clean) > REASON_MOST:
        raise InvalidError("too_long", fields={"reason": "too_long"}, most=REASON_MOST)
    return clean
