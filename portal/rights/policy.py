"""Decide who may see and do what. Every surface asks here; nothing else decides.

    published   level         public            with a grant     operator    other staff
    yes         open          all               all              all         all
    yes         conditional   description       its pages,       all         all
                                                marked
    yes or no   withheld      nothing           nothing          nothing     all
    no          other         nothing           nothing          all         all

Two axes: the level (the strictest on the node's path that has not lapsed, see `opening`) and the node's
own publication. What was removed with its batch is seen by nobody, and what was set aside (`reserved`) only
by those who take in or describe. Of several grants on one document
each opens its own pages; which pages those are says `Sight.shows`, and every surface of a page asks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.rights import grants, opening, reads
from portal.rights.levels import Level, strictest
from portal.rights.models import Closure, Grant, Protection
from portal.rights.protections import DEEPEST, STEP, prefixes
from portal.search.visibility import Visibility

COSTS_A_PAGE = 2
"""Above what it costs to look again at a page that was counted today, which is nothing, too."""

NO_PAGES: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sight:
    """What one actor may see of one node, and why."""

    level: Level
    published: bool
    sees_description: bool
    sees_content: bool
    """Whether any page is for the actor."""
    grants: tuple[Grant, ...] = ()
    """Those that alone open the content, the longest first; empty for whoever needs none."""
    counted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Of each grant that counts pages those that it has counted today."""

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may see what this actor sees: then nobody's reading is noted."""
        return self.published and self.level is Level.OPEN

    @property
    def is_partial(self) -> bool:
        """Tell whether some pages of the document may be closed to the actor who sees others."""
        return bool(self.grants) and all(
            grant.first_page is not None or grant.page_budget is not None or grant.redaction_id is not None
            for grant in self.grants
        )

    @property
    def is_redacted(self) -> bool:
        """Tell whether some pages may be seen only as a redacted version shows them."""
        return any(grant.redaction_id is not None for grant in self.grants)

    def leave(self, page_id: str, number: int) -> Grant | None:
        """Return the grant that opens a page, where one is needed and there is one.

        One for the original goes before one for a redacted version; then one that counts no pages
        before one that has counted this page, and that before others.
        """
        fitting = [grant for grant in self.grants if self._opens(grant, page_id, number)]
        return min(
            fitting,
            key=lambda grant: (grant.redaction_id is not None, self._costs(grant, page_id)),
            default=None,
        )

    def shows(self, page_id: str, number: int) -> bool:
        """Tell whether a page is for the actor."""
        return self.sees_content and (not self.grants or self.leave(page_id, number) is not None)

    def shows_original(self, page_id: str, number: int) -> bool:
        """Tell whether a page is for the actor as it is; what is found in its text then is, too."""
        grant = self.leave(page_id, number)
        return self.shows(page_id, number) and (grant is None or grant.redaction_id is None)

    def pictures(self, page_id: str, number: int) -> bool:
        """Tell whether the small image of a page is for the actor: it is, where looking takes no page."""
        grant = self.leave(page_id, number)
        return self.shows(page_id, number) and (grant is None or self._costs(grant, page_id) < COSTS_A_PAGE)

    def _opens(self, grant: Grant, page_id: str, number: int) -> bool:
        if not grants.covers(grant, number):
            return False
        return grants.has_pages_left(grant) or page_id in self.counted.get(grant.id, ())

    def _costs(self, grant: Grant, page_id: str) -> int:
        if grant.page_budget is None:
            return 0
        return 1 if page_id in self.counted.get(grant.id, ()) else COSTS_A_PAGE


NOTHING = Sight(Level.WITHHELD, published=False, sees_description=False, sees_content=False)


def sight(actor: Actor, node_id: str) -> Sight:
    """Return what the actor may see of the node; of an unknown node nothing."""
    return sights(actor, [node_id]).get(node_id, NOTHING)


def sights(actor: Actor, node_ids: Iterable[str]) -> dict[str, Sight]:
    """Return what the actor may see of each known node, by two queries however many they are."""
    wanted = set(node_ids)
    rows = db.session.scalars(
        select(Protection).where(Protection.node_id.in_(wanted), Protection.removed_at.is_(None))
    ).all()
    levels = _levels_on(path for row in rows for path in prefixes(row.path))
    held = grants.current_of(actor.id, [row.node_id for row in rows]) if actor.id else {}
    counting = [grant for several in held.values() for grant in several if grant.page_budget is not None]
    counted = reads.opened_today(counting) if counting else NO_PAGES
    return {
        row.node_id: judge(
            actor,
            strictest([levels[path] for path in prefixes(row.path) if path in levels]),
            published=row.published_at is not None,
            held=[
                one for one in held.get(row.node_id, ()) if grants.has_pages_left(one) or counted.get(one.id)
            ],
            counted=counted,
        )
        for row in rows
        if not row.reserved or _sees_reserves(actor)
    }


