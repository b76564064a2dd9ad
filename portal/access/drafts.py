"""Decisions as they are drafted: one person writes, another signs or sends back (`decisions.sign`).

Versions are never changed. Whoever wrote any of them is a drafter of the document for good: neither a later
version nor another role makes them free to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.access import addresses, course, reasons, redactions, rulebook, states
from portal.access.models import Draft, DraftState, Item, ItemState, Request
from portal.access.states import Act
from portal.access.terms import Outcome, Standing, TermKind
from portal.accounts import notices, people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import pages, redacted
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError

REASON_LEAST, REASON_MOST = 5, 2000
NOTE_MOST = 2000
RETURN_MOST = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes to decide on one document."""

    act: Act
    """GRANT or REFUSE."""
    reason: str
    """What the reader will read."""
    term_id: str = ""
    """The reason by its code; empty where none fits."""
    until: datetime | None = None
    pages: tuple[int, int] | None = None
    """First and last page that are granted; None is the whole document."""
    review_on: date | None = None
    note: str = ""
    """For whoever signs."""
    redaction_id: str = ""
    """The redacted version that is granted; empty is the original."""


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
        InvalidError: the reason is missing or does not fit the outcome, or the pages are not there.
        ConflictError: it is decided, or a draft waits already.
    """
    actor.must(Permission.HANDLE)
    text = reasons.clean("reason", proposal.reason, REASON_LEAST, REASON_MOST)
    note = reasons.clean("note", proposal.note, 0, NOTE_MOST)
    item = locked(item_id)
    if item.request.person_id == actor.id:
        raise NotAllowedError("own_request")
    if item.state == ItemState.PROPOSED.value:
        raise ConflictError("draft_waits")
    _check(item, proposal)
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
    trail.record(actor, "draft.offer", "item", item.id, draft=row.id, act=row.act, request=item.request_id)
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
    if item.request.person_id == actor.id:
        raise NotAllowedError("own_request")
    row = waiting(item, draft_id)
    row.returned_reason = text
    end(actor, row, DraftState.RETURNED)
    states.advance(item, Act.RETURN)
    trail.record(actor, "draft.return", "item", item.id, draft=row.id, request=item.request_id)
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
    rows = db.session.scalars(
        select(Draft)
        .join(Item, Item.id == Draft.item_id)
        .join(Request, Request.id == Item.request_id)
        .where(Draft.item_id.in_(item_ids), Request.person_id != actor.id)
        .order_by(Draft.item_id, Draft.version.desc())
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
            pages=_pages(row),
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


def _pages(row: Draft) -> tuple[int, int] | None:
    if row.first_page is None or row.last_page is None:
        return None
    return row.first_page, row.last_page


def _check(item: Item, proposal: Proposal) -> None:
    """Raise where a proposal does not hold together."""
    if proposal.act not in (Act.GRANT, Act.REFUSE):
        raise InvalidError("missing", fields={"act": "missing"})
    if proposal.act is Act.REFUSE and (proposal.pages or proposal.until):
        raise InvalidError("refusal_has_no_end", fields={"until": "refusal_has_no_end"})
    if proposal.redaction_id and proposal.act is Act.REFUSE:
        raise InvalidError("refusal_shows_nothing", fields={"redaction": "refusal_shows_nothing"})
    if proposal.redaction_id:
        redactions.require_grantable(proposal.redaction_id, item.node_id)
    if proposal.pages is not None:
        first, last = proposal.pages
        count = len(pages.of_document(item.node_id))
        if not 1 <= first <= last <= count:
            raise InvalidError("no_such_pages", fields={"pages": "no_such_pages"}, most=count)
    if proposal.term_id:
        _check_term(proposal)


def _check_term(proposal: Proposal) -> None:
    term = rulebook.term(proposal.term_id)
    outcome = Outcome.GRANT if proposal.act is Act.GRANT else Outcome.REFUSE
    if term.kind != TermKind.REASON.value or term.outcome != outcome.value:
        raise InvalidError("reason_does_not_fit", fields={"term": "reason_does_not_fit"})
    if rulebook.standing(term) is not Standing.HOLDS:
        raise InvalidError("reason_does_not_fit", fields={"term": "reason_does_not_fit"})
    if term.needs_review_on and (proposal.review_on is None or proposal.review_on <= clock.today()):
        raise InvalidError("review_day_needed", fields={"review_on": "review_day_needed"})
