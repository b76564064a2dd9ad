"""Decisions as they are drafted: one person writes, another signs or sends back (`decisions.sign`).

Versions are never changed. Whoever wrote any of them is a drafter of the document for good: neither a later
version nor another role makes them free to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.access import addresses, course, powers, proposals, reasons, rulebook, states
from portal.access.models import Draft, DraftState, Item, ItemState, Request
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.accounts import notices, people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import redacted
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError

REASON_LEAST, REASON_MOST = 5, 2000
NOTE_MOST = 2000
RETURN_MOST = 500


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as the staff see it."""

    id: str
    version: int
    state: DraftState
    act: Act
    term_name_vi: str
    term_name_en: str
    reason: str
    until: datetime | None
    pages: tuple[int, int] | None
    review_on: date | None
    note: str
    drafted_by: str
    drafter: str
    drafted_at: datetime
    ender: str
    ended_at: datetime | None
    returned_reason: str
    redacted: int | None = None
    """Number of the redacted version that it grants; None is the original."""


def offer(actor: Actor, item_id: str, proposal: Proposal) -> DraftView:
    """Draft the decision on one document, for somebody else to sign.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: the actor may not handle requests, or asked for it.
        InvalidError: the reason is missing, or the proposal does not hold together (`proposals.check`).
        ConflictError: it is decided, a draft waits already, or it is said to be open and is not.
    """
    actor.must(Permission.HANDLE)
    text = reasons.clean("reason", proposal.reason, REASON_LEAST, REASON_MOST)
    note = reasons.clean("note", proposal.note, 0, NOTE_MOST)
    item = locked(item_id)
    power = powers.must(actor, Permission.HANDLE, item.request.person_id)
    if item.state == ItemState.PROPOSED.value:
        raise ConflictError("draft_waits")
    proposals.check(item, proposal)
    states.advance(item, Act.OFFER)
    newest = db.session.scalar(select(func.max(Draft.version)).where(Draft.item_id == item.id)) or 0
    first, last = proposal.pages or (None, None)
    row = Draft(
        item_id=item.id,
        version=newest + 1,
        act=proposal.act.value,
        term_id=proposal.term_id or None,
        reason=text,
        until=proposal.until,
        first_page=first,
        last_page=last,
        review_on=proposal.review_on,
        note=note,
        redaction_id=proposal.redaction_id or None,
        drafted_by=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    trail.record(
        actor,
        "draft.offer",
        "item",
        item.id,
        draft=row.id,
        act=row.act,
        request=item.request_id,
        **powers.told(power),
    )
    return views([row])[0]


def send_back(actor: Actor, item_id: str, draft_id: str, reason: str) -> DraftView:
    """Send a draft back to whoever wrote it, who is told why.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: the actor may not decide, or asked for it.
        InvalidError: the reason is missing.
        ConflictError: the draft that was seen does not wait any more.
    """
    actor.must(Permission.DECIDE)
    text = reasons.clean("reason", reason, REASON_LEAST, RETURN_MOST)
    item = locked(item_id)
    power = powers.must(actor, Permission.DECIDE, item.request.person_id)
    row = waiting(item, draft_id)
    row.returned_reason = text
    end(actor, row, DraftState.RETURNED)
    states.advance(item, Act.RETURN)
    trail.record(
        actor, "draft.return", "item", item.id, draft=row.id, request=item.request_id, **powers.told(power)
    )
    place = addresses.of_handling(item.request_id)
    notices.tell(
        row.drafted_by,
        "draft_returned",
        place,
        number=item.request.number,
        position=item.position,
        reason=text,
    )
    return views([row])[0]


def recall(actor: Actor, item_id: str, draft_id: str) -> DraftView:
    """Take one's own draft back while nobody has signed it.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: somebody else wrote it.
        ConflictError: it does not wait any more.
    """
    actor.must(Permission.HANDLE)
    item = locked(item_id)
    row = waiting(item, draft_id)
    if row.drafted_by != actor.id:
        raise NotAllowedError("draft_of_others")
    end(actor, row, DraftState.RECALLED)
    states.advance(item, Act.RETURN)
    trail.record(actor, "draft.recall", "item", item.id, draft=row.id, request=item.request_id)
    return views([row])[0]


def of_items(actor: Actor, item_ids: Sequence[str]) -> dict[str, list[DraftView]]:
    """Return the drafts of items, newest first, to those who handle requests; of one's own requests none."""
    actor.must(Permission.HANDLE)
    owners = {
        row.id: row.person_id
        for row in db.session.execute(
            select(Item.id, Request.person_id)
            .join(Request, Request.id == Item.request_id)
            .where(Item.id.in_(item_ids))
        )
    }
    shown = [one for one, owner in owners.items() if powers.may(actor, Permission.HANDLE, owner)]
    rows = db.session.scalars(
        select(Draft).where(Draft.item_id.in_(shown)).order_by(Draft.item_id, Draft.version.desc())
    ).all()
    found: dict[str, list[DraftView]] = {item_id: [] for item_id in item_ids}
    for row, view in zip(rows, views(rows), strict=True):
        found[row.item_id].append(view)
    return found


def drafters(item_id: str) -> set[str]:
    """Return who wrote any version of a draft for the item."""
    return set(db.session.scalars(select(Draft.drafted_by).where(Draft.item_id == item_id)))


def locked(item_id: str) -> Item:
    """Return an item, its request locked first and then its own row, both read anew.

    Raises:
        NotFoundError: there is no such item.
    """
    found = db.session.get(Item, item_id)
    if found is None:
        raise NotFoundError("not_found")
    course.locked(found.request_id)
    return db.session.scalars(
        select(Item).where(Item.id == item_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def waiting(item: Item, draft_id: str) -> Draft:
    """Return the draft that was seen, if it still waits.

    Raises:
        ConflictError: another one waits, or none.
    """
    row = db.session.scalar(
        select(Draft).where(Draft.item_id == item.id, Draft.state == DraftState.OFFERED.value)
    )
    if row is None or row.id != draft_id:
        raise ConflictError("draft_changed")
    return row


def end(actor: Actor, row: Draft, state: DraftState) -> None:
    """Write down how a draft ended."""
    row.state, row.ended_by, row.ended_at = state.value, actor.id, clock.now()
    db.session.flush()


def drop(actor: Actor, row: Request) -> None:
    """Let drafts of a request go whose documents are no longer open."""
    gone = [item.id for item in row.items if ItemState(item.state) not in states.OPEN]
    for draft in db.session.scalars(
        select(Draft).where(Draft.item_id.in_(gone), Draft.state == DraftState.OFFERED.value)
    ):
        end(actor, draft, DraftState.RECALLED)


def views(rows: Sequence[Draft]) -> list[DraftView]:
    """Return drafts as the staff see them, by two queries however many they are."""
    names = people.names([one for row in rows for one in (row.drafted_by, row.ended_by) if one])
    terms = rulebook.by_ids([row.term_id for row in rows if row.term_id])
    return [
        DraftView(
            id=row.id,
            version=row.version,
            state=DraftState(row.state),
            act=Act(row.act),
            term_name_vi=terms[row.term_id].name_vi if row.term_id else "",
            term_name_en=terms[row.term_id].name_en if row.term_id else "",
            reason=row.reason,
            until=row.until,
            pages=proposals.of_draft(row).pages,
            review_on=row.review_on,
            note=row.note,
            drafted_by=row.drafted_by,
            drafter=names.get(row.drafted_by, ""),
            drafted_at=row.drafted_at,
            ender=names.get(row.ended_by or "", ""),
            ended_at=row.ended_at,
            returned_reason=row.returned_reason,
            redacted=redacted.version_of(row.redaction_id),
        )
        for row in rows
    ]
