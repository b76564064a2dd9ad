"""The outbox and the one indexer: each thing stands once, in the index it belongs to."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from config import Settings
from portal.catalogue import corpus, entries, indexing, outbox, rebuilding
from portal.catalogue.models import Node, Page, PageText
from portal.catalogue.search_rows import IndexEntry, OutboxEntry
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError
from portal.rights.levels import Level
from portal.rights.models import Closure
from portal.search import engine
from portal.search.documents import Query
from portal.search.engine import Engine
from portal.search.visibility import Visibility
from tests.unit.catalogue.archive import Archive

ALL = Visibility(not_under=frozenset(), withheld=True)


def keys(index: Engine, text: str) -> set[str]:
    return {hit.key for hit in index.search(Query(text), ALL, 0, 50).rows}


def sides() -> dict[str, str]:
    db.session.rollback()
    return dict(db.session.execute(select(IndexEntry.key, IndexEntry.side)).all())


def test_a_new_scan_stands_in_the_restricted_index_alone(archive: Archive) -> None:
    document = archive.scan("Quyết định khen thưởng", name="mat_hon.pdf")
    archive.catch_up()
    page = f"p:{archive.first_page(document)}"
    assert sides() == {page: "restricted", f"r:{document}": "restricted"}
    assert keys(engine.restricted(), "khen thưởng") == {page}
    assert keys(engine.restricted(), "mat hon") == {f"r:{document}"}
    assert engine.public().count() == 0


def test_an_open_published_page_moves_to_the_public_index(archive: Archive) -> None:
    document = archive.scan("Quyết định khen thưởng")
    archive.catch_up()
    archive.publish(document, Level.OPEN)
    archive.catch_up()
    page = f"p:{archive.first_page(document)}"
    assert keys(engine.public(), "khen thưởng") == {page}
    assert keys(engine.restricted(), "khen thưởng") == set()


def test_an_undescribed_document_has_nothing_public_to_be_found_by(archive: Archive) -> None:
    document = archive.opened("Quyết định", name="ten_tep_rieng.pdf")
    archive.catch_up()
    assert sides()[f"r:{document}"] == "restricted"
    assert keys(engine.public(), "ten tep rieng") == set()


def test_a_conditional_record_is_public_by_its_description_and_not_by_its_text(archive: Archive) -> None:
    document = archive.scan("chữ trong trang", name="ten_tep_rieng.pdf")
    archive.describe(document, "Về việc giao đất", "12/QĐ-UBND")
    archive.publish(document)
    archive.catch_up()
    assert keys(engine.public(), "giao dat") == {f"r:{document}"}
    assert keys(engine.public(), "12 qd ubnd") == {f"r:{document}"}
    assert keys(engine.public(), "chữ trong trang") == set()
    assert keys(engine.public(), "ten tep rieng") == set()
    assert keys(engine.restricted(), "chữ trong trang") == {f"p:{archive.first_page(document)}"}


def test_a_withheld_record_leaves_the_public_index_wholly(archive: Archive) -> None:
    document = archive.opened("chữ trong trang")
    archive.describe(document, "Về việc giao đất", level=Level.OPEN)
    archive.catch_up()
    assert engine.public().count() == 2
    archive.set_level(document, Level.WITHHELD)
    archive.catch_up()
    assert engine.public().count() == 0
    assert engine.restricted().count() == 2


def test_closing_a_branch_moves_all_below_it(archive: Archive) -> None:
    inside = [archive.opened(f"trang đất {place}", name=f"{place}.pdf") for place in range(3)]
    outside = archive.opened("trang đất khác", fonds=archive.other_fonds)
    archive.catch_up()
    archive.set_level(archive.fonds, Level.CONDITIONAL)
    archive.catch_up()
    assert keys(engine.public(), "đất") == {f"p:{archive.first_page(outside)}"}
    expected = {f"p:{archive.first_page(document)}" for document in inside}
    assert keys(engine.restricted(), "đất") == expected


def test_a_closing_stands_until_the_index_holds_it(archive: Archive) -> None:
    document = archive.opened("trang đất")
    archive.catch_up()
    archive.set_level(archive.fonds, Level.CONDITIONAL)
    assert db.session.scalars(select(Closure.node_id)).all() == [archive.fonds]
    indexing.drain()
    assert db.session.scalars(select(Closure.node_id)).all() == [archive.fonds]
    assert keys(engine.public(), "đất") == {f"p:{archive.first_page(document)}"}
    archive.catch_up()
    assert db.session.scalars(select(Closure.node_id)).all() == []
    assert keys(engine.public(), "đất") == set()


def test_waiting_bulk_keeps_no_closing_alive(archive: Archive) -> None:
    document = archive.opened("trang đất")
    archive.catch_up()
    with transaction() as session:
        session.add(OutboxEntry(target=document, scope="tree", is_bulk=True))
    archive.unpublish(document)
    indexing.drain()
    assert outbox.pending() == 1
    assert db.session.scalars(select(Closure.node_id)).all() == []


def test_fresh_notes_go_before_bulk(archive: Archive) -> None:
    document = archive.scan("trang đất")
    archive.catch_up()
    with transaction() as session:
        session.add_all(OutboxEntry(target=document, scope="tree", is_bulk=True) for _ in range(3))
        outbox.note_node(document)
    assert indexing.drain() == 1
    assert set(db.session.scalars(select(OutboxEntry.is_bulk))) == {True}


def test_a_text_read_again_replaces_the_former(archive: Archive) -> None:
    document = archive.opened("đất cũ")
    archive.read_again(archive.first_page(document), "rừng mới")
    archive.catch_up()
    archive.read_again(archive.first_page(document), "biển mới hơn")
    archive.catch_up()
    assert keys(engine.public(), "đất") == keys(engine.public(), "rừng") == set()
    assert keys(engine.public(), "biển") == {f"p:{archive.first_page(document)}"}


def test_notes_stay_when_the_index_cannot_be_written(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.opened("đất")
    waiting = outbox.pending()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(engine.public()), "write", full)
    with pytest.raises(OSError, match="No space"):
        indexing.drain()
    db.session.rollback()
    assert outbox.pending() == waiting
    monkeypatch.undo()
    archive.catch_up()
    assert len(keys(engine.public(), "đất")) == 1


def test_working_a_note_off_twice_leaves_one_entry_per_key(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.opened("đất một", "đất hai")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "_forget", killed)
        with pytest.raises(KeyboardInterrupt):
            indexing.drain()
    db.session.rollback()
    archive.catch_up()
    assert engine.public().count() == 2
    assert engine.restricted().count() == 1
    assert sorted(sides().values()) == ["public", "public", "restricted"]


class Killed(BaseException):
    """Ends the indexer where it stands, as a kill does; nothing catches it."""


def killed(*_: object) -> None:
    raise Killed


def test_a_kill_before_the_entry_leaves_nothing_public_of_what_is_then_closed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.opened("Quyết định khen thưởng")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(entries, "enter", killed)
        indexing.drain()
    db.session.rollback()
    page = f"p:{archive.first_page(document)}"
    assert keys(engine.public(), "khen thưởng") == {page}
    archive.unpublish(document)
    archive.catch_up()
    assert keys(engine.public(), "khen thưởng") == set()
    assert keys(engine.restricted(), "khen thưởng") == {page}
    assert sides()[page] == "restricted"


def test_a_kill_of_a_rebuild_leaves_nothing_public_of_what_was_closed_meanwhile(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.opened("Quyết định khen thưởng")
    archive.catch_up()
    archive.unpublish(document)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(type(engine.public()), "swap", killed)
        rebuilding.rebuild()
    db.session.rollback()
    archive.catch_up()
    assert keys(engine.public(), "khen thưởng") == set()
    assert keys(engine.restricted(), "khen thưởng") == {f"p:{archive.first_page(document)}"}


def test_what_is_gone_from_the_catalogue_leaves_the_index(archive: Archive) -> None:
    document = archive.opened("đất một", "đất hai")
    archive.catch_up()
    page = archive.first_page(document)
    with transaction() as session:
        session.execute(delete(PageText).where(PageText.page_id == page))
        outbox.note_page(page)
    archive.catch_up()
    assert f"p:{page}" not in sides()
    assert engine.public().count() == 1


def test_rebuilding_brings_back_what_was_lost(archive: Archive, settings: Settings) -> None:
    first, second = archive.opened("đất một"), archive.scan("đất hai")
    archive.catch_up()
    before = sides()
    engine.public().write([], [f"p:{archive.first_page(first)}"])
    assert rebuilding.rebuild() == 4
    assert sides() == before
    assert keys(engine.public(), "đất") == {f"p:{archive.first_page(first)}"}
    assert keys(engine.restricted(), "đất") == {f"p:{archive.first_page(second)}"}


def test_an_index_folder_that_vanished_is_built_anew_by_the_indexer(
    archive: Archive, settings: Settings
) -> None:
    document = archive.opened("đất")
    archive.catch_up()
    shutil.rmtree(settings.index_folder)
    archive.catch_up()
    assert keys(engine.public(), "đất") == {f"p:{archive.first_page(document)}"}


def test_what_changes_during_a_rebuild_is_right_in_the_new_index(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = archive.opened("đất")
    archive.catch_up()
    swap = type(engine.public()).swap
    closed: list[str] = []

    def closing_first(self: Engine) -> None:
        # The change comes when the rebuild has read everything, just before the new index serves.
        if not closed:
            closed.append(document)
            archive.unpublish(document)
            monkeypatch.setattr(engine, "writing", _Free)
            archive.catch_up()
        swap(self)

    monkeypatch.setattr(type(engine.public()), "swap", closing_first)
    rebuilding.rebuild()
    assert keys(engine.public(), "đất") == set()
    assert keys(engine.restricted(), "đất") == {f"p:{archive.first_page(document)}"}


class _Free:
    """The lock, already held by the rebuild around it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def test_two_rebuilds_at_once_are_refused(archive: Archive) -> None:
    archive.catch_up()
    with engine.public().rebuilding(), pytest.raises(ConflictError):
        rebuilding.rebuild()


