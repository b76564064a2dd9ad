"""End what opens an account besides its password: proofs, sign-in links, tokens.

Called where a password is set or an account is closed; the verbs that hand such keys out
stand in `proofs`, `signing` and `tokens`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from portal.accounts import proofs
from portal.accounts.models import LoginLink, Person, ProofKind, Token
from portal.core.db import db


def end_links(person: Person) -> None:
    """End the open reset links and one-time sign-in links of a person."""
    proofs.end_open(ProofKind.RESET, person.email)
    db.session.execute(delete(LoginLink).where(LoginLink.person_id == person.id, LoginLink.used_at.is_(None)))


def tokens_of(person_id: str) -> Sequence[Token]:
    """Return the tokens of a person, without their secrets, which nobody keeps."""
    return db.session.scalars(
        select(Token).where(Token.person_id == person_id).order_by(Token.created_at)
    ).all()


def end_tokens(person: Person) -> int:
    """End all tokens of a person; tell how many there were."""
    ended = db.session.scalars(delete(Token).where(Token.person_id == person.id).returning(Token.digest))
    return len(ended.all())
