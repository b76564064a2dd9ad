"""The receipt of a request: what was asked, on what law, by when it is answered and how that was counted.

Beside it the papers that came with it, for those who handle requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.access import clockwork, course, requests
from portal.access.answers import Evidence
from portal.access.clockwork import CountedDay
from portal.access.models import Request
from portal.access.results import RequestView
from portal.accounts import evidence
from portal.accounts.actors import Actor
from portal.accounts.evidence import EvidenceView
from portal.accounts.roles import Permission
from portal.core.db import db


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on it."""

    asked: RequestView
    service_vi: str
    service_en: str
    working_days: int
    legal_basis: str
    """Of the service as it was when the request came in; in Vietnamese, as laws are."""
    days: Sequence[CountedDay]


def papers(actor: Actor, asked: RequestView) -> list[EvidenceView]:
    """Return the pictures of papers that the reader sent, while they are kept, to those who look at such.

    Nobody sees them behind a request of their own.
    """
    is_for_actor = actor.may(Permission.CONFIRM_IDENTITY) and asked.person_id != actor.id
    if asked.answers.evidence is not Evidence.SENT or not is_for_actor:
        return []
    return [one for one in evidence.of(asked.person_id) if one.pages]


def of(actor: Actor, request_id: str) -> Receipt:
    """Return the receipt to whoever asked, and to those who handle requests.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
    """
    asked = requests.show(actor, request_id)
    service = course.service_of(db.session.get_one(Request, request_id))
    return Receipt(
        asked,
        service.name_vi,
        service.name_en,
        service.working_days,
        service.legal_basis,
        clockwork.explained(request_id),
    )
