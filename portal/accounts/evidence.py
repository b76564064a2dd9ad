"""Pictures of cards and papers that show who somebody is: sealed, looked at, and really gone after some days.

What was sent is not kept: behind walls it becomes pictures of its pages, and those are sealed in
a folder of their own (`storage.sealed`). The row stays as the sign that there was something. Whether
it may still be seen asks the clock, so that a worker that stands still keeps nothing open.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy import ColumnElement, func, select

from portal.accounts import own
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.models import Evidence, PersonData
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock, dated, sealing
from portal.core.db import db, on_commit
from portal.core.errors import ConflictError, NotFoundError
from portal.core.ids import new_id
from portal.jobs.handlers import Claim
from portal.storage import sealed

JOB = "accounts.evidence"
EVERY_SECONDS = 3600

MOST_AT_A_TIME = 5
MOST_PAGES = 4
LONGEST_SIDE = 2000
"""Pixels. Enough to read a card by, and a few hundred KB."""
QUALITY = 85
MOST_AT_ONCE = 200
UNCLAIMED_SECONDS = 3600
"""After so long a file that no row names is what a crash left."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Something that was sent; `pages` counts its pictures while they are there, and is 0 afterwards."""

    id: str
    added_at: datetime
    until: datetime
    """When its pictures go at the latest."""
    pages: int
    gone_at: datetime | None


def prepare(pictures: Iterable[Image.Image]) -> list[bytes]:
    """Return each picture as a JPEG of its pixels alone, small enough to be kept."""
    made = []
    for picture in pictures:
        small = picture.convert("RGB")
        small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        written = io.BytesIO()
        small.save(written, "JPEG", quality=QUALITY)
        made.append(written.getvalue())
    return made


def add(actor: Actor, pages: Sequence[bytes]) -> None:
    """Keep the pictures that the actor sent, sealed, and ask for another look at who they are.

    Raises:
        NotAllowedError: nobody is signed in.
        ConflictError: as many are there as may be.
        UnavailableError: the disk is short of space.
    """
    person_id = own.data(actor).id
    alive = select(func.count()).select_from(Evidence).where(*_alive(person_id))
    if (db.session.scalar(alive) or 0) >= MOST_AT_A_TIME:
        raise ConflictError("evidence_most", fields={"evidence": "evidence_most"}, most=MOST_AT_A_TIME)
    now = clock.now()
    row = Evidence(
        id=new_id(),
        person_id=person_id,
        key_id=sealing.present_id(),
        pages=len(pages),
        added_at=now,
        until=now + timedelta(days=int(dated.value(dated.EVIDENCE_DAYS_UNCHECKED))),
    )
    for name, page in zip(_names(row), pages, strict=True):
        sealed.put(name, page)
    db.session.add(row)
    data = db.session.get(PersonData, person_id)
    if data is not None and data.confirmed_at is None:
        data.look_again()
    db.session.flush()
    trail.record(actor, "identity.evidence", "person", person_id, evidence=row.id, pages=row.pages)


def of(person_id: str) -> list[EvidenceView]:
    """Return what a person sent, latest first, what is gone too."""
    rows = db.session.scalars(
        select(Evidence)
        .where(Evidence.person_id == person_id)
        .order_by(Evidence.added_at.desc(), Evidence.id)
        .limit(MOST_AT_ONCE)
    )
    return [_view(row) for row in rows]


def picture(actor: Actor, evidence_id: str, number: int) -> bytes:
    """Return one picture, counted from 1, to whom it is of and to those who confirm who people are.

    Raises:
        NotFoundError: there is none, it is not for the actor, or it is gone; all look alike.
        UnsealableError: its key is not here.
    """
    row = db.session.get(Evidence, evidence_id)
    is_for_actor = row is not None and (row.person_id == actor.id or actor.may(Permission.CONFIRM_IDENTITY))
    if row is None or not is_for_actor or _is_gone(row) or not 1 <= number <= row.pages:
        raise NotFoundError("not_found")
    return sealed.read(_name(row.id, number), row.key_id)


def withdraw(actor: Actor, evidence_id: str) -> None:
    """Take back what one sent; its pictures go at once.

    Raises:
        NotFoundError: there is none of the actor, or it is gone.
    """
    row = db.session.get(Evidence, evidence_id)
    if row is None or row.person_id != actor.id or _is_gone(row):
        raise NotFoundError("not_found")
    _end([row])
    trail.record(actor, "identity.withdraw_evidence", "person", row.person_id, evidence=row.id)


def checked(person_id: str) -> None:
    """Shorten the life of a person's pictures, now that somebody has looked at them."""
    until = clock.now() + timedelta(days=int(dated.value(dated.EVIDENCE_DAYS)))
    for row in db.session.scalars(select(Evidence).where(*_alive(person_id))):
        row.until = min(row.until, until)
    db.session.flush()


def end_all(person_id: str) -> None:
    """Remove all pictures of a person, in the transaction that erases them."""
    _end(db.session.scalars(select(Evidence).where(*_alive(person_id))).all())


def retire(claim: Claim) -> Callable[[], None]:
    """Remove the pictures whose time is over and files that no row names; what is returned notes it."""
    over = db.session.scalars(
        select(Evidence)
        .where(Evidence.gone_at.is_(None), Evidence.until <= clock.now())
        .order_by(Evidence.until)
        .limit(MOST_AT_ONCE)
    ).all()
    ids = [row.id for row in over]
    # Bytes first: a row says "gone" only when they are.
    sealed.remove([name for row in over for name in _names(row)])
    alive = db.session.scalars(select(Evidence).where(Evidence.gone_at.is_(None)))
    sealed.sweep({name for row in alive for name in _names(row)}, time.time() - UNCLAIMED_SECONDS)
    return lambda: _note_gone(ids)


def _note_gone(ids: Sequence[str]) -> None:
    now = clock.now()
    for row in db.session.scalars(select(Evidence).where(Evidence.id.in_(ids), Evidence.gone_at.is_(None))):
        row.gone_at = now
        trail.record(PORTAL, "identity.evidence_gone", "person", row.person_id, evidence=row.id)
    db.session.flush()


def _end(rows: Sequence[Evidence]) -> None:
    """Mark as gone; the files follow the commit, and the job sees to what a crash left."""
    now = clock.now()
    names = [name for row in rows for name in _names(row)]
    for row in rows:
        row.gone_at = now
    db.session.flush()
    on_commit(lambda: sealed.remove(names))


def _alive(person_id: str) -> tuple[ColumnElement[bool], ...]:
    return Evidence.person_id == person_id, Evidence.gone_at.is_(None), Evidence.until > clock.now()


def _is_gone(row: Evidence) -> bool:
    return row.gone_at is not None or row.until <= clock.now()


def _view(row: Evidence) -> EvidenceView:
    is_gone = _is_gone(row)
    gone_at = row.gone_at or (row.until if is_gone else None)
    return EvidenceView(row.id, row.added_at, row.until, 0 if is_gone else row.pages, gone_at)


def _names(row: Evidence) -> list[str]:
    return [_name(row.id, number) for number in range(1, row.pages + 1)]


def _name(evidence_id: str, number: int) -> str:
    return f"{evidence_id}-{number}"
