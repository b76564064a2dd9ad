"""The course of a request as a whole: lock it, move it by the table, let the clock and the trail follow.

What the verbs of `requests`, `handling` and `decisions` have in common; none of them writes a status itself.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from portal.access import addresses, clockwork, powers, request_states, rulebook, states
from portal.access.models import Item, ItemState, Request, RequestStatus
from portal.access.request_states import Effect, RequestAct
from portal.access.rule_rows import ServiceType
from portal.access.states import Act
from portal.accounts import notices
from portal.accounts.actors import PORTAL, Actor
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import NotFoundError

CONDITIONAL = "conditional"
"""The service of `rulebook` that a request for records is."""


def locked(request_id: str) -> Request:
    """Return a request, its row locked and read anew, so that of two acts one comes second.

    Raises:
        NotFoundError: there is no such request.
    """
    row = db.session.scalar(
        select(Request)
        .where(Request.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("not_found")
    return row


def begin(actor: Actor, row: Request) -> None:
    """Start the clock of a request that has just come in, by the service as it is today."""
    service = rulebook.service(CONDITIONAL)
    row.service_id = service.id
    clockwork.start(row, service.working_days, actor)


def move(
    actor: Actor,
    row: Request,
    act: RequestAct,
    reason: str = "",
    days: int = 0,
    term_id: str = "",
    **details: object,
) -> None:
    """Move a locked request by an act, with what follows for its clock, its resolution and the trail.

    Args:
        reason: cleaned before; what the table asks for.
        days: worked days of an extension.
        term_id: its reason by the rules; empty where they have none.
        details: what the line of the trail says beside the status before and after.

    Raises:
        ConflictError: the act is not possible from where the request stands.
        NotAllowedError: it is not for the actor to do it.
        InvalidError: the act needs a reason, and there is none.
    """
    before = row.status
    power = request_states.power_of(row, act, actor)
    step = request_states.advance(row, act, actor, reason)
    match step.effect:
        case Effect.START:
            clockwork.start(row, service_of(row).working_days, actor, reason)
        case Effect.PAUSE:
            clockwork.pause(row, actor)
        case Effect.RESUME:
            clockwork.resume(row, actor, reason)
        case Effect.EXTEND:
            clockwork.extend(row, days, actor, reason, term_id)
        case Effect.STOP:
            clockwork.stop(row, actor)
    found = request_states.resolution(RequestStatus(row.status), (ItemState(one.state) for one in row.items))
    row.resolution = found.value if found else None
    db.session.flush()
    trail.record(
        actor,
        f"request.{act.value}",
        "request",
        row.id,
        before=before,
        after=row.status,
        **({"term": term_id} if term_id else {}),
        **details,
        **powers.told(power),
    )


def settle(row: Request) -> None:
    """Bring a request to its end when nothing in it is left to decide; it follows from its documents."""
    waits = any(ItemState(item.state) in states.OPEN for item in row.items)
    if not waits and RequestStatus(row.status) in request_states.OPEN:
        move(PORTAL, row, RequestAct.DECIDE)


def move_items(row: Request, starts: Collection[ItemState], act: Act) -> list[Item]:
    """Move the documents of a request that are at one of `starts` along with it.

    What was decided by itself stays as it was decided.
    """
    moved = [item for item in row.items if ItemState(item.state) in starts and item.decided_at is None]
    for item in moved:
        states.advance(item, act)
    return moved


def service_of(row: Request) -> ServiceType:
    """Return what was promised when the request came in; of what came in before clocks were kept, today's."""
    known = db.session.get(ServiceType, row.service_id) if row.service_id else None
    return known or rulebook.service(CONDITIONAL)


def tell(row: Request, template: str, **values: object) -> None:
    """Tell the reader. Titles stay out: a mail cannot be taken back when a record is withheld."""
    notices.tell(row.person_id, template, addresses.of_request(row.id), number=row.number, **values)
