"""Which records rules that grant by themselves cover today, whoever asks.

What speaks against a record lets it go the usual way: whatever was done to its level, its place or its
description since the rule was approved, a report, a redacted version, an approver who is no longer one.
Before `automatic`, which asks what speaks against a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from portal.access.auto_rows import AutoRule, AutoState
from portal.access.exposure_rows import Exposure, ExposureState
from portal.accounts import lending
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.redaction_rows import Redaction, RedactionState
from portal.core import clock
from portal.core.db import db
from portal.rights import policy, protections

SET_LEVEL = "access.set_level"
DESCRIBED = "document.describe"
AGAINST = (SET_LEVEL, "access.set_opening", "tree.move", DESCRIBED)
"""Acts on a record or on what it lies in after which what was approved is no longer what is there."""

STANDING_REPORTS = (ExposureState.RECEIVED, ExposureState.HIDDEN, ExposureState.UPHELD)


@dataclass(frozen=True, slots=True)
class Cover:
    """A rule that covers a record, with all who stand behind it."""

    rule: AutoRule
    people: frozenset[str]
    """Who proposed or approved it, in whose name, and who set a level that stands on the record."""


@dataclass(frozen=True, slots=True)
class Signers:
    """Who stands behind a rule."""

    proposers: frozenset[str]
    approvers: frozenset[str]
    """Nobody while it is not approved."""
    holder: str | None
    """By whose power to decide it was approved."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What was done on the path of records."""

    levels: Sequence[protections.Standing]
    lines: Sequence[AuditEvent]

    def setters(self, on_path: Sequence[str]) -> frozenset[str]:
        """Return who set a level on the path; whoever set one before is one of them as well."""
        standing = {level.node_id for level in self.levels if level.node_id in on_path}
        found = {level.set_by for level in self.levels if level.node_id in on_path}
        found |= {
            line.actor_id for line in self.lines if line.action == SET_LEVEL and line.object_id in standing
        }
        return frozenset(one for one in found if one)

    def is_as_approved(self, rule: AutoRule, on_path: Sequence[str]) -> bool:
        """Tell whether nothing was done since the rule was approved that it was not approved for."""
        at = rule.approved_at
        if at is None or any(level.set_at >= at for level in self.levels if level.node_id in on_path):
            return False
        narrows = bool(rule.kinds) or rule.last_year is not None
        return not any(
            line.object_id in on_path and line.at >= at and (narrows or line.action != DESCRIBED)
            for line in self.lines
        )


def of(node_ids: Sequence[str]) -> Mapping[str, Sequence[Cover]]:
    """Return the rules that cover each record, the oldest first, by a handful of queries for all."""
    fitting = select(Node).where(Node.id.in_(node_ids), *_can_be_covered())
    nodes = db.session.scalars(fitting).all() if node_ids else []
    rules = _in_force({one for node in nodes for one in _ids(node.path)})
    if not rules:
        return {}
    behind = _who_still_may(rules)
    marks, reported = _marks(nodes), _reported([node.id for node in nodes])
    found: dict[str, list[Cover]] = {}
    for node in nodes:
        on_path = _ids(node.path)
        setters = marks.setters(on_path)
        for rule in rules:
            who = behind.get(rule.id)
            if who is None or node.id in reported or not fits(rule, node):
                continue
            if not setters or setters & who.approvers or not marks.is_as_approved(rule, on_path):
                continue
            people = setters | who.proposers | who.approvers
            found.setdefault(node.id, []).append(Cover(rule, people))
    return found


def fits(rule: AutoRule, node: Node) -> bool:
    """Tell whether a document is one of those that the rule names."""
    if rule.node_id not in _ids(node.path) or (rule.kinds and node.type_code not in rule.kinds):
        return False
    return rule.last_year is None or bool(node.issued_on and node.issued_on.year <= rule.last_year)


