"""By whose power somebody acts on a request, and who is held back from it.

Nobody acts on a request of their own. Whoever acts by what was lent to them is held back by all that
holds back its giver too: else lending would free the giver's own request, draft or level from the
second pair of eyes.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.accounts.actors import Actor, Lent
from portal.accounts.roles import Permission
from portal.core.errors import NotAllowedError

Power = Lent | None
"""None is the role itself."""

OF_GIVER = {
    "own_request": "giver_own_request",
    "own_draft": "giver_own_draft",
    "set_the_level": "giver_set_the_level",
    "own_rule": "giver_own_rule",
}
"""The code of what holds somebody back, where it holds back whoever lent it."""


def must(
    actor: Actor, permission: Permission, person_id: str, held_back: Callable[[str], str] = lambda _id: ""
) -> Power:
    """Return by what the actor may act on a request of the person: the role, else the first that is lent.

    Args:
        held_back: the code of what else holds back a person, empty where nothing does.

    Raises:
        NotAllowedError: the actor may not at all, or they, or all who lent it, are held back.
    """
    actor.must(permission)
    code = _objection(actor.id, person_id, held_back)
    if code:
        raise NotAllowedError(code)
    for power in actor.powers(permission):
        code = _objection(power.giver_id, person_id, held_back) if power else ""
        if not code:
            return power
    raise NotAllowedError(OF_GIVER[code])


def may(actor: Actor, permission: Permission, person_id: str) -> bool:
    """Tell whether the actor may act on requests of the person."""
    if actor.id is None or actor.id == person_id:
        return False
    return any(power is None or power.giver_id != person_id for power in actor.powers(permission))


def held_back(actor: Actor, permission: Permission) -> frozenset[str]:
    """Return on whose requests the actor may not act: their own, and of whoever alone lends it to them."""
    asked = {actor.id or "", *(power.giver_id for power in actor.powers(permission) if power)}
    return frozenset(one for one in asked if not may(actor, permission, one))


def is_second(actor: Actor, permission: Permission, first: str | None) -> bool:
    """Tell whether the actor may act as the second person: neither they nor whoever lent it is the first."""
    return actor.is_second(permission, first)


def told(power: Power) -> dict[str, object]:
    """Return what the trail says of an act by what was lent."""
    return {"for": power.giver_id, "delegation": power.id} if power else {}


def _objection(actor_id: str | None, person_id: str, held_back: Callable[[str], str]) -> str:
    if actor_id is None:
        return "sign_in_first"
    return "own_request" if actor_id == person_id else held_back(actor_id)
