"""What the staff do with a request before anything is decided; each act goes by `request_states`.

After `requests.submit`; before `decisions`, which end a request when its last document is decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.access import (
    clockwork,
    correspondence,
    course,
    drafts,
    lapsing,
    powers,
    reasons,
    request_states,
    results,
    rulebook,
    states,
)
from portal.access.attachments import Enclosed
from portal.access.models import ItemState, MessageKind, Request, RequestStatus
from portal.access.request_states import RequestAct
from portal.access.results import RequestView
from portal.access.states import Act
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.errors import ConflictError, InvalidError
from portal.core.wording import day_of

REASON_LEAST, REASON_MOST = 5, 2000


def take(actor: Actor, request_id: str) -> RequestView:
    """Take a request up: from now on the actor works on it.

    Raises:
        NotFoundError: there is no such request.
        NotAllowedError: the actor may not handle requests, or asked for it.
        ConflictError: somebody took it up before.
    """
    row = _row(actor, request_id)
    course.move(actor, row, RequestAct.TAKE)
    row.assigned_to = actor.id
    return _view(actor, row)


def ask_reader(actor: Actor, request_id: str, question: str, files: Sequence[Enclosed] = ()) -> RequestView:
    """Ask the reader what the archive needs to know; the clock stands still until the answer.

    Raises:
        InvalidError: the question is too short or too long, or the files are too many or too large.
        NotFoundError, NotAllowedError, ConflictError: as `take`.
    """
    text = reasons.clean("text", question, REASON_LEAST, correspondence.LONGEST)
    row = _row(actor, request_id)
    if not course.service_of(row).pause_days_most:
        raise ConflictError("service_never_waits")
    course.move(actor, row, RequestAct.ASK_READER, text)
    row.lapse_told_at = None
    correspondence.put(actor, row, MessageKind.QUESTION, text, by_staff=True, files=files)
    course.tell(row, "request_question", text=text, until=day_of(lapsing.last_day(row)))
    return _view(actor, row)


def remind(actor: Actor, request_id: str) -> RequestView:
    """Remind the reader of the question that is open, once a day at most.

    Raises:
        ConflictError: no question is open, or the reader was reminded today.
        NotFoundError, NotAllowedError: as `take`.
    """
    row = _row(actor, request_id)
    power = powers.must(actor, Permission.HANDLE, row.person_id)
    if RequestStatus(row.status) is not RequestStatus.AWAITING_READER:
        raise ConflictError("nobody_was_asked")
    told = row.lapse_told_at
    if told is not None and told.astimezone(clock.LOCAL).date() >= clock.today():
        raise ConflictError("reminded_today")
    row.lapse_told_at = clock.now()
    trail.record(actor, "request.remind", "request", row.id, **powers.told(power))
    course.tell(row, "request_lapses_soon", until=day_of(lapsing.last_day(row)))
    return _view(actor, row)


def consult(actor: Actor, request_id: str, note: str) -> RequestView:
    """Ask another office for its opinion; the reader's clock runs on.

    Raises:
        InvalidError: it is not said whom and what.
        NotFoundError, NotAllowedError, ConflictError: as `take`.
    """
    return _noted(actor, request_id, RequestAct.CONSULT, note)


def go_on(actor: Actor, request_id: str, note: str) -> RequestView:
    """Go on: without the reader's answer, or after another office was asked.

    Raises:
        InvalidError: it is not said why.
        NotFoundError, NotAllowedError, ConflictError: as `take`.
    """
    return _noted(actor, request_id, RequestAct.GO_ON, note)


def extend(actor: Actor, request_id: str, days: int, reason: str, term_id: str = "") -> RequestView:
    """Put the answer off by worked days, and tell the reader why.

    Args:
        term_id: the reason by the rules as they hold today; needed where they have any.

    Raises:
        InvalidError: a reason is missing or is none of the rules, or all extensions together would be
            longer than allowed.
        ConflictError: the day has passed already, or the request is not at work.
        NotFoundError, NotAllowedError: as `take`; only who decides extends.
    """
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    row = _row(actor, request_id)
    request_states.line(row, RequestAct.EXTEND, actor)
    before = row.due_on
    if before is None or before < clock.today():
        raise ConflictError("extension_too_late")
    left = course.service_of(row).extension_days_most - clockwork.extended_by(row.id)
    if not 0 < days <= left:
        raise InvalidError("extension_too_long", fields={"days": "extension_too_long"}, most=max(0, left))
    rule = rulebook.extension_of(term_id)
    course.move(actor, row, RequestAct.EXTEND, text, days, term_id=rule.id if rule else "")
    named = rulebook.named(rule, people.by_id(row.person_id).locale) if rule else ""
    _tell_due(row, "request_extended", reason="\n".join(filter(None, (named, text))), before=day_of(before))
    return _view(actor, row)


def transfer(actor: Actor, request_id: str, reason: str) -> RequestView:
    """End a request that belongs to another archive; the reader is told which, and why.

    Raises:
        InvalidError: it is not said to whom and why.
        NotFoundError, NotAllowedError, ConflictError: as `take`; only who decides transfers.
    """
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    row = _row(actor, request_id)
    course.move(actor, row, RequestAct.TRANSFER, text)
    course.move_items(row, states.OPEN, Act.TRANSFER)
    drafts.drop(actor, row)
    course.tell(row, "request_transferred", reason=text)
    return _view(actor, row)


def reopen(actor: Actor, request_id: str, reason: str) -> RequestView:
    """Work again on a request that lapsed or was transferred by mistake; its clock starts anew.

    Raises:
        InvalidError: the reason is missing.
        NotFoundError, NotAllowedError, ConflictError: as `take`; only who decides reopens.
    """
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    row = _row(actor, request_id)
    before = row.status
    course.move(actor, row, RequestAct.REOPEN, text)
    course.move_items(row, {ItemState(before)}, Act.REOPEN)
    _tell_due(row, "request_reopened", reason=text)
    return _view(actor, row)


def _noted(actor: Actor, request_id: str, act: RequestAct, note: str) -> RequestView:
    """Do an act whose reason is for the staff alone."""
    text = reasons.clean("text", note, REASON_LEAST, correspondence.LONGEST)
    row = _row(actor, request_id)
    course.move(actor, row, act, text[:REASON_MOST])
    correspondence.put(actor, row, MessageKind.NOTE, text, by_staff=True)
    return _view(actor, row)


def _tell_due(row: Request, template: str, **values: object) -> None:
    if row.due_on is not None:
        course.tell(row, template, due=day_of(row.due_on), **values)


def _row(actor: Actor, request_id: str) -> Request:
    """Lock a request that is to be handled; one from before clocks were kept gets its clock now."""
    actor.must(Permission.HANDLE)
    row = course.locked(request_id)
    if row.service_id is None and RequestStatus(row.status) in request_states.OPEN:
        course.begin(actor, row)
    return row


def _view(actor: Actor, row: Request) -> RequestView:
    return results.of(actor, [row])[0]
