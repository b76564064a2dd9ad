"""After a purge no file of the home holds a word or a byte of what went; a kill in between loses nothing."""

from __future__ import annotations

import io
import os
import shutil
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.catalogue import finding
from portal.catalogue.models import Node, Page, PageText
from portal.catalogue.search_rows import IndexEntry
from portal.core import house
from portal.core.db import Base, db, end_reading, transaction
from portal.core.paging import Paging
from portal.ingest import scans
from portal.ingest.flag_rows import ArrivalFlag
from portal.ingest.media import MediaType
from portal.ingest.models import Scan
from portal.purging import carrying_out, lists, tombstones
from portal.purging.rows import Purge, PurgeKind, PurgeState, Trace
from portal.storage import originals
from tests.unit.purging.conftest import (
    BYTES,
    NAME,
    TITLE,
    WORD,
    Store,
    carry_out,
    confirm,
    found_in_home,
    images_of,
    propose,
)

Purge_ = Callable[..., str]
WANTED = (BYTES[:32], WORD.encode(), NAME.encode(), TITLE.encode(), b"99/QWZX")


def test_no_byte_stays_in_the_home(store: Store, purge: Purge_) -> None:
    # Indexed at once, so that both stand in one piece of the index.
    kept = store.take_in(b"another original" * 10, word="daisyremains", indexed=False)
    held = store.take_in()
    # Said first: the search for bytes finds them where they are, in the index as well.
    packed = db.session.scalars(select(PageText.words).where(PageText.page_id.in_(held.pages))).all()
    end_reading()
    with db.engine.connect() as connection:
        # As an update does before it copies: else the words are in the write-ahead log only.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = shutil.copy(house.settings().home / "portal.db", house.settings().home / "portal.db.before-0001")
    before = found_in_home(*WANTED)
    assert {"portal.db", copy.name} <= found_in_home(*packed).keys()
    assert {BYTES[:32], WORD.encode(), NAME.encode()} <= {one for met in before.values() for one in met}
    assert any(name.startswith("index/") and WORD.encode() in met for name, met in before.items())
    purge(held.document)
    assert found_in_home(*packed) == {}
    # The other document was brought under the same name and title.
    assert found_in_home(BYTES[:32], WORD.encode()) == {}
    assert not originals.holds(held.sha256)
    assert [images_of(one) for one in held.pages] == [[], []]
    # What was not purged is whole.
    assert originals.verify(kept.sha256)
    assert db.session.query(Page).count() == 2


def test_no_name_and_no_title_stays_either(store: Store, purge: Purge_) -> None:
    held = store.take_in()
    purge(held.document)
    assert found_in_home(*WANTED) == {}


def test_what_is_left_of_the_neighbour_is_found(
    store: Store, purge: Purge_, people: dict[str, Actor]
) -> None:
    store.take_in(b"another original" * 10, word="daisyremains")
    purge(store.take_in().document)
    archivist = people[Role.ARCHIVIST]
    assert len(finding.search(archivist, "daisyremains", Paging()).rows) == 1
    assert finding.search(archivist, WORD, Paging()).total == 0


def test_tombstones_stay_with_digest_and_size(store: Store, purge: Purge_) -> None:
    held = store.take_in()
    purge_id = purge(held.document)
    stones = tombstones.of(purge_id)
    assert {one.object_id for one in stones} == {held.document, held.scan, *held.pages}
    assert {one.sha256 for one in stones if one.kind == Trace.PAGE} == {held.sha256}
    assert {one.size for one in stones if one.sha256} == {len(BYTES)}
    assert not any(one.is_shared for one in stones)
    row = db.session.get_one(Purge, purge_id, populate_existing=True)
    assert row.state == PurgeState.DONE
    assert row.done_at is not None


def test_rows_of_pages_are_gone_and_the_record_is_empty(store: Store, purge: Purge_) -> None:
    held = store.take_in()
    purge(held.document)
    for table in (Page, PageText, IndexEntry):
        assert db.session.query(table).count() == 0
    node = db.session.get_one(Node, held.document, populate_existing=True)
    assert (node.title, node.number, node.issuer, node.working_title) == ("", "", "", "")


def test_bytes_that_something_else_is_made_of_stay_and_it_is_said(
    store: Store, purge: Purge_, people: dict[str, Actor]
) -> None:
    first, second = store.take_in(), store.take_in()
    assert first.sha256 == second.sha256
    purge_id = purge(first.document)
    assert originals.verify(first.sha256)
    assert all(one.is_shared for one in tombstones.of(purge_id) if one.sha256)
    purge(second.document)
    assert not originals.holds(first.sha256)
    db.session.expire_all()
    assert not any(one.is_shared for one in tombstones.of(purge_id))


