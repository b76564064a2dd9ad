"""The look of a second person, page by page: take the next, accept it, reject it, go back.

After `sampling`, which draws; before `rescans`, which bring what is asked for here. A page is given to
one person at a time: whoever takes it has it for some minutes, and what somebody else decided
meanwhile is told instead of overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import fields
from portal.catalogue.models import Node, Page, PageState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import check_states, emptied, sampling, second_person, setting_aside
from portal.ingest.check_rows import CheckReason, CheckState, PageCheck
from portal.ingest.check_states import CheckAct
from portal.ingest.models import Batch
from portal.ingest.set_aside_rows import SetAside, Why
from portal.rights import policy

CLAIM = timedelta(minutes=10)
"""For how long a page is kept for whoever took it; a person looks at one for seconds."""

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """One look as the actor may see it."""

    check: PageCheck
    page: Page
    document: Node
    batch: Batch
    reason: CheckReason | None
    checked_by: str
    """Name of whoever decided; empty before."""
    previous_id: str | None
    """The look that this person decided last before this one."""
    left: int
    """How many pages of the batch still wait for a look."""
    done: int
    is_taken: bool
    """Whether somebody else has the page just now."""
    may_decide: bool
    may_revise: bool

    @property
    def state(self) -> CheckState:
        return CheckState(self.check.state)


def reasons(on: date | None = None) -> Sequence[CheckReason]:
    """Return what can be said against a page on the day (today where none is given), in its order."""
    day = on or clock.today()
    return db.session.scalars(
        select(CheckReason)
        .where(
            CheckReason.valid_from <= day, or_(CheckReason.valid_to.is_(None), CheckReason.valid_to >= day)
        )
        .order_by(CheckReason.position, CheckReason.code)
    ).all()


def take_next(actor: Actor, batch_id: str) -> str | None:
    """Keep the next page of a batch for the actor; return the id of the look, None where nothing waits.

    More is drawn where all that was drawn is decided and pages came meanwhile.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        NotAllowedError: the actor brought something of it.
        ConflictError: it is closed or withdrawn.
    """
    batch = second_person.must(actor, batch_id)
    row = _free(actor, batch.id)
    if row is None and sampling.draw(actor, batch):
        row = _free(actor, batch.id)
    if row is None:
        return None
    row.claimed_by, row.claimed_until = actor.id, clock.now() + CLAIM
    db.session.flush()
    return row.id


def look(actor: Actor, check_id: str) -> Looked:
    """Return one look with its page.

    Raises:
        NotFoundError: there is none, or the page is not for the actor.
        ConflictError: its batch was withdrawn.
    """
    row = _known(actor, check_id)
    page, batch = db.session.get_one(Page, row.page_id), second_person.known(actor, row.batch_id)
    is_second = second_person.is_one(actor, batch) and actor.id != row.operator_id and batch.closed_at is None
    is_waiting = row.state == CheckState.WAITING
    return Looked(
        check=row,
        page=page,
        document=db.session.get_one(Node, page.document_id),
        batch=batch,
        reason=db.session.get(CheckReason, row.reason_id) if row.reason_id else None,
        checked_by=people.names([row.checked_by]).get(row.checked_by, "") if row.checked_by else "",
        previous_id=_before(actor, row),
        left=_count(batch.id, CheckState.WAITING),
        done=sampling.drawn(batch.id) - _count(batch.id, CheckState.WAITING),
        is_taken=is_waiting and _is_of_another(row, actor),
        may_decide=is_second and is_waiting and page.state != PageState.WAITING,
        may_revise=is_second and row.checked_by == actor.id and check_states.may(row, CheckAct.REVISE),
    )


def accept(actor: Actor, check_id: str) -> None:
    """Find a page good.

    Raises:
        NotFoundError, NotAllowedError, ConflictError: as `take_next`; somebody else has the page or
            decided meanwhile; it is not read yet.
    """
    row = _judged(actor, check_id, CheckAct.ACCEPT)
    _decided(actor, row)
    trail.record(actor, "check.accept", "page", row.page_id, batch=row.batch_id, round=row.round)


def reject(actor: Actor, check_id: str, reason_id: str, note: str = "", *, rescan: bool) -> None:
    """Find a page not good enough: have its paper scanned again, or set it aside for good.

    Raises:
        NotFoundError, NotAllowedError: as `accept`.
        ConflictError: as `accept`; or the page is for good in its document, since that is public.
        InvalidError: no reason was chosen that holds today, or the note is too long.
    """
    held_by = {row.id: row for row in reasons()}
    if reason_id not in held_by:
        raise InvalidError("reason_needed", fields={"reason": "reason_needed"})
    note = fields.optional("note", note, LONGEST_NOTE)
    row = _judged(actor, check_id, CheckAct.ASK_RESCAN if rescan else CheckAct.REJECT)
    row.reason_id, row.note = reason_id, note
    _decided(actor, row)
    if not rescan:
        emptied.hide(actor, setting_aside.set_aside(actor, row.page_id, Why.REJECTED).document_id)
    trail.record(
        actor,
        "check.ask_rescan" if rescan else "check.reject",
        "page",
        row.page_id,
        batch=row.batch_id,
        round=row.round,
        reason=held_by[reason_id].code,
    )


def revise(actor: Actor, check_id: str) -> None:
    """Go back on a decision of one's own; the page waits for its look again, kept for the actor.

    Raises:
        NotFoundError: there is no such look, or its place was withheld from the actor.
        NotAllowedError: somebody else decided.
        ConflictError: the batch is closed, the page was scanned again, or nothing is decided yet.
    """
    row = _known(actor, check_id, is_held=True)
    second_person.must(actor, row.batch_id)
    if row.checked_by is not None and row.checked_by != actor.id:
        raise NotAllowedError("check_of_another")
    before = CheckState(row.state)
    check_states.advance(row, CheckAct.REVISE)
    row.checked_by = row.checked_at = row.reason_id = None
    row.note = ""
    row.claimed_by, row.claimed_until = actor.id, clock.now() + CLAIM
    db.session.flush()
    if before is CheckState.REJECTED:
        emptied.show(actor, db.session.get_one(SetAside, row.page_id).document_id)
        setting_aside.bring_back(actor, row.page_id)
    trail.record(actor, "check.revise", "page", row.page_id, batch=row.batch_id, before=before.value)


def _judged(actor: Actor, check_id: str, act: CheckAct) -> PageCheck:
    """Return a look, held and moved by the act, that is for the actor to decide."""
    row = _known(actor, check_id, is_held=True)
    second_person.must(actor, row.batch_id)
    if actor.id == row.operator_id:
        raise NotAllowedError("own_scan")
    if row.state == CheckState.WAITING and _is_of_another(row, actor):
        raise ConflictError("check_taken")
    if db.session.get_one(Page, row.page_id).state == PageState.WAITING.value:
        raise ConflictError("page_in_work")
    check_states.advance(row, act)
    return row


def _decided(actor: Actor, row: PageCheck) -> None:
    row.checked_by, row.checked_at = actor.id, clock.now()
    row.claimed_by = row.claimed_until = None
    db.session.flush()


def _known(actor: Actor, check_id: str, *, is_held: bool = False) -> PageCheck:
    actor.must(Permission.TAKE_IN)
    row = db.session.get(PageCheck, check_id, with_for_update=is_held or None)
    if row is None:
        raise NotFoundError("not_found")
    policy.require_content(actor, db.session.get_one(Page, row.page_id).document_id)
    return row


def _free(actor: Actor, batch_id: str) -> PageCheck | None:
    """Return the first look that the actor can take: read anew since it came, and in nobody else's hands."""
    return db.session.scalar(
        select(PageCheck)
        .join(Page, Page.id == PageCheck.page_id)
        .where(
            PageCheck.batch_id == batch_id,
            PageCheck.state == CheckState.WAITING.value,
            sampling.counts(),
            Page.state != PageState.WAITING.value,
            policy.readable(actor, Page.document_id.expression),
            or_(
                PageCheck.claimed_until.is_(None),
                PageCheck.claimed_until <= clock.now(),
                PageCheck.claimed_by == actor.id,
            ),
            or_(PageCheck.operator_id.is_(None), PageCheck.operator_id != actor.id),
        )
        .order_by(PageCheck.position, PageCheck.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=PageCheck)
    )


def _is_of_another(row: PageCheck, actor: Actor) -> bool:
    is_kept: datetime | None = row.claimed_until
    return row.claimed_by != actor.id and is_kept is not None and is_kept > clock.now()


def _before(actor: Actor, row: PageCheck) -> str | None:
    """Return the look of the batch that the actor decided last before this one."""
    until = row.checked_at if row.checked_by == actor.id and row.checked_at else clock.now()
    return db.session.scalar(
        select(PageCheck.id)
        .where(
            PageCheck.batch_id == row.batch_id,
            PageCheck.checked_by == actor.id,
            PageCheck.checked_at < until,
            PageCheck.id != row.id,
        )
        .order_by(PageCheck.checked_at.desc())
        .limit(1)
    )


def _count(batch_id: str, state: CheckState) -> int:
    query = select(func.count()).select_from(PageCheck).where(PageCheck.batch_id == batch_id)
    return db.session.scalar(query.where(PageCheck.state == state.value, sampling.counts())) or 0
