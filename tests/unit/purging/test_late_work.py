"""Work that was under way when its page or document was purged leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from portal.accounts.actors import Actor
from portal.catalogue.models import Page
from portal.catalogue.readings import Reading
from portal.catalogue.redaction_rows import RedactedPage, Redaction
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, NotFoundError
from portal.ingest import reading, redacting, withdrawing
from portal.ingest.models import Scan, ScanState
from portal.ingest.sandbox import keeper
from portal.purging.rows import PurgeKind
from tests.unit.access.conftest import claim, run
from tests.unit.purging.conftest import NAME, SIZE, Held, Store, images_of, propose

Purge_ = Callable[..., str]
KINDS = pytest.mark.parametrize("kind", [PurgeKind.DOCUMENT, PurgeKind.PAGE])


def purged(held: Held, purge: Purge_, kind: PurgeKind) -> None:
    """Purge the first page, or all of it, unless that is done."""
    if db.session.get(Page, held.pages[0]) is not None:
        purge(held.document if kind is PurgeKind.DOCUMENT else held.pages[0], kind)


@pytest.fixture(params=[PurgeKind.DOCUMENT, PurgeKind.PAGE])
def held(
    request: pytest.FixtureRequest, store: Store, purge: Purge_, monkeypatch: pytest.MonkeyPatch
) -> Held:
    """A document that is purged, whole or its first page, while somebody draws or reads that page."""
    taken = store.take_in(indexed=False)

    def image(path: object, frame: int) -> Image.Image:
        purged(taken, purge, request.param)
        return Image.new("RGB", SIZE, "white")

    def look(path: object, frame: int, *, is_released: bool) -> tuple[Image.Image, Reading]:
        return image(path, frame), Reading("blank", "none", "", [], *SIZE, 75, 1)

    monkeypatch.setattr(keeper, "image", image)
    monkeypatch.setattr(keeper, "look", look)
    return taken


def test_whoever_was_reading_the_page_leaves_no_image(held: Held) -> None:
    assert images_of(held.pages[0])
    with pytest.raises(NotFoundError):
        reading.read(claim(held.pages[0]))
    assert images_of(held.pages[0]) == []


def test_whoever_was_drawing_the_page_leaves_no_image(held: Held) -> None:
    with pytest.raises(NotFoundError):
        reading.render_again(claim(held.pages[0]))
    assert images_of(held.pages[0]) == []


def test_whoever_was_hiding_words_on_the_page_leaves_no_image(held: Held, people: dict[str, Actor]) -> None:
    with transaction():
        version = Redaction(
            document_id=held.document, version=1, reason="Che tên", made_by=people["archivist"].id
        )
        db.session.add(version)
        db.session.flush()
        row = RedactedPage(redaction_id=version.id, page_id=held.pages[0], is_drawn=True)
        db.session.add(row)
        db.session.flush()
        row_id = row.id
    run(redacting.redact, row_id)
    assert db.session.get(RedactedPage, row_id) is None
    assert images_of(row_id) == []


@KINDS
def test_what_is_still_being_split_is_not_purged(
    store: Store, people: dict[str, Actor], kind: PurgeKind
) -> None:
    held = store.take_in(indexed=False)
    late = {"file_name": NAME, "media_type": "image/png", "state": ScanState.RECEIVED.value}
    with transaction():
        db.session.add(Scan(batch_id=held.batch, blob_sha256=held.sha256, document_id=held.document, **late))
    object_id = held.document if kind is PurgeKind.DOCUMENT else held.pages[0]
    with pytest.raises(ConflictError, match="purge_splitting"):
        propose(people["archivist"], object_id, kind)


def test_a_file_that_was_being_split_gets_no_pages_once_it_is_out_of_sight(
    store: Store, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = store.take_in(published=False, described=False, indexed=False)
    with transaction():
        db.session.query(Scan).update({"state": ScanState.RECEIVED.value})
    before = db.session.query(Page).count()
    monkeypatch.setattr(keeper, "count", lambda path, media_type: 2)
    late = reading.split(claim(held.scan))
    with transaction():
        withdrawing.withdraw(people["operator"], held.batch, "Gửi nhầm phông")
    with transaction():
        late()
    assert db.session.query(Page).count() == before
    assert db.session.get_one(Scan, held.scan).state == ScanState.RECEIVED
