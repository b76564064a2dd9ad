"""What those who redact see of a version: its pages, how far each is, and what the proof found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.access import boxes, proving, redaction_states, redactions
from portal.access.redaction_states import RedactionAct
from portal.accounts import people
from portal.accounts.actors import Actor
from portal.accounts.roles import Permission
from portal.catalogue import images, pages, records, seeking
from portal.catalogue.images import Pixels
from portal.catalogue.models import Page
from portal.catalogue.readings import Word
from portal.catalogue.redaction_rows import MakingState, RedactedPage, Redaction, RedactionBox, RedactionState
from portal.catalogue.seeking import Finding
from portal.core.db import db, end_reading
from portal.core.errors import NotFoundError
from portal.core.paging import Listing, Paging
from portal.rights import policy
from portal.rights.reads import Use

OPEN = (RedactionState.OFFERED, RedactionState.DRAFT, RedactionState.RETURNED)
"""What waits for somebody, in the order of pressing."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A version in a list."""

    id: str
    document_id: str
    title: str
    """Empty where nobody has described the document, or the actor may not know of it."""
    version: int
    state: RedactionState
    reason: str
    maker: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PageWork:
    """One page of a version."""

    page_id: str
    number: int
    boxes: int
    state: str
    """plain (nothing hidden, not kept yet), drawn (boxes, not made yet), waiting, made, kept, failed."""
    failure_code: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class RedactionView:
    """A version as the staff see it."""

    brief: Brief
    acts: frozenset[RedactionAct]
    is_own: bool
    left_standing: str
    confirmer: str
    confirmed_at: datetime | None
    ender: str
    ended_at: datetime | None
    ended_reason: str
    pages: Sequence[PageWork]
    in_description: Sequence[Finding]
    can_undo: bool
    fingerprint: str
    """What `redactions.confirm` wants to hear."""

    @property
    def id(self) -> str:
        return self.brief.id

    @property
    def findings(self) -> list[Finding]:
        return [*(one for page in self.pages for one in page.findings), *self.in_description]

    @property
    def is_made(self) -> bool:
        return all(page.state in ("made", "kept") for page in self.pages)

    @property
    def is_in_work(self) -> bool:
        return any(page.state == "waiting" for page in self.pages)

    @property
    def is_fatal(self) -> bool:
        return any(one.trace in seeking.FATAL for one in self.findings)

    @property
    def asks(self) -> bool:
        """Tell whether the maker has to say why hidden words may stay elsewhere."""
        return any(one.trace in seeking.ASKED for one in self.findings)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a version, to be drawn on or compared."""

    page_id: str
    number: int
    width: int
    height: int
    boxes: Sequence[RedactionBox]
    words: Sequence[Word]
    """Of the original."""
    text: str
    """Of the page that was made; empty where it is not."""
    work: PageWork


def of_document(actor: Actor, document_id: str) -> list[Brief]:
    """Return all versions of a document, newest first.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: the actor may not see the document.
    """
    actor.must(Permission.HANDLE)
    policy.require_content(actor, document_id)
    rows = db.session.scalars(
        select(Redaction).where(Redaction.document_id == document_id).order_by(Redaction.version.desc())
    ).all()
    return _briefs(actor, rows)


def waiting(actor: Actor, paging: Paging) -> Listing[Brief]:
    """Return what is to be confirmed and what is being drawn, the offered before others, oldest first."""
    actor.must(Permission.HANDLE)
    is_known = policy.describable(actor, Redaction.document_id.expression)
    which = Redaction.state.in_([state.value for state in OPEN]) & is_known
    is_offered = Redaction.state == RedactionState.OFFERED.value
    rows = db.session.scalars(
        select(Redaction)
        .where(which)
        .order_by(is_offered.desc(), Redaction.made_at, Redaction.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    total = db.session.scalar(select(func.count()).select_from(Redaction).where(which)) or 0
    return Listing(_briefs(actor, rows), paging, total)


def offered(actor: Actor) -> int:
    """Return how many versions wait for the actor as the second person."""
    actor.must(Permission.HANDLE)
    which = (Redaction.state == RedactionState.OFFERED.value, Redaction.made_by != actor.id)
    return db.session.scalar(select(func.count()).select_from(Redaction).where(*which)) or 0


def show(actor: Actor, redaction_id: str) -> RedactionView:
    """Return a version with all that its proof found.

    Raises:
        NotAllowedError: the actor does not handle requests.
        NotFoundError: there is none, or the actor may not see its document.
    """
    row = _row(actor, redaction_id)
    found = proving.findings(row)
    names = people.names([one for one in (row.confirmed_by, row.ended_by) if one])
    return RedactionView(
        brief=_briefs(actor, [row])[0],
        acts=frozenset(act for act in RedactionAct if redaction_states.may(actor, row, act)),
        is_own=row.made_by == actor.id,
        left_standing=row.left_standing,
        confirmer=names.get(row.confirmed_by or "", ""),
        confirmed_at=row.confirmed_at,
        ender=names.get(row.ended_by or "", ""),
        ended_at=row.ended_at,
        ended_reason=row.ended_reason,
        pages=_works(row, found),
        in_description=[one for one in found if one.page == 0],
        can_undo=row.past not in ("", "[]"),
        fingerprint=redactions.fingerprint(row),
    )


def sheet(actor: Actor, redaction_id: str, number: int) -> Sheet:
    """Return one page of a version; that the actor sees the original is noted in the log of reading.

    Raises:
        NotAllowedError, NotFoundError: as `show`; or there is no such page, or it was not read yet.
    """
    row = _row(actor, redaction_id)
    page = _page(row, number)
    pages.opened(actor, page.id, Use.TEXT)
    made = _made(row.id, page.id)
    if not page.width or not page.height:
        raise NotFoundError("not_found")
    return Sheet(
        page_id=page.id,
        number=page.number,
        width=page.width,
        height=page.height,
        boxes=boxes.of_page(row.id, page.id),
        words=boxes.words_of(page.id),
        text=made.text if made else "",
        work=next(work for work in _works(row, proving.findings(row)) if work.page_id == page.id),
    )


def picture(actor: Actor, redaction_id: str, number: int, width: int) -> bytes:
    """Return the image of a page as the version shows it, as JPEG, noted in the log of reading.

    Raises:
        NotAllowedError, NotFoundError: as `show`; or the page is not made.
        UnavailableError: the image is still being made.
    """
    row = _row(actor, redaction_id)
    page = _page(row, number)
    pages.opened(actor, page.id, Use.IMAGE)
    made = _made(row.id, page.id)
    if made is None or made.state != MakingState.MADE.value:
        raise NotFoundError("not_found")
    pixels = Pixels(made.pixels)
    end_reading()
    return images.image(pixels, width, seconds=4.0)


def _row(actor: Actor, redaction_id: str) -> Redaction:
    actor.must(Permission.HANDLE)
    row = db.session.get(Redaction, redaction_id)
    if row is None:
        raise NotFoundError("not_found")
    policy.require_content(actor, row.document_id)
    return row


def _page(row: Redaction, number: int) -> Page:
    page = db.session.scalar(select(Page).where(Page.document_id == row.document_id, Page.number == number))
    if page is None:
        raise NotFoundError("not_found")
    return page


def _made(redaction_id: str, page_id: str) -> RedactedPage | None:
    where = (RedactedPage.redaction_id == redaction_id, RedactedPage.page_id == page_id)
    return db.session.scalar(select(RedactedPage).where(*where))


def _works(row: Redaction, found: Sequence[Finding]) -> list[PageWork]:
    made = {page.page_id: page for page in redactions.made_pages(row.id)}
    drawn = Counter(
        db.session.scalars(select(RedactionBox.page_id).where(RedactionBox.redaction_id == row.id))
    )
    return [
        PageWork(
            page_id=page.id,
            number=page.number,
            boxes=drawn[page.id],
            state=_state(made.get(page.id), drawn[page.id]),
            failure_code=made[page.id].failure_code if page.id in made else "",
            findings=[one for one in found if one.page == page.number],
        )
        for page in pages.of_document(row.document_id)
    ]


def _state(made: RedactedPage | None, drawn: int) -> str:
    if made is None:
        return "drawn" if drawn else "plain"
    return "kept" if made.state == MakingState.MADE.value and not made.is_drawn else made.state


def _briefs(actor: Actor, rows: Sequence[Redaction]) -> list[Brief]:
    known = records.titles(actor, [row.document_id for row in rows])
    names = people.names([row.made_by for row in rows])
    return [
        Brief(
            id=row.id,
            document_id=row.document_id,
            title=known[row.document_id].title if row.document_id in known else "",
            version=row.version,
            state=RedactionState(row.state),
            reason=row.reason,
            maker=names.get(row.made_by, ""),
            made_at=row.made_at,
        )
        for row in rows
    ]
