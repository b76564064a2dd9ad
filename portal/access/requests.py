"""Ask for documents that need leave, and look at what was asked.

After a page was published as conditional; before `decisions`.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import selectinload

from portal.access import admitting, automatic, course, drafts, numbers, powers, reasons, results, states
from portal.access import answers as answering
from portal.access.answers import NOTHING, Answers
from portal.access.models import Item, ItemState, Request
from portal.access.request_states import RequestAct
from portal.access.results import RequestView
from portal.access.states import Act
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import awaited
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.core.wording import day_of

MOST_DOCUMENTS = 50
PURPOSE_LEAST, PURPOSE_MOST = 10, 2000


def submit(
    actor: Actor, document_ids: list[str], purpose: str, answers: Answers = NOTHING, written_as: str = ""
) -> RequestView:
    """Ask for documents. What a rule covers is granted at once (`automatic`).

    Args:
        document_ids: 1 to 50 ids; one given twice counts once.
        purpose: 10 to 2,000 characters.
        answers: what was chosen from the rulebook; the steps of `asking` see to it that nothing is missing.
        written_as: the id under which it was half written.

    Raises:
        NotAllowedError: nobody is signed in.
        NotFoundError: a document is unknown, or the actor may not know of it; the two look alike.
        InvalidError: the purpose, an answer or the number of documents does not fit, or a document is
            open, has no pages yet, or is no document.
        ConflictError: the actor has leave for a document already, or has asked and waits.
    """
    person_id = _person(actor)
    wanted = _distinct(document_ids)
    text = reasons.clean("purpose", purpose, PURPOSE_LEAST, PURPOSE_MOST)
    # The lock makes two requests of the same person one after the other, so that neither
    # misses the other's undecided items.
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    admitting.check(actor, wanted)
    answering.check(answers)
    admitting.check_use(wanted, answers)
    row = Request(
        number=numbers.next_number(), person_id=person_id, purpose=text, written_as=written_as or None
    )
    answering.write(row, answers)
    row.items = [Item(node_id=node_id, position=place) for place, node_id in enumerate(wanted, start=1)]
    db.session.add(row)
    db.session.flush()
    items = [{"item": item.id, "document": item.node_id} for item in row.items]
    trail.record(actor, "request.submit", "request", row.id, number=row.number, items=items)
    course.begin(actor, row)
    course.tell(row, "request_received", due=day_of(row.due_on) if row.due_on else "")
    automatic.grant(row)
    # Whoever decides, and then the reader, waits for pages that are not read yet.
    awaited.hurry(wanted)
    return results.of(actor, [row])[0]


def askable(actor: Actor, document_ids: list[str]) -> list[str]:
    """Return the ids, each once, if all of them can be asked for.

    Raises:
        NotFoundError, InvalidError: as `submit`.
    """
    wanted = _distinct(document_ids)
    admitting.check_documents(actor, wanted)
    return wanted


def withdraw(actor: Actor, request_id: str) -> RequestView:
    """Take back what is not decided yet of one's own request.

    Raises:
        NotFoundError: there is no such request of the actor.
        ConflictError: everything in it has been decided or withdrawn.
    """
    row = course.locked(_own(actor, request_id).id)
    items = db.session.scalars(
        select(Item)
        .where(Item.request_id == row.id, Item.state.in_(states.OPEN_VALUES))
        .order_by(Item.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not items:
        raise ConflictError("nothing_to_withdraw")
    for item in items:
        states.advance(item, Act.WITHDRAW)
    db.session.flush()
    drafts.drop(actor, row)
    gone = [item.id for item in items]
    if all(item.state == ItemState.WITHDRAWN.value for item in row.items):
        course.move(actor, row, RequestAct.WITHDRAW, items=gone)
    else:
        trail.record(actor, "request.withdraw", "request", row.id, items=gone)
    course.settle(row)
    return results.of(actor, [row])[0]


def change(actor: Actor, request_id: str, purpose: str) -> RequestView:
    """Write the purpose of one's own request anew, while nobody works on it or an answer is asked for.

    Raises:
        NotFoundError: there is no such request of the actor.
        InvalidError: the purpose is too short or too long.
        ConflictError: it is being worked on, or is over.
    """
    text = reasons.clean("purpose", purpose, PURPOSE_LEAST, PURPOSE_MOST)
    row = course.locked(_own(actor, request_id).id)
    course.move(actor, row, RequestAct.CHANGE)
    row.purpose = text
    return results.of(actor, [row])[0]


def ask_again(actor: Actor, item_id: str) -> RequestView:
    """Ask once more for a document whose leave has ended, or that was refused or withdrawn.

    Purpose and answers stay as they were, as far as the rulebook still has them; who wants to say more asks
    by `asking`, which also sees to an undertaking that was worded anew.

    Raises:
        NotFoundError: there is no such item of the actor, or the document is no longer public.
        ConflictError: it still waits for a decision, or the actor may see it now.
        InvalidError: the document is open to everybody meanwhile.
    """
    item = db.session.get(Item, item_id)
    if item is None:
        raise NotFoundError("not_found")
    before = _own(actor, item.request_id)
    given = answering.of(before)
    again = replace(given, **{name: getattr(answering.still_good(given), name) for name in answering.CARRIED})
    asked = submit(actor, [item.node_id], before.purpose, again)
    trail.record(actor, "request.ask_again", "request", asked.id, of_item=item.id)
    return asked


def asked_in(actor: Actor, item_id: str) -> Request | None:
    """Return the actor's own request that an item is of; nothing where it is not theirs."""
    return db.session.scalar(
        select(Request).join(Item).where(Item.id == item_id, Request.person_id == _person(actor))
    )


