"""Change what the installation says of itself, look back at it, and bring an old version back.

Nothing is overwritten: a change ends the row that held and adds one, and the audit trail keeps both texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, NotFoundError
from portal.core.nameplate import Key, SiteValue
from portal.site import rules

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a value, with the name of who saved it."""

    number: int
    value: str
    value_en: str
    valid_from: datetime
    valid_to: datetime | None
    who: str


NOTHING = Version(0, "", "", datetime.min, None, "")  # noqa: DTZ901 - stands for no version at all
"""What holds where nobody has changed the value yet."""


def change(actor: Actor, key: Key, value: str, value_en: str, seen: int) -> bool:
    """Let the value hold from now on; tell whether that changed anything.

    Args:
        seen: number of the version that the person had before them, 0 where there was none.

    Raises:
        NotAllowedError: the actor does not look after the site.
        InvalidError: a text is too long, is no address, or lacks its other language.
        ConflictError: somebody else changed the value in the meantime.
    """
    actor.must(Permission.MANAGE_SITE)
    value, value_en = rules.cleaned(key, value, value_en)
    now = _current_row(key)
    if seen != (now.version if now else 0):
        raise ConflictError("changed_meanwhile")
    before = (now.value, now.value_en) if now else ("", "")
    if before == (value, value_en):
        return False
    row = _succeed(actor, now, SiteValue(key=key.value, value=value, value_en=value_en))
    trail.record(
        actor,
        "site.change",
        "site_value",
        key.value,
        version=row.version,
        old={"vi": before[0], "en": before[1]},
        new={"vi": value, "en": value_en},
    )
    return True


def restore(actor: Actor, key: Key, number: int, seen: int) -> bool:
    """Let an older version hold again, as a new one; tell whether that changed anything.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: somebody else changed the value in the meantime.
    """
    actor.must(Permission.MANAGE_SITE)
    old = db.session.scalar(select(SiteValue).where(SiteValue.key == key.value, SiteValue.version == number))
    if old is None:
        raise NotFoundError("not_found")
    return change(actor, key, old.value, old.value_en, seen)


def current(actor: Actor, key: Key) -> Version:
    """Return the version that holds, `NOTHING` where nobody has changed the value yet."""
    return next(iter(history(actor, key)), NOTHING)


def history(actor: Actor, key: Key) -> Sequence[Version]:
    """Return the versions of a value, newest first."""
    actor.must(Permission.MANAGE_SITE)
    rows = db.session.scalars(
        select(SiteValue)
        .where(SiteValue.key == key.value)
        .order_by(SiteValue.version.desc())
        .limit(MOST_LISTED)
    ).all()
    return _named(rows)


def overview(actor: Actor) -> Mapping[Key, Version]:
    """Return the version of every value that holds."""
    actor.must(Permission.MANAGE_SITE)
    rows = db.session.scalars(select(SiteValue).where(SiteValue.valid_to.is_(None))).all()
    held = {Key(row.key): version for row, version in zip(rows, _named(rows), strict=True)}
    return {key: held.get(key, NOTHING) for key in Key}


def _current_row(key: Key) -> SiteValue | None:
    return db.session.scalar(
        select(SiteValue).where(SiteValue.key == key.value, SiteValue.valid_to.is_(None)).limit(1)
    )


def _succeed(actor: Actor, now: SiteValue | None, row: SiteValue) -> SiteValue:
    """End the version that held and add the next, unless somebody else did so at this moment."""
    row.version, row.changed_by, row.valid_from = (now.version if now else 0) + 1, actor.id, clock.now()
    try:
        with db.session.begin_nested():
            if now is not None:
                now.valid_to = row.valid_from
            db.session.add(row)
    except IntegrityError:
        raise ConflictError("changed_meanwhile") from None
    return row


def _named(rows: Sequence[SiteValue]) -> list[Version]:
    names = people.names([row.changed_by for row in rows if row.changed_by])
    return [
        Version(
            number=row.version,
            value=row.value,
            value_en=row.value_en,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            who=names.get(row.changed_by or "", ""),
        )
        for row in rows
    ]
