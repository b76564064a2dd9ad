"""What happens to open work when somebody leaves: each package hands over its own, called from here.

Above all packages whose work carries a person; before it stand views and commands. Work that
is done keeps the name of who did it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.access import assigning
from portal.accounts import invitations, people
from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.core.errors import ConflictError, InvalidError
from portal.ingest import batches


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of open work that carries a person."""

    name: str
    count: Callable[[str], int]
    hand_over: Callable[[Actor, str, Person], int]
    needs: Permission
    """What whoever takes it over must be able to do."""


WORK = (
    Work("batches", batches.open_work, batches.hand_over, Permission.TAKE_IN),
    Work("requests", assigning.open_work, assigning.hand_over, Permission.HANDLE),
    Work("invitations", invitations.open_work, invitations.hand_over, Permission.MANAGE_PEOPLE),
)
"""Requests that nobody took up wait for all, and descriptions for all archivists; they carry nobody."""


def open_work(person_id: str) -> dict[str, int]:
    """Return how much open work of each kind a person has; kinds with nothing are left out."""
    counted = {work.name: work.count(person_id) for work in WORK}
    return {name: number for name, number in counted.items() if number}


def hand_over(actor: Actor, giver_id: str, heir_id: str) -> int:
    """Give all open work of one person to another; tell how many things went over.

    Raises:
        NotAllowedError: the actor does not manage people.
        NotFoundError: one of the two is unknown.
        ConflictError: there is nothing to hand over.
        InvalidError: the other one is the same person, is disabled, or may not do that work.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    giver, heir = people.by_id(giver_id), people.by_id(heir_id)
    open_kinds = [work for work in WORK if work.count(giver.id)]
    if not open_kinds:
        raise ConflictError("nothing_to_hand_over")
    if heir.id == giver.id or not all(heir.actor.may(work.needs) for work in open_kinds):
        raise InvalidError("heir_cannot", fields={"heir": "heir_cannot"})
    return sum(work.hand_over(actor, giver.id, heir) for work in open_kinds)


def leave(actor: Actor, person_id: str, heir_id: str = "") -> None:
    """Disable an account, its open work given to another first where one is named.

    Raises:
        NotAllowedError, NotFoundError, ConflictError, InvalidError: as `people.disable` and `hand_over`.
    """
    if heir_id:
        hand_over(actor, person_id, heir_id)
    people.disable(actor, person_id)


def needed_of_heir(person_id: str) -> list[Permission]:
    """Return what somebody must be able to do to take over a person's open work."""
    return [work.needs for work in WORK if work.count(person_id)]
