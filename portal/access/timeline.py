"""The course of a request as its reader may know it: what happened, what comes next, and who must act.

Made from the trail, the clock and the copies whenever it is asked for, so that it cannot say anything else
than they do. Names of the staff, their notes and drafts are never part of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from portal.access import appeal_views, appeals, clockwork, lapsing, requests, results
from portal.access.models import ClockEvent, ClockKind, Copy, MessageKind, Request, RequestStatus
from portal.access.results import ItemView, RequestView, RuleView
from portal.access.review_rows import RefusalReview
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights.grant_states import GrantState

MOST_SHOWN = 500


class Happening(StrEnum):
    """What happened."""

    ARRIVED = "arrived"
    TAKEN_UP = "taken_up"
    CHANGED = "changed"
    ASKED = "asked"
    ANSWERED = "answered"
    WENT_ON = "went_on"
    """The archive goes on, without an answer or after another office was asked."""
    CONSULTED = "consulted"
    EXTENDED = "extended"
    RECOUNTED = "recounted"
    ARCHIVE_WROTE = "archive_wrote"
    READER_WROTE = "reader_wrote"
    GRANTED = "granted"
    GRANTED_BY_RULE = "granted_by_rule"
    """As it came in, since a rule covers it."""
    REFUSED = "refused"
    STAYS_CLOSED = "stays_closed"
    """A refusal was looked at again on its day, and stands."""
    NOT_HELD = "not_held"
    ALREADY_OPEN = "already_open"
    PASSED_ON = "passed_on"
    """One document of it, to another archive."""
    COPY_READY = "copy_ready"
    REVOKED = "revoked"
    ENDED = "ended"
    """Leave ended by itself."""
    DECIDED = "decided"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    APPEALED = "appealed"
    APPEAL_TAKEN = "appeal_taken"
    APPEAL_EXTENDED = "appeal_extended"
    APPEAL_UPHELD = "appeal_upheld"
    APPEAL_OVERTURNED = "appeal_overturned"
    APPEAL_PARTLY = "appeal_partly"
    APPEAL_WITHDRAWN = "appeal_withdrawn"
    REVISED = "revised"
    """An appeal was right: something is decided anew."""


OF_TRAIL = {
    "request.submit": Happening.ARRIVED,
    "request.take": Happening.TAKEN_UP,
    "request.change": Happening.CHANGED,
    "request.ask_reader": Happening.ASKED,
    "request.answer": Happening.ANSWERED,
    "request.go_on": Happening.WENT_ON,
    "request.consult": Happening.CONSULTED,
    "request.extend": Happening.EXTENDED,
    "request.recount": Happening.RECOUNTED,
    "request.write": Happening.ARCHIVE_WROTE,
    "request.grant": Happening.GRANTED,
    "request.grant_by_rule": Happening.GRANTED_BY_RULE,
    "request.refuse": Happening.REFUSED,
    "request.not_held": Happening.NOT_HELD,
    "request.already_open": Happening.ALREADY_OPEN,
    "item.transfer": Happening.PASSED_ON,
    "grant.revoke": Happening.REVOKED,
    "request.decide": Happening.DECIDED,
    "request.transfer": Happening.TRANSFERRED,
    "request.withdraw": Happening.WITHDRAWN,
    "request.lapse": Happening.LAPSED,
    "request.reopen": Happening.REOPENED,
    "request.revise": Happening.REVISED,
    "appeal.submit": Happening.APPEALED,
    "appeal.take": Happening.APPEAL_TAKEN,
    "appeal.extend": Happening.APPEAL_EXTENDED,
    "appeal.uphold": Happening.APPEAL_UPHELD,
    "appeal.overturn": Happening.APPEAL_OVERTURNED,
    "appeal.part": Happening.APPEAL_PARTLY,
    "appeal.withdraw": Happening.APPEAL_WITHDRAWN,
}
"""What is told of the trail. An act that does not stand here is not told."""

OF_CLOCK = {
    Happening.ARRIVED: ClockKind.START,
    Happening.REOPENED: ClockKind.START,
    Happening.REVISED: ClockKind.START,
    Happening.ANSWERED: ClockKind.RESUME,
    Happening.WENT_ON: ClockKind.RESUME,
    Happening.EXTENDED: ClockKind.EXTEND,
    Happening.RECOUNTED: ClockKind.RECOUNT,
}
"""What moved the clock along with it, so that the day that followed can be told."""

TOLD_WITH_REASON = frozenset({Happening.EXTENDED, Happening.REOPENED})
"""Their reasons were written for the reader; those of other acts are for the staff."""


class Next(StrEnum):
    """What comes next."""

    TAKEN_UP = "taken_up"
    """The archive takes it up."""
    DECIDED = "decided"
    """The archive decides on each document."""
    OPINION = "opinion"
    """The archive waits for another office."""
    ANSWER = "answer"
    """The reader answers."""
    READ = "read"
    """The reader reads what was granted, before it ends."""
    APPEAL = "appeal"
    """The archive answers an appeal."""
    MAY_APPEAL = "may_appeal"
    """The reader can appeal against a refusal."""
    NOTHING = "nothing"


OF_STATUS = {
    RequestStatus.RECEIVED: Next.TAKEN_UP,
    RequestStatus.IN_REVIEW: Next.DECIDED,
    RequestStatus.CONSULTING: Next.OPINION,
}
"""What comes next while the clock of a request runs."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: datetime
    what: Happening
    position: int | None = None
    """Which document of the request; None where it is about the whole."""
    due_on: date | None = None
    """The last day for the answer, as it was after it."""
    reason: str = ""
    rule: RuleView | None = None
    """The reason by the rules, as it was worded then; None where none was named."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that happened, oldest first, and what comes next."""

    steps: tuple[Step, ...]
    next: Next
    until: date | datetime | None
    """By when; None where nobody has to hurry."""

    @property
    def is_for_reader(self) -> bool:
        """Tell whether it is the reader who must act, or can."""
        return self.next in (Next.ANSWER, Next.READ, Next.MAY_APPEAL)