def test_counts_name_the_engine_and_both_indexes(archive: Archive) -> None:
    archive.opened("đất")
    archive.catch_up()
    assert indexing.counts() == {"engine": "whoosh", "public": 1, "restricted": 1}
    assert outbox.pending() == 0


def test_counts_of_an_index_that_cannot_be_read_are_none(archive: Archive, settings: Settings) -> None:
    archive.catch_up()
    for table in settings.index_folder.glob("public/v*/*.toc"):
        table.write_bytes(b"\x80")
    assert indexing.counts()["public"] is None


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_a_corpus_is_loaded_as_open_documents_through_the_outbox(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    lines = [{"_id": f"d{place}", "title": f"Điều {place}", "text": f"khoản {place}"} for place in range(7)]
    data = "\n".join(json.dumps(line) for line in lines).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    assert corpus.load(tmp_path) == 7
    assert db.session.scalar(select(func.count()).select_from(OutboxEntry).where(OutboxEntry.is_bulk)) == 7
    archive.catch_up()
    loaded = db.session.scalar(select(Node).where(Node.working_title == "d3"))
    assert loaded is not None
    assert keys(engine.public(), "điều 3") == {f"r:{loaded.id}"}
    page = db.session.scalar(select(Page.id).where(Page.document_id == loaded.id))
    assert keys(engine.public(), "khoan 3") == {f"p:{page}"}


def test_a_folder_without_a_corpus_is_refused(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(InvalidError):
        corpus.load(tmp_path)
    (tmp_path / "corpus.jsonl").write_text('{"_id": "1"}')
    with pytest.raises(InvalidError):
        corpus.load(tmp_path)
