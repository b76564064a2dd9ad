"""What people change about themselves: name, language of mail, password."""

from __future__ import annotations

from portal.accounts import keys, notices, passwords, people, signing, tries
from portal.accounts.actors import Actor
from portal.accounts.models import Person, PersonData
from portal.accounts.roles import Role
from portal.audit import trail
from portal.core.db import db
from portal.core.errors import InvalidError, NotAllowedError, TooManyError

LANGUAGES = ("vi", "en")


def data(actor: Actor) -> Person:
    """Return what the archive keeps of the actor.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    if actor.id is None:
        raise NotAllowedError("sign_in_first")
    return people.by_id(actor.id)


def lock(actor: Actor) -> Person:
    """Return the actor's row, locked until the transaction ends: requests of a person wait for it, too.

    Raises:
        NotAllowedError: nobody is signed in.
    """
    row = data(actor)
    db.session.refresh(row, with_for_update=True)
    return row


def correct(actor: Actor, name: str, locale: str) -> None:
    """Write the actor's name and language anew. What was issued before keeps the old name.

    Raises:
        NotAllowedError: nobody is signed in.
        InvalidError: there is no name, or no such language.
    """
    row = data(actor)
    if not name.strip():
        raise InvalidError("missing", fields={"name": "missing"})
    if locale not in LANGUAGES:
        raise InvalidError("missing", fields={"locale": "missing"})
    changed = [
        field
        for field, old, new in (("name", row.name, name.strip()), ("locale", row.locale, locale))
        if old != new
    ]
    people.name_as(row, name)
    kept = db.session.get(PersonData, row.id)
    if kept is not None and "name" in changed:
        kept.look_again()
    row.locale = locale
    db.session.flush()
    if changed:
        trail.record(actor, "accounts.correct", "person", row.id, changed=changed)


def change_password(actor: Actor, present: str, new: str, origin: str) -> Person:
    """Set another password; all other sessions of the person end.

    Args:
        present: the present password; not asked of who has none yet.

    Raises:
        NotAllowedError: nobody is signed in, or the present password is wrong.
        TooManyError: the account or its origin failed too often in the last minutes.
        InvalidError: the new password does not fit.
    """
    row = data(actor)
    check_present(row, present, origin)
    set_password(row, new)
    trail.record(actor, "accounts.change_password", "person", row.id)
    return row


def check_present(row: Person, present: str, origin: str) -> None:
    """Raise unless the present password is right; who has none is asked for none.

    Raises:
        NotAllowedError: it is wrong.
        TooManyError: the account or its origin failed too often in the last minutes.
    """
    if row.password_hash is None:
        return
    if signing.is_throttled(row.email, origin):
        raise TooManyError("too_many_tries", seconds=tries.SECONDS)
    if not passwords.matches(row.password_hash, present):
        raise NotAllowedError("wrong_password", fields={"present": "wrong_password"})


def set_password(row: Person, password: str) -> None:
    """Keep the digest of a password, end the person's sessions and open links, and tell them.

    Raises:
        InvalidError: the password does not fit.
    """
    passwords.check_strength(password, Role(row.role))
    row.password_hash = passwords.digest(password)
    row.session_epoch += 1
    keys.end_links(row)
    db.session.flush()
    notices.tell(row.id, "password_changed")
