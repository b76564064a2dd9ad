"""Leave for one person to see pages of one conditional document, from an instant until another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, select

from portal.core import clock
from portal.core.db import db
from portal.core.errors import InvalidError, NotFoundError
from portal.rights import grant_states, tracing
from portal.rights.grant_states import GrantAct, GrantState
from portal.rights.models import Grant


class Scope(StrEnum):
    """What may be done with the pages."""

    VIEW = "view"
    """Read them here, and nothing more: no copy is made."""
    VIEW_AND_COPY = "view_copy"


@dataclass(frozen=True, slots=True)
class Terms:
    """What leave covers, beside person, document and end; if nothing is said, all pages, now, with a copy."""

    valid_from: datetime | None = None
    """Aware instant of its begin; the instant of giving where there is none."""
    pages: tuple[int, int] | None = None
    """Numbers of the first and the last page; None is the whole document."""
    scope: Scope = Scope.VIEW_AND_COPY
    page_budget: int | None = None
    """How many pages may be looked at, one counted once a day; for leave to read only."""
    redaction_id: str | None = None
    """The redacted version that is seen instead of the original; None is the original."""


ALL_PAGES = Terms()


def give(
    *,
    given_by: str,
    person_id: str,
    node_id: str,
    until: datetime,
    mark: str,
    terms: Terms = ALL_PAGES,
) -> Grant:
    """Give leave until an aware instant. Who may give is asked by the caller (`access.decisions`).

    Args:
        mark: whose it is, under which request, since when; the trace code is added to it.

    Raises:
        InvalidError: it would end before it begins, the pages are no range, or pages are counted
            although a copy, which is all of them, comes with it.
    """
    begin = terms.valid_from or clock.now()
    first, last = terms.pages or (None, None)
    if begin >= until:
        raise InvalidError("end_before_begin", fields={"until": "end_before_begin"})
    if first is not None and last is not None and not 1 <= first <= last:
        raise InvalidError("no_page_range", fields={"pages": "no_page_range"})
    if terms.page_budget is not None and (terms.page_budget < 1 or terms.scope is not Scope.VIEW):
        raise InvalidError("budget_is_for_reading", fields={"page_budget": "budget_is_for_reading"})
    code = tracing.new_code()
    row = Grant(
        person_id=person_id,
        node_id=node_id,
        valid_from=begin,
        until=until,
        first_page=first,
        last_page=last,
        scope=terms.scope.value,
        page_budget=terms.page_budget,
        redaction_id=terms.redaction_id,
        pages_used=0,
        trace=code,
        mark=f"{mark} · {tracing.shown(code)}",
        given_by=given_by,
    )
    db.session.add(row)
    db.session.flush()
    return row


def revoke(*, revoked_by: str, grant_id: str, reason: str) -> Grant:
    """Take leave back at once, also what has not begun.

    Raises:
        NotFoundError: there is no such grant.
        ConflictError: it was revoked before, or has ended by itself.
    """
    row = by_id(grant_id)
    grant_states.check(row, GrantAct.REVOKE)
    row.revoked_by, row.revoked_at, row.revoke_reason = revoked_by, clock.now(), reason
    db.session.flush()
    return row


def by_id(grant_id: str) -> Grant:
    """Return a grant, current or not.

    Raises:
        NotFoundError: there is no such grant.
    """
    row = db.session.get(Grant, grant_id)
    if row is None:
        raise NotFoundError("not_found")
    return row


def is_current(grant: Grant) -> bool:
    """Tell whether the grant holds at this instant. At its end it no longer does."""
    return grant_states.of(grant) is GrantState.ACTIVE


def covers(grant: Grant, number: int) -> bool:
    """Tell whether the page of the number is among those that the grant is for."""
    if grant.first_page is None or grant.last_page is None:
        return True
    return grant.first_page <= number <= grant.last_page


def has_pages_left(grant: Grant) -> bool:
    """Tell whether the grant counts no pages, or has not counted them all."""
    return grant.page_budget is None or grant.pages_used < grant.page_budget


def lets_copy(grant: Grant) -> bool:
    """Tell whether a copy comes with the grant."""
    return grant.scope == Scope.VIEW_AND_COPY.value


def current_of(person_id: str, node_ids: Sequence[str]) -> dict[str, list[Grant]]:
    """Return the person's grants in force on each of the nodes, the longest first; also what is used up."""
    rows = db.session.scalars(
        select(Grant)
        .where(is_in_force(), Grant.person_id == person_id, Grant.node_id.in_(node_ids))
        .order_by(Grant.until.desc(), Grant.id)
    )
    found: dict[str, list[Grant]] = {}
    for row in rows:
        found.setdefault(row.node_id, []).append(row)
    return found


def wholly_held(person_id: str, node_ids: Sequence[str]) -> set[str]:
    """Return those of the nodes of which the person may see all pages of the original now."""
    return {
        node_id
        for node_id, rows in current_of(person_id, node_ids).items()
        if any(row.first_page is None and row.redaction_id is None and is_current(row) for row in rows)
    }


def of_redaction(redaction_id: str) -> list[Grant]:
    """Return the grants on a redacted version that have neither ended nor been taken back."""
    running = (Grant.redaction_id == redaction_id, Grant.revoked_at.is_(None), Grant.until > clock.now())
    return list(db.session.scalars(select(Grant).where(*running).order_by(Grant.id)))


def was_given(node_id: str) -> bool:
    """Tell whether anybody was ever given leave for the node, ended or not."""
    return bool(db.session.scalar(select(exists().where(Grant.node_id == node_id))))


def run(person_id: str) -> bool:
    """Tell whether any grant of the person has still to come, or has not ended yet."""
    mine = select(Grant.id).where(
        Grant.person_id == person_id, Grant.revoked_at.is_(None), Grant.until > clock.now()
    )
    return db.session.scalar(mine.limit(1)) is not None


def holds(person_id: str, node_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the SQL condition that the person has a grant that opens pages of the original `node_id` now."""
    is_theirs = (Grant.person_id == person_id) & (Grant.node_id == node_id) & Grant.redaction_id.is_(None)
    return exists().where(is_active(), is_theirs)


def is_active() -> ColumnElement[bool]:
    """Return the SQL condition that a grant is in force and has pages left."""
    return is_in_force() & (Grant.page_budget.is_(None) | (Grant.pages_used < Grant.page_budget))


def is_in_force() -> ColumnElement[bool]:
    """Return the SQL condition that a grant has begun, and has neither ended nor been taken back."""
    now = clock.now()
    return Grant.revoked_at.is_(None) & (Grant.valid_from <= now) & (Grant.until > now)
