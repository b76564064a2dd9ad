"""End what opens an account besides its password: proofs, sign-in links, tokens.

Called where a password is set or an account is closed; the verbs that hand such keys out
stand in `proofs`, `signing` and `tokens`.
"""

from __future__ import annotations

from sqlalchemy import delete

from portal.accounts import proofs
from portal.accounts.models import LoginLink, Person, ProofKind, Token
from portal.core.db import db


def end_links(person: Person) -> None:
    """End the open reset links and one-time sign-in links of a person."""
    proofs.end_open(ProofKind.RESET, person.email)
    db.session.execute(delete(LoginLink).where(LoginLink.person_id == person.id, LoginLink.used_at.is_(None)))


def end_tokens(person: Person) -> int:
    """End all tokens of a person; tell how many there were."""
    ended = db.session.scalars(delete(Token).where(Token.person_id == person.id).returning(Token.digest))
    return len(ended.all())
