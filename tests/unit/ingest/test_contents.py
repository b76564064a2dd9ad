"""What a batch holds: numbers by query, files page by page, and nothing of what was closed meanwhile."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import event, select

from portal.accounts.actors import Actor
from portal.catalogue import documents, pages
from portal.catalogue.models import PageState
from portal.core import clock
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import contents, scans
from portal.ingest.contents import Show
from portal.ingest.models import Batch, Scan, ScanState
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures import papers


@pytest.fixture
def batch(open_batch: Callable[[str], str]) -> str:
    return open_batch("P1")


def bring(actor: Actor, batch_id: str, name: str, content: bytes) -> scans.Received:
    staged = originals.stage(io.BytesIO(content))
    with transaction():
        return scans.take_in(actor, batch_id, name, staged)


def paper(text: str) -> bytes:
    return papers.png(papers.picture((text,)))


def with_page(received: scans.Received, code: str = "") -> str:
    """Give the document of a file one page, as if it were split; with a code, its reading failed."""
    assert received.document_id is not None
    scan = db.session.get_one(Scan, received.scan_id)
    with transaction():
        db.session.get_one(Scan, received.scan_id).state = ScanState.SPLIT.value
        (page,) = pages.add(received.document_id, scan.blob_sha256, 1, scan.id)
        if code:
            pages.fail(page.id, code)
    return received.document_id


def names(actor: Actor, batch_id: str, show: Show, paging: Paging | None = None) -> list[str]:
    return [file.name for file in contents.files(actor, batch_id, show, paging or Paging()).rows]


def test_each_choice_counts_what_it_shows(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    with_page(bring(operator, batch, "1.png", paper("một")), "page_damaged")
    with_page(bring(operator, batch, "2.png", paper("hai")))
    bring(operator, batch, "3.png", paper("ba"))
    bring(operator, batch, "4.png", paper("ba"))
    bring(operator, batch, "5.txt", b"no picture")
    wanted = {
        Show.ALL: ["1.png", "2.png", "3.png", "4.png", "5.txt"],
        Show.TROUBLE: ["1.png", "5.txt"],
        Show.REFUSED: ["5.txt"],
        Show.DUPLICATE: ["4.png"],
        Show.READING: ["2.png", "3.png"],
    }
    seen = contents.overview(operator, batch)
    for show, found in wanted.items():
        assert names(operator, batch, show) == found
        assert seen.files[show] == len(found)
    assert seen.pages[PageState.FAILED] == seen.pages[PageState.WAITING] == 1


def test_a_page_that_came_twice_counts_once(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    with_page(bring(operator, batch, "1.png", paper("một")))
    bring(operator, batch, "2.png", paper("một"))
    assert contents.overview(operator, batch).pages[PageState.WAITING] == 1


def test_files_come_in_pages(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    for number in range(7):
        bring(operator, batch, f"{number}.png", paper(str(number)))
    listing = contents.files(operator, batch, Show.ALL, Paging(2, 3))
    assert [file.name for file in listing.rows] == ["3.png", "4.png", "5.png"]
    assert (listing.total, listing.pages) == (7, 3)
    assert listing.rows[0].size == len(paper("3"))


def test_of_a_record_that_was_closed_meanwhile_nothing_is_told(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    document = with_page(bring(operator, batch, "mật.png", paper("một")), "page_damaged")
    with transaction():
        documents.set_level(people["archivist"], document, Level.WITHHELD, "vì thử")
    (file,) = contents.files(operator, batch, Show.ALL, Paging()).rows
    assert (file.name, file.pages, file.size) == ("", {}, 0)
    seen = contents.overview(operator, batch)
    assert (sum(seen.pages.values()), seen.files[Show.TROUBLE]) == (0, 0)
    assert contents.overview(people["archivist"], batch).files[Show.TROUBLE] == 1


def test_it_is_for_those_who_take_in(people: dict[str, Actor], batch: str) -> None:
    with pytest.raises(NotAllowedError):
        contents.overview(people["citizen"], batch)
    with pytest.raises(NotAllowedError):
        contents.files(people["citizen"], batch, Show.ALL, Paging())
    with pytest.raises(NotFoundError):
        contents.overview(people["operator"], "0000000000")
    with pytest.raises(NotFoundError):
        contents.files(people["operator"], "0000000000", Show.ALL, Paging())


def test_ten_thousand_files_cost_as_many_queries_as_fifty(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    first = bring(operator, batch, "0.png", paper("một"))
    with_page(first)
    sha256 = db.session.scalars(select(Scan.blob_sha256).where(Scan.id == first.scan_id)).one()

    def cost() -> int:
        asked: list[str] = []

        def heard(*words: object) -> None:
            asked.append(str(words[2]))

        event.listen(db.engine, "before_cursor_execute", heard)
        try:
            contents.overview(operator, batch)
            rows = contents.files(operator, batch, Show.ALL, Paging(1, 50)).rows
        finally:
            event.remove(db.engine, "before_cursor_execute", heard)
        assert len(rows) <= 50
        return len(asked)

    few = cost()
    values = {
        "batch_id": batch,
        "blob_sha256": sha256,
        "media_type": "image/png",
        "state": "duplicate",
        "code": "already_here",
        "values": {},
        "document_id": first.document_id,
        "created_at": clock.now(),
    }
    with transaction():
        db.session.execute(
            Scan.__table__.insert(),  # type: ignore[attr-defined]  # a table can be inserted into
            [{**values, "id": f"z{number:09}", "file_name": f"{number}.png"} for number in range(10_000)],
        )
        assert db.session.get(Batch, batch) is not None
    assert contents.overview(operator, batch).files[Show.DUPLICATE] == 10_000
    assert cost() == few