def show(actor: Actor, request_id: str) -> RequestView:
    """Return a request to its requester and to those who handle requests.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
    """
    row = db.session.get(Request, request_id)
    if row is None or not (_handles(actor, row) or (actor.id and row.person_id == actor.id)):
        raise NotFoundError("not_found")
    return results.of(actor, [row])[0]


def _handles(actor: Actor, row: Request) -> bool:
    """Tell whether the actor handles the request; by what a reader lent nobody handles that reader's own."""
    if actor.id is None:
        return actor.may(Permission.HANDLE)
    return powers.may(actor, Permission.HANDLE, row.person_id)


def own(actor: Actor, request_id: str) -> RequestView:
    """Return a request to its requester, and to nobody else.

    Raises:
        NotFoundError: there is no such request of the actor.
    """
    return results.of(actor, [_own(actor, request_id)])[0]


def mine(actor: Actor, paging: Paging) -> Listing[RequestView]:
    """Return the actor's own requests, latest first."""
    own = Request.person_id == _person(actor)
    return _listing(actor, own, paging, latest_first=True)


def waiting(actor: Actor, paging: Paging) -> Listing[RequestView]:
    """Return the requests with something left to decide, oldest first, to those who decide."""
    actor.must(Permission.DECIDE)
    undecided = exists().where(Item.request_id == Request.id, Item.state.in_(states.OPEN_VALUES))
    return _listing(actor, undecided, paging, latest_first=False)


def days_of_oldest() -> int | None:
    """Return for how many days the oldest undecided request waits, as everybody may know; None if none."""
    oldest = db.session.scalar(
        select(func.min(Request.submitted_at))
        .join(Item, Item.request_id == Request.id)
        .where(Item.state.in_(states.OPEN_VALUES))
    )
    return None if oldest is None else (clock.now() - oldest).days


def granted(actor: Actor, paging: Paging) -> Listing[RequestView]:
    """Return the requests with something granted, latest first, to those who may end it early."""
    actor.must(Permission.DECIDE)
    has_leave = exists().where(Item.request_id == Request.id, Item.state == ItemState.GRANTED.value)
    return _listing(actor, has_leave, paging, latest_first=True)


def _listing(
    actor: Actor, which: ColumnElement[bool], paging: Paging, *, latest_first: bool
) -> Listing[RequestView]:
    when = Request.submitted_at.desc() if latest_first else Request.submitted_at
    rows = db.session.scalars(
        select(Request)
        .where(which)
        .options(selectinload(Request.items))
        .order_by(when, Request.number)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Request).where(which))
    return Listing(results.of(actor, rows), paging, total or 0)


def _person(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    actor.must(Permission.REQUEST)
    return actor.id


def _own(actor: Actor, request_id: str) -> Request:
    row = db.session.get(Request, request_id)
    if row is None or row.person_id != _person(actor):
        raise NotFoundError("not_found")
    return row


def _distinct(document_ids: list[str]) -> list[str]:
    wanted = list(dict.fromkeys(document_ids))
    if not wanted:
        raise InvalidError("no_documents", fields={"documents": "no_documents"})
    if len(wanted) > MOST_DOCUMENTS:
        raise InvalidError(
            "too_many_documents", fields={"documents": "too_many_documents"}, most=MOST_DOCUMENTS
        )
    return wanted
