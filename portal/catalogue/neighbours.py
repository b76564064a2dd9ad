"""The pages before and behind a page, of those that somebody may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from portal.catalogue import redacted
from portal.catalogue.models import Page
from portal.core.db import db
from portal.rights.policy import Sight


@dataclass(frozen=True, slots=True)
class Around:
    """The nearest pages that the actor may see, and how many there are of those."""

    previous_id: str | None
    next_id: str | None
    count: int


def around(page: Page, sight: Sight) -> Around:
    """Return the neighbours of a page among those that a sight shows."""
    query = select(Page.id, Page.number).where(Page.document_id == page.document_id).order_by(Page.number)
    rows = [(one, number) for one, number in db.session.execute(query)]
    standing = redacted.standing(sight, rows)
    shown = [(number, one) for one, number in rows if one in standing]
    before = [one for number, one in shown if number < page.number]
    after = [one for number, one in shown if number > page.number]
    # A page that was purged leaves a gap: leave goes by numbers, so that those of the others stay.
    count = len(shown) if sight.is_partial else max((number for number, _ in shown), default=0)
    return Around(before[-1] if before else None, after[0] if after else None, count)
