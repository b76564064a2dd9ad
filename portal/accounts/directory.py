"""All people for those who manage them: in Vietnamese order by given name, searched, paged by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, tuple_

from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.core.db import db
from portal.search import analysis

PEOPLE_PER_PAGE = 50
MOST_COLLEAGUES = 500
"""A choice in a form; no provincial archive has more staff."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some people in order; `after` is the id to go on from, empty at the end of the list."""

    rows: Sequence[Person]
    total: int
    after: str


def listing(actor: Actor, text: str = "", role: Role | None = None, after: str = "") -> PeoplePage:
    """Return people whose name or address holds every word of the text, marks or not.

    Args:
        after: the id of the person after whom the page begins; an unknown one begins at the top.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    wanted = _wanted(text, role)
    total = db.session.scalar(select(func.count()).select_from(Person).where(*wanted)) or 0
    last = db.session.get(Person, after) if after else None
    if last is not None:
        wanted.append(tuple_(Person.sort_key, Person.id) > tuple_(last.sort_key, last.id))
    rows = db.session.scalars(
        select(Person).where(*wanted).order_by(Person.sort_key, Person.id).limit(PEOPLE_PER_PAGE + 1)
    ).all()
    shown = rows[:PEOPLE_PER_PAGE]
    return PeoplePage(shown, total, shown[-1].id if len(rows) > PEOPLE_PER_PAGE else "")


def colleagues(actor: Actor, able: Sequence[Permission], apart_from: str) -> Sequence[Person]:
    """Return the active people whose role carries all the permissions, apart from one, by given name."""
    actor.must(Permission.MANAGE_PEOPLE)
    roles = [role.value for role in Role if PERMISSIONS[role].issuperset(able)]
    return db.session.scalars(
        select(Person)
        .where(Person.role.in_(roles), Person.disabled_at.is_(None), Person.id != apart_from)
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_COLLEAGUES)
    ).all()


def _wanted(text: str, role: Role | None) -> list[ColumnElement[bool]]:
    words = analysis.fold(text).split()
    wanted = [Person.folded.contains(word, autoescape=True) for word in words]
    return [*wanted, Person.role == role.value] if role else wanted
