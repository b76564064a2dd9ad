"""What a card of the desk is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext, ngettext

from portal.core import clock
from portal.core.paging import Paging
from portal.ingest.worklists import BatchProgress

FIRST = Paging(page=1, per_page=5)
"""As many as are taken in at a glance."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits."""

    text: str
    address: str
    detail: str = ""
    batch: BatchProgress | None = None
    """Set for a batch at work, which is shown with its progress."""


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of work."""

    key: str
    heading: str
    count: int
    age: str
    """How long the oldest waits, in words; empty where age says nothing."""
    lines: Sequence[Line]
    address: str
    empty: str
    """What to do where nothing waits."""


def age(since: datetime | None) -> str:
    """Return how long something waits, in days of Việt Nam's calendar."""
    if since is None:
        return ""
    days = (clock.today() - since.astimezone(clock.LOCAL).date()).days
    if days < 1:
        words: str = gettext("The oldest came today.")
        return words
    return str(
        ngettext("The oldest has waited for %(num)s day.", "The oldest has waited for %(num)s days.", days)
    )
