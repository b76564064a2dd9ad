"""One act on many requests: each by the verb for one, in a transaction of its own, with a result of its own.

Before the verbs of `handling`, `assigning` and `decisions`, whose rules hold unchanged for every row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from portal.access import assigning, decisions, handling
from portal.access.models import Draft, DraftState, Item, Request
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError

MOST_ROWS = 100


class Bulk(StrEnum):
    """What can be done with many requests."""

    TAKE = "take"
    ASSIGN = "assign"
    EXTEND = "extend"
    REMIND = "remind"
    SIGN = "sign"
    """All drafts of the request that were seen."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is done with each of the requests."""

    act: Bulk
    person_id: str = ""
    """To whom they are assigned; empty gives them back to all."""
    days: int = 0
    reason: str = ""
    term_id: str = ""
    """Why the answer is put off, by the rules."""
    drafts: frozenset[str] = frozenset()
    """Ids of the drafts that were seen; others are not signed."""


def check(request_ids: Sequence[str]) -> list[str]:
    """Return the requests that were chosen, each once.

    Raises:
        InvalidError: none was chosen, or too many.
    """
    chosen = list(dict.fromkeys(request_ids))
    if not chosen:
        raise InvalidError("nothing_chosen")
    if len(chosen) > MOST_ROWS:
        raise InvalidError("too_many_chosen", most=MOST_ROWS)
    return chosen


def carry_out(actor: Actor, request_id: str, order: Order) -> None:
    """Do with one request what is to be done with each; call it in a transaction of its own.

    Raises:
        PortalError: what the verb for one raises; of drafts, all of the request are signed or none.
    """
    verbs: dict[Bulk, Callable[[], object]] = {
        Bulk.TAKE: lambda: handling.take(actor, request_id),
        Bulk.ASSIGN: lambda: assigning.assign(actor, request_id, order.person_id or None),
        Bulk.EXTEND: lambda: handling.extend(actor, request_id, order.days, order.reason, order.term_id),
        Bulk.REMIND: lambda: handling.remind(actor, request_id),
        Bulk.SIGN: lambda: _sign(actor, request_id, order.drafts),
    }
    verbs[order.act]()


def numbers(actor: Actor, request_ids: Sequence[str]) -> dict[str, str]:
    """Return the numbers of requests by id, to those who handle requests."""
    actor.must(Permission.HANDLE)
    rows = db.session.execute(select(Request.id, Request.number).where(Request.id.in_(request_ids)))
    return {row.id: row.number for row in rows}


def _sign(actor: Actor, request_id: str, seen: frozenset[str]) -> None:
    waiting = db.session.execute(
        select(Draft.item_id, Draft.id)
        .join(Item, Item.id == Draft.item_id)
        .where(Item.request_id == request_id, Draft.state == DraftState.OFFERED.value)
        .order_by(Item.position)
    ).all()
    if not waiting:
        raise ConflictError("no_draft_waits")
    for item_id, draft_id in waiting:
        if draft_id not in seen:
            raise ConflictError("draft_changed")
        decisions.sign(actor, item_id, draft_id)
