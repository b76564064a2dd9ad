"""What the staff see of rules that grant by themselves: which there are, what they cover and granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from portal.access import auto_cover, auto_states, powers
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.auto_states import AutoAct
from portal.access.models import Item
from portal.accounts import lending, people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import records, tree
from portal.catalogue.models import DocumentType, Node
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging

MOST_COUNTED = 1000


class Shown(StrEnum):
    """Which rules are listed."""

    WAITING = "waiting"
    HOLDS = "holds"
    """Approved, with their last day to come."""
    OVER = "over"
    """Declined, ended, or past their last day."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with names instead of ids."""

    row: AutoRule
    node: Node | None
    """The place that it covers; None where the actor may not know of it."""
    kinds: tuple[str, ...]
    """Names of the kinds of document."""
    proposer: str
    approver: str
    approved_for: str
    """In whose name it was approved, empty where by the approver's own role."""
    ender: str
    acts: frozenset[AutoAct]
    is_own: bool
    """Whether the actor, or all who lend them the right to decide, proposed it: somebody else approves it."""

    @property
    def is_over(self) -> bool:
        return self.row.valid_to < clock.today()

    @property
    def is_to_come(self) -> bool:
        return self.row.valid_from > clock.today()


@dataclass(frozen=True, slots=True)
class Covered:
    """One record that a rule names."""

    node: Node
    is_granted: bool
    """Whether it is granted at once; what was moved or described anew since the approval is not."""


def listing(actor: Actor, which: Shown, paging: Paging) -> Listing[RuleView]:
    """Return rules, those that wait the oldest first, others the latest first.

    Raises:
        NotAllowedError: the actor does not handle requests.
    """
    actor.must(Permission.HANDLE)
    order = AutoRule.proposed_at if which is Shown.WAITING else AutoRule.proposed_at.desc()
    condition = _condition(which)
    rows = db.session.scalars(
        select(AutoRule)
        .where(condition)
        .order_by(order, AutoRule.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing([_view(actor, row) for row in rows], paging, _count(condition))


def counts(actor: Actor) -> dict[Shown, int]:
    """Return how many rules there are of each."""
    actor.must(Permission.HANDLE)
    return {which: _count(_condition(which)) for which in Shown}


def show(actor: Actor, rule_id: str) -> RuleView:
    """Return a rule.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: there is no such rule.
    """
    actor.must(Permission.HANDLE)
    row = db.session.get(AutoRule, rule_id)
    if row is None:
        raise NotFoundError("not_found")
    return _view(actor, row)


def covered(actor: Actor, rule_id: str, paging: Paging) -> Listing[Covered]:
    """Return records that a rule names now, in their order; the count stops above MOST_COUNTED.

    Of a rule that does not hold today it is what it would name.
    """
    shown = show(actor, rule_id)
    conditions = auto_cover.named_by(shown.row, tree.by_id(shown.row.node_id).path)
    rows = db.session.scalars(
        select(Node)
        .where(*conditions)
        .order_by(Node.sort_key, Node.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    found = auto_cover.of([row.id for row in rows])
    waits = shown.row.state == AutoState.PROPOSED.value or shown.is_to_come

    def is_granted(row: Node) -> bool:
        return waits or any(one.rule.id == rule_id for one in found.get(row.id, ()))

    total = auto_cover.counted(conditions, MOST_COUNTED)
    return Listing([Covered(row, is_granted(row)) for row in rows], paging, total)


def granted(actor: Actor, rule_id: str) -> int:
    """Return how many records a rule has granted so far."""
    actor.must(Permission.HANDLE)
    return db.session.scalar(select(func.count()).select_from(Item).where(Item.auto_rule_id == rule_id)) or 0


def _condition(which: Shown) -> ColumnElement[bool]:
    today: date = clock.today()
    in_force, waits = AutoRule.state == AutoState.IN_FORCE.value, AutoRule.state == AutoState.PROPOSED.value
    return {
        Shown.WAITING: waits,
        Shown.HOLDS: in_force & (AutoRule.valid_to >= today),
        Shown.OVER: ~waits & ~(in_force & (AutoRule.valid_to >= today)),
    }[which]


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(AutoRule).where(condition)) or 0


def _view(actor: Actor, row: AutoRule) -> RuleView:
    names = people.names([one for one in (row.proposed_by, row.approved_by, row.ended_by) if one])
    paper = lending.by_ids([row.approved_under]).get(row.approved_under) if row.approved_under else None
    giver = people.names([paper.giver_id]).get(paper.giver_id, "") if paper else ""
    kinds = db.session.execute(
        select(DocumentType.name).where(DocumentType.code.in_(row.kinds)).order_by(DocumentType.position)
    ).scalars()
    proposers = auto_cover.signers([row])[row.id].proposers
    free = all(powers.is_second(actor, Permission.DECIDE, one) for one in proposers)
    return RuleView(
        row=row,
        node=records.titles(actor, [row.node_id]).get(row.node_id),
        kinds=tuple(kinds),
        proposer=names.get(row.proposed_by, ""),
        approver=names.get(row.approved_by or "", ""),
        approved_for=giver,
        ender=names.get(row.ended_by or "", ""),
        acts=auto_states.possible(AutoState(row.state), actor),
        is_own=not free,
    )
