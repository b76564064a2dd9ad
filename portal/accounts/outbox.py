"""What waits to leave the house by mail, and what was given up; and how each mail looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.actors import Actor
from portal.accounts.proofs import LETTER_JOB
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.errors import NotFoundError
from portal.core.messages import MESSAGES
from portal.jobs import records
from portal.jobs.models import JobState
from portal.mail import post
from portal.mail.models import Message

MAIL_JOB = "mail.send"
DIGITS_JOB = "access.guest_digits"

SAMPLE_NAME = "Nguyễn Văn A"

SAMPLE: dict[str, object] = {
    "number": "YC-2026-000123",
    "request": "YC-2026-000123",
    "position": 2,
    "reason": "…",
    "text": "…",
    "answer": "…",
    "until": "27/11/2026 17:05",
    "before": "20/11/2026",
    "due": "27/11/2026",
    "digits": "123456",
    "pages": 240,
    "most": 120,
}
"""Made up, like the name: no preview shows anything of anybody."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """How many mails wait and how many were given up; `goes_out` is whether they leave the house at all."""

    waiting: int
    given_up: int
    goes_out: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would go."""

    locale: str
    subject: str
    text: str


def counts(actor: Actor) -> Outbox:
    """Return how the outbox stands.

    Raises:
        NotAllowedError: the actor does not look after the installation.
    """
    actor.must(Permission.MANAGE_SITE)
    found = records.numbers((MAIL_JOB, LETTER_JOB, DIGITS_JOB))
    waiting = found.get(JobState.WAITING, 0) + found.get(JobState.LEASED, 0)
    return Outbox(waiting, found.get(JobState.DEAD, 0), post.goes_out())


def templates(actor: Actor) -> Sequence[str]:
    """Return the codes of all mails, in order."""
    actor.must(Permission.MANAGE_SITE)
    return sorted(code for code in MESSAGES if f"{code}_body" in MESSAGES)


def preview(actor: Actor, template: str) -> list[Preview]:
    """Return a mail in both languages, filled with made-up values.

    Raises:
        NotFoundError: there is no such mail.
    """
    if template not in templates(actor):
        raise NotFoundError("not_found")
    asked = re.findall(r"%\((\w+)\)", MESSAGES[template] + MESSAGES[f"{template}_body"])
    values = {name: SAMPLE.get(name, "…") for name in asked}
    found = []
    for locale in ("vi", "en"):
        message = Message(id="0000000000", template=template, values=values, link="/", created_at=clock.now())
        mail = post.compose(
            message, post.Recipient("ban.doc@example.vn", SAMPLE_NAME, locale, can_choose=True)
        ).mail
        found.append(Preview(locale, str(mail["Subject"]), mail.get_content()))
    return found
