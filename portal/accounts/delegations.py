"""Let one of the staff sign for another: by which paper, from which day to which; and end it early.

Before `lending`, which says what holds today. Whoever acts by what was lent is held back by all that
holds back its giver (`access.powers`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from portal.accounts import notices, people
from portal.accounts.actors import Actor, Form
from portal.accounts.lending import DELEGATES, Delegation, lendable
from portal.accounts.models import Person
from portal.accounts.roles import LENDABLE, PERMISSIONS, Permission, Role
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.wording import day_of

BASIS_LEAST, BASIS_MOST = 5, 300
REASON_MOST = 500
MOST_DAYS = 366
MOST_SHOWN = 200
PLACE = "/uy-quyen"


@dataclass(frozen=True, slots=True)
class Giving:
    """What somebody wants to lend."""

    giver_id: str
    delegate_id: str
    permissions: frozenset[Permission]
    form: Form
    from_day: date | None
    to_day: date | None
    basis: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation as it is shown."""

    id: str
    giver_id: str
    giver: str
    delegate_id: str
    delegate: str
    permissions: tuple[Permission, ...]
    form: Form
    from_day: date
    to_day: date
    basis: str
    reason: str
    is_revoked: bool

    @property
    def holds(self) -> bool:
        """Tell whether it is in force today."""
        return not self.is_revoked and self.from_day <= clock.today() <= self.to_day

    @property
    def can_end(self) -> bool:
        """Tell whether there is anything left to end early."""
        return not self.is_revoked and clock.today() <= self.to_day


