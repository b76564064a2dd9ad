"""What the indexes hold is counted against the catalogue, and what differs is mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from config import Settings
from portal.catalogue import entries, indexing, mending, outbox, rebuilding, upkeep
from portal.catalogue.models import PageText
from portal.catalogue.search_rows import IndexEntry, OutboxEntry
from portal.catalogue.upkeep import State
from portal.core import clock
from portal.core.db import db, transaction
from portal.rights.levels import Level
from portal.search import engine
from portal.search.documents import SearchDocument
from tests.unit.catalogue.archive import Archive


@pytest.fixture
def mixed(archive: Archive) -> Archive:
    """An archive with a document of each kind that can be seen differently, all indexed."""
    archive.opened("đất một", "đất hai", name="mo.pdf")
    described = archive.opened("đất ba", name="mo_ta.pdf")
    archive.describe(described, "Về việc giao đất", "12/QĐ-UBND", level=Level.OPEN)
    archive.scan("đất chưa mở", name="chua.pdf")
    conditional = archive.scan("đất có điều kiện", name="dk.pdf")
    archive.describe(conditional, "Về việc thu hồi")
    archive.publish(conditional)
    withheld = archive.opened("đất mật", name="mat.pdf")
    archive.set_level(withheld, Level.WITHHELD)
    archive.catch_up()
    return archive


def held() -> dict[str, list[str]]:
    db.session.rollback()
    return {side.value: sorted(index.keys()) for side, index in entries.sides()}


def test_what_should_stand_in_each_index_is_counted_from_the_catalogue(mixed: Archive) -> None:
    drift = upkeep.take()
    assert dict(drift.expected) == dict(drift.held) == {"public": 5, "restricted": 6}
    assert not drift.is_told
    assert drift.size > 0
    assert drift.bytes_a_page == drift.size // 11


def test_the_catalogue_says_of_each_thing_what_a_rebuild_does(mixed: Archive) -> None:
    before = held()
    rebuilding.rebuild()
    assert held() == before
    assert upkeep.take().expected == upkeep.take().held


def test_the_age_of_the_oldest_note_is_told(mixed: Archive) -> None:
    document = mixed.opened("đất mới")
    with transaction() as session:
        session.execute(update(OutboxEntry).values(noted_at=clock.now() - timedelta(minutes=5)))
    with transaction():
        outbox.note_node(document)
    drift = upkeep.take()
    assert drift.waiting >= 2
    assert 300 <= drift.oldest_seconds < 330


def test_a_branch_that_is_spread_keeps_its_age(mixed: Archive) -> None:
    mixed.set_level(mixed.fonds, Level.CONDITIONAL)
    with transaction() as session:
        session.execute(update(OutboxEntry).values(noted_at=clock.now() - timedelta(minutes=5)))
    indexing.drain()
    assert upkeep.take().oldest_seconds >= 300


def test_drift_is_told_when_nothing_waits_to_mend_it(mixed: Archive) -> None:
    engine.public().write([], [held()["public"][0]])
    assert upkeep.take().is_told
    with transaction():
        outbox.note_page("0000000000")
    assert not upkeep.take().is_told


def test_what_differs_is_found_and_mended(mixed: Archive) -> None:
    before = held()
    lost, moved = before["public"][0], before["restricted"][0]
    ghost = SearchDocument("p:zzzzzzzzzz", "zzzzzzzzzz", (mixed.fonds,), "không còn")
    engine.public().write([ghost, SearchDocument(moved, "x", (mixed.fonds,), "rò rỉ")], [lost])
    found = mending.mend()
    assert (found.missing, found.misplaced, found.superfluous) == (1, 1, 1)
    mixed.catch_up()
    assert held() == before
    again = mending.mend()
    assert (again.missing, again.misplaced, again.superfluous) == (0, 0, 0)


def test_what_the_table_of_entries_does_not_know_is_mended_too(mixed: Archive) -> None:
    before = held()
    page = before["restricted"][0]
    with transaction() as session:
        session.execute(delete(PageText).where(PageText.page_id == page.removeprefix("p:")))
        session.execute(delete(IndexEntry).where(IndexEntry.key == page))
    assert mending.mend().superfluous == 1
    mixed.catch_up()
    assert page not in held()["restricted"]


def test_mending_goes_behind_what_is_fresh(mixed: Archive) -> None:
    engine.public().write([], [held()["public"][0]])
    mending.mend()
    assert set(db.session.scalars(select(OutboxEntry.is_bulk))) == {True}


def test_how_the_indexes_stand_is_told_in_one_word(mixed: Archive, settings: Settings) -> None:
    assert upkeep.state() is State.SOUND
    current = settings.index_folder / "public" / "current"
    name = current.read_text()
    current.unlink()
    assert upkeep.state() is State.MISSING
    current.write_text(name)
    segment = next(settings.index_folder.glob("restricted/v*/*.seg"))
    segment.write_bytes(segment.read_bytes()[:-1])
    assert upkeep.state() is State.DAMAGED
    mixed.catch_up()
    assert upkeep.state() is State.SOUND
    with pytest.raises(ZeroDivisionError):
        rebuilding.rebuild(tell=lambda _: print(1 // 0))
    assert upkeep.state() is State.HALFWAY


def test_a_new_home_has_nothing_to_miss(archive: Archive) -> None:
    assert upkeep.state() is State.SOUND


def test_the_periodic_look_keeps_what_it_counted(mixed: Archive) -> None:
    assert upkeep.latest() is None
    upkeep.check(None)  # type: ignore[arg-type]
    kept = upkeep.latest()
    assert kept is not None
    assert dict(kept.held) == {"public": 5, "restricted": 6}


def test_counts_of_an_index_that_cannot_be_read_are_told(mixed: Archive, settings: Settings) -> None:
    for path in settings.index_folder.glob("public/v*/*.seg"):
        path.write_bytes(b"")
    drift = upkeep.take()
    assert drift.held["public"] is None
    assert drift.is_told
