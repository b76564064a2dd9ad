"""What can be decided on one document, and whether it holds together.

Before `drafts` and `decisions`, which both carry it: the same holds for who drafts and who decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.access import redactions, rulebook
from portal.access.models import Draft, Item
from portal.access.states import Act
from portal.access.terms import Outcome, Standing, TermKind
from portal.catalogue import pages
from portal.core import clock
from portal.core.errors import ConflictError, InvalidError
from portal.rights import policy, protections
from portal.rights.levels import Level

OUTCOMES: dict[Act, Outcome | None] = {
    Act.GRANT: Outcome.GRANT,
    Act.REFUSE: Outcome.REFUSE,
    Act.NOT_HELD: Outcome.NOT_HELD,
    Act.TRANSFER: Outcome.TRANSFERRED,
    Act.ALREADY_OPEN: None,
}
"""What can be decided, and for which outcome the rulebook gives reasons; that a record is open needs none."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes to decide on one document, or decides."""

    act: Act
    """One of OUTCOMES."""
    reason: str
    """What the reader will read; of a transfer also to whom."""
    term_id: str = ""
    """The reason by its code; empty where none fits."""
    until: datetime | None = None
    pages: tuple[int, int] | None = None
    """First and last page that are granted; None is the whole document."""
    review_on: date | None = None
    """When a refusal is looked at again."""
    note: str = ""
    """For whoever signs."""
    redaction_id: str = ""
    """The redacted version that is granted; empty is the original."""


def of_draft(row: Draft) -> Proposal:
    """Return what a draft proposes."""
    return Proposal(
        act=Act(row.act),
        reason=row.reason,
        term_id=row.term_id or "",
        until=row.until,
        pages=(row.first_page, row.last_page) if row.first_page and row.last_page else None,
        review_on=row.review_on,
        note=row.note,
        redaction_id=row.redaction_id or "",
    )


def check(item: Item, proposal: Proposal) -> None:
    """See that a proposal holds together.

    Raises:
        InvalidError: there is no such decision, a field is not for it, the pages are not there, or
            the reason by the rules does not fit or has no day of review.
        ConflictError: the document is said to be open, and is not.
    """
    if proposal.act not in OUTCOMES:
        raise InvalidError("missing", fields={"act": "missing"})
    if proposal.act is not Act.GRANT and (proposal.pages or proposal.until):
        raise InvalidError("refusal_has_no_end", fields={"until": "refusal_has_no_end"})
    if proposal.act is not Act.REFUSE and proposal.review_on:
        raise InvalidError("review_is_of_refusals", fields={"review_on": "review_is_of_refusals"})
    if proposal.review_on is not None and proposal.review_on <= clock.today():
        raise InvalidError("review_day_needed", fields={"review_on": "review_day_needed"})
    if proposal.act is Act.ALREADY_OPEN:
        check_open(item)
    if proposal.redaction_id and proposal.act is not Act.GRANT:
        raise InvalidError("refusal_shows_nothing", fields={"redaction": "refusal_shows_nothing"})
    if proposal.redaction_id:
        redactions.require_grantable(proposal.redaction_id, item.node_id)
    if proposal.pages is not None:
        _check_pages(item, *proposal.pages)
    if proposal.term_id:
        _check_term(proposal)


def check_open(item: Item) -> None:
    """See that everybody may read the document as it is now.

    Raises:
        ConflictError: they may not.
    """
    published = protections.of(item.node_id).published_at is not None
    if not published or policy.effective_level(item.node_id) is not Level.OPEN:
        raise ConflictError("not_open_yet")


def _check_pages(item: Item, first: int, last: int) -> None:
    count = len(pages.of_document(item.node_id))
    if not 1 <= first <= last <= count:
        raise InvalidError("no_such_pages", fields={"pages": "no_such_pages"}, most=count)


def _check_term(proposal: Proposal) -> None:
    term, outcome = rulebook.term(proposal.term_id), OUTCOMES[proposal.act]
    fits = term.kind == TermKind.REASON.value and outcome is not None and term.outcome == outcome.value
    if not fits or rulebook.standing(term) is not Standing.HOLDS:
        raise InvalidError("reason_does_not_fit", fields={"term": "reason_does_not_fit"})
    if term.needs_review_on and proposal.act is Act.REFUSE and proposal.review_on is None:
        raise InvalidError("review_day_needed", fields={"review_on": "review_day_needed"})
