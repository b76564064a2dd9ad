"""Decide what was asked: grant, refuse, say what else came of it, and take back.

After `requests`; two people at least stand behind each grant, which `granting` gives.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from portal.access import course, drafts, four_eyes, granting, powers, proposals, reasons, results, states
from portal.access.granting import Leave
from portal.access.models import DraftState, Item, ItemState
from portal.access.powers import Power
from portal.access.proposals import Proposal
from portal.access.results import ItemView
from portal.access.states import Act
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import ConflictError, NotAllowedError, NotFoundError
from portal.rights import grants
from portal.rights.grants import Terms

REASON_LEAST, REASON_MOST = 5, 2000
REVOKE_REASON_MOST = 500

TOLD = {
    Act.REFUSE: "request_refused",
    Act.NOT_HELD: "request_not_held",
    Act.ALREADY_OPEN: "request_already_open",
    Act.TRANSFER: "request_item_transferred",
}
"""The notice of what ends without leave."""


def grant(
    actor: Actor,
    item_id: str,
    reason: str,
    until: datetime | None = None,
    terms: Terms = grants.ALL_PAGES,
    term_id: str = "",
) -> ItemView:
    """Give the requester leave for one document; its pages are theirs to see at once.

    Args:
        until: aware instant of the end; the usual length (a dated value) where none is given.
        terms: which pages, from when, and whether a copy comes with them; all, at once, with one.
        term_id: the reason by its code; empty where none fits.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: the actor may not decide, asked for it, or set the document's level.
        InvalidError: the reason is missing, or the end is past or too far.
        ConflictError: it was decided meanwhile, or the document or person is no longer as it was.
    """
    return _decide(actor, item_id, Proposal(Act.GRANT, reason, term_id, until, terms.pages), terms)


def refuse(actor: Actor, item_id: str, reason: str) -> ItemView:
    """Refuse one document for a reason of its own words; by a rule it is refused by `decide`.

    Raises:
        NotFoundError, NotAllowedError, InvalidError, ConflictError: as `decide`.
    """
    return decide(actor, item_id, Proposal(Act.REFUSE, reason))


def decide(actor: Actor, item_id: str, proposal: Proposal) -> ItemView:
    """Decide on one document as the proposal says: leave, refusal, not held, open already, or passed on.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: the actor may not decide, asked for it, drafted it, or set the document's level.
        InvalidError: the reason is missing, or the proposal does not hold together (`proposals.check`).
        ConflictError: it was decided meanwhile, has to be drafted by somebody else first, or is
            said to be open and is not.
    """
    return _decide(actor, item_id, proposal, _terms(proposal))


def sign(actor: Actor, item_id: str, draft_id: str) -> ItemView:
    """Sign the draft that was seen: what it says is decided.

    Raises:
        NotFoundError: there is no such item.
        NotAllowedError: the actor may not decide, asked for it, drafted it, or set the document's level.
        ConflictError: another draft waits, or none; or the document or person is no longer as it was.
        InvalidError: the end that was drafted is past.
    """
    actor.must(Permission.DECIDE)
    item = drafts.locked(item_id)
    draft = drafts.waiting(item, draft_id)
    item.delegation_id = _delegation(power := four_eyes.power(actor, item))
    drafts.end(actor, draft, DraftState.SIGNED)
    trail.record(
        actor, "draft.sign", "item", item.id, draft=draft.id, request=item.request_id, **powers.told(power)
    )
    proposal = proposals.of_draft(draft)
    if proposal.act is not Act.GRANT:
        return _close(actor, item, proposal.reason, proposal)
    return _grant(actor, item, proposal.reason, proposal.until, _terms(proposal), proposal.term_id)


def _decide(actor: Actor, item_id: str, proposal: Proposal, terms: Terms) -> ItemView:
    item, text = _open_item(actor, item_id, proposal.reason)
    proposals.check(item, proposal)
    if proposal.act is not Act.GRANT:
        return _close(actor, item, text, proposal)
    if not four_eyes.setters(item.node_id) - {item.request.person_id}:
        # Everything begins with that level: nobody but decider and requester would stand behind leave.
        raise ConflictError("nobody_set_the_level")
    return _grant(actor, item, text, proposal.until, terms, proposal.term_id)


def _grant(
    actor: Actor, item: Item, text: str, until: datetime | None, terms: Terms, term_id: str
) -> ItemView:
    granting.give(actor, item, Leave(_decider(actor), text, until, terms, term_id))
    return results.of_item(actor, item)


def _close(actor: Actor, item: Item, text: str, proposal: Proposal) -> ItemView:
    """End an item without leave."""
    if proposal.act is Act.ALREADY_OPEN:
        # Also of a draft: what it said may be true no longer when it is signed.
        proposals.check_open(item)
    states.advance(item, proposal.act)
    item.review_on = proposal.review_on
    granting.write_down(item, _decider(actor), text, proposal.term_id)
    trail.record(
        actor,
        f"request.{proposal.act.value}" if proposal.act is not Act.TRANSFER else "item.transfer",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        delegation=item.delegation_id,
    )
    course.settle(item.request)
    granting.tell(item, TOLD[proposal.act], reason=text)
    return results.of_item(actor, item)


def revoke(actor: Actor, grant_id: str, reason: str) -> ItemView:
    """Take leave back; from this transaction on the pages and the copy are closed to its holder.

    Raises:
        NotFoundError: there is no such grant.
        NotAllowedError: the actor may not decide.
        InvalidError: the reason is missing.
        ConflictError: it was revoked before, or has ended by itself.
    """
    actor.must(Permission.DECIDE)
    text = reasons.clean("reason", reason, REASON_LEAST, REVOKE_REASON_MOST)
    item = _locked(Item.grant_id == grant_id)
    power = powers.must(actor, Permission.DECIDE, item.request.person_id)
    states.advance(item, Act.REVOKE)
    grants.revoke(revoked_by=_decider(actor), grant_id=grant_id, reason=text)
    trail.record(
        actor,
        "grant.revoke",
        "item",
        item.id,
        request=item.request_id,
        document=item.node_id,
        grant=grant_id,
        **powers.told(power),
    )
    granting.tell(item, "grant_revoked", reason=text)
    return results.of_item(actor, item)


def _open_item(actor: Actor, item_id: str, reason: str) -> tuple[Item, str]:
    actor.must(Permission.DECIDE)
    text = reasons.clean("reason", reason, REASON_LEAST, REASON_MOST)
    item = drafts.locked(item_id)
    if item.state == ItemState.PROPOSED.value:
        raise ConflictError("draft_waits_for_you")
    if course.service_of(item.request).needs_draft and item.state == ItemState.SUBMITTED.value:
        raise ConflictError("needs_draft")
    item.delegation_id = _delegation(four_eyes.power(actor, item))
    return item, text


def _locked(which: ColumnElement[bool]) -> Item:
    """Return the item, its row locked and read anew, so that of two deciders one comes second."""
    item = db.session.scalar(
        select(Item).where(which).with_for_update().execution_options(populate_existing=True)
    )
    if item is None:
        raise NotFoundError("not_found")
    return item


def _terms(proposal: Proposal) -> Terms:
    """Return what leave is given for: the pages and the version that were proposed."""
    return Terms(pages=proposal.pages, redaction_id=proposal.redaction_id or None)


def _delegation(power: Power) -> str | None:
    return power.id if power else None


def _decider(actor: Actor) -> str:
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    return actor.id
