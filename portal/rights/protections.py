"""Write how nodes are protected. Whether the actor may is asked in `policy` before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.rights.levels import Level
from portal.rights.models import Closure, OpeningDay, Protection

DEEPEST, STEP = 8, 11
"""How deep the tree is, and how many characters of a path each level takes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A level that stands on a node: who set it last, and when."""

    node_id: str
    set_by: str | None
    set_at: datetime


def add(
    node_id: str,
    path: str,
    *,
    level: Level | None,
    reason: str,
    set_by: str | None,
    published: bool,
    reserved: bool = False,
) -> Protection:
    """Protect a new node. `level` None leaves it to the ancestors; what is reserved is never published."""
    row = Protection(
        node_id=node_id,
        path=path,
        level=level.value if level else None,
        reason=reason,
        set_by=set_by,
        published_at=clock.now() if published else None,
        reserved=reserved,
    )
    db.session.add(row)
    db.session.flush()
    return row


def of(node_id: str) -> Protection:
    """Return the protection of a node.

    Raises:
        NotFoundError: there is no such node.
    """
    row = db.session.get(Protection, node_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def held(node_id: str) -> Protection:
    """Return the protection of a node, held until the transaction ends.

    Whoever works with a document holds its protection, and whoever removes a branch holds all
    below it, so that nothing is published or described in what is being removed.

    Raises:
        NotFoundError: there is no such node, or it was removed meanwhile.
    """
    row = db.session.get(Protection, node_id, with_for_update=True)
    if row is None or row.removed_at is not None:
        raise NotFoundError("not_found")
    return row


def hold_below(path: str) -> None:
    """Hold a node and all below it until the transaction ends, after others who hold some are through."""
    rows = select(Protection.node_id).where(Protection.path.like(path + "%"))
    db.session.execute(rows.order_by(Protection.node_id).with_for_update())


def set_level(node_id: str, level: Level, reason: str, set_by: str | None) -> Level | None:
    """Set the node's own level and return the one before; one that had lapsed was open.

    Raises:
        ConflictError: a report of personal data keeps it withheld.
    """
    row = held(node_id)
    if row.taken_down and level is not Level.WITHHELD:
        raise ConflictError("taken_down")
    before = row.own_level
    has_lapsed = row.opens_on is not None and row.opens_on <= clock.today()
    if row.opens_on is not None and (level is not before or has_lapsed):
        # Whoever sets another level, or closes anew what had opened, sets the day anew, too.
        row.forget_day()
    row.level, row.reason, row.set_by, row.set_at = level.value, reason, set_by, clock.now()
    db.session.flush()
    return Level.OPEN if has_lapsed else before


def take_down(node_id: str, set_by: str | None) -> Level | None:
    """Withhold a node until the report about it is settled; return its own level of before."""
    before = set_level(node_id, Level.WITHHELD, "", set_by)
    held(node_id).taken_down = True
    db.session.flush()
    return before


def settle(node_id: str) -> None:
    """Let a node have another level again; the one it has stays for now."""
    held(node_id).taken_down = False
    db.session.flush()


def put_level_back(
    node_id: str, level: Level | None, reason: str, set_by: str | None, lapse: OpeningDay
) -> None:
    """Give a node back the level of its own that it had; None leaves it to the ancestors.

    Args:
        lapse: the day on which that level lapsed by itself, and by which rule; one that came meanwhile has
            come: the node is open then, as it would have been.
    """
    row = held(node_id)
    row.level, row.reason, row.taken_down = level.value if level else None, reason, False
    if level is Level.CONDITIONAL:
        row.put_day(lapse)
    else:
        row.forget_day()
    row.set_by, row.set_at = set_by, clock.now()
    db.session.flush()


def publish(node_id: str) -> bool:
    """Publish the node; tell whether it was not published before.

    Raises:
        ConflictError: it holds what was set aside, which is never published.
    """
    row = held(node_id)
    if row.reserved:
        raise ConflictError("reserve_stays")
    if row.published_at is not None:
        return False
    row.published_at = clock.now()
    db.session.flush()
    return True


def unpublish(node_id: str) -> bool:
    """Take the node back from the public; tell whether it was published before."""
    row = held(node_id)
    was = row.published_at is not None
    row.published_at = None
    db.session.flush()
    return was


def move(old_path: str, new_path: str) -> None:
    """Carry the protections of a node and all below it to their new path."""
    db.session.execute(
        update(Protection)
        .where(Protection.path.like(old_path + "%"))
        .values(path=new_path + func.substr(Protection.path, len(old_path) + 1))
    )
    db.session.expire_all()


def remove(path: str, at: datetime) -> int:
    """Take a node and all below it out of everybody's sight; return how many nodes."""
    return set_removed(Protection.path.like(path + "%") & Protection.removed_at.is_(None), at)


