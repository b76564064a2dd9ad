"""Decide all documents of a request at once: each by the verb for one, all of them or none.

After `requests.show`; behind it `decisions.decide`, whose rules hold unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.access import decisions, requests
from portal.access.proposals import Proposal
from portal.access.results import ItemView
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError, PortalError


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided on one document of a request, and why."""

    item_id: str
    proposal: Proposal


class VerdictsRefusedError(PortalError):
    """Some verdicts cannot be carried out, so none was; `rows` says why by item."""

    status = 409

    def __init__(self, rows: Mapping[str, PortalError]) -> None:
        super().__init__("verdicts_refused", number=len(rows))
        self.rows = rows


def carry_out(actor: Actor, request_id: str, verdicts: Sequence[Verdict]) -> list[ItemView]:
    """Carry out all verdicts, or none where one of them cannot be.

    Every verdict is tried, so that the decider learns of all faults at once. Call it in a
    transaction of its own: where it raises, what it tried must be rolled back.

    Raises:
        NotFoundError: there is no such request.
        InvalidError: there is no verdict.
        VerdictsRefusedError: some cannot be carried out; nothing was decided.
    """
    actor.must(Permission.DECIDE)
    asked = requests.show(actor, request_id)
    if not verdicts:
        raise InvalidError("no_verdict")
    ours = {item.id for item in asked.items}
    done: list[ItemView] = []
    wrong: dict[str, PortalError] = {}
    for verdict in verdicts:
        if verdict.item_id not in ours:
            raise NotFoundError("not_found")
        try:
            # What failed half-way leaves no trace, so that the next is judged on what is true.
            with db.session.begin_nested():
                done.append(decisions.decide(actor, verdict.item_id, verdict.proposal))
        except PortalError as error:
            wrong[verdict.item_id] = error
    if wrong:
        raise VerdictsRefusedError(wrong)
    return done
