"""What asking for a record would come to, for one person, before anything is asked.

After `basket`, before `requests.submit`, which checks the same once more. Nothing here tells more than
everybody may know of a record, and what a person knows of their own requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from portal.access import automatic, states
from portal.access.answers import Answers
from portal.access.automatic import Offer
from portal.access.models import Item, ItemState, Request
from portal.accounts.actors import ANONYMOUS, Actor
from portal.catalogue.models import Node, Page
from portal.core.db import db
from portal.rights import grants, opening, policy
from portal.rights.levels import Level
from portal.rights.models import Grant
from portal.rights.opening import Lapse


class Askable(StrEnum):
    """What can be done about a record."""

    OPEN = "open"
    """Read it here; nothing needs to be asked."""
    CONDITIONAL = "conditional"
    """Its pages are given on request."""
    ON_PAPER = "on_paper"
    """It was not scanned: it is read in the reading room, or ordered to be scanned."""
    NOT_YET = "not_yet"
    """Its pages are being made."""
    HOLDS_OTHERS = "holds_others"
    """A fonds or a file: documents are chosen in it."""
    ASKED = "asked"
    """The person has asked already and waits."""
    GRANTED = "granted"
    """The person may see all its pages now."""
    GONE = "gone"
    """It is not there, or not for the public; the two look alike."""


CAN_BE_ASKED = frozenset({Askable.CONDITIONAL, Askable.ON_PAPER})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record that somebody wants, with all that may be said of it."""

    node_id: str
    askable: Askable
    title: str = ""
    """Empty while nobody has described it, and where it is gone."""
    kind: str = ""
    number: str = ""
    until: datetime | None = None
    """Until when the person may see it, where they may."""
    request_id: str = ""
    """The request in which the person waits for it."""
    review_on: date | None = None
    """The day on which a refusal of this person's is looked at again."""
    lapse: Lapse | None = None
    """When it opens to everybody by itself and by which rule, where it is closed until a day."""
    offer: Offer | None = None
    """What grants it as soon as it is asked for; None where people decide on it."""

    @property
    def can_be_asked(self) -> bool:
        return self.askable in CAN_BE_ASKED

    @property
    def opens_on(self) -> date | None:
        return self.lapse.day if self.lapse else None


def of(actor: Actor, node_ids: Sequence[str], answers: Answers | None = None) -> list[Wanted]:
    """Return how each record stands for the actor, in the order given, by a handful of queries for all.

    Args:
        answers: what was answered, as far as rules that grant at once ask for it.
    """
    # As anybody may know of them: staff ask for nothing else, either.
    seen = policy.sights(ANONYMOUS, node_ids)
    ids = [one for one, sight in seen.items() if sight.sees_description]
    nodes = {row.id: row for row in db.session.scalars(select(Node).where(Node.id.in_(ids)))}
    paged = set(db.session.scalars(select(Page.document_id).where(Page.document_id.in_(ids)).distinct()))
    waiting = _waiting(actor, ids)
    leave = _leave(actor, ids)
    reviews = _reviews(actor, ids)
    opens = opening.lapses(ids)
    at_once = automatic.offers(actor.id, ids, answers)

    def stands(node: Node) -> Askable:
        if not node.is_document:
            return Askable.HOLDS_OTHERS
        if node.id in waiting:
            return Askable.ASKED
        if node.id in leave:
            return Askable.GRANTED
        return _of_document(node, seen[node.id].level, has_pages=node.id in paged)

    def offer(node: Node) -> Offer | None:
        return at_once.get(node.id) if stands(node) is Askable.CONDITIONAL else None

    return [
        Wanted(
            node_id=one,
            askable=stands(nodes[one]),
            offer=offer(nodes[one]),
            title=nodes[one].title,
            kind=nodes[one].kind,
            number=nodes[one].number,
            until=leave[one].until if one in leave else None,
            request_id=waiting.get(one, ""),
            review_on=reviews.get(one),
            lapse=opens.get(one),
        )
        if one in nodes
        else Wanted(one, Askable.GONE)
        for one in node_ids
    ]


def _of_document(node: Node, level: Level, *, has_pages: bool) -> Askable:
    if node.on_paper_only:
        return Askable.ON_PAPER
    if level is Level.OPEN:
        return Askable.OPEN
    return Askable.CONDITIONAL if has_pages else Askable.NOT_YET


def _waiting(actor: Actor, node_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the actor's requests that are not decided, by record."""
    if actor.id is None:
        return {}
    rows = db.session.execute(
        select(Item.node_id, Item.request_id)
        .join(Request)
        .where(Request.person_id == actor.id, Item.node_id.in_(node_ids), Item.state.in_(states.OPEN_VALUES))
    )
    return {row.node_id: row.request_id for row in rows}


def _leave(actor: Actor, node_ids: Sequence[str]) -> Mapping[str, Grant]:
    """Return the leave by which the actor may see all of a record, the longest of each."""
    if actor.id is None:
        return {}
    held = grants.current_of(actor.id, node_ids)
    return {
        node_id: row
        for node_id, rows in held.items()
        for row in reversed(rows)
        if row.first_page is None and grants.is_current(row)
    }


def _reviews(actor: Actor, node_ids: Sequence[str]) -> Mapping[str, date]:
    """Return the day on which the actor's own refusals are looked at again, the last of each record."""
    if actor.id is None:
        return {}
    rows = db.session.execute(
        select(Item.node_id, Item.review_on)
        .join(Request, Request.id == Item.request_id)
        .where(
            Request.person_id == actor.id,
            Item.node_id.in_(node_ids),
            Item.state == ItemState.REFUSED.value,
            Item.review_on.is_not(None),
        )
        .order_by(Item.decided_at)
    )
    return {row.node_id: row.review_on for row in rows}