def test_one_page_goes_and_the_others_stay(store: Store, purge: Purge_) -> None:
    held = store.take_in(word="daisyremains")
    purge_id = purge(held.pages[0], PurgeKind.PAGE)
    assert [one.id for one in db.session.scalars(select(Page))] == [held.pages[1]]
    # The file holds both pages, so its bytes stay, which is said.
    assert originals.verify(held.sha256)
    assert [one.is_shared for one in tombstones.of(purge_id, Trace.PAGE)] == [True]
    assert images_of(held.pages[0]) == []
    assert images_of(held.pages[1])


def test_a_refused_file_goes(store: Store, purge: Purge_, people: dict[str, Actor]) -> None:
    held = store.take_in()
    staged = originals.stage(io.BytesIO(b"MZ kein Bild qwzx"))
    with transaction():
        refused = scans.take_in(people["operator"], held.batch, NAME, staged)
    purge(refused.scan_id, PurgeKind.SCAN)
    row = db.session.get_one(Scan, refused.scan_id, populate_existing=True)
    assert (row.file_name, row.code, row.values) == ("", "purged", {})
    assert not originals.holds(staged.sha256)
    assert originals.verify(held.sha256)


def test_the_same_bytes_are_known_when_they_come_again(
    store: Store, purge: Purge_, people: dict[str, Actor]
) -> None:
    held = store.take_in()
    purge(held.document)
    staged = originals.stage(io.BytesIO(BYTES))
    with transaction():
        again = scans.receive(people["operator"], held.batch, "lai.pdf", staged, MediaType.PDF)
    assert again.document_id not in (None, held.document)
    flags = db.session.scalars(select(ArrivalFlag.code).where(ArrivalFlag.scan_id == again.scan_id)).all()
    assert "was_purged" in flags
    assert not originals.is_purged(staged.sha256)


def test_purging_twice_is_purging_once(store: Store, purge: Purge_) -> None:
    purge_id = purge(store.take_in().document)
    carry_out(purge_id)
    assert len([one for one in lists.read(lists.path()) if one.purge == purge_id]) == 1


STEPS = [step.__name__ for step in carrying_out.STEPS]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("point", STEPS)
def test_a_kill_at_any_step_leaves_a_job_that_begins_anew(
    store: Store, people: dict[str, Actor], point: str, when: str
) -> None:
    held = store.take_in()
    purge_id = propose(people["archivist"], held.document)
    confirm(people["approver"], purge_id)
    _killed_at(point, when, purge_id)
    end_reading()
    # Whatever was done and not done, nobody sees it, and it is not said to be gone for good.
    assert db.session.get_one(Purge, purge_id, populate_existing=True).state == PurgeState.CONFIRMED
    carry_out(purge_id)
    assert found_in_home(*WANTED) == {}
    assert db.session.get_one(Purge, purge_id, populate_existing=True).state == PurgeState.DONE
    assert len(list(lists.read(lists.path()))) == 1


def _killed_at(point: str, when: str, purge_id: str) -> None:
    """Do the job in a process of its own that is killed before or after a step."""
    end_reading()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        for step in carrying_out.STEPS:
            if step.__name__ == point and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            end_reading()
            step(purge_id)
            if step.__name__ == point:
                os.kill(os.getpid(), signal.SIGKILL)
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_every_table_that_points_to_bytes_is_asked_before_they_go() -> None:
    """Whoever lets another table point to an original has it asked in `remove_bytes`."""
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "blobs"
    }
    assert pointing == {
        "scans.blob_sha256",
        "pages.blob_sha256",
        "redacted_pages.blob_sha256",
        "copies.blob_sha256",
    }


def test_every_table_that_points_to_a_page_forgets_it() -> None:
    """Whoever lets another table point to a page has it forgotten in `forget_rows`."""
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "pages"
    }
    assert pointing == {
        "arrival_flags",
        "exposure_reports",
        "page_checks",
        "page_codes",
        "page_moves",
        "page_prints",
        "page_texts",
        "redacted_pages",
        "redaction_boxes",
        "set_aside",
        "skipped_pages",
        "split_marks",
    }


def test_the_list_beside_the_database_holds_no_word(store: Store, purge: Purge_) -> None:
    purge(store.take_in().document)
    text = (house.settings().home / lists.NAME).read_text()
    assert "qwzx" not in text
    assert lists.path().stat().st_mode & 0o777 == 0o600
