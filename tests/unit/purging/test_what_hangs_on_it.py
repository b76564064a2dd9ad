"""Whatever hangs on a page or a file goes with it: looks, marks, moves, flags, versions, rescans, copies."""

from __future__ import annotations

import io
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, text, update

from portal.access.exposure_rows import Exposure
from portal.access.models import Copy
from portal.accounts.actors import Actor
from portal.catalogue import exchanging, images, pages, shifting, tiles, tree
from portal.catalogue.code_rows import PageCode
from portal.catalogue.images import Pixels
from portal.catalogue.models import Kind, Node, Page
from portal.catalogue.readings import Reading
from portal.catalogue.redaction_rows import MakingState, RedactedPage, Redaction, RedactionBox
from portal.core import clock, schema
from portal.core.db import Base, db, transaction
from portal.core.errors import ConflictError
from portal.ingest import alike, purged
from portal.ingest.archive_rows import ArchiveEntry
from portal.ingest.check_rows import BatchClosing, CheckReason, CheckSample, CheckState, PageCheck
from portal.ingest.flag_rows import ArrivalFlag
from portal.ingest.legacy_rows import LegacyFile, LegacyLoad, LegacyRow
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.rearranging_rows import PageMove, Rearrangement, SplitMark
from portal.ingest.set_aside_rows import SetAside, Why
from portal.ingest.signature_rows import FileSignature
from portal.ingest.steering_rows import BatchPlace, Place, SkippedPage
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import UploadState
from portal.jobs import pauses
from portal.purging import tombstones, views
from portal.purging.rows import PurgeKind, Trace
from portal.rights import many
from portal.rights.levels import Level
from portal.storage import originals, partials
from tests.unit.access.conftest import Desk
from tests.unit.purging.conftest import (
    BYTES,
    NAME,
    SIZE,
    WORD,
    Held,
    Store,
    found_in_home,
    images_of,
    propose,
)

Purge_ = Callable[..., str]
NEW, HIDDEN = b"bytes-of-the-rescan-qwzx-0816 " * 40, b"bytes-of-the-version-qwzx-0817 " * 40
WANTED = (BYTES[:32], NEW[:30], HIDDEN[:31], WORD.encode(), NAME.encode())


def laid_down(content: bytes) -> str:
    staged = originals.stage(io.BytesIO(content))
    with transaction():
        originals.record(staged)
    return staged.sha256


def rescanned(held: Held, people: dict[str, Actor]) -> str:
    """Scan the first page again; return the page of the reserve that has the old pixels."""
    digest = laid_down(NEW)
    with transaction():
        page = db.session.get_one(Page, held.pages[0])
        batch = db.session.get_one(Batch, held.batch)
        reserve = shifting.reserve_of(people["operator"], batch.holding_id)
        old = exchanging.exchange(page, digest, 0, reserve.id)
        scan = Scan(
            batch_id=held.batch,
            blob_sha256=digest,
            file_name=NAME,
            media_type="image/png",
            state=ScanState.SPLIT.value,
            document_id=held.document,
        )
        db.session.add(scan)
        db.session.flush()
        page.scan_id = scan.id
        db.session.add(
            SetAside(
                page_id=old.id,
                batch_id=held.batch,
                reason=Why.REPLACED.value,
                document_id=held.document,
                number=1,
                replaced_by=page.id,
            )
        )
        old_id = old.id
        pages.keep(page.id, Reading("ocr", "none", WORD, [(WORD, 9, 9, 50, 20, 90)], *SIZE, 75, 1))
    images.keep_whole(Pixels(old_id), Image.new("RGB", SIZE, "white"))
    return old_id


