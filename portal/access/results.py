"""What may be told about requests: plain values, with everything left out that the reader may not know.

Rows stay inside this package; views and commands get these.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.access import answers, copies, powers, request_states, rulebook, states
from portal.access.answers import AnswersView
from portal.access.auto_rows import AutoRule
from portal.access.models import Copy, Item, ItemState, Request, RequestStatus, Resolution
from portal.access.request_states import RequestAct
from portal.access.states import RequestState
from portal.accounts import lending, people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import records, redacted
from portal.core import clock
from portal.core.db import db
from portal.jobs import records as job_records
from portal.rights import grant_states, grants, tracing
from portal.rights.grant_states import GrantState
from portal.rights.models import Grant


@dataclass(frozen=True, slots=True)
class GrantView:
    """Leave that was given, and how far its copy is."""

    id: str
    valid_from: datetime
    until: datetime
    state: GrantState
    pages: tuple[int, int] | None
    """Numbers of the first and the last page; None is the whole document."""
    lets_copy: bool
    """Whether a copy comes with it, or reading here is all."""
    page_budget: int | None
    pages_used: int
    trace: str
    """The code in its marks, as people read it."""
    revoked_at: datetime | None
    revoke_reason: str
    copy_ready: bool
    copy_failed: bool
    """Building it was given up; somebody of the archive has to look at it."""
    redacted: int | None = None
    """Number of the redacted version that it is for; None is the original."""

    @property
    def is_current(self) -> bool:
        return self.state is GrantState.ACTIVE


@dataclass(frozen=True, slots=True)
class RuleView:
    """A reason by the rules, as it was worded when it was given."""

    code: str
    name_vi: str
    name_en: str
    text_vi: str
    text_en: str
    legal_basis: str
    can_appeal: bool


@dataclass(frozen=True, slots=True)
class AutoView:
    """The rule by which a document was granted as it was asked for."""

    id: str
    name_vi: str
    name_en: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decided, and for whom; `form` and `giver` are empty where it was by their own role."""

    name: str
    giver: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One asked-for document and what became of the asking."""

    id: str
    document_id: str
    title: str | None
    """The public title, empty while nobody has described the document; None where the
    reader may no longer know of it."""
    position: int
    state: ItemState
    decided_at: datetime | None
    reason: str
    grant: GrantView | None
    on_paper: bool = False
    """Whether leave for it is to read it in the reading room, since it was not scanned."""
    rule: RuleView | None = None
    """The rule that the decision names; None where it names none."""
    review_on: date | None = None
    """When a refusal is looked at again."""
    signature: Signature | None = None
    """None to readers, and while nothing is decided."""
    by_rule: AutoView | None = None
    """What granted it at once; None where people decided on it."""

    @property
    def standing(self) -> str:
        """The state, or 'expired' where the grant has ended by itself."""
        if self.state is ItemState.GRANTED and self.grant and self.grant.state is GrantState.EXPIRED:
            return "expired"
        return self.state.value

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will come of it, so that its requester may ask once more."""
        if self.state is ItemState.GRANTED and self.grant:
            return self.grant.state in (GrantState.EXPIRED, GrantState.USED_UP)
        return self.state not in states.OPEN


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as its requester and those who decide see it."""

    id: str
    number: str
    person_id: str
    person_name: str
    purpose: str
    submitted_at: datetime
    status: RequestStatus
    resolution: Resolution | None
    due_on: date | None
    """Last day for the answer; None while the clock stands still, and where none was ever started."""
    paused_since: date | None
    assigned_to: str | None
    assigned_name: str
    """Empty to the reader, and while nobody works on it."""
    acts: frozenset[RequestAct]
    """What the actor can do to it as it stands."""
    items: tuple[ItemView, ...]
    answers: AnswersView
    """What was chosen from the rulebook."""

    @property
    def is_open(self) -> bool:
        return self.status in request_states.OPEN

    @property
    def is_overdue(self) -> bool:
        """Tell whether the answer is late: from the day after the last one on."""
        return self.is_open and self.due_on is not None and self.due_on < clock.today()

    @property
    def state(self) -> RequestState:
        return states.of_items(item.state for item in self.items)


def of(actor: Actor, rows: Sequence[Request]) -> list[RequestView]:
    """Return the requests as the actor may see them, by a handful of queries however many they are."""
    items = [item for row in rows for item in row.items]
    nodes = [item.node_id for item in items]
    known = records.titles(actor, nodes)
    given = _grants([item.grant_id for item in items if item.grant_id])
    chosen = answers.views(rows)
    names = people.names([one for row in rows for one in (row.person_id, row.assigned_to) if one])
    signed = _signatures(items)
    named = rules([item.term_id for item in items if item.term_id])
    at_once = _auto_rules({item.auto_rule_id for item in items if item.auto_rule_id})

    def shown(item: Item) -> ItemView:
        node = known.get(item.node_id)
        return ItemView(
            id=item.id,
            document_id=item.node_id,
            title=node.title if node else None,
            position=item.position,
            state=_state(item, actor),
            decided_at=item.decided_at,
            reason=item.reason,
            grant=given.get(item.grant_id or ""),
            rule=named.get(item.term_id or ""),
            review_on=item.review_on,
            on_paper=node is not None and node.on_paper_only,
            signature=signed.get(item.id) if _handles(actor, item.request) else None,
            by_rule=at_once.get(item.auto_rule_id or ""),
        )

    return [
        RequestView(
            row.id,
            row.number,
            row.person_id,
            names.get(row.person_id, ""),
            row.purpose,
            row.submitted_at,
            RequestStatus(row.status),
            Resolution(row.resolution) if row.resolution else None,
            row.due_on,
            row.paused_since,
            row.assigned_to if _handles(actor, row) else None,
            names.get(row.assigned_to or "", "") if _handles(actor, row) else "",
            request_states.possible(row, actor),
            tuple(shown(item) for item in row.items),
            chosen[row.id],
        )
        for row in rows
    ]


def of_item(actor: Actor, item: Item) -> ItemView:
    """Return one item as the actor may see it."""
    (request,) = of(actor, [item.request])
    return next(shown for shown in request.items if shown.id == item.id)


def _handles(actor: Actor, row: Request) -> bool:
    """Tell whether the actor sees behind the request; nobody does with their own."""
    return powers.may(actor, Permission.HANDLE, row.person_id)


def _state(item: Item, actor: Actor) -> ItemState:
    """Return the state; that a decision is drafted is told to those alone who handle the request."""
    if item.state == ItemState.PROPOSED.value and not _handles(actor, item.request):
        return ItemState.SUBMITTED
    return ItemState(item.state)


def _signatures(items: Sequence[Item]) -> dict[str, Signature]:
    papers = lending.by_ids([item.delegation_id for item in items if item.delegation_id])
    givers = {paper.id: paper.giver_id for paper in papers.values()}
    names = people.names([*(item.decided_by for item in items if item.decided_by), *givers.values()])
    return {
        item.id: Signature(
            names.get(item.decided_by, ""),
            names.get(givers.get(item.delegation_id or "", ""), ""),
            papers[item.delegation_id].form if item.delegation_id else "",
        )
        for item in items
        if item.decided_by
    }


def rules(term_ids: list[str]) -> dict[str, RuleView]:
    """Return reasons by the rules by their ids, as they were worded when they were given."""
    return {
        row.id: RuleView(
            row.code, row.name_vi, row.name_en, row.text_vi, row.text_en, row.legal_basis, row.can_appeal
        )
        for row in rulebook.by_ids(term_ids).values()
    }


def _auto_rules(rule_ids: Collection[str]) -> dict[str, AutoView]:
    if not rule_ids:
        return {}
    rows = db.session.scalars(select(AutoRule).where(AutoRule.id.in_(rule_ids)))
    return {row.id: AutoView(row.id, row.name_vi, row.name_en, row.legal_basis) for row in rows}


def _grants(grant_ids: list[str]) -> dict[str, GrantView]:
    rows = db.session.execute(
        select(Grant, Copy.blob_sha256)
        .outerjoin(Copy, Copy.grant_id == Grant.id)
        .where(Grant.id.in_(grant_ids))
    )
    lost = job_records.given_up(copies.JOB, grant_ids)
    return {
        row.id: GrantView(
            id=row.id,
            valid_from=row.valid_from,
            until=row.until,
            state=grant_states.of(row),
            pages=(row.first_page, row.last_page) if row.first_page and row.last_page else None,
            lets_copy=grants.lets_copy(row),
            page_budget=row.page_budget,
            pages_used=row.pages_used,
            trace=tracing.shown(row.trace),
            revoked_at=row.revoked_at,
            revoke_reason=row.revoke_reason,
            copy_ready=digest is not None,
            copy_failed=digest is None and row.id in lost,
            redacted=redacted.version_of(row.redaction_id),
        )
        for row, digest in rows
    }