def give(actor: Actor, giving: Giving) -> DelegationView:
    """Lend what one's role carries to a colleague, or, as administrator, have somebody lend it.

    Raises:
        NotAllowedError: it is another's to lend, and the actor does not manage people.
        NotFoundError: one of the two is unknown.
        InvalidError: the giver has not got it, the delegate may not have it or has it already, the
            days do not fit, or the paper is not named.
    """
    if actor.id != giving.giver_id:
        actor.must(Permission.MANAGE_PEOPLE)
    giver, delegate = people.by_id(giving.giver_id), people.by_id(giving.delegate_id)
    _check_people(actor, giver, delegate, giving.permissions)
    begins, ends = period(giving.from_day, giving.to_day)
    row = Delegation(
        giver_id=giver.id,
        delegate_id=delegate.id,
        lends_handle=Permission.HANDLE in giving.permissions,
        lends_decide=Permission.DECIDE in giving.permissions,
        form=giving.form.value,
        from_day=begins,
        to_day=ends,
        basis=clean("basis", giving.basis, BASIS_LEAST, BASIS_MOST),
        reason=clean("reason", giving.reason, 0, REASON_MOST),
        given_by=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    trail.record(
        actor,
        "delegation.give",
        "delegation",
        row.id,
        giver=giver.id,
        delegate=delegate.id,
        permissions=sorted(giving.permissions),
        form=row.form,
        from_day=begins.isoformat(),
        to_day=ends.isoformat(),
    )
    for person in (giver, delegate):
        if person.id != actor.id:
            notices.tell(
                person.id,
                "delegation_given",
                PLACE,
                first=day_of(begins),
                last=day_of(ends),
            )
    return _views([row])[0]


def revoke(actor: Actor, delegation_id: str) -> DelegationView:
    """End a delegation early: by who gave it, who has it, or an administrator. It ends at once.

    Raises:
        NotFoundError: there is none for the actor.
        ConflictError: it is over.
    """
    row = db.session.scalar(select(Delegation).where(Delegation.id == delegation_id).with_for_update())
    is_theirs = row is not None and actor.id in (row.giver_id, row.delegate_id)
    if row is None or not (is_theirs or actor.may(Permission.MANAGE_PEOPLE)):
        raise NotFoundError("not_found")
    if row.revoked_at is not None or row.to_day < clock.today():
        raise ConflictError("delegation_is_over")
    row.revoked_at, row.revoked_by = clock.now(), actor.id
    db.session.flush()
    trail.record(
        actor, "delegation.revoke", "delegation", row.id, giver=row.giver_id, delegate=row.delegate_id
    )
    return _views([row])[0]


def of(actor: Actor) -> list[DelegationView]:
    """Return what the actor lends and was lent, and to administrators all of it, the latest end first.

    Raises:
        NotAllowedError: the actor is not of the staff.
    """
    if not actor.is_staff:
        raise NotAllowedError("staff_only")
    query = select(Delegation).order_by(Delegation.to_day.desc(), Delegation.id).limit(MOST_SHOWN)
    if not actor.may(Permission.MANAGE_PEOPLE):
        query = query.where(or_(Delegation.giver_id == actor.id, Delegation.delegate_id == actor.id))
    return _views(db.session.scalars(query).all())


def givers(actor: Actor) -> dict[str, str]:
    """Return by id the names of those for whom the actor can lend, in order of names."""
    if not actor.may(Permission.MANAGE_PEOPLE):
        return {actor.id: actor.name} if actor.id and lendable(actor) else {}
    roles = [role.value for role in Role if PERMISSIONS[role] & LENDABLE]
    return _names(Person.role.in_(roles))


def delegates(actor: Actor) -> dict[str, str]:
    """Return by id the names of those to whom something can be lent, in order of names.

    Raises:
        NotAllowedError: the actor is not of the staff.
    """
    if not actor.is_staff:
        raise NotAllowedError("staff_only")
    return _names(Person.role.in_(DELEGATES) & (Person.id != actor.id))


def period(from_day: date | None, to_day: date | None) -> tuple[date, date]:
    """Return the days from and to which something holds; both are named, and not past.

    Raises:
        InvalidError: one is missing or past, they are the wrong way round, or too long apart.
    """
    if from_day is None:
        raise InvalidError("missing", fields={"from_day": "missing"})
    if to_day is None:
        raise InvalidError("missing", fields={"to_day": "missing"})
    if from_day < clock.today():
        raise InvalidError("rule_day_passed", fields={"from_day": "rule_day_passed"})
    if not 0 <= (to_day - from_day).days < MOST_DAYS:
        raise InvalidError("bad_period", fields={"to_day": "bad_period"}, most=MOST_DAYS)
    return from_day, to_day


def _check_people(actor: Actor, giver: Person, delegate: Person, wanted: frozenset[Permission]) -> None:
    if not wanted or not wanted <= lendable(giver.actor):
        raise InvalidError("cannot_lend", fields={"what": "cannot_lend"})
    if delegate.id in (giver.id, actor.id):
        raise InvalidError("lent_to_oneself", fields={"delegate": "lent_to_oneself"})
    if delegate.disabled_at is not None or delegate.role not in DELEGATES:
        raise InvalidError("cannot_be_lent_to", fields={"delegate": "cannot_be_lent_to"})
    if wanted <= PERMISSIONS[Role(delegate.role)]:
        raise InvalidError("has_it_already", fields={"delegate": "has_it_already"})


def clean(name: str, text: str, least: int, most: int) -> str:
    """Return a text, NFC and trimmed; `name` is the field of the form, for the error."""
    found = unicodedata.normalize("NFC", text.replace("\x00", "")).strip()
    if len(found) < least:
        raise InvalidError("too_short", fields={name: "too_short"}, least=least)
    if len(found) > most:
        raise InvalidError("too_long", fields={name: "too_long"}, most=most)
    return found


def _names(which: ColumnElement[bool]) -> dict[str, str]:
    rows = db.session.scalars(
        select(Person).where(which, Person.disabled_at.is_(None)).order_by(Person.sort_key, Person.id)
    )
    return {row.id: row.name for row in rows}


def _views(rows: Sequence[Delegation]) -> list[DelegationView]:
    names = people.names([one for row in rows for one in (row.giver_id, row.delegate_id)])
    return [
        DelegationView(
            id=row.id,
            giver_id=row.giver_id,
            giver=names.get(row.giver_id, ""),
            delegate_id=row.delegate_id,
            delegate=names.get(row.delegate_id, ""),
            permissions=tuple(sorted(row.permissions)),
            form=Form(row.form),
            from_day=row.from_day,
            to_day=row.to_day,
            basis=row.basis,
            reason=row.reason,
            is_revoked=row.revoked_at is not None,
        )
        for row in rows
    ]