def judge(
    actor: Actor,
    level: Level,
    *,
    published: bool,
    held: Sequence[Grant],
    counted: Mapping[str, frozenset[str]] = NO_PAGES,
) -> Sight:
    """Apply the table above to one actor and one node."""
    if actor.may(Permission.READ_WITHHELD):
        return Sight(level, published, sees_description=True, sees_content=True)
    if level is Level.WITHHELD:
        return NOTHING
    if actor.may(Permission.READ_CLOSED):
        return Sight(level, published, sees_description=True, sees_content=True)
    if not published:
        return NOTHING
    if level is Level.OPEN:
        return Sight(level, published, sees_description=True, sees_content=True)
    return Sight(level, published, True, sees_content=bool(held), grants=tuple(held), counted=counted)


def require_description(actor: Actor, node_id: str) -> Sight:
    """Return the sight if the actor may know of the node.

    Raises:
        NotFoundError: the actor may not, or there is no such node; the two look alike.
    """
    seen = sight(actor, node_id)
    if not seen.sees_description:
        raise NotFoundError("not_found")
    return seen


def require_content(actor: Actor, node_id: str) -> Sight:
    """Return the sight if the actor may see any page of the node; which ones says `Sight.shows`.

    Raises:
        NotFoundError: the actor may not, or there is no such node; the two look alike.
    """
    seen = sight(actor, node_id)
    if not seen.sees_content:
        raise NotFoundError("not_found")
    return seen


def describable(actor: Actor, node_id: ColumnElement[str] | ColumnElement[str | None]) -> ColumnElement[bool]:
    """Return the SQL condition that the actor may see the description of the node `node_id`."""
    row = aliased(Protection)
    return exists().where(row.node_id == node_id, _described(actor, row))


def describable_below(actor: Actor, path: str) -> Select[str]:
    """Return the query for the ids of all nodes below the path whose description the actor may see.

    It begins at the protections, by an index that for readers holds only what is published: a
    backlog of scans that nobody has described yet costs them nothing.
    """
    row = aliased(Protection)
    return select(row.node_id).where(row.path.like(f"{path}_%"), _described(actor, row))


def readable(actor: Actor, node_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the SQL condition that the actor may see pages of the original of the node `node_id`."""
    if actor.may(Permission.READ_CLOSED):
        return describable(actor, node_id)
    row = aliased(Protection)
    leave = grants.holds(actor.id, row.node_id.expression) if actor.id else false()
    return exists().where(
        row.node_id == node_id,
        row.removed_at.is_(None),
        row.published_at.is_not(None),
        ~_has(row, Level.WITHHELD),
        or_(~_has(row, Level.CONDITIONAL), leave),
    )


def on_request(node_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the SQL condition that everybody may know of the node, and its pages are given on request."""
    row = aliased(Protection)
    return exists().where(
        row.node_id == node_id,
        row.removed_at.is_(None),
        row.published_at.is_not(None),
        ~_has(row, Level.WITHHELD),
        _has(row, Level.CONDITIONAL),
    )


def visibility(actor: Actor, fonds: str | None = None) -> Visibility:
    """Return the filter that every search of the actor must carry.

    Which of the two indexes an actor may ask at all is `reads_restricted`; the filter
    keeps out what was closed and is not yet out of the index.
    """
    closed = frozenset(db.session.scalars(select(Closure.node_id)))
    return Visibility(not_under=closed, fonds=fonds, withheld=actor.may(Permission.READ_WITHHELD))


def reads_restricted(actor: Actor) -> bool:
    """Tell whether the actor's searches may open the restricted index at all."""
    return actor.may(Permission.READ_CLOSED)


def effective_level(node_id: str) -> Level:
    """Return the strictest level on the node's path, whoever asks.

    Raises:
        NotFoundError: there is no such node.
    """
    row = db.session.get(Protection, node_id)
    if row is None:
        raise NotFoundError("not_found")
    path = prefixes(row.path)
    return strictest(list(_levels_on(path).values()))


def _described(actor: Actor, row: type[Protection]) -> ColumnElement[bool]:
    there: ColumnElement[bool] = row.removed_at.is_(None)
    if actor.may(Permission.READ_CLOSED) and not _sees_reserves(actor):
        there = and_(there, row.reserved.is_(False))
    if actor.may(Permission.READ_WITHHELD):
        return there
    if actor.may(Permission.READ_CLOSED):
        return and_(there, ~_has(row, Level.WITHHELD))
    # What is published is not reserved, as the table itself sees to.
    return and_(there, row.published_at.is_not(None), ~_has(row, Level.WITHHELD))


def _sees_reserves(actor: Actor) -> bool:
    return actor.may(Permission.TAKE_IN) or actor.may(Permission.DESCRIBE)


def _levels_on(paths: Iterable[str]) -> dict[str, Level]:
    rows = db.session.execute(
        select(Protection.path, Protection.level).where(
            Protection.path.in_(set(paths)), Protection.level.is_not(None), opening.closes()
        )
    )
    return {path: Level(level) for path, level in rows if level}


def _has(row: type[Protection], level: Level) -> ColumnElement[bool]:
    """Say in SQL that a node on the row's path has the level; eight look-ups by equality on the path."""
    above = aliased(Protection)
    steps = [func.substr(row.path, 1, 1 + STEP * depth) for depth in range(1, DEEPEST + 1)]
    holds = or_(above.opens_on.is_(None), above.opens_on > clock.today())
    return exists().where(and_(above.path.in_(steps), above.level == level.value, holds)).correlate(row)
