"""Erase what an account holds of its person; what the law asks an archive to keep stays without a name.

Whether it may be done asks more than accounts know: `portal.owndata` does, and calls this.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from portal.accounts import choices, evidence, keys, own, people
from portal.accounts.actors import Actor
from portal.accounts.models import Person, PersonData, Proof
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotAllowedError
from portal.mail import post


def check(actor: Actor, present: str, origin: str, *, is_sure: bool) -> None:
    """Raise unless the actor said twice that they mean it.

    Raises:
        NotAllowedError: nobody is signed in, or the present password is wrong.
        TooManyError: the account or its origin failed too often in the last minutes.
        InvalidError: the box was not ticked.
    """
    row = own.data(actor)
    if actor.is_staff:
        raise NotAllowedError("not_permitted")
    own.check_present(row, present, origin)
    if not is_sure:
        raise InvalidError("erase_be_sure", fields={"sure": "erase_be_sure"})


def erase(actor: Actor) -> None:
    """Take name, address, sealed data, evidence and messages out of the actor's account and close it.

    The row and its id stay, for requests, decisions and the trail name it.
    """
    take_out(actor, own.data(actor), "accounts.erase")


def take_out(actor: Actor, row: Person, action: str) -> None:
    """Do so with a person's row, for whoever may; the trail keeps a line of the action and nothing else."""
    evidence.end_all(row.id)
    db.session.execute(delete(PersonData).where(PersonData.person_id == row.id))
    choices.forget(row.id)
    keys.end_links(row)
    keys.end_tokens(row)
    _forget_mails(row)
    _take_name(row)
    db.session.flush()
    trail.record(actor, action, "person", row.id)


def _forget_mails(row: Person) -> None:
    """Delete notices and proofs, and the mails of both that lie in the house."""
    asked = db.session.scalars(select(Proof.id).where(Proof.email == row.email)).all()
    post.forget(row.id, also=asked)
    db.session.execute(delete(Proof).where(Proof.id.in_(asked)))


def _take_name(row: Person) -> None:
    row.email = f"{row.id}@erased.invalid"
    people.name_as(row, f"Người yêu cầu {row.id}")
    row.password_hash = None
    row.session_epoch += 1
    row.disabled_at = row.erased_at = clock.now()
