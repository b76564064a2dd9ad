"""Grant as soon as it is asked for what a rule covers; everything that is in doubt goes the usual way.

Two people stand behind each such grant: who proposed the rule and who approved it. `auto_cover` says
what speaks against a record, this against a reader. Called by `requests.submit`, and by `askable` so
that readers know beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from portal.access import answers as answering
from portal.access import auto_cover, granting, rulebook
from portal.access.answers import Answers
from portal.access.auto_rows import AutoRule, AutoState
from portal.access.granting import Leave
from portal.access.models import Item, ItemState, Request
from portal.access.rule_rows import Term
from portal.access.terms import TermKind
from portal.accounts import identity
from portal.accounts.actors import PORTAL
from portal.accounts.identity import Standing
from portal.accounts.models import Person
from portal.core import clock, dated
from portal.core.db import db
from portal.core.wording import say
from portal.rights.grants import Scope, Terms
from portal.rights.models import Grant

AGAINST = (ItemState.REFUSED.value, ItemState.REVOKED.value)
"""Where an older request of this reader for the same record ended, people look at the next one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a rule would grant to a reader, and what has still to be so."""

    rule: AutoRule
    needs_identity: bool
    """Only whose identity an officer has confirmed is granted anything by a rule."""
    use_forms: tuple[Term, ...] | None = None
    """The forms of use for which alone it is granted, while none is chosen; None where it is for any."""


def offers(
    person_id: str | None, node_ids: Sequence[str], answers: Answers | None = None
) -> Mapping[str, Offer]:
    """Return what is granted at once, by record, by a handful of queries for all.

    Args:
        person_id: who asks; None is a visitor of whom nothing is known.
        answers: what was answered; None before anything is.
    """
    covers = auto_cover.of(node_ids)
    if not covers or (answers is not None and answering.needs_evidence(answers)):
        return {}
    form = _form(answers) if answers is not None else None
    spoken_against = _spoken_against(person_id, list(covers)) if person_id else frozenset[str]()
    needs_identity = not _is_known(person_id)
    choices = rulebook.terms(TermKind.USE_FORM) if form is None else None
    found = {}
    for node_id, several in covers.items():
        fitting = [
            one.rule
            for one in several
            if node_id not in spoken_against
            and person_id not in one.people
            and (form is None or not one.rule.use_forms or form in one.rule.use_forms)
        ]
        if fitting:
            found[node_id] = Offer(fitting[0], needs_identity, _forms(fitting[0], choices))
    return found


def grant(row: Request) -> None:
    """Grant of a request that has just come in what a rule covers; the rest waits for people."""
    found = offers(row.person_id, [item.node_id for item in row.items], answering.of(row))
    given = {node_id: one.rule for node_id, one in found.items() if not one.needs_identity}
    still = _held({rule.id for rule in given.values()})
    for item in row.items:
        rule = given.get(item.node_id)
        if rule is not None and rule.id in still:
            _give(item, rule)


def _give(item: Item, rule: AutoRule) -> None:
    most = int(dated.value(dated.GRANT_DAYS_MOST))
    person = db.session.get_one(Person, item.request.person_id)
    name = rule.name_vi if person.locale == "vi" else rule.name_en
    item.delegation_id = rule.approved_under
    granting.give(
        PORTAL,
        item,
        Leave(
            given_by=rule.approved_by or "",
            reason=f"{rule.name_vi} – {rule.legal_basis}",
            until=clock.now() + timedelta(days=min(rule.days, most)),
            terms=Terms(scope=Scope.VIEW_AND_COPY if rule.with_copy else Scope.VIEW),
            rule_id=rule.id,
            told=say("granted_by_rule", person.locale, name=name, basis=rule.legal_basis),
        ),
    )


def _held(rule_ids: Collection[str]) -> Collection[str]:
    """Return those of the rules that are in force, held so until this transaction ends."""
    if not rule_ids:
        return ()
    return db.session.scalars(
        select(AutoRule.id)
        .where(AutoRule.id.in_(rule_ids), AutoRule.state == AutoState.IN_FORCE.value)
        .order_by(AutoRule.id)
        .with_for_update(read=True)
    ).all()


def _is_known(person_id: str | None) -> bool:
    """Tell whether an officer has confirmed who the reader is; a guest has no account to confirm."""
    person = db.session.get(Person, person_id) if person_id else None
    if person is None or person.disabled_at is not None or person.guest_since is not None:
        return False
    return identity.of(person.id).standing is Standing.CONFIRMED


def _spoken_against(person_id: str, node_ids: Sequence[str]) -> frozenset[str]:
    """Return the records of which this reader was refused something, or given a part only."""
    decided = (
        select(Item.node_id)
        .join(Request)
        .where(Request.person_id == person_id, Item.node_id.in_(node_ids), Item.state.in_(AGAINST))
    )
    in_part = Grant.first_page.is_not(None) | Grant.redaction_id.is_not(None) | Grant.page_budget.is_not(None)
    given = select(Grant.node_id).where(
        Grant.person_id == person_id,
        Grant.node_id.in_(node_ids),
        in_part | Grant.revoked_at.is_not(None),
    )
    return frozenset(db.session.scalars(decided.union(given)))


def _forms(rule: AutoRule, choices: Sequence[Term] | None) -> tuple[Term, ...] | None:
    """Return for which of the forms that can still be chosen a rule is; None where it does not matter."""
    if choices is None or not rule.use_forms:
        return None
    return tuple(term for term in choices if term.code in rule.use_forms)


def _form(answers: Answers) -> str:
    """Return the code of the form of use, empty where none was chosen."""
    term = rulebook.by_ids([answers.use_form]).get(answers.use_form) if answers.use_form else None
    return term.code if term else ""
