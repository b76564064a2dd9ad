"""Tell people things: a notice on site, and the same by mail through a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from portal.accounts import choices, people
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.core import clock
from portal.core.db import db, end_reading
from portal.core.errors import NotAllowedError, UnavailableError
from portal.core.paging import Listing, Paging
from portal.jobs import ledger
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Lane
from portal.mail import post, sms
from portal.mail.models import Message

MAIL_JOB = "mail.send"
SMS_JOB = "sms.send"
"""Done by `texting`."""
SECONDS_TO_NEXT_TRY = 120.0


@dataclass(frozen=True, slots=True)
class Notice:
    """Something told to a person; its text is the message of the code `template` with `values`."""

    id: str
    template: str
    values: dict[str, object]
    link: str
    created_at: datetime
    read_at: datetime | None


def tell(person_id: str, template: str, link: str = "", **values: object) -> None:
    """Write a notice to a person, and let the mail follow."""
    message = post.write(person_id, template, link, **values)
    ledger.enqueue(MAIL_JOB, message.id, lane=Lane.DESK, priority=ledger.MAIL)
    if template in choices.SHORT and sms.goes_out():
        ledger.enqueue(SMS_JOB, message.id, lane=Lane.DESK, priority=ledger.MAIL)


def send(claim: Claim) -> Callable[[], None]:
    """Send the mail of one message, the subject of the claim; what is returned marks it as sent.

    Raises:
        NotReadyError: the mail server does not take mails now.
        InvalidError: it refuses this mail for good.
    """
    message = post.find(claim.subject)
    if message is None:
        return _nothing
    person = people.by_id(message.person_id)
    if message.sent_at is not None or person.disabled_at is not None:
        return _nothing
    if not choices.goes_by_mail(person.id, message.template):
        return _nothing
    letter = post.compose(message, _recipient(person))
    # A mail server may take its time; no read transaction waits with us.
    end_reading()
    try:
        post.send(letter)
    except UnavailableError as error:
        raise NotReadyError(error.code, seconds=SECONDS_TO_NEXT_TRY, **error.values) from error
    return lambda: post.mark_sent(letter.message_id)


def of(actor: Actor, paging: Paging) -> Listing[Notice]:
    """Return the actor's own notices, latest first."""
    person_id = _own_id(actor)
    total = db.session.scalar(select(func.count()).select_from(Message).where(Message.person_id == person_id))
    rows = db.session.scalars(
        select(Message)
        .where(Message.person_id == person_id)
        .order_by(Message.created_at.desc(), Message.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    )
    shown = [Notice(row.id, row.template, row.values, row.link, row.created_at, row.read_at) for row in rows]
    return Listing(shown, paging, total or 0)


def unread_count(actor: Actor) -> int:
    """Return how many notices the actor has not seen; nobody has none."""
    if actor.id is None:
        return 0
    found = db.session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.person_id == actor.id, Message.read_at.is_(None))
    )
    return found or 0


def mark_read(actor: Actor) -> None:
    """Mark all notices of the actor as seen."""
    db.session.execute(
        update(Message)
        .where(Message.person_id == _own_id(actor), Message.read_at.is_(None))
        .values(read_at=clock.now())
    )


def _recipient(person: Person) -> post.Recipient:
    """Return whom a mail goes to; a guest cannot sign in, and follows by number and code."""
    is_guest = person.guest_since is not None
    return post.Recipient(
        person.email, person.name, person.locale, is_guest=is_guest, can_choose=not is_guest
    )


def _nothing() -> None:
    """Leave everything as it is."""


def _own_id(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    return actor.id
