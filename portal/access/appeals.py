"""Appeals against refusals, access ended early, and what is said not to be held: decided by the uninvolved.

After `decisions`. What is overturned goes back to where nothing is decided and is decided anew by the
ordinary ways, so that four eyes hold for it as for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select, update

from portal.access import (
    appeal_course,
    appeal_states,
    appeal_views,
    course,
    decisions,
    four_eyes,
    reasons,
    request_states,
    rulebook,
    states,
)
from portal.access.appeal_rows import Appeal, AppealItem, AppealStatus
from portal.access.appeal_states import AppealAct
from portal.access.appeal_views import AppealView
from portal.access.models import Item, ItemState, Request, RequestStatus
from portal.access.request_states import RequestAct
from portal.access.states import Act
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Permission
from portal.core import clock, dated, workdays
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.wording import day_of
from portal.jobs.handlers import Claim
from portal.rights import grants

SERVICE = "appeal"
LEAST, MOST = 10, 4000
JOB = "access.appeals"
EVERY_SECONDS = 3600
MOST_AT_ONCE = 500

BY_RULE = {ItemState.REFUSED: True, ItemState.NOT_HELD: False}
"""Of what the rule says whether an appeal is possible, and whether one is where no rule was named."""

APPEALED = frozenset({ItemState.REVOKED, *BY_RULE})
"""What an appeal can be about; what went elsewhere or is open to everybody takes nothing from anybody."""


def offered(actor: Actor, request_id: str) -> dict[str, date]:
    """Return the items of one's own request that one can appeal against, with the last day for each.

    Raises:
        NotFoundError: there is no such request of the actor.
    """
    row = db.session.get(Request, request_id)
    if row is None or actor.id is None or row.person_id != actor.id:
        raise NotFoundError("not_found")
    return _open_to_appeal(row)


def last_days(request_id: str) -> dict[str, date]:
    """Return what can be appealed against in a request today, each with its last day."""
    row = db.session.get(Request, request_id)
    return _open_to_appeal(row) if row else {}


def submit(actor: Actor, request_id: str, item_ids: Sequence[str], words: str) -> AppealView:
    """Appeal against decisions on documents of one's own request.

    Args:
        words: why they are wrong, 10 to 4,000 characters.

    Raises:
        NotFoundError: there is no such request of the actor.
        InvalidError: the text does not fit, or no document is chosen.
        ConflictError: one of them cannot be appealed against, or not any more.
    """
    clean = reasons.clean("text", words, LEAST, MOST)
    if not item_ids:
        raise InvalidError("no_documents", fields={"items": "no_documents"})
    offered(actor, request_id)
    row = course.locked(request_id)
    if not set(item_ids) <= _open_to_appeal(row).keys():
        raise ConflictError("appeal_too_late")
    service, today = rulebook.service(SERVICE), clock.today()
    appeal = Appeal(
        number=appeal_course.next_number(),
        request_id=row.id,
        text=clean,
        service_id=service.id,
        started_on=today,
        due_on=workdays.current().due(today, service.working_days),
    )
    appeal.items = [
        AppealItem(item_id=item.id, reason=_reason(item), ended_at=four_eyes.decided_at(item))
        for item in row.items
        if item.id in item_ids
    ]
    db.session.add(appeal)
    db.session.flush()
    appeal_course.note(actor, appeal, "appeal.submit", items=[one.item_id for one in appeal.items])
    appeal_course.tell(row, appeal, "appeal_received", due=day_of(appeal.due_on))
    return appeal_views.of(actor, [appeal])[0]


def withdraw(actor: Actor, appeal_id: str) -> AppealView:
    """Take one's own appeal back while it is not decided.

    Raises:
        NotFoundError: there is no such appeal of the actor.
        ConflictError: it is decided, or taken back already.
    """
    appeal, row = appeal_course.locked(actor, appeal_id)
    appeal_states.advance(appeal, AppealAct.WITHDRAW, actor, row.person_id)
    appeal_course.note(actor, appeal, "appeal.withdraw")
    return appeal_views.of(actor, [appeal])[0]


def take(actor: Actor, appeal_id: str) -> AppealView:
    """Take an appeal up.

    Raises:
        NotFoundError: there is no such appeal for the actor.
        NotAllowedError: the actor may not decide, appeals themselves, or stands behind what it is about.
        ConflictError: somebody took it up before, or it is over.
    """
    appeal, row = appeal_course.locked(actor, appeal_id)
    appeal_states.advance(appeal, AppealAct.TAKE, actor, row.person_id)
    _check_uninvolved(actor, appeal)
    appeal.taken_by = actor.id
    appeal_course.note(actor, appeal, "appeal.take")
    return appeal_views.of(actor, [appeal])[0]


def extend(actor: Actor, appeal_id: str, days: int, reason: str) -> AppealView:
    """Put the answer off by worked days, and tell the reader why.

    Raises:
        InvalidError: the reason is missing, or all together would be longer than allowed.
        ConflictError: the day has passed already, or the appeal is over.
        NotFoundError, NotAllowedError: as `take`; who is involved may do it.
    """
    clean = reasons.clean("reason", reason, decisions.REASON_LEAST, decisions.REASON_MOST)
    appeal, row = appeal_course.locked(actor, appeal_id)
    appeal_states.advance(appeal, AppealAct.EXTEND, actor, row.person_id, clean)
    if appeal.due_on < clock.today():
        raise ConflictError("extension_too_late")
    left = appeal_course.service_of(appeal).extension_days_most - appeal.extended_days
    if not 0 < days <= left:
        raise InvalidError("extension_too_long", fields={"days": "extension_too_long"}, most=max(0, left))
    before, appeal.extended_days = appeal.due_on, appeal.extended_days + days
    appeal.due_on = appeal_course.due(appeal)
    appeal_course.note(actor, appeal, "appeal.extend", days=days)
    appeal_course.tell(
        row, appeal, "appeal_extended", before=day_of(before), due=day_of(appeal.due_on), reason=clean
    )
    return appeal_views.of(actor, [appeal])[0]


def decide(actor: Actor, appeal_id: str, overturned: Mapping[str, bool], answer: str) -> AppealView:
    """Decide an appeal: by document, whether the decision on it stands.

    Args:
        overturned: item id → whether it is decided anew; every document of the appeal.
        answer: what the reader will read.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `take`.
        InvalidError: the answer is missing, or a document is left out.
    """
    clean = reasons.clean("answer", answer, LEAST, MOST)
    appeal, row = appeal_course.locked(actor, appeal_id)
    wanted = {one.item_id for one in appeal.items}
    if set(overturned) != wanted:
        raise InvalidError("appeal_say_each", fields={"verdict": "appeal_say_each"})
    act = _act(list(overturned.values()))
    appeal_states.advance(appeal, act, actor, row.person_id, clean)
    _check_uninvolved(actor, appeal)
    appeal.answer, appeal.decided_by, appeal.decided_at = clean, actor.id, clock.now()
    for one in appeal.items:
        one.is_overturned = overturned[one.item_id]
    appeal_course.note(
        actor, appeal, f"appeal.{act.value}", items=sorted(one for one, is_so in overturned.items() if is_so)
    )
    _decide_anew(row, [one.item_id for one in appeal.items if one.is_overturned])
    appeal_course.tell(row, appeal, f"appeal_{appeal.status}", answer=clean)
    return appeal_views.of(actor, [appeal])[0]


def run(person_id: str) -> bool:
    """Tell whether an appeal of the person is not decided yet."""
    found = (
        select(Appeal.id)
        .join(Request)
        .where(Request.person_id == person_id, Appeal.status.in_(appeal_states.OPEN_VALUES))
    )
    return db.session.scalar(found.limit(1)) is not None


def recount(claim: Claim) -> Callable[[], None]:
    """Count running appeals anew where the calendar was changed; readers are told of another day."""
    return _recount


def _recount() -> None:
    running = db.session.scalars(
        select(Appeal)
        .where(Appeal.status.in_(appeal_states.OPEN_VALUES))
        .order_by(Appeal.due_on, Appeal.number)
        .limit(MOST_AT_ONCE)
        .with_for_update()
    )
    for appeal in running:
        before, appeal.due_on = appeal.due_on, appeal_course.due(appeal)
        if appeal.due_on != before:
            appeal_course.note(PORTAL, appeal, "appeal.recount", before=str(before), after=str(appeal.due_on))
            row = db.session.get_one(Request, appeal.request_id)
            appeal_course.tell(row, appeal, "appeal_due_moved", due=day_of(appeal.due_on))


def _open_to_appeal(row: Request) -> dict[str, date]:
    """Return the items that can be appealed against today, each with its last day."""
    days = timedelta(days=int(dated.value(dated.APPEAL_DAYS)))
    before = db.session.scalars(
        select(AppealItem)
        .join(Appeal)
        .where(Appeal.request_id == row.id, Appeal.status != AppealStatus.WITHDRAWN.value)
    )
    appealed = {(one.item_id, one.ended_at) for one in before}
    found = {}
    for item in row.items:
        if ItemState(item.state) not in APPEALED or not _may_be_appealed(item):
            continue
        ended = four_eyes.decided_at(item)
        last = ended.astimezone(clock.LOCAL).date() + days
        if last >= clock.today() and (item.id, ended) not in appealed:
            found[item.id] = last
    return found


def _may_be_appealed(item: Item) -> bool:
    """Tell whether what was decided can be appealed against, by the rule on which it rests."""
    without_rule = BY_RULE.get(ItemState(item.state))
    if without_rule is None or not item.term_id:
        return without_rule is not False
    return rulebook.term(item.term_id).can_appeal


def _reason(item: Item) -> str:
    if item.state == ItemState.REVOKED.value and item.grant_id:
        return grants.by_id(item.grant_id).revoke_reason
    return item.reason


def forget(person_id: str) -> None:
    """Take out what a person wrote in appeals of their own requests: they have asked to be erased."""
    own = select(Request.id).where(Request.person_id == person_id)
    db.session.execute(
        update(Appeal)
        .where(Appeal.request_id.in_(own))
        .values(text="")
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _check_uninvolved(actor: Actor, appeal: Appeal) -> None:
    """Raise where the actor stands behind anything that the appeal is about."""
    for one in appeal.items:
        involved = four_eyes.involved(one.item)
        free = [by for by in actor.powers(Permission.DECIDE) if by is None or by.giver_id not in involved]
        # Who signs for somebody involved is no third person either.
        if actor.id in involved or not free:
            raise NotAllowedError("appeal_involved")


def _decide_anew(row: Request, item_ids: Sequence[str]) -> None:
    """Bring documents back to where nothing is decided, and with them a request that was over."""
    if not item_ids:
        return
    for item in row.items:
        if item.id in item_ids:
            states.advance(item, Act.REVISE)
            item.decided_by, item.decided_at, item.reason = None, None, ""
            item.term_id, item.review_on, item.delegation_id, item.auto_rule_id = None, None, None, None
    db.session.flush()
    if RequestStatus(row.status) not in request_states.OPEN:
        course.move(PORTAL, row, RequestAct.REVISE)


def _act(overturned: Collection[bool]) -> AppealAct:
    if all(overturned):
        return AppealAct.OVERTURN
    return AppealAct.PART if any(overturned) else AppealAct.UPHOLD