def burden(held: Held, people: dict[str, Actor]) -> str:
    """Hang on the first page and on the file what can hang on them; return the page of a version."""
    page_id, operator, now = held.pages[0], people["operator"].id, clock.now()
    hidden = laid_down(HIDDEN)
    with transaction():
        batch = db.session.get_one(Batch, held.batch)
        reason = db.session.scalars(select(CheckReason.id).limit(1)).one()
        moves = Rearrangement(batch_id=batch.id, work="split", made_by=operator)
        version = Redaction(
            document_id=held.document, version=1, reason=WORD, made_by=people["archivist"].id, past=WORD
        )
        db.session.add_all([moves, version])
        db.session.flush()
        drawn = RedactedPage(
            redaction_id=version.id,
            page_id=page_id,
            state=MakingState.MADE.value,
            is_drawn=True,
            blob_sha256=hidden,
            text=WORD,
            findings=WORD,
        )
        at = {"left": 1, "top": 1, "width": 9, "height": 9}
        db.session.add_all(
            [
                drawn,
                RedactionBox(redaction_id=version.id, page_id=page_id, note=WORD, **at),
                PageCode(page_id=page_id, code=f"MG1:{WORD}"),
                PageCheck(
                    batch_id=batch.id,
                    page_id=page_id,
                    state=CheckState.REJECTED.value,
                    checked_by=operator,
                    checked_at=now,
                    reason_id=reason,
                    note=WORD,
                ),
                SkippedPage(page_id=page_id, reason=WORD, skipped_by=operator),
                SplitMark(batch_id=batch.id, page_id=page_id, mark="begin"),
                PageMove(
                    rearrangement_id=moves.id,
                    page_id=page_id,
                    from_document=held.document,
                    from_number=1,
                    to_document=held.document,
                    to_number=1,
                ),
                ArrivalFlag(batch_id=batch.id, page_id=page_id, code="dark"),
                ArrivalFlag(batch_id=batch.id, scan_id=held.scan, code="file_name"),
                FileSignature(scan_id=held.scan, number=1, signer=WORD, state="unknown", is_trusted=False),
                Upload(
                    batch_id=batch.id,
                    person_id=operator,
                    file_name=NAME,
                    source=f"{NAME}/{WORD}",
                    length=len(BYTES),
                    state=UploadState.DONE.value,
                    scan_id=held.scan,
                    expires_at=now,
                ),
                Exposure(node_id=held.document, page_id=page_id, text=WORD, due_on=clock.today()),
            ]
        )
        alike.keep(page_id, batch.fonds_id, "0" * 16)
        drawn_id = drawn.id
    images.keep_whole(Pixels(drawn_id), Image.new("RGB", SIZE, "white"))
    tiles.keep(Pixels(page_id), Image.new("RGB", SIZE, "white"))
    return drawn_id


