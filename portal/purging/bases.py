"""On what law something may be purged: dated rows, of which the old ones stay."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from portal.core import clock
from portal.core.db import db
from portal.purging.rows import PurgeBasis


def holding() -> Sequence[PurgeBasis]:
    """Return those that can be chosen today, in their order."""
    today = clock.today()
    return db.session.scalars(
        select(PurgeBasis)
        .where(
            PurgeBasis.valid_from <= today, or_(PurgeBasis.valid_to.is_(None), PurgeBasis.valid_to >= today)
        )
        .order_by(PurgeBasis.position, PurgeBasis.id)
    ).all()


def holds(basis_id: str) -> bool:
    """Tell whether it can be chosen today."""
    return any(one.id == basis_id for one in holding())


def by_id(basis_id: str) -> PurgeBasis:
    """Return one, whether it can still be chosen or not."""
    return db.session.get_one(PurgeBasis, basis_id)
