"""Give leave for one document of a request, with all that follows from it, whoever decided.

After `decisions`, by which people grant, and `automatic`, by which a rule does; two people stand behind
each. It opens the pages at once (`rights.grants`) and lets `copies` build.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.access import addresses, admitting, copies, course, redactions, states
from portal.access.models import Item
from portal.access.states import Act
from portal.accounts import notices, people
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core import clock, dated
from portal.core.db import db
from portal.core.errors import InvalidError
from portal.core.wording import moment
from portal.jobs import ledger
from portal.jobs.models import Lane
from portal.rights import grants
from portal.rights.grants import Scope, Terms

COPY_PRIORITY = 10
"""A person waits for it, so it goes ahead of mails and periodic work."""


@dataclass(frozen=True, slots=True)
class Leave:
    """What is granted, by whom and why."""

    given_by: str
    reason: str
    """As it is kept, and told to the reader unless `told` says it otherwise."""
    until: datetime | None = None
    terms: Terms = grants.ALL_PAGES
    term_id: str = ""
    rule_id: str = ""
    """The rule that grants by itself; empty where people decided on this very document."""
    told: str = ""


def give(actor: Actor, item: Item, leave: Leave) -> None:
    """Grant a document that is not decided; whether it may be is asked by the caller.

    Args:
        actor: who does it: whoever decides, or the portal by a rule.

    Raises:
        InvalidError: the end is past or too far.
        ConflictError: it was decided meanwhile, or the document or person is no longer as it was.
    """
    states.advance(item, Act.GRANT_BY_RULE if leave.rule_id else Act.GRANT)
    end, terms = _end(leave.until), leave.terms
    person = people.by_id(item.request.person_id)
    is_on_paper = admitting.check_still(item, person)
    if is_on_paper:
        # Leave to read it in the reading room. No page is here that it could open, and no copy is built.
        terms = replace(terms, scope=Scope.VIEW, pages=None)
    if terms.redaction_id is not None:
        redactions.require_grantable(terms.redaction_id, item.node_id)
    given = grants.give(
        given_by=leave.given_by,
        person_id=person.id,
        node_id=item.node_id,
        until=end,
        mark=f"{person.name} · {item.request.number} · {moment(clock.now())}",
        terms=terms,
    )
    item.grant_id, item.auto_rule_id = given.id, leave.rule_id or None
    write_down(item, leave.given_by, leave.reason, leave.term_id)
    if grants.lets_copy(given):
        ledger.enqueue(copies.JOB, given.id, lane=Lane.DESK, priority=COPY_PRIORITY)
    trail.record(
        actor,
        "request.grant_by_rule" if leave.rule_id else "request.grant",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        grant=given.id,
        until=end.isoformat(),
        delegation=item.delegation_id,
        **({"redaction": terms.redaction_id} if terms.redaction_id else {}),
        **({"rule": leave.rule_id} if leave.rule_id else {}),
    )
    course.settle(item.request)
    told = "request_granted" if grants.lets_copy(given) else "request_granted_to_read"
    template = "request_granted_on_paper" if is_on_paper else told
    tell(item, template, reason=leave.told or leave.reason, until=moment(end))


def write_down(item: Item, decided_by: str, reason: str, term_id: str) -> None:
    """Keep who decided on an item, and why."""
    item.decided_by, item.decided_at, item.reason = decided_by, clock.now(), reason
    item.term_id = term_id or None
    db.session.flush()


def tell(item: Item, template: str, **values: object) -> None:
    """Tell the requester. Titles stay out: a mail cannot be taken back when a record is withheld."""
    notices.tell(
        item.request.person_id,
        template,
        addresses.of_request(item.request_id),
        number=item.request.number,
        position=item.position,
        **values,
    )


def _end(until: datetime | None) -> datetime:
    """Return when the leave ends. It always ends: no grant is for good."""
    now = clock.now()
    latest = now + timedelta(days=int(dated.value(dated.GRANT_DAYS_MOST)))
    end = until or min(now + timedelta(days=int(dated.value(dated.GRANT_DAYS))), latest)
    if end <= now:
        raise InvalidError("end_is_past", fields={"until": "end_is_past"})
    if end > latest:
        raise InvalidError("end_too_far", fields={"until": "end_too_far"}, latest=moment(latest))
    return end