def of(actor: Actor, request_id: str) -> Timeline:
    """Return the course of a request, to its reader and to those who handle it.

    Raises:
        NotFoundError: there is no such request, or it is not for the actor; the two look alike.
    """
    asked = requests.show(actor, request_id)
    steps = [*_of_trail(asked), *_of_copies(asked), *_of_ends(asked), *_of_looks(asked)]
    steps.sort(key=lambda step: step.at)
    come, until = _next(actor, asked)
    return Timeline(tuple(steps[-MOST_SHOWN:]), come, until)


def _of_trail(asked: RequestView) -> Iterator[Step]:
    positions = {item.id: item.position for item in asked.items}
    ticks: defaultdict[str, deque[ClockEvent]] = defaultdict(deque)
    events = clockwork.events_of(asked.id)
    rules = results.rules([event.term_id for event in events if event.term_id])
    for event in events:
        ticks[event.kind].append(event)
    lines = trail.of_all([("request", asked.id), *(("item", item_id) for item_id in positions)])
    for line in lines:
        what = OF_TRAIL.get(line.action)
        if what is None or _is_told_by_another(line):
            continue
        kind = OF_CLOCK.get(what)
        waiting = ticks[kind.value] if kind and _moved_the_clock(line) else None
        tick = waiting.popleft() if waiting else None
        yield Step(
            line.at,
            _by_whom(what, line, asked),
            positions.get(line.object_id),
            tick.due_on if tick else None,
            tick.reason if tick and what in TOLD_WITH_REASON else "",
            rules.get(tick.term_id or "") if tick else None,
        )


def _moved_the_clock(line: AuditEvent) -> bool:
    """Tell whether the clock went along: it runs on while another office is asked."""
    return line.details.get("before") != RequestStatus.CONSULTING.value or line.action != "request.go_on"


def _is_told_by_another(line: AuditEvent) -> bool:
    """Tell whether a second line tells the same: an answer is a message; withdrawing once wrote two lines."""
    if line.action == "request.write":
        return line.details.get("kind") == MessageKind.ANSWER.value
    return line.action == "request.withdraw" and "items" not in line.details


def _by_whom(what: Happening, line: AuditEvent, asked: RequestView) -> Happening:
    is_readers = what is Happening.ARCHIVE_WROTE and line.actor_id == asked.person_id
    return Happening.READER_WROTE if is_readers else what


def _of_copies(asked: RequestView) -> Iterator[Step]:
    held = {item.grant.id: item for item in asked.items if item.grant}
    for row in db.session.scalars(select(Copy).where(Copy.grant_id.in_(held), Copy.built_at.is_not(None))):
        if row.built_at is not None:
            yield Step(row.built_at, Happening.COPY_READY, held[row.grant_id].position)


def _of_ends(asked: RequestView) -> Iterator[Step]:
    for item in asked.items:
        if item.grant and item.grant.state is GrantState.EXPIRED:
            yield Step(item.grant.until, Happening.ENDED, item.position)


def _of_looks(asked: RequestView) -> Iterator[Step]:
    """Yield each look at a refusal that stayed closed, with its reason, which was written for the reader."""
    positions = {item.id: item.position for item in asked.items}
    for row in db.session.scalars(select(RefusalReview).where(RefusalReview.item_id.in_(positions))):
        yield Step(row.at, Happening.STAYS_CLOSED, positions[row.item_id], reason=row.reason)


def _next(actor: Actor, asked: RequestView) -> tuple[Next, date | datetime | None]:
    if asked.status is RequestStatus.AWAITING_READER:
        return Next.ANSWER, _last_day(asked.id)
    if asked.status in OF_STATUS:
        return OF_STATUS[asked.status], asked.due_on
    running = [appeal.due_on for appeal in appeal_views.of_request(actor, asked.id) if appeal.is_open]
    ends = [end for end in map(_end, asked.items) if end is not None]
    last_days = appeals.last_days(asked.id).values()
    choices = ((Next.APPEAL, running), (Next.READ, ends), (Next.MAY_APPEAL, last_days))
    return next(((what, min(days)) for what, days in choices if days), (Next.NOTHING, None))


def _end(item: ItemView) -> datetime | None:
    return item.grant.until if item.grant and item.grant.is_current else None


def _last_day(request_id: str) -> date:
    row = db.session.get(Request, request_id)
    if row is None:
        raise NotFoundError("not_found")
    return lapsing.last_day(row)