def named_by(rule: AutoRule, path: str) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of documents that the rule names and nothing speaks against.

    What was moved or described since is asked of each (`of`), not here.

    Args:
        path: of the place that the rule covers.
    """
    conditions = [Node.path.startswith(path, autoescape=True), *_can_be_covered(), ~_is_reported()]
    if rule.kinds:
        conditions.append(Node.type_code.in_(rule.kinds))
    if rule.last_year is not None:
        conditions.append(Node.issued_on <= date(rule.last_year, 12, 31))
    approvers = signers([rule])[rule.id].approvers
    since = rule.approved_at or clock.now()
    conditions.append(~protections.set_since(Node.path.expression, since, approvers))
    return conditions


def signers(rules: Sequence[AutoRule]) -> Mapping[str, Signers]:
    """Return who stands behind each rule, themselves and in whose name."""
    under = [one for rule in rules for one in (rule.proposed_under, rule.approved_under) if one]
    papers = lending.by_ids(under) if under else {}

    def together(person_id: str | None, paper: str | None) -> frozenset[str]:
        return frozenset(one for one in (person_id, papers[paper].giver_id if paper else None) if one)

    return {
        rule.id: Signers(
            together(rule.proposed_by, rule.proposed_under),
            together(rule.approved_by, rule.approved_under),
            papers[rule.approved_under].giver_id if rule.approved_under else rule.approved_by,
        )
        for rule in rules
    }


def _who_still_may(rules: Sequence[AutoRule]) -> Mapping[str, Signers]:
    """Return who stands behind each rule that could be approved by the same people today.

    Where it was approved in somebody's name, that is by their power; the paper may have ended since.
    """
    found = signers(rules)
    wanted = {one for both in found.values() for one in both.approvers}
    people = {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(wanted)))}

    def still_may(one: Signers) -> bool:
        is_here = all(people[person_id].disabled_at is None for person_id in one.approvers)
        return is_here and one.holder is not None and people[one.holder].actor.may(Permission.DECIDE)

    return {rule_id: one for rule_id, one in found.items() if still_may(one)}


def _in_force(node_ids: Iterable[str]) -> Sequence[AutoRule]:
    today = clock.today()
    return db.session.scalars(
        select(AutoRule)
        .where(
            AutoRule.node_id.in_(node_ids),
            AutoRule.state == AutoState.IN_FORCE.value,
            AutoRule.valid_from <= today,
            AutoRule.valid_to >= today,
        )
        .order_by(AutoRule.approved_at, AutoRule.id)
    ).all()


def _can_be_covered() -> list[ColumnElement[bool]]:
    """Say in SQL that a document was described and scanned, and that its pages are given on request."""
    return [
        Node.kind == Kind.DOCUMENT.value,
        Node.on_paper_only.is_(False),
        Node.described_at.is_not(None),
        exists().where(Page.document_id == Node.id),
        policy.on_request(Node.id.expression),
    ]


def _is_reported() -> ColumnElement[bool]:
    """Say in SQL that a report stands on the document's path, or somebody found something to hide in it."""
    above, states = aliased(Node), [state.value for state in STANDING_REPORTS]
    is_on_path = above.path.in_(protections.steps(Node.path.expression))
    reported = exists().where(Exposure.node_id == above.id, is_on_path, Exposure.state.in_(states))
    hides = Redaction.state != RedactionState.WITHDRAWN.value
    return reported | exists().where(Redaction.document_id == Node.id, hides)


def _reported(node_ids: Sequence[str]) -> frozenset[str]:
    return frozenset(db.session.scalars(select(Node.id).where(Node.id.in_(node_ids), _is_reported())))


def _marks(nodes: Sequence[Node]) -> _Marks:
    places = {one for node in nodes for one in _ids(node.path)}
    things = [(kind.value, one) for kind in Kind for one in sorted(places)]
    return _Marks(protections.behind([node.path for node in nodes]), trail.of_all(things, AGAINST))


def _ids(path: str) -> list[str]:
    """Return the ids of a node and of all that it lies in."""
    return path.strip("/").split("/")


def counted(conditions: Sequence[ColumnElement[bool]], most: int) -> int:
    """Count documents, stopping above `most`."""
    some = select(Node.id).where(*conditions).limit(most + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0
