"""What was done on a request, step by step, for those who may read the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.access import requests
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail; people by name, or by their role where the name was erased."""

    at: datetime
    action: str
    who: str
    object_kind: str
    object_id: str
    details: Mapping[str, object]


def of_request(actor: Actor, request_id: str) -> list[Step]:
    """Return every step of a request and its documents, in order.

    Raises:
        NotAllowedError: the actor may not read the trail.
        NotFoundError: there is no such request for the actor.
    """
    actor.must(Permission.READ_AUDIT)
    asked = requests.show(actor, request_id)
    lines = trail.of_all([("request", asked.id), *(("item", item.id) for item in asked.items)])
    names = people.names([line.actor_id for line in lines if line.actor_id])
    return [
        Step(
            line.at,
            line.action,
            names.get(line.actor_id or "", line.actor_kind),
            line.object_kind,
            line.object_id,
            line.details,
        )
        for line in lines
    ]
