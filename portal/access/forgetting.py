"""What requests hold of a person in words of their own, taken out: they are erased.

Requests, decisions and the register of letters stay, as the law on archives asks. Before `accounts.erasing`,
which takes the name; `portal.owndata` and `guest_data` say when.
"""

from __future__ import annotations

from portal.access import appeals, basket, correspondence, following, guests, half_written
from portal.access.letters import issuing
from portal.accounts import people, proofs


def forget(person_id: str) -> None:
    """Take out what a person wrote and sent, what waits to be sent, and the codes to follow by."""
    correspondence.forget(person_id)
    basket.forget(person_id)
    half_written.forget(person_id)
    issuing.forget(person_id)
    appeals.forget(person_id)
    following.forget(person_id)
    guests.forget([row.id for row in proofs.of_address(people.by_id(person_id).email)])
