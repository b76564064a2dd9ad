"""Who stands behind what is decided on a document, and who is therefore kept from deciding on it.

Asked by `decisions` before anything is decided or signed, and by `appeals` afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from portal.access import auto_cover, drafts, powers
from portal.access.auto_rows import AutoRule
from portal.access.models import Item, ItemState
from portal.access.powers import Power
from portal.accounts import lending
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.catalogue.models import Kind
from portal.core.db import db
from portal.core.errors import ConflictError
from portal.rights import grants, protections

DECIDING = frozenset(
    {
        "request.grant",
        "request.refuse",
        "request.not_held",
        "request.already_open",
        "item.transfer",
        "grant.revoke",
    }
)
"""Acts by which somebody decided on a document."""

BY_RULE = "request.grant_by_rule"
"""The act of the portal by which a rule granted; who is behind it are those who are behind the rule."""


def power(actor: Actor, item: Item) -> Power:
    """Return by what the actor may decide; nobody does who asked, drafted, or set the level.

    The same holds of whoever lent it: what they may not sign, nobody signs for them.
    """
    drafted, set_level = drafts.drafters(item.id), setters(item.node_id)

    def held_back(person_id: str) -> str:
        if person_id in drafted:
            return "own_draft"
        return "set_the_level" if person_id in set_level else ""

    return powers.must(actor, Permission.DECIDE, item.request.person_id, held_back)


def setters(node_id: str) -> set[str]:
    """Return who set a level that stands on the path; setting the same again frees nobody before."""
    standing = protections.levels_on(protections.of(node_id).path)
    found = {set_by for _level, set_by in standing.values() if set_by}
    for line in trail.of_all((kind.value, one) for kind in Kind for one in standing):
        is_same = (
            line.action == "access.set_level" and line.details.get("after") == standing[line.object_id][0]
        )
        if is_same and line.actor_id:
            found.add(line.actor_id)
    return found


def involved(item: Item) -> set[str | None]:
    """Return who stands behind what was decided on an item: by draft, signature, level, or as requester.

    So does in whose name somebody signed.
    """
    found = {item.decided_by, item.request.person_id} | drafts.drafters(item.id) | setters(item.node_id)
    lines = trail.of("item", item.id)
    found |= {
        line.actor_id for line in lines if line.action.partition(".")[0] == "draft" or line.action in DECIDING
    }
    # An appeal takes the paper off the item, and a revocation never stood there: the trail has them all.
    lent = {line.details.get("delegation") for line in lines} | {item.delegation_id}
    papers = lending.by_ids([str(one) for one in lent if one])
    return found | {paper.giver_id for paper in papers.values()} | _behind_rules(item, lines)


def _behind_rules(item: Item, lines: Iterable[AuditEvent]) -> set[str]:
    """Return who proposed and approved the rules by which the item was ever granted."""
    named = {str(line.details["rule"]) for line in lines if line.action == BY_RULE}
    wanted = named | ({item.auto_rule_id} if item.auto_rule_id else set())
    rules = db.session.scalars(select(AutoRule).where(AutoRule.id.in_(wanted))).all() if wanted else ()
    return {one for who in auto_cover.signers(rules).values() for one in who.proposers | who.approvers}


def decided_at(item: Item) -> datetime:
    """Return when what holds of a refused or revoked item was decided."""
    is_revoked = item.state == ItemState.REVOKED.value and item.grant_id
    revoked = grants.by_id(item.grant_id).revoked_at if is_revoked and item.grant_id else None
    found = revoked or item.decided_at
    if found is None:
        raise ConflictError("already_decided")
    return found
