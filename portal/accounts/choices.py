"""Which mails a person wants, beside those that always go, and whether also by short message.

What is told always stands among the notices on the site. Receipts, questions, decisions and answers to
appeals always go by mail: somebody's rights or days hang on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import delete, select

from portal.accounts.actors import Actor
from portal.accounts.choice_rows import NoticeChoice
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import NotAllowedError


class Choice(StrEnum):
    """A kind of message that can be switched on and off."""

    REMINDERS = "reminders"
    COPIES = "copies"
    ENDINGS = "endings"
    CALENDAR = "calendar"
    """The last day of an answer moved because the calendar did."""
    REVIEWS = "reviews"
    """A refusal was looked at again and stands until another day."""
    SMS = "sms"
    """A short message beside the mail."""


DEFAULTS: Mapping[Choice, bool] = {choice: choice is not Choice.SMS for choice in Choice}

MAILS: Mapping[str, Choice] = {
    "request_lapses_soon": Choice.REMINDERS,
    "grant_ends_soon": Choice.REMINDERS,
    "copy_ready": Choice.COPIES,
    "grant_ended": Choice.ENDINGS,
    "request_due_moved": Choice.CALENDAR,
    "appeal_due_moved": Choice.CALENDAR,
    "refusal_stands": Choice.REVIEWS,
}
"""Mails that need not go, and the choice that they hang on; all others always go."""

SHORT = frozenset(
    {
        "request_question",
        "request_granted",
        "request_granted_to_read",
        "request_refused",
        "request_transferred",
        "appeal_upheld",
        "appeal_overturned",
        "appeal_partly",
    }
)
"""What is told by short message, too, to whoever wants that: answers and questions."""


def of(person_id: str) -> dict[Choice, bool]:
    """Return what holds for a person."""
    rows = db.session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == person_id))
    return {**DEFAULTS, **{Choice(row.kind): row.is_on for row in rows}}


def choose(actor: Actor, wanted: Mapping[Choice, bool]) -> None:
    """Write down what the actor chose; what is not named stays.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    before = of(actor.id)
    for choice, is_on in wanted.items():
        row = db.session.get(NoticeChoice, (actor.id, choice.value))
        if row is None:
            db.session.add(NoticeChoice(person_id=actor.id, kind=choice.value, is_on=is_on))
        else:
            row.is_on = is_on
    db.session.flush()
    changed = sorted(choice.value for choice, is_on in of(actor.id).items() if before[choice] != is_on)
    if changed:
        trail.record(actor, "accounts.choose_notices", "person", actor.id, changed=changed)


def goes_by_mail(person_id: str, template: str) -> bool:
    """Tell whether a message goes by mail to a person."""
    choice = MAILS.get(template)
    return choice is None or of(person_id)[choice]


def forget(person_id: str) -> None:
    """Take out what a person chose: they have asked to be erased."""
    db.session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person_id))
