"""From a received file to pages with text, by the handlers and the ledger."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import delete

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import cuttings, documents, images
from portal.catalogue.code_rows import PageCode
from portal.catalogue.models import Page, PageState, PageText
from portal.catalogue.search_rows import OutboxEntry
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotFoundError, UnavailableError
from portal.core.paging import Paging
from portal.ingest import batches, contents, printing, progress, reading, scans
from portal.ingest.contents import Show
from portal.ingest.models import Scan, ScanState
from portal.ingest.progress import Status
from portal.ingest.scans import Received
from portal.jobs import handlers, leases, ledger, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Job, JobState, Lane
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.storage import collector, derivatives, originals
from tests.fixtures import engines, papers

Bring = Callable[..., Received]
UseEngine = Callable[[str | Path], None]


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    handlers.install(
        {
            scans.SPLIT: Work(reading.split, when_dead=reading.split_given_up),
            scans.READ: Work(reading.read, when_dead=reading.read_given_up),
            images.RENDER: Work(reading.render_again),
        }
    )
    yield
    handlers.install({})


@pytest.fixture(autouse=True)
def engine(use_engine: UseEngine, tmp_path: Path) -> Path:
    path = engines.write_stub(tmp_path, seconds=0)
    use_engine(path)
    return path


def work(lane: Lane = Lane.READ) -> None:
    """Do all jobs of a lane that are due."""
    while claim := leases.claim("test/1", lane):
        loop.perform(claim)


def page_rows() -> list[Page]:
    return db.session.query(Page).order_by(Page.number).all()


def test_a_file_becomes_pages_with_one_current_text_each(bring: Bring) -> None:
    received = bring(papers.tiff([papers.picture(), papers.blank(), papers.picture(("Khác",))]), "a.tif")
    work()
    rows = page_rows()
    assert [(page.number, page.frame, page.state) for page in rows] == [
        (number, number - 1, "read") for number in (1, 2, 3)
    ]
    assert {page.document_id for page in rows} == {received.document_id}
    texts = db.session.query(PageText).all()
    assert sorted(text.page_id for text in texts) == sorted(page.id for page in rows)
    assert all(text.is_current and text.text.startswith("trang ") for text in texts)
    assert len({text.text for text in texts}) == 3
    assert {entry.target for entry in db.session.query(OutboxEntry)} >= {page.id for page in rows}
    assert [line.action for line in trail.of("scan", received.scan_id)] == ["scan.receive", "scan.split"]
    assert progress.outcome(received.scan_id).status is Status.READ


def test_the_codes_of_our_sheets_come_out_of_the_walls(bring: Bring, operator: Actor) -> None:
    printed = pypdfium2.PdfDocument(printing.separators(operator, 2))
    sheets = [page.render(scale=150 / 72).to_pil().convert("L").rotate(180) for page in printed]
    bring(papers.tiff([sheets[0], papers.picture(), sheets[1]]), "a.tif")
    work()
    one, _, two = page_rows()
    found = {(row.page_id, row.code) for row in db.session.query(PageCode)}
    assert found == {(one.id, "MG1:S:1"), (two.id, "MG1:S:2")}


def test_splitting_again_adds_no_page_twice(bring: Bring) -> None:
    received = bring(papers.tiff([papers.picture(), papers.blank()]))
    work()
    with transaction():
        ledger.requeue(scans.SPLIT, received.scan_id)
    work()
    assert [page.number for page in page_rows()] == [1, 2]


def test_a_locked_file_is_refused_and_its_original_stays(bring: Bring) -> None:
    received = bring(papers.locked_pdf())
    work()
    scan = db.session.get_one(Scan, received.scan_id)
    assert (scan.state, scan.code) == (ScanState.REFUSED, "file_encrypted")
    assert page_rows() == []
    assert originals.verify(scan.blob_sha256)
    outcome = progress.outcome(received.scan_id)
    assert (outcome.status, outcome.code) == (Status.REFUSED, "file_encrypted")
    assert [line.action for line in trail.of("scan", scan.id)] == ["scan.receive", "scan.refuse"]


def test_a_refused_file_is_taken_back_from_the_public(bring: Bring, people: dict[str, Actor]) -> None:
    received = bring(papers.locked_pdf())
    with transaction():
        documents.set_level(people[Role.ARCHIVIST], received.document_id, Level.OPEN, "")
        documents.publish(people[Role.ARCHIVIST], received.document_id)
    work()
    assert db.session.get_one(Protection, received.document_id).published_at is None


def test_the_same_locked_file_again_is_refused_for_the_same_reason(bring: Bring) -> None:
    first = bring(papers.locked_pdf())
    work()
    second = bring(db_bytes(first))
    assert (second.state, second.code) == (ScanState.REFUSED, "file_encrypted")
    assert second.document_id == first.document_id


def db_bytes(received: Received) -> bytes:
    return originals.path(db.session.get_one(Scan, received.scan_id).blob_sha256).read_bytes()


@pytest.mark.parametrize("command", ["/bin/false", "/nonexistent"])
def test_without_an_engine_nothing_becomes_read_and_nothing_is_lost(
    bring: Bring, use_engine: UseEngine, command: str
) -> None:
    use_engine(command)
    received = bring(papers.tiff([papers.picture(), papers.blank()]))
    work()
    assert [page.state for page in page_rows()] == [PageState.WAITING.value] * 2
    assert db.session.query(PageText).count() == 0
    jobs = db.session.query(Job).filter(Job.kind == scans.READ).all()
    assert [(job.state, job.attempts, job.error_code) for job in jobs] == [
        (JobState.WAITING.value, 0, "engine_unavailable")
    ] * 2
    outcome = progress.outcome(received.scan_id)
    assert (outcome.status, outcome.code) == (Status.WAITING, "engine_unavailable")
    assert progress.of([received.scan_id]).is_settled


def test_a_page_that_the_engine_gives_up_on_fails_with_a_code_and_can_be_tried_again(
    bring: Bring, operator: Actor, tmp_path: Path, use_engine: UseEngine, engine: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text(
        '#!/bin/sh\ncase "$1" in\n'
        "--version) echo tesseract 5.3.0;; --list-langs) echo vie;; *) exit 1;;\nesac\n",
        encoding="ascii",
    )
    broken.chmod(0o755)
    use_engine(broken)
    received = bring(papers.png())
    work()
    page = page_rows()[0]
    assert (page.state, page.failure_code) == ("failed", "page_not_recognised")
    assert progress.outcome(received.scan_id).status is Status.FAILED
    use_engine(engine)
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    assert contents.overview(operator, batch_id).retryable == 1
    with transaction():
        # Done jobs are cleared away after a while; the page can be tried again all the same.
        db.session.execute(delete(Job).where(Job.state == JobState.DONE.value))
        assert batches.retry(operator, batch_id) == 1
    assert contents.overview(operator, batch_id).retryable == 0
    work()
    assert page_rows()[0].state == "read"


def test_progress_is_not_settled_while_pages_wait(bring: Bring) -> None:
    received = bring(papers.png())
    assert not progress.of([received.scan_id]).is_settled
    assert progress.outcome(received.scan_id).status is Status.WAITING
    work()
    assert progress.of([received.scan_id]).is_settled


def test_the_overview_counts_pages_by_state_and_names_refused_files(bring: Bring, operator: Actor) -> None:
    received = bring(papers.tiff([papers.picture(), papers.picture(("Khác",))]))
    bring(papers.locked_pdf())
    work()
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    seen = contents.overview(operator, batch_id)
    assert seen.pages == {
        PageState.WAITING: 0,
        PageState.READ: 2,
        PageState.BLANK: 0,
        PageState.FAILED: 0,
    }
    files = contents.files(operator, batch_id, Show.ALL, Paging()).rows
    assert [file.scan.code for file in files if file.scan.code] == ["file_encrypted"]
    # The file stays locked however often it is tried.
    assert seen.retryable == 0
    assert all(file.is_settled for file in files)


def test_a_blank_sheet_is_blank(bring: Bring, tmp_path: Path, use_engine: UseEngine) -> None:
    use_engine(engines.write_blind(tmp_path))
    bring(papers.png(papers.blank()))
    work()
    assert page_rows()[0].state == PageState.BLANK.value


def test_reading_given_up_by_the_ledger_shows_on_the_page(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = bring(papers.png())
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    loop.perform(claim)
    claim = leases.claim("test/1", Lane.READ)
    assert claim is not None
    ledger.fail(claim, "reader_died", retry=False)
    assert (page_rows()[0].state, page_rows()[0].failure_code) == ("failed", "reader_died")
    assert progress.outcome(received.scan_id).code == "reader_died"


def test_images_hold_no_metadata_of_the_original(bring: Bring) -> None:
    exif = Image.Exif()
    exif[0x010E] = "BIMATTUYETDOI"
    bring(papers.jpeg(exif=exif, comment=b"BIMATTUYETDOI"))
    work()
    page = page_rows()[0]
    images.have_made([page.id])
    work(Lane.DESK)
    for width in images.WIDTHS:
        content = images.image(page.id, width)
        assert b"BIMATTUYETDOI" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert image.width == min(width, page.width)
            assert not image.getexif()


def test_an_image_is_served_in_known_widths_only(bring: Bring) -> None:
    bring(papers.png())
    work()
    with pytest.raises(NotFoundError):
        images.image(page_rows()[0].id, 9999)


def test_a_page_keeps_a_view_and_its_whole_image_is_made_when_asked_for(bring: Bring) -> None:
    bring(papers.png())
    work()
    page = page_rows()[0]
    assert len(images.image(page.id, 480)) > 0
    for ask in (lambda: images.whole(page.id), lambda: images.image(page.id, 1600)):
        with pytest.raises(UnavailableError) as caught:
            ask()
        assert caught.value.code == "image_in_work"
    work(Lane.DESK)
    with Image.open(io.BytesIO(images.whole(page.id))) as whole:
        assert whole.size == (page.width, page.height)


def test_a_lost_image_is_made_again(bring: Bring) -> None:
    bring(papers.png())
    work()
    page_id = page_rows()[0].id
    images.have_made([page_id])
    work(Lane.DESK)
    before = images.whole(page_id)
    for _ in range(2):
        derivatives.remove(f"page/{page_id}")
        derivatives.remove_passing(f"page/{page_id}")
        for width in (480, 960):
            with pytest.raises(UnavailableError):
                images.image(page_id, width)
        work(Lane.DESK)
        assert images.whole(page_id) == before
        assert len(images.image(page_id, 480)) > 0


def test_images_made_for_a_reader_go_after_their_days_and_the_view_stays(bring: Bring) -> None:
    bring(papers.png())
    work()
    page_id = page_rows()[0].id
    images.have_made([page_id])
    work(Lane.DESK)
    images.image(page_id, 1600)
    assert collector.collect().passing_images == 0
    with clock.held_at(clock.now() + timedelta(days=31)):
        levels = len(cuttings.scales((page_rows()[0].width, page_rows()[0].height)))
        assert collector.collect().passing_images == 2 + levels
    assert len(images.image(page_id, 960)) > 0
    with pytest.raises(UnavailableError):
        images.image(page_id, 1600)
