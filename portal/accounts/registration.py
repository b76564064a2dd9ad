"""How a citizen gets an account: asks for it, proves the address by mail, chooses a password."""

from __future__ import annotations

from portal.accounts import guesthood, people, proofs
from portal.accounts.actors import ANONYMOUS, PORTAL
from portal.accounts.models import Person, Proof, ProofKind
from portal.accounts.roles import Role
from portal.audit import trail
from portal.core.errors import InvalidError


def ask(email: str, name: str, locale: str, origin: str) -> None:
    """Ask for an account. Nothing here tells whether the address has one already: the mail does.

    Raises:
        InvalidError: the address or the name cannot be used.
        NotAllowedError: too many askings for the address or from the origin.
    """
    address = people.clean_address(email)
    if not name.strip():
        raise InvalidError("missing", fields={"name": "missing"})
    proofs.slow_down(address, origin)
    row = proofs.make(ProofKind.REGISTRATION, address, locale, name=name.strip())
    trail.record(ANONYMOUS, "accounts.ask_registration", "proof", row.id)


def looked_at(secret: str) -> Proof:
    """Return what an open link would register.

    Raises:
        NotFoundError: the link is over.
    """
    return proofs.opened(ProofKind.REGISTRATION, secret)


def complete(secret: str, password: str) -> Person:
    """Use the link up and make the account; a guest's requests are in it.

    Raises:
        NotFoundError: the link is over.
        InvalidError: the password does not fit; the link stays open.
        ConflictError: the address has got an account meanwhile.
    """
    row = proofs.opened(ProofKind.REGISTRATION, secret, to_use=True)
    person = people.by_email(row.email)
    if person is not None and person.guest_since is not None and person.disabled_at is None:
        guesthood.become_account(person, row.name, password, row.locale)
    else:
        person = people.create(PORTAL, row.email, Role.CITIZEN, name=row.name, password=password)
        person.locale = row.locale
    proofs.use(row)
    trail.record(person.actor, "accounts.register", "person", person.id)
    return person
