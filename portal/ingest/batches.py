"""Batches: what one operator brings at one time, and how far it has got."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, func, select

from portal.accounts.actors import Actor
from portal.accounts.models import Person
from portal.accounts.roles import Permission
from portal.audit import trail
from portal.catalogue import pages, tree
from portal.catalogue.models import Page, PageState
from portal.core import clock
from portal.core.db import db
from portal.core.errors import ConflictError, InvalidError, NotFoundError
from portal.core.paging import Listing, Paging
from portal.ingest import failures, scans, second_person
from portal.ingest.models import PURGED, Batch, Scan, ScanState
from portal.ingest.papers import NOTHING_SAID, Paper
from portal.ingest.steering_rows import SkippedPage
from portal.rights import policy

LONGEST_NAME = 200


def open_batch(actor: Actor, fonds_id: str, name: str, declared: bool, paper: Paper = NOTHING_SAID) -> Batch:
    """Open a batch with its holding file in the fonds.

    Args:
        declared: the operator has declared that it holds no state secret.
        paper: what is known of the paper, for the batch sheet and the closing.

    Raises:
        InvalidError: the declaration or the name is missing, or something about the paper cannot be;
            `fields` names the inputs.
        NotFoundError: there is no such fonds, or it is not for the actor; the two look alike.
    """
    actor.must(Permission.TAKE_IN)
    policy.require_description(actor, fonds_id)
    if not declared:
        raise InvalidError("declare_no_secret", fields={"declared": "declare_no_secret"})
    known = paper.checked()
    holding = tree.open_holding(actor, fonds_id, name)
    batch = Batch(
        name=holding.working_title,
        fonds_id=fonds_id,
        holding_id=holding.id,
        operator_id=actor.id,
        declared_no_secret_at=clock.now(),
        box=known.box,
        folders=known.folders,
        expected_sheets=known.expected_sheets,
        sides=known.sides,
        scanner=known.scanner,
    )
    db.session.add(batch)
    db.session.flush()
    trail.record(actor, "batch.open", "batch", batch.id, fonds=fonds_id, declared_no_secret=True)
    return batch


def known(actor: Actor, batch_id: str) -> Batch:
    """Return a batch that the actor may know of.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
    """
    batch = db.session.get(Batch, batch_id)
    if batch is None:
        raise NotFoundError("not_found")
    policy.require_description(actor, batch.holding_id)
    return batch


def require_open(actor: Actor, batch_id: str) -> None:
    """See that files can be brought into a batch.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: the batch is closed.
    """
    if known(actor, batch_id).closed_at is not None:
        raise ConflictError("batch_closed")


def listing(actor: Actor, paging: Paging) -> Listing[Batch]:
    """Return the batches that the actor may know of, the latest first."""
    actor.must(Permission.TAKE_IN)
    known = policy.describable(actor, Batch.holding_id.expression)
    total = db.session.scalar(select(func.count()).select_from(Batch).where(known)) or 0
    rows = db.session.scalars(
        select(Batch)
        .where(known)
        .order_by(Batch.created_at.desc(), Batch.id)
        .limit(paging.per_page)
        .offset(paging.offset)
    ).all()
    return Listing(rows, paging, total)


def retry(actor: Actor, batch_id: str) -> int:
    """Have the failed pages and the refused files of a batch tried once more; return how many.

    Raises:
        NotFoundError: there is no such batch, or its place was withheld from the actor.
        ConflictError: it is closed or withdrawn.
    """
    batch = second_person.at_work(actor, batch_id)
    files = db.session.scalars(select(Scan).where(Scan.id.in_(_files_to_retry(batch.id)))).all()
    failed = db.session.scalars(_pages_to_retry(batch.id)).all()
    # Their jobs may have been cleared away long since, so they are written down before they are repeated.
    for scan in files:
        scan.state, scan.code, scan.values = ScanState.RECEIVED.value, "", {}
        scans.split_again(scan.id)
    for page_id in failed:
        pages.wait_again(page_id)
        scans.read_again(page_id)
    trail.record(actor, "batch.retry", "batch", batch.id, pages=len(failed), files=len(files))
    return len(failed) + len(files)


def retryable_number(batch_id: str) -> int:
    """Return how many refused files and failed pages of a batch can be tried again."""
    files, failed = _files_to_retry(batch_id).subquery(), _pages_to_retry(batch_id).subquery()
    return sum(db.session.scalar(select(func.count()).select_from(each)) or 0 for each in (files, failed))


def open_work(person_id: str) -> int:
    """Return how many batches of a person still have something to be read, or to be tried again."""
    found = db.session.scalar(select(func.count()).select_from(Batch).where(*_unfinished(person_id)))
    return found or 0


def hand_over(actor: Actor, giver_id: str, heir: Person) -> int:
    """Make another person answer for the unfinished batches of one who leaves; tell how many.

    Finished batches keep the name of who brought them.

    Raises:
        InvalidError: the other person may not take in.
    """
    actor.must(Permission.MANAGE_PEOPLE)
    if not heir.actor.may(Permission.TAKE_IN):
        raise InvalidError("heir_cannot", fields={"heir": "heir_cannot"})
    rows = db.session.scalars(select(Batch).where(*_unfinished(giver_id)).order_by(Batch.id)).all()
    for batch in rows:
        batch.operator_id = heir.id
        trail.record(actor, "batch.hand_over", "batch", batch.id, before=giver_id, after=heir.id)
    db.session.flush()
    return len(rows)


def _unfinished(person_id: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a person's batches in which a file or a page is not done with."""
    is_refused = (Scan.state == ScanState.REFUSED.value) & (Scan.code != PURGED)
    can_be_retried = is_refused & Scan.document_id.is_not(None)
    files = select(Scan.id).where(
        Scan.batch_id == Batch.id, (Scan.state == ScanState.RECEIVED.value) | can_be_retried
    )
    sheets = (
        select(Page.id)
        .join(Scan, Scan.id == Page.scan_id)
        .where(
            Scan.batch_id == Batch.id,
            Page.state.in_([PageState.WAITING.value, PageState.FAILED.value]),
            ~exists().where(SkippedPage.page_id == Page.id),
        )
    )
    return Batch.operator_id == person_id, files.exists() | sheets.exists()


def _files_to_retry(batch_id: str) -> Select[str]:
    """Return the query for the refused files for which a second try makes sense."""
    return select(Scan.id).where(Scan.batch_id == batch_id, *failures.files())


def _pages_to_retry(batch_id: str) -> Select[str]:
    """Return the query for the failed pages for which a second try makes sense."""
    return (
        select(Page.id)
        .join(Scan, Scan.id == Page.scan_id)
        .where(Scan.batch_id == batch_id, *failures.pages())
        .distinct()
    )
