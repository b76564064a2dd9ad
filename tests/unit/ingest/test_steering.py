"""Steering the reading of batches, by those who may; what a reader asked for is read first."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from portal.access import requests
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents, pages
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import batches, progress, scans, steering, withdrawing, worklists
from portal.ingest.models import Scan
from portal.ingest.scans import Received
from portal.ingest.steering_rows import Place
from portal.jobs import leases, ledger
from portal.jobs.models import Lane
from portal.storage import originals
from tests.fixtures import bombs, papers

Bring = Callable[..., Received]


def brought(bring: Bring, fonds: str, count: int = 2) -> tuple[str, list[str]]:
    """Bring a file whose pages wait; return its batch and its pages."""
    picture = [papers.picture((f"{fonds} {number}",)) for number in range(count)]
    received = bring(papers.tiff(picture), f"{fonds}.tif", fonds)
    claim = leases.claim("split/1", Lane.READ, scans.SPLIT_PRIORITY)
    assert claim is not None
    with transaction():
        scan = db.session.get_one(Scan, received.scan_id)
        added = [page.id for page in pages.add(received.document_id or "", scan.blob_sha256, count, scan.id)]
        scan.state = "split"
        batch_id = scan.batch_id
    ledger.finish(claim, lambda: None)
    with transaction():
        for page_id in added:
            scans.read_again(page_id)
    return batch_id, added


def order() -> list[str]:
    """Return the pages in the order in which they are given to readers."""
    found = []
    while claim := leases.claim("test/1", Lane.READ):
        found.append(claim.subject)
        ledger.finish(claim, lambda: None)
    return found


def test_a_batch_that_was_put_first_is_read_first_and_one_put_last_is_last(
    bring: Bring, operator: Actor
) -> None:
    (late, a), (_, b), (soon, c) = (brought(bring, code) for code in ("A1", "B1", "C1"))
    with transaction():
        steering.put(operator, late, Place.LAST)
        steering.put(operator, soon, Place.FIRST)
    assert order() == [*c, *b, *a]
    assert [line.action for line in trail.of("batch", soon)] == ["batch.open", "batch.place"]


def test_what_comes_into_a_batch_later_takes_its_place_and_can_be_put_back(
    bring: Bring, operator: Actor
) -> None:
    batch, a = brought(bring, "A1")
    _, b = brought(bring, "B1")
    with transaction():
        steering.put(operator, batch, Place.LAST)
    more = bring(papers.png(papers.picture(("sau",))), "sau.png", "A1")
    assert steering.show(operator, batch).place is Place.LAST
    with transaction():
        scans.read_again(a[0])
    claim = leases.claim("split/1", Lane.READ, scans.SPLIT_PRIORITY)
    assert (getattr(claim, "subject", "")) == more.scan_id
    # What was read before comes last of its own batch.
    assert order() == [*b, a[1], a[0]]
    with transaction():
        steering.put(operator, batch, Place.USUAL)
    assert steering.show(operator, batch).place is Place.USUAL


def test_what_is_tried_again_takes_the_place_that_its_batch_has_now(bring: Bring, operator: Actor) -> None:
    late, a = brought(bring, "A1")
    file = bring(papers.png(papers.picture(("hỏng",))), "hỏng.png", "A1").scan_id
    # What is done or dead is no longer placed with its batch.
    claim = leases.claim("split/1", Lane.READ, scans.SPLIT_PRIORITY)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    assert order() == a
    _, b = brought(bring, "B1")
    with transaction():
        steering.put(operator, late, Place.FIRST)
        for page_id in a:
            scans.read_again(page_id)
        scans.split_again(file)
    assert order() == [file, *a, *b]


def test_a_page_that_a_reader_waits_for_stays_first_when_it_is_tried_again(bring: Bring) -> None:
    _, a = brought(bring, "A1")
    _, b = brought(bring, "B1")
    with transaction():
        ledger.hurry(scans.READ, b[1:])
        scans.read_again(b[1])
    assert order() == [b[1], *a, b[0]]


def test_what_a_reader_asks_for_is_read_before_what_was_put_first(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    first, a = brought(bring, "A1")
    asked, b = brought(bring, "B1")
    with transaction():
        steering.put(operator, first, Place.FIRST)
        document = pages.by_id(b[0]).document_id
        documents.publish(people[Role.ARCHIVIST], document)
    with transaction():
        requests.submit(people[Role.CITIZEN], [document], "Nghiên cứu lịch sử dòng họ")
    assert steering.show(operator, asked).awaited == len(b)
    with transaction():
        steering.put(operator, asked, Place.LAST)
    assert order() == [*b, *a]


def test_a_paused_batch_is_not_read_and_says_so(bring: Bring, operator: Actor) -> None:
    batch, a = brought(bring, "A1")
    _, b = brought(bring, "B1")
    with transaction():
        steering.pause(operator, batch, "  Giấy đặt ngược ")
        steering.pause(operator, batch)
    assert order() == b
    pause = steering.show(operator, batch).pause
    assert pause is not None
    assert (pause.reason, bool(pause.by)) == ("Giấy đặt ngược", True)
    (far,) = worklists.progress(operator, [batch])
    assert far.is_paused
    scan_id = db.session.query(Scan).filter(Scan.batch_id == batch).one().id
    assert progress.of([scan_id]).is_settled
    assert progress.outcome(scan_id).code == "reading_paused"
    with transaction():
        steering.go_on(operator, batch)
        steering.go_on(operator, batch)
    assert not progress.of([scan_id]).is_settled
    assert order() == a
    actions = [line.action for line in trail.of("batch", batch)]
    assert actions == ["batch.open", "batch.pause", "batch.go_on"]


def test_a_pause_of_all_reading_holds_up_what_readers_wait_for(
    bring: Bring, people: dict[str, Actor]
) -> None:
    batch, a = brought(bring, "A1")
    administrator = people[Role.ADMINISTRATOR]
    with transaction():
        ledger.hurry(scans.READ, a)
        steering.pause_all(administrator, "Bảo trì")
    assert order() == []
    (far,) = worklists.progress(administrator, [batch])
    assert far.is_paused
    with transaction():
        steering.go_on_with_all(administrator)
    assert order() == a


def test_who_waits_for_files_does_not_wait_for_the_end_of_a_pause(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    received = bring(papers.png(), fonds="A1")
    batch = db.session.get_one(Scan, received.scan_id).batch_id
    box = originals.stage(io.BytesIO(bombs.zipped({"1.png": papers.png()})))
    with transaction():
        zipped = scans.take_in(operator, batch, "hộp 1.zip", box).scan_id
    assert progress.of([received.scan_id, zipped]).files_waiting == 2
    with transaction():
        steering.pause_all(people[Role.ADMINISTRATOR])
    assert progress.of([received.scan_id]).is_settled
    assert progress.outcome(received.scan_id).code == "reading_paused"
    # Unpacking is no reading, so it goes on.
    assert progress.of([received.scan_id, zipped]).files_waiting == 1
    assert progress.outcome(zipped).code == ""
    with transaction():
        steering.go_on_with_all(people[Role.ADMINISTRATOR])
        steering.pause(operator, batch)
    assert progress.of([received.scan_id, zipped]).is_settled
    assert progress.outcome(zipped).code == "reading_paused"
    with transaction():
        steering.go_on(operator, batch)
    assert progress.of([received.scan_id, zipped]).files_waiting == 2


def test_a_batch_that_was_withdrawn_in_a_pause_comes_back_in_its_pause(bring: Bring, operator: Actor) -> None:
    batch, a = brought(bring, "A1")
    with transaction():
        steering.pause(operator, batch)
        withdrawing.withdraw(operator, batch, "Nhầm phông")
    with pytest.raises(ConflictError), transaction():
        steering.go_on(operator, batch)
    with transaction():
        withdrawing.restore(operator, batch)
    assert order() == []
    with transaction():
        steering.go_on(operator, batch)
    assert order() == a


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.APPROVER])
def test_who_takes_nothing_in_steers_nothing(bring: Bring, people: dict[str, Actor], role: Role) -> None:
    batch, _ = brought(bring, "A1")
    for act in (steering.pause, steering.go_on, steering.show):
        with pytest.raises(NotAllowedError):
            act(people[role], batch)
    with pytest.raises(NotAllowedError):
        steering.put(people[role], batch, Place.FIRST)


def test_only_administrators_pause_all_reading(people: dict[str, Actor], operator: Actor) -> None:
    for actor in (operator, people[Role.ARCHIVIST], people[Role.CITIZEN]):
        with pytest.raises(NotAllowedError):
            steering.pause_all(actor)
        with pytest.raises(NotAllowedError):
            steering.go_on_with_all(actor)


def test_a_long_reason_and_a_strange_batch_are_refused(bring: Bring, operator: Actor) -> None:
    batch, _ = brought(bring, "A1")
    with pytest.raises(InvalidError):
        steering.pause(operator, batch, "x" * (steering.LONGEST_REASON + 1))
    with pytest.raises(NotFoundError):
        steering.pause(operator, "0000000000")
    assert batches.known(operator, batch).id == batch