def pointing_to_pages() -> dict[str, int]:
    """Return of every table that points to pages how many rows do."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "pages":
                rows = select(func.count()).select_from(table).where(key.parent.is_not(None))
                found[table.name] = db.session.scalar(rows) or 0
    return found


def test_a_document_goes_with_all_that_hangs_on_it(
    store: Store, desk: Desk, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in(level=Level.CONDITIONAL)
    grant_id = desk.grant(held.document)
    desk.build(grant_id)
    copy = db.session.get_one(Copy, grant_id).blob_sha256
    old_id = rescanned(held, people)
    drawn_id = burden(held, people)
    # Said first, so that none of it can be missing without a word.
    assert min(pointing_to_pages().values()) > 0
    assert {one for met in found_in_home(*WANTED).values() for one in met} == set(WANTED)
    assert images_of(drawn_id)
    purge_id = purge(held.document)
    assert set(pointing_to_pages().values()) == {0}
    assert found_in_home(*WANTED) == {}
    assert [images_of(one) for one in (*held.pages, old_id, drawn_id)] == [[], [], [], []]
    assert copy is not None
    assert not originals.holds(copy)
    remains = views.remains(people["archivist"], purge_id)
    assert remains.numbers == {
        Trace.RECORD: 1,
        Trace.PAGE: 3,
        Trace.REDACTED: 1,
        Trace.FILE: 2,
        Trace.COPY: 1,
    }
    assert remains.shared == 0


def test_a_page_goes_with_its_file_and_its_older_scan(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in()
    old_id = rescanned(held, people)
    purge_id = purge(held.pages[0], PurgeKind.PAGE)
    assert [one.id for one in db.session.scalars(select(Page))] == [held.pages[1]]
    # The file of the rescan held nothing else; the one it came in holds the second page.
    assert found_in_home(NEW[:30]) == {}
    assert originals.verify(held.sha256)
    assert images_of(old_id) == []
    assert {one.sha256: one.is_shared for one in tombstones.of(purge_id, Trace.PAGE)}[held.sha256]
    assert db.session.get_one(Scan, held.scan, populate_existing=True).file_name == NAME


def test_the_older_scan_of_a_page_is_known_wherever_the_page_was_moved(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in()
    old_id = rescanned(held, people)
    with transaction():
        first, second = (db.session.get_one(Page, one) for one in held.pages)
        first.number = 9
        db.session.flush()
        # The other page stands now where the one that was scanned again stood.
        second.number = 1
    assert purged.scans_before(held.pages[1]) == []
    assert purged.scans_before(held.pages[0]) == [old_id]
    purge(held.pages[0], PurgeKind.PAGE)
    assert [one.id for one in db.session.scalars(select(Page))] == [held.pages[1]]


def filled_in() -> dict[str, str | None]:
    """Forget which page replaced which, and fill it in as the migration does."""
    (step,) = Path(schema.__file__).parents[1].glob("migrations/versions/0057_*.py")
    with transaction():
        db.session.execute(update(SetAside).values(replaced_by=None))
        db.session.execute(text(runpy.run_path(str(step))["WHERE_CERTAIN"]))
    return {one.page_id: one.replaced_by for one in db.session.scalars(select(SetAside))}


def test_of_scans_of_before_it_is_filled_in_where_no_page_was_moved(
    store: Store, people: dict[str, Actor]
) -> None:
    held = store.take_in()
    old_id = rescanned(held, people)
    assert filled_in() == {old_id: held.pages[0]}
    with transaction():
        db.session.get_one(SetAside, old_id).number = 2
    # The page that stands there now came in the same file as the one that was replaced.
    assert filled_in() == {old_id: None}
    with transaction():
        db.session.get_one(SetAside, old_id).number = 1
        row = Rearrangement(batch_id=held.batch, work="split", made_by=people["operator"].id)
        db.session.add(row)
        db.session.flush()
        places = {"from_document": held.document, "to_document": held.document}
        move = PageMove(rearrangement_id=row.id, page_id=held.pages[1], from_number=2, to_number=1, **places)
        db.session.add(move)
    assert filled_in() == {old_id: None}


def test_every_older_scan_of_a_page_goes_with_it(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in()
    old_id = rescanned(held, people)
    with transaction():
        # Another page of the batch took the place of the one that was scanned again before.
        keep = {"batch_id": held.batch, "reason": Why.REPLACED.value, "document_id": held.document}
        db.session.add(SetAside(page_id=held.pages[0], number=1, replaced_by=held.pages[1], **keep))
    assert purged.scans_before(held.pages[1]) == sorted([held.pages[0], old_id])
    purge(held.pages[1], PurgeKind.PAGE)
    assert db.session.scalars(select(Page)).all() == []


def test_a_file_that_was_split_keeps_its_name_until_the_last_document_goes(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in(published=False, described=False, indexed=False)
    other = store.take_in(b"another original" * 10, word="daisyremains", published=False, described=False)
    with transaction():
        page = db.session.get_one(Page, held.pages[1])
        page.document_id, page.number = other.document, 3
    purge(held.document)
    assert db.session.get_one(Scan, held.scan, populate_existing=True).file_name == NAME
    assert originals.verify(held.sha256)
    purge(other.document)
    assert found_in_home(BYTES[:32], NAME.encode()) == {}


def test_the_zip_file_goes_that_it_came_in_and_what_a_table_said_of_it(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in(published=False, described=False, indexed=False)
    digest = laid_down(b"PK " + BYTES)
    with transaction():
        batch = db.session.get_one(Batch, held.batch)
        archive = Scan(
            batch_id=batch.id,
            blob_sha256=digest,
            file_name=NAME,
            media_type="application/zip",
            state=ScanState.RECEIVED.value,
        )
        load = LegacyLoad(
            fonds_id=batch.fonds_id, batch_id=batch.id, table_name="bảng.csv", table_sha256="0" * 64
        )
        db.session.add_all([archive, load])
        db.session.flush()
        db.session.add(ArchiveEntry(archive_id=archive.id, number=0, name=NAME, scan_id=held.scan))
        row = LegacyRow(load_id=load.id, line=2, cells={"subject": WORD}, scan_id=held.scan)
        row.document_id = held.document
        db.session.add(row)
        archive_id = archive.id
    with pytest.raises(ConflictError, match="purge_unpacking"):
        propose(people["archivist"], held.document)
    with transaction():
        db.session.get_one(Scan, archive_id).state = ScanState.SPLIT.value
    purge(held.document)
    assert not originals.holds(digest)
    assert found_in_home(*WANTED) == {}


def test_what_was_typed_of_a_batch_goes_with_it(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in(published=False, described=False, indexed=False)
    with transaction():
        batch = db.session.get_one(Batch, held.batch)
        batch.name = batch.box = batch.withdraw_reason = WORD
        batch.withdrawn_at = batch.restore_until = clock.now()
        batch.withdrawn_by = people["operator"].id
        db.session.add(CheckSample(batch_id=batch.id, seed="0", percent=1, raise_reason=WORD))
        db.session.add(
            BatchClosing(
                batch_id=batch.id, closed_by=people["operator"].id, accepted=1, rejected=0, explanation=WORD
            )
        )
    purge(held.batch, PurgeKind.BATCH)
    assert found_in_home(*WANTED) == {}


def hangs_on_batch(held: Held, people: dict[str, Actor]) -> str:
    """Hang on a batch what no file of it goes with; return the file of the tree that a load of it made."""
    operator = people["operator"]
    with transaction():
        batch = db.session.get_one(Batch, held.batch)
        load = LegacyLoad(
            fonds_id=batch.fonds_id, batch_id=batch.id, table_name=f"{WORD}.xlsx", table_sha256="0" * 64
        )
        made, kept = (
            tree.create_file(people["archivist"], batch.fonds_id, code=code, name=WORD)
            for code in (f"{WORD}-1", "2")
        )
        kept.title = "Hồ sơ của người khác"
        uploads = [
            Upload(
                batch_id=batch.id,
                person_id=operator.id,
                file_name=NAME,
                source=WORD,
                length=len(BYTES),
                state=state.value,
                expires_at=clock.now(),
            )
            for state in (UploadState.BEGUN, UploadState.CANCELLED, UploadState.EXPIRED)
        ]
        db.session.add_all([load, *uploads, BatchPlace(batch_id=batch.id, place=Place.LAST.value)])
        db.session.flush()
        db.session.add_all([LegacyFile(load_id=load.id, node_id=one.id, version=1) for one in (made, kept)])
        pauses.begin(batch.id, operator.id, WORD)
        many.remove_nodes([made.id], clock.now())
        partials.begin(uploads[0].id)
        begun, made_id = uploads[0].id, made.id
    with partials.held(begun) as partial:
        partial.append(io.BytesIO(BYTES), len(BYTES))
    return made_id


def test_what_hangs_on_a_batch_alone_goes_with_it(
    store: Store, people: dict[str, Actor], purge: Purge_
) -> None:
    held = store.take_in(published=False, described=False, indexed=False)
    made = hangs_on_batch(held, people)
    with transaction():
        batch = db.session.get_one(Batch, held.batch)
        batch.withdrawn_at = batch.restore_until = clock.now()
        batch.withdrawn_by = people["operator"].id
    assert any(place.startswith("uploads/incoming/") for place in found_in_home(BYTES[:32]))
    purge(held.batch, PurgeKind.BATCH)
    assert found_in_home(*WANTED) == {}
    states = db.session.execute(select(Upload.state, Upload.file_name, Upload.source)).all()
    assert sorted(states) == [("cancelled", "", ""), ("cancelled", "", ""), ("expired", "", "")]
    assert db.session.scalars(select(LegacyLoad.table_name)).all() == [""]
    assert (pauses.of(held.batch), db.session.get(BatchPlace, held.batch)) == (None, None)
    files = dict(db.session.execute(select(Node.id, Node.title).where(Node.kind == Kind.FILE.value)).all())
    assert (files.pop(made), *files.values()) == ("", "Hồ sơ của người khác")


@pytest.mark.parametrize("kind", [PurgeKind.DOCUMENT, PurgeKind.PAGE])
def test_what_goes_is_said_before_anybody_confirms(
    store: Store, people: dict[str, Actor], kind: PurgeKind
) -> None:
    held = store.take_in()
    object_id = held.document if kind is PurgeKind.DOCUMENT else held.pages[0]
    purge_id = propose(people["archivist"], object_id, kind)
    extent = views.extent(people["approver"], views.show(people["approver"], purge_id).row)
    assert extent is not None
    expected = (2, 1) if kind is PurgeKind.DOCUMENT else (1, 0)
    assert (len(extent.pages), len(extent.files)) == expected
