"""Who saw or took which page that is not public, on which day: written before the page is handed out.

What everybody may read is read unobserved. Of everything else there is one row for each person,
page, kind of use and day, however many tiles that was; staff are noted as readers are. A row that
cannot be written refuses the page, so that nothing leaves the house without one. Grants that count
pages are counted in the same breath.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.actors import Actor
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights.models import Grant, Read, ReadAlert


class Use(StrEnum):
    """What was had of a page, or of a document as a whole."""

    PAGE = "page"
    """The page of the site that shows image and text."""
    IMAGE = "image"
    """The image or any part of it, large enough to be read."""
    TEXT = "text"
    THUMBNAIL = "thumbnail"
    COPY = "copy"
    """The PDF that comes with a grant; it is of no single page."""


LOOKED_AT = (Use.PAGE, Use.IMAGE, Use.TEXT)
"""Uses in which a page can be read; these are what grants count and alerts look at."""

FORGOTTEN_AT_ONCE = 5000
"""Keeps the transaction short; what is left over goes at the next look."""

WHOLE = ""
"""Stands where a page would, for what is of the whole document."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One use of one page, about to be handed out."""

    node_id: str
    page_id: str
    use: Use
    grant: Grant | None = None
    """What opens the page, where the actor needs leave."""


def is_noted(actor: Actor, seen: Seen) -> bool:
    """Tell whether this use stands in the log of today already."""
    if actor.id is None:
        return False
    mine = (Read.person_id == actor.id, Read.page_id == seen.page_id, Read.use == seen.use.value)
    found = select(Read.id).where(*mine, Read.node_id == seen.node_id, Read.day == clock.today())
    return db.session.scalar(found.limit(1)) is not None


def note(actor: Actor, seen: Seen) -> None:
    """Write down that the actor has this use of the page today, in the transaction that precedes it.

    Whoever is no person, such as a command at the machine, leaves a line in the trail instead.

    Raises:
        NotFoundError: the grant counts pages, and has no more.
    """
    if actor.id is None:
        trail.record(actor, "page.read", "page", seen.page_id, document=seen.node_id)
        return
    if seen.grant is not None and seen.use in LOOKED_AT:
        _count(seen.grant, seen.page_id)
    insert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "person_id": actor.id,
        "role": actor.role.value if actor.role else "",
        "grant_id": seen.grant.id if seen.grant else None,
        "node_id": seen.node_id,
        "page_id": seen.page_id,
        "use": seen.use.value,
        "day": clock.today(),
        "at": clock.now(),
    }
    keys = ["person_id", "node_id", "page_id", "use", "day"]
    # Another process may have been faster; then it stands there, and that is all that is asked.
    db.session.execute(insert(Read).values(row).on_conflict_do_nothing(index_elements=keys))


def opened_today(grants: Collection[Grant]) -> Mapping[str, frozenset[str]]:
    """Return by grant the pages that it has counted today: these stay open to its holder all day."""
    found: dict[str, set[str]] = {grant.id: set() for grant in grants}
    rows = db.session.execute(select(Read.grant_id, Read.page_id).where(_counted_today(found)))
    for grant_id, page_id in rows:
        if grant_id is not None:
            found[grant_id].add(page_id)
    return {grant_id: frozenset(pages) for grant_id, pages in found.items()}


def busy(since: datetime) -> Mapping[str, tuple[str, int]]:
    """Return by person the role and how many pages they looked at since an instant."""
    uses = [use.value for use in LOOKED_AT]
    rows = db.session.execute(
        select(Read.person_id, func.max(Read.role), func.count(Read.page_id.distinct()))
        .where(Read.at >= since, Read.use.in_(uses))
        .group_by(Read.person_id)
    )
    return {person_id: (role, pages) for person_id, role, pages in rows}


def by(person_id: str, most: int) -> tuple[Sequence[Read], int]:
    """Return the latest rows about a person, and how many there are; who may see them is for the caller."""
    mine = Read.person_id == person_id
    rows = db.session.scalars(select(Read).where(mine).order_by(Read.id.desc()).limit(most)).all()
    return rows, db.session.scalar(select(func.count()).where(mine)) or 0


def alerts_of(person_id: str) -> Sequence[ReadAlert]:
    """Return when a person looked at unusually many pages, the latest first."""
    mine = ReadAlert.person_id == person_id
    return db.session.scalars(select(ReadAlert).where(mine).order_by(ReadAlert.at.desc())).all()


def alert(person_id: str, role: str, pages: int, most: int) -> bool:
    """Keep that a person looked at unusually many pages; tell whether it is the first time today."""
    mine = (ReadAlert.person_id == person_id, ReadAlert.day == clock.today())
    if db.session.scalar(select(ReadAlert.id).where(*mine)) is not None:
        return False
    db.session.add(ReadAlert(person_id=person_id, day=clock.today(), role=role, pages=pages, most=most))
    db.session.flush()
    return True


def forget(years: int) -> None:
    """Delete what is older than so many whole years, a part at a time."""
    first = date(clock.today().year - years, 1, 1)
    old = select(Read.id).where(Read.day < first).limit(FORGOTTEN_AT_ONCE).scalar_subquery()
    for model, which in ((Read, Read.id.in_(old)), (ReadAlert, ReadAlert.day < first)):
        db.session.execute(delete(model).where(which).execution_options(synchronize_session=False))


def _count(grant: Grant, page_id: str) -> None:
    """Take a page from what the grant has left, unless it was taken today already."""
    if grant.page_budget is None:
        return
    # One at a time: two windows opened at once would else both find that nothing was taken yet.
    db.session.scalar(select(Grant.id).where(Grant.id == grant.id).with_for_update())
    if db.session.scalar(select(Read.id).where(_counted_today([grant.id]), Read.page_id == page_id).limit(1)):
        return
    taken = db.session.execute(
        update(Grant)
        .where(Grant.id == grant.id, Grant.pages_used < Grant.page_budget)
        .values(pages_used=Grant.pages_used + 1)
    )
    if taken.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFoundError("not_found")


def _counted_today(grant_ids: Collection[str]) -> ColumnElement[bool]:
    uses = [use.value for use in LOOKED_AT]
    return Read.grant_id.in_(grant_ids) & (Read.day == clock.today()) & Read.use.in_(uses)


def first_day() -> date | None:
    """Return the first day of which anything is noted."""
    return db.session.scalar(select(func.min(Read.day)))
