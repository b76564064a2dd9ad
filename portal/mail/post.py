"""Write messages, and turn each into one mail.

A message is a row written in the transaction of what it tells; the mail follows by a
job. This package knows no people: `accounts.notices` brings the recipient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select

from portal.core import clock, house, nameplate
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.wording import say
from portal.mail import senders, sms
from portal.mail.models import Message


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a mail goes to, and in which language."""

    email: str
    name: str
    locale: str
    can_choose: bool = False
    """Whether they have an account in which to choose which mails they get."""
    is_guest: bool = False
    """Whether they have no account: links lead to where a request is followed by its code."""


GUESTS_FOLLOW = "/theo-doi"
CHOICES = "/tai-khoan/thu"
"""Where account holders choose which mails they get; the site map has the same paths."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A composed mail and the id of its message, under which it is sent once."""

    message_id: str
    mail: EmailMessage


def write(person_id: str, template: str, link: str = "", **values: object) -> Message:
    """Write a message to a person; sending it is another's work.

    Args:
        template: code of the subject; the code with `_body` is the text of the mail.
        link: path on this site, without language prefix.
        values: plain JSON values for both texts.
    """
    row = Message(person_id=person_id, template=template, link=link, values=values)
    db.session.add(row)
    db.session.flush()
    return row


def find(message_id: str) -> Message | None:
    """Return a message, None where it has been forgotten."""
    return db.session.get(Message, message_id)


def by_id(message_id: str) -> Message:
    """Return a message.

    Raises:
        NotFoundError: there is no such message.
    """
    row = db.session.get(Message, message_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def compose(message: Message, recipient: Recipient) -> Letter:
    """Compose the mail of a message in the recipient's language."""
    settings = house.settings()
    locale = recipient.locale
    archive = say("archive_name", locale, province=nameplate.read(locale).province)
    parts = [
        say("mail_greeting", locale, name=recipient.name),
        say(f"{message.template}_body", locale, **message.values),
        _address(_link(message, recipient), locale),
        say("mail_for_guests", locale, address=_address("/dang-ky", locale)) if recipient.is_guest else "",
        say("mail_closing", locale, archive=archive),
        say("mail_choices", locale, address=_address(CHOICES, locale)) if recipient.can_choose else "",
    ]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(archive, addr_spec=settings.smtp_from)
    mail["To"] = Address(" ".join(recipient.name.split()), addr_spec=recipient.email)
    mail["Subject"] = say(message.template, locale, **message.values)
    mail["Date"] = format_datetime(message.created_at.astimezone(clock.LOCAL))
    mail["Message-ID"] = f"<{message.id}@{urlsplit(settings.public_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(part for part in parts if part) + "\n")
    return Letter(message.id, mail)


def send(letter: Letter) -> None:
    """Send a composed mail by the way that the settings choose.

    Raises:
        UnavailableError: the mail server does not take mails now.
        InvalidError: it refuses this mail for good.
    """
    senders.chosen().send(letter.message_id, letter.mail)


def forget(person_id: str, also: Sequence[str] = ()) -> None:
    """Delete all messages to a person, and the mails that lie in the house.

    Args:
        also: ids under which mails went to the same address without a message.
    """
    ids = db.session.scalars(select(Message.id).where(Message.person_id == person_id)).all()
    senders.forget([*ids, *also])
    sms.forget(list(ids))
    db.session.execute(delete(Message).where(Message.person_id == person_id))


def goes_out() -> bool:
    """Tell whether mails leave the house; else they lie as files where only staff find them."""
    return bool(house.settings().smtp_host)


def mark_sent(message_id: str) -> None:
    """Remember that the mail of a message went out."""
    row = by_id(message_id)
    if row.sent_at is None:
        row.sent_at = clock.now()
        db.session.flush()


def _link(message: Message, recipient: Recipient) -> str:
    if not (recipient.is_guest and message.link):
        return message.link
    # An appeal has a number of its own; a guest follows the request.
    number = message.values.get("request") or message.values.get("number", "")
    return f"{GUESTS_FOLLOW}?so={number}" if number else GUESTS_FOLLOW


def _address(link: str, locale: str) -> str:
    if not link:
        return ""
    prefix = "" if locale == "vi" else f"/{locale}"
    return f"{house.settings().public_url}{prefix}{link}"
