"""A forgotten password: ask by address, prove it by mail, choose another; all other sessions end."""

from __future__ import annotations

from portal.accounts import keys, own, people, proofs, signing, tries
from portal.accounts.actors import ANONYMOUS
from portal.accounts.models import Person, ProofKind
from portal.audit import trail
from portal.core.errors import NotFoundError


def ask(email: str, locale: str, origin: str) -> None:
    """Ask for a mail with a link. Nothing here tells whether the address is known.

    Raises:
        InvalidError: the text is no address.
        NotAllowedError: too many askings for the address or from the origin.
    """
    address = people.clean_address(email)
    proofs.slow_down(address, origin)
    row = proofs.make(ProofKind.RESET, address, locale)
    trail.record(ANONYMOUS, "accounts.ask_reset", "proof", row.id)


def looked_at(secret: str) -> Person:
    """Return whose password an open link would change.

    Raises:
        NotFoundError: the link is over, or the account is closed.
        NotAllowedError: a demo account on a portal that others can reach.
    """
    return _person_of(proofs.opened(ProofKind.RESET, secret).email)


def complete(secret: str, password: str) -> Person:
    """Use the link up, set the password, end all sessions and tokens, forget failed tries to sign in.

    Raises:
        NotFoundError: the link is over, or the account is closed.
        InvalidError: the password does not fit; the link stays open.
        NotAllowedError: a demo account on a portal that others can reach.
    """
    row = proofs.opened(ProofKind.RESET, secret, to_use=True)
    person = _person_of(row.email)
    own.set_password(person, password)
    keys.end_tokens(person)
    proofs.use(row)
    tries.forget(tries.key("account", person.email))
    trail.record(person.actor, "accounts.reset_password", "person", person.id)
    return person


def _person_of(email: str) -> Person:
    person = people.by_email(email)
    if person is None or person.disabled_at is not None:
        raise NotFoundError("link_is_over")
    if person.guest_since is not None:
        # There is no password to forget.
        raise NotFoundError("link_is_over")
    signing.refuse_demo_in_public(person)
    return person
