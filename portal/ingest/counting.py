"""Whether a batch is whole: how many sides are expected, and what became of those that came.

Separator sheets, batch sheets and pages replaced by a rescan do not count: they are no pages of a
document. A blank back is a side like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from portal.accounts.actors import Actor
from portal.catalogue.models import Page, PageState
from portal.core.db import db
from portal.ingest import sampling, second_person
from portal.ingest.check_rows import CheckState, PageCheck
from portal.ingest.models import Batch, Scan, ScanState


@dataclass(frozen=True, slots=True)
class Count:
    """The sides of a batch. What is accepted, rejected and waits is all that came."""

    expected: int | None
    """None where nobody said how many sheets there are."""
    looked_at: int
    """Accepted by a second person."""
    by_sample: int
    """Accepted without a look: they were not drawn."""
    rejected: int
    unread: int
    """Wait for the machine."""
    to_check: int
    """Wait for a second person."""
    to_rescan: int
    """Wait for the paper to be scanned again."""
    files: int
    """Files whose pages are not counted yet."""
    percent: int
    drawn: int

    @property
    def accepted(self) -> int:
        return self.looked_at + self.by_sample

    @property
    def waiting(self) -> int:
        return self.unread + self.to_check + self.to_rescan

    @property
    def came(self) -> int:
        return self.accepted + self.rejected + self.waiting

    @property
    def missing(self) -> int:
        """How many more are expected than came."""
        return max(0, (self.expected or 0) - self.came) if self.expected is not None else 0

    @property
    def surplus(self) -> int:
        """How many more came than are expected."""
        return max(0, self.came - self.expected) if self.expected is not None else 0

    @property
    def is_done(self) -> bool:
        """Whether nothing waits any more, for the machine or for a person."""
        return not self.waiting and not self.files

    @property
    def is_whole(self) -> bool:
        """Whether what is expected is what was accepted and rejected."""
        return self.is_done and self.expected == self.accepted + self.rejected


def of(actor: Actor, batch_id: str) -> Count:
    """Return how the sides of a batch stand. The cost grows with the pages of the batch.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it was withdrawn.
    """
    return count(second_person.known(actor, batch_id))


def count(batch: Batch) -> Count:
    """Return how the sides of a batch stand, whoever asks."""
    standing = and_(PageCheck.page_id == Page.id, PageCheck.state != CheckState.RESCANNED.value)
    rows = db.session.execute(
        select(Page.state, PageCheck.state, func.count())
        .select_from(Page)
        .join(PageCheck, standing, isouter=True)
        .where(sampling.inside(batch.id))
        .group_by(Page.state, PageCheck.state)
    )
    pages: dict[tuple[str, str | None], int] = {(page, look): number for page, look, number in rows}
    unread = sum(number for (page, _), number in pages.items() if page == PageState.WAITING)
    read = {key: number for key, number in pages.items() if key[0] != PageState.WAITING}

    def stand(look: CheckState) -> int:
        return sum(number for (_, found), number in read.items() if found == look)

    undrawn = sum(number for (_, look), number in read.items() if look is None)
    failed = read.get((PageState.FAILED.value, None), 0)
    rejected = _rejected(batch.id)
    drawn, share = sampling.drawn(batch.id), sampling.percent(batch.id)
    still = sampling.wanted(sum(pages.values()) + rejected, share) - drawn
    # What is still to be drawn waits, though nobody knows yet which pages they are.
    to_draw = min(undrawn, max(failed, still))
    return Count(
        expected=expected(batch),
        looked_at=stand(CheckState.ACCEPTED),
        by_sample=undrawn - to_draw,
        rejected=rejected,
        unread=unread,
        to_check=stand(CheckState.WAITING) + to_draw,
        to_rescan=stand(CheckState.RESCAN),
        files=_uncounted(batch.id),
        percent=share,
        drawn=drawn,
    )


def expected(batch: Batch) -> int | None:
    """Return how many sides the batch should have; None where nobody said how many sheets."""
    return None if batch.expected_sheets is None else batch.expected_sheets * batch.sides


def _rejected(batch_id: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(PageCheck)
            .where(PageCheck.batch_id == batch_id, PageCheck.state == CheckState.REJECTED.value)
        )
        or 0
    )


def _uncounted(batch_id: str) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Scan)
            .where(Scan.batch_id == batch_id, Scan.state == ScanState.RECEIVED.value)
        )
        or 0
    )
