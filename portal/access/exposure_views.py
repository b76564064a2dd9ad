"""What the staff see of reports that records show personal data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from portal.access import rulebook
from portal.access.exposure_rows import Exposure
from portal.access.exposures import OPEN, TRANSITIONS, A, ExposureAct, S
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import pages, records
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.rights import policy


@dataclass(frozen=True, slots=True)
class ExposureView:
    """A report as the staff see it."""

    row: Exposure
    title: str
    page_number: int | None
    term_vi: str
    term_en: str
    hider: str
    answerer: str
    has_email: bool
    acts: frozenset[ExposureAct]
    is_late: bool


def waiting(actor: Actor, paging: Paging, *, is_over: bool = False) -> Listing[ExposureView]:
    """Return what waits, the one due first before others; or what is answered, the latest first."""
    actor.must(Permission.HANDLE)
    states = [state.value for state in S if (state not in OPEN) is is_over]
    which = Exposure.state.in_(states) & policy.describable(actor, Exposure.node_id.expression)
    order = (Exposure.answered_at.desc(), Exposure.id) if is_over else (Exposure.due_on, Exposure.id)
    rows = db.session.scalars(
        select(Exposure).where(which).order_by(*order).limit(paging.per_page).offset(paging.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Exposure).where(which)) or 0
    return Listing([_view(actor, row) for row in rows], paging, total)


def show(actor: Actor, report_id: str) -> ExposureView:
    """Return a report.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: there is none.
    """
    actor.must(Permission.HANDLE)
    row = db.session.get(Exposure, report_id)
    if row is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, row.node_id)
    return _view(actor, row)


def _view(actor: Actor, row: Exposure) -> ExposureView:
    known = records.titles(actor, [row.node_id])
    names = people.names([one for one in (row.hidden_by, row.answered_by) if one])
    term = rulebook.term(row.term_id) if row.term_id else None
    return ExposureView(
        row=row,
        title=known[row.node_id].title if row.node_id in known else "",
        page_number=pages.by_id(row.page_id).number if row.page_id else None,
        term_vi=term.name_vi if term else "",
        term_en=term.name_en if term else "",
        hider=names.get(row.hidden_by or "", ""),
        answerer=names.get(row.answered_by or "", ""),
        has_email=row.email_sealed is not None,
        acts=frozenset(act for act in A if (S(row.state), act) in TRANSITIONS),
        is_late=S(row.state) in OPEN and row.due_on < clock.today(),
    )
