"""Pages that cannot be read go on without text by somebody's word; jobs that were given up are settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents, pages
from portal.catalogue.models import PageState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import batches, contents, given_up, reading, scans, skipping, withdrawing, worklists
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.scans import Received
from portal.jobs import handlers, leases, ledger, loop, records
from portal.jobs.handlers import Work
from portal.jobs.models import JobState, Lane
from portal.rights.levels import Level
from tests.fixtures import engines, papers

Bring = Callable[..., Received]
UseEngine = Callable[[str | Path], None]

REASON = "Mực nhòe vì nước"


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    handlers.install(
        {
            scans.SPLIT: Work(reading.split, when_dead=reading.split_given_up),
            scans.READ: Work(reading.read, when_dead=reading.read_given_up),
        }
    )
    yield
    handlers.install({})


@pytest.fixture(autouse=True)
def engine(use_engine: UseEngine, tmp_path: Path) -> None:
    use_engine(engines.write_stub(tmp_path, seconds=0))


def work() -> None:
    while claim := leases.claim("test/1", Lane.READ):
        loop.perform(claim)


def given_up_page(bring: Bring) -> tuple[str, str]:
    """Bring a page whose reading is given up; return its batch and its id."""
    received = bring(papers.png())
    split = leases.claim("test/1", Lane.READ)
    assert split is not None
    loop.perform(split)
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    return db.session.get_one(Scan, received.scan_id).batch_id, claim.subject


def listed(actor: Actor) -> list[tuple[str, str]]:
    return [(one.kind, one.code) for one in given_up.listing(actor, Paging()).rows]


def unread(actor: Actor, batch_id: str) -> list[tuple[str, str]]:
    """Return the unread pages of a batch, each with why it was passed over."""
    rows = skipping.unread(actor, batch_id, Paging()).rows
    return [(one.page.id, one.skipped.reason if one.skipped else "") for one in rows]


def test_a_page_that_was_passed_over_asks_for_nothing_more_and_stays_in_its_document(
    bring: Bring, operator: Actor
) -> None:
    batch, page = given_up_page(bring)
    assert listed(operator) == [(scans.READ, "reader_died")]
    assert worklists.in_trouble(operator, Paging()).total == 1
    with transaction():
        skipping.skip(operator, page, f"  {REASON} ")
    assert listed(operator) == []
    assert (worklists.in_trouble(operator, Paging()).total, batches.retryable_number(batch)) == (0, 0)
    assert unread(operator, batch) == [(page, REASON)]
    row = pages.by_id(page)
    assert (row.state, row.failure_code) == (PageState.FAILED, "reader_died")
    assert [one.action for one in trail.of("page", page)] == ["page.skip"]
    with pytest.raises(ConflictError), transaction():
        skipping.skip(operator, page, REASON)


def test_a_page_that_was_passed_over_can_be_taken_up_again_and_is_read(bring: Bring, operator: Actor) -> None:
    batch, page = given_up_page(bring)
    with pytest.raises(ConflictError), transaction():
        skipping.take_up(operator, page)
    with transaction():
        skipping.skip(operator, page, REASON)
    with transaction():
        skipping.take_up(operator, page)
    work()
    assert pages.by_id(page).state == PageState.READ
    assert unread(operator, batch) == []
    assert [one.action for one in trail.of("page", page)] == ["page.skip", "page.take_up"]


def test_a_page_that_is_read_again_for_another_cause_is_passed_over_no_more(
    bring: Bring, operator: Actor
) -> None:
    batch, page = given_up_page(bring)
    with transaction():
        skipping.skip(operator, page, REASON)
    with transaction():
        pages.wait_again(page)
        scans.read_again(page)
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    assert unread(operator, batch) == [(page, "")]
    assert worklists.in_trouble(operator, Paging()).total == 1


def test_one_page_can_be_tried_again_and_one_that_is_damaged_cannot(bring: Bring, operator: Actor) -> None:
    _, page = given_up_page(bring)
    with transaction():
        skipping.retry(operator, page)
    with pytest.raises(NotFoundError), transaction():
        skipping.skip(operator, page, REASON)
    work()
    assert pages.by_id(page).state == PageState.READ
    with transaction():
        pages.fail(page, "page_damaged")
    with pytest.raises(ConflictError), transaction():
        skipping.retry(operator, page)
    with transaction():
        skipping.skip(operator, page, REASON)
    with transaction():
        skipping.take_up(operator, page)
    assert pages.by_id(page).state == PageState.FAILED


def test_what_is_being_tried_is_not_passed_over(bring: Bring, operator: Actor) -> None:
    _, page = given_up_page(bring)
    job = records.standing(scans.READ, page)
    assert job is not None
    with transaction():
        ledger.retry(job.job_id)
    with pytest.raises(ConflictError), transaction():
        skipping.skip(operator, page, REASON)


@pytest.mark.parametrize("reason", ["", "  ", "x" * (skipping.LONGEST_REASON + 1)])
def test_passing_over_needs_a_reason(bring: Bring, operator: Actor, reason: str) -> None:
    batch, page = given_up_page(bring)
    with pytest.raises(InvalidError), transaction():
        skipping.skip(operator, page, reason)
    assert unread(operator, batch) == [(page, "")]


def test_a_file_that_was_given_up_is_opened_once_more(bring: Bring, operator: Actor) -> None:
    received = bring(papers.png())
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    assert db.session.get_one(Scan, received.scan_id).state == ScanState.REFUSED
    with transaction():
        given_up.retry(operator, claim.job_id)
    work()
    assert db.session.get_one(Scan, received.scan_id).state == ScanState.SPLIT
    assert listed(operator) == []


def test_nothing_of_a_closed_batch_is_tried_again(bring: Bring, operator: Actor) -> None:
    received = bring(papers.png())
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    assert contents.overview(operator, batch_id).retryable == 1
    with transaction():
        db.session.get_one(Batch, batch_id).closed_at = clock.now()
    with pytest.raises(ConflictError, match="batch_closed"), transaction():
        given_up.retry(operator, claim.job_id)
    with pytest.raises(ConflictError, match="batch_closed"), transaction():
        batches.retry(operator, batch_id)
    assert contents.overview(operator, batch_id).retryable == 0
    assert db.session.get_one(Scan, received.scan_id).state == ScanState.REFUSED
    assert listed(operator) == [(scans.SPLIT, "reader_died")]


def test_a_job_can_be_left_undone(people: dict[str, Actor], operator: Actor) -> None:
    with transaction():
        ledger.enqueue("mail.send", "m1")
    claim = leases.claim("test/1", Lane.DESK)
    assert claim is not None
    ledger.fail(claim, "internal", retry=False)
    administrator = people[Role.ADMINISTRATOR]
    # Mails are no operator's business.
    assert (listed(operator), listed(administrator)) == ([], [("mail.send", "internal")])
    with pytest.raises(NotFoundError), transaction():
        given_up.put_away(operator, claim.job_id)
    with transaction():
        given_up.put_away(administrator, claim.job_id)
    assert given_up.count(administrator) == 0
    job = records.standing("mail.send", "m1")
    assert job is not None
    assert job.state is JobState.DONE
    assert [one.action for one in trail.of("job", claim.job_id)] == ["job.put_away"]


def test_a_page_is_not_left_undone_without_a_reason(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    batch, _ = given_up_page(bring)
    administrator = people[Role.ADMINISTRATOR]
    (job,) = given_up.listing(operator, Paging()).rows
    for actor in (operator, administrator):
        with pytest.raises(ConflictError, match="page_needs_reason"), transaction():
            given_up.put_away(actor, job.id)
    assert listed(operator) == [(scans.READ, "reader_died")]
    with transaction():
        withdrawing.withdraw(operator, batch, "Nhầm phông")
    assert (listed(operator), listed(administrator)) == ([], [(scans.READ, "reader_died")])
    with transaction():
        given_up.put_away(administrator, job.id)
    assert listed(administrator) == []


def withhold(people: dict[str, Actor], document_id: str) -> None:
    with transaction():
        documents.set_level(people[Role.ARCHIVIST], document_id, Level.WITHHELD, "Đang xem xét")


def test_a_page_of_a_withheld_document_is_named_to_no_operator(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    batch, page = given_up_page(bring)
    (job,) = given_up.listing(operator, Paging()).rows
    withhold(people, pages.by_id(page).document_id)
    assert unread(operator, batch) == []
    assert (listed(operator), given_up.count(operator)) == ([], 0)
    for act in (skipping.retry, skipping.take_up, skipping.show):
        with pytest.raises(NotFoundError), transaction():
            act(operator, page)
    with pytest.raises(NotFoundError), transaction():
        skipping.skip(operator, page, REASON)
    for settle in (given_up.retry, given_up.put_away):
        with pytest.raises(NotFoundError), transaction():
            settle(operator, job.id)
    assert [one.page_id for one in given_up.listing(people[Role.ARCHIVIST], Paging()).rows] == [page]


def test_a_file_of_a_withheld_document_is_tried_again_by_no_operator(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    received = bring(papers.png())
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    assert listed(operator) == [(scans.SPLIT, "reader_died")]
    withhold(people, received.document_id or "")
    assert (listed(operator), given_up.count(operator)) == ([], 0)
    for settle in (given_up.retry, given_up.put_away):
        with pytest.raises(NotFoundError), transaction():
            settle(operator, claim.job_id)
    assert listed(people[Role.ARCHIVIST]) == [(scans.SPLIT, "reader_died")]


def test_who_takes_nothing_in_settles_nothing(bring: Bring, people: dict[str, Actor]) -> None:
    batch, page = given_up_page(bring)
    for role in (Role.CITIZEN, Role.APPROVER):
        with pytest.raises(NotAllowedError):
            skipping.unread(people[role], batch, Paging())
        with pytest.raises(NotAllowedError):
            skipping.skip(people[role], page, REASON)
        with pytest.raises(NotAllowedError):
            given_up.listing(people[role], Paging())
