"""Short messages beside mails, as a job: only here a number is unsealed; it stands in no row, no log."""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts import choices, details, people
from portal.accounts.choices import Choice
from portal.core import house
from portal.core.db import end_reading
from portal.core.errors import UnavailableError
from portal.core.sealing import UnsealableError
from portal.core.wording import say
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.mail import post, sms

SECONDS_TO_NEXT_TRY = 300.0


def send(claim: Claim) -> Callable[[], None]:
    """Send the short message of one notice, the subject of the claim, to whoever wants that.

    Raises:
        NotReadyError: the gateway takes nothing now.
    """
    message, sender = post.find(claim.subject), sms.chosen()
    if message is None or sender is None or message.template not in choices.SHORT:
        return _nothing
    person = people.by_id(message.person_id)
    if person.disabled_at is not None or not choices.of(person.id)[Choice.SMS]:
        return _nothing
    try:
        phone = details.of(person.id).phone
    except UnsealableError:
        return _nothing
    if not phone:
        return _nothing
    text = say(
        "sms_answer",
        person.locale,
        number=message.values.get("number", ""),
        address=house.settings().public_url,
    )
    message_id = message.id
    end_reading()
    try:
        sender.send(message_id, phone, text)
    except UnavailableError as error:
        raise NotReadyError(error.code, seconds=SECONDS_TO_NEXT_TRY, **error.values) from error
    return _nothing


def _nothing() -> None:
    """Leave everything as it is."""