def put_back(path: str, at: datetime) -> int:
    """Undo what `remove` did at that instant; levels and publication are as they were.

    What is held back stays removed, and so does what was out of sight before.
    """
    return set_removed(Protection.path.like(path + "%") & (Protection.removed_at == at), None)


def hold_back(node_id: str) -> bool:
    """Take a node out of everybody's sight for a mark that it bears; tell whether it was in sight before.

    Raises:
        NotFoundError: there is no such node.
    """
    row = db.session.get(Protection, node_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    if row.held_back:
        return False
    row.held_back, row.removed_at = True, row.removed_at or clock.now()
    db.session.flush()
    return True


def let_out(node_id: str) -> None:
    """Undo `hold_back`; what was removed with its batch meanwhile stays removed with it.

    Raises:
        NotFoundError: there is no such node.
    """
    row = db.session.get(Protection, node_id, with_for_update=True)
    if row is None:
        raise NotFoundError("not_found")
    above = select(func.max(Protection.removed_at)).where(Protection.path.in_(prefixes(row.path)[:-1]))
    row.held_back, row.removed_at = False, db.session.scalar(above)
    db.session.flush()


def is_held_back(node_id: str) -> bool:
    """Tell whether a mark keeps the node removed; it stays as it is until the transaction ends."""
    row = db.session.get(Protection, node_id, with_for_update={"read": True}, populate_existing=True)
    return row is not None and row.held_back


def is_removed(node_id: str) -> bool:
    """Tell whether the node was taken out of sight; a node that is not there was not."""
    row = db.session.get(Protection, node_id)
    return row is not None and row.removed_at is not None


def close_in_search(node_id: str, seq: int) -> None:
    """Keep the node out of every search until the index holds the outbox entry `seq`."""
    row = db.session.get(Closure, node_id)
    if row is None:
        db.session.add(Closure(node_id=node_id, seq=seq))
    else:
        row.seq = seq
    db.session.flush()


def levels_on(path: str) -> dict[str, tuple[Level, str | None]]:
    """Return by node id each level that stands on the path, and who set it last."""
    rows = db.session.execute(
        select(Protection.node_id, Protection.level, Protection.set_by).where(
            Protection.path.in_(prefixes(path)), Protection.level.is_not(None)
        )
    )
    return {node_id: (Level(level), set_by) for node_id, level, set_by in rows if level}


def behind(paths: Iterable[str]) -> Sequence[Standing]:
    """Return each level that stands on one of the paths, by whom and when it was set last, by one query."""
    above = {prefix for path in paths for prefix in prefixes(path)}
    rows = db.session.execute(
        select(Protection.node_id, Protection.set_by, Protection.set_at).where(
            Protection.path.in_(above), Protection.level.is_not(None)
        )
    )
    return [Standing(row.node_id, row.set_by, row.set_at) for row in rows]


def set_since(path: ColumnElement[str], instant: datetime, setters: Iterable[str]) -> ColumnElement[bool]:
    """Return the SQL condition that a level on the path was set since, or by one of the people."""
    above = aliased(Protection)
    late = or_(above.set_at >= instant, above.set_by.in_(list(setters)))
    return exists().where(above.path.in_(steps(path)), above.level.is_not(None), late)


def steps(path: ColumnElement[str]) -> list[ColumnElement[str]]:
    """Return in SQL the paths of the node and of all its ancestors, as `prefixes` does."""
    return [func.substr(path, 1, 1 + STEP * depth) for depth in range(1, DEEPEST + 1)]


def prefixes(path: str) -> list[str]:
    """Return the paths of the node and of all its ancestors, the root's first."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) + "/" for depth in range(len(parts))]


def set_removed(which: ColumnElement[bool], instant: datetime | None) -> int:
    """Take nodes out of sight, or let them be seen again; what is held back stays. Return how many."""
    if instant is None:
        which = and_(which, Protection.held_back.is_(False))
    number = db.session.scalar(select(func.count()).select_from(Protection).where(which)) or 0
    db.session.execute(
        update(Protection)
        .where(which)
        .values(removed_at=instant)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    return number
