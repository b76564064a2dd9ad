"""The copy: what is in the PDF, when it is built, and into whose hands it comes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from sqlalchemy import func, select, update

from portal import work
from portal.access import copies, decisions, requests, sheets
from portal.access.models import Copy, Item
from portal.accounts import notices
from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.models import Person
from portal.audit import trail
from portal.catalogue import documents, images, pages
from portal.core.clock import held_at
from portal.core.db import db, transaction
from portal.core.errors import InvalidError, NotFoundError, UnavailableError
from portal.core.paging import Paging
from portal.jobs import leases, ledger, loop, records
from portal.jobs.errors import NotReadyError
from portal.jobs.models import Job, Lane
from portal.rights.levels import Level
from portal.storage import derivatives, originals
from portal.storage.models import Blob
from tests.unit.access.conftest import PAGE_SIZE, PURPOSE, Desk, Shelf, claim, page_image, run

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MARKS = ("Người citizen", "YC-2026-000001", "22/11/2026 10:00")


@pytest.fixture
def held() -> Iterator[None]:
    with held_at(NOW):
        yield


@pytest.fixture
def document_id(held: None, shelf: Shelf) -> str:
    return shelf.document(title="Quyết định <b>về</b> đất & nhà")


@pytest.fixture
def grant_id(document_id: str, desk: Desk) -> str:
    return desk.grant(document_id)


@pytest.fixture
def copy(grant_id: str, desk: Desk, people: dict[str, Actor]) -> Path:
    """The file of a copy that was built."""
    desk.build(grant_id)
    return copies.open(people["citizen"], grant_id)[0]


def texts(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def pixels(path: Path, number: int) -> Image.Image:
    """The page as a viewer draws it, without the strip of text below the image."""
    with pypdfium2.PdfDocument(path) as pdf:
        drawn = pdf[number].render(scale=75 / 72).to_pil().convert("L")
    return drawn.crop((0, 0, PAGE_SIZE[0], PAGE_SIZE[1]))


def test_the_copy_has_a_cover_and_every_page(copy: Path) -> None:
    assert len(texts(copy)) == 3


def test_name_number_and_time_stand_as_text_on_every_page(copy: Path) -> None:
    for text in texts(copy):
        for mark in MARKS:
            assert mark in text


def test_the_mark_is_burnt_into_the_pixels_of_every_page(copy: Path) -> None:
    for number in (1, 2):
        plain = page_image(number).convert("L")
        changed = ImageChops.difference(plain, pixels(copy, number))
        assert changed.crop((0, PAGE_SIZE[1] - 24, *PAGE_SIZE)).getextrema()[1] > 100
        assert changed.crop((0, 400, PAGE_SIZE[0], 700)).getextrema()[1] > 20
    with pikepdf.open(copy) as pdf:
        for page in pdf.pages[1:]:
            (image,) = page.get_images().values()
            inside = pikepdf.PdfImage(image).as_pil_image().convert("L")
            assert inside.size == PAGE_SIZE
            assert inside.crop((0, PAGE_SIZE[1] - 24, *PAGE_SIZE)).getextrema()[0] < 120


def test_the_pages_of_the_copy_show_the_pages_of_the_document_in_order(copy: Path) -> None:
    for number in (1, 2):
        bar = pixels(copy, number).crop((60, 42 + 20 * number, 280, 48 + 20 * number))
        assert bar.getextrema()[1] < 110


def test_the_cover_tells_title_citation_purpose_and_end(copy: Path, document_id: str) -> None:
    cover = " ".join(texts(copy)[0].split())
    assert "Quyết định <b>về</b> đất & nhà" in cover
    assert PURPOSE in cover
    assert "93/QĐ-UBND" in cover
    assert f"/r/{document_id}" in cover.replace(" ", "")
    assert "22/12/2026 10:00" in cover


def test_the_file_name_of_the_scan_and_nothing_of_the_original_is_in_the_copy(copy: Path) -> None:
    with pikepdf.open(copy) as pdf:
        inside = b"".join(
            stream.read_bytes()
            for stream in pdf.objects
            if isinstance(stream, pikepdf.Stream) and "/Subtype" not in stream
        )
        about = str(dict(pdf.docinfo)).encode()
    for part in (copy.read_bytes(), inside, about, " ".join(texts(copy)).encode()):
        assert b"ten-tep" not in part
        assert b"original 1" not in part


def test_letters_of_the_copy_are_embedded(copy: Path) -> None:
    with pikepdf.open(copy) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one]
        assert {str(font.FontName).split("+")[1] for font in fonts} >= {"BeVietnamPro-Regular"}


def test_a_copy_built_again_has_the_same_digest(copy: Path, grant_id: str) -> None:
    first = db.session.get_one(Copy, grant_id).blob_sha256
    with transaction():
        db.session.delete(db.session.get_one(Copy, grant_id))
    with held_at(NOW + timedelta(days=3)):
        run(copies.build, grant_id)
    assert db.session.get_one(Copy, grant_id).blob_sha256 == first


def test_a_copy_is_built_once(copy: Path, grant_id: str, desk: Desk, people: dict[str, Actor]) -> None:
    built_at = db.session.get_one(Copy, grant_id).built_at
    with held_at(NOW + timedelta(days=1)):
        desk.build(grant_id)
    assert db.session.get_one(Copy, grant_id).built_at == built_at
    told = [notice.template for notice in notices.of(people["citizen"], Paging()).rows]
    assert told.count("copy_ready") == 1


def test_granting_orders_the_copy_and_building_leaves_a_line(copy: Path, grant_id: str) -> None:
    ordered = db.session.scalars(select(Job.subject).where(Job.kind == "access.copy")).all()
    assert ordered == [grant_id]
    item = db.session.scalars(select(Item)).one()
    line = trail.of("item", item.id)[-1]
    assert (line.action, line.actor_kind) == ("copy.build", "machine")
    assert originals.verify(str(line.details["sha256"]))


def test_the_copy_is_for_its_holder_only(copy: Path, grant_id: str, people: dict[str, Actor]) -> None:
    for stranger in (*(one for key, one in people.items() if key != "citizen"), ANONYMOUS):
        with pytest.raises(NotFoundError):
            copies.open(stranger, grant_id)
    with pytest.raises(NotFoundError):
        copies.open(people["citizen"], "0000000000")


def test_the_copy_is_saved_under_the_number_of_the_request(
    copy: Path, grant_id: str, people: dict[str, Actor]
) -> None:
    assert copies.open(people["citizen"], grant_id)[1] == "YC-2026-000001-1.pdf"


def test_the_copy_is_gone_at_the_end_of_the_grant(
    copy: Path, grant_id: str, people: dict[str, Actor]
) -> None:
    end = NOW + timedelta(days=30)
    with held_at(end - timedelta(microseconds=1)):
        copies.open(people["citizen"], grant_id)
    with held_at(end), pytest.raises(NotFoundError):
        copies.open(people["citizen"], grant_id)


def test_the_copy_is_gone_when_the_grant_is_revoked(
    copy: Path, grant_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    desk.revoke(grant_id)
    with pytest.raises(NotFoundError):
        copies.open(people["citizen"], grant_id)


@pytest.mark.parametrize("how", ["revoke", "expire"])
def test_the_copy_of_an_ended_grant_stays_closed_beside_a_newer_grant(
    copy: Path, grant_id: str, document_id: str, desk: Desk, people: dict[str, Actor], how: str
) -> None:
    if how == "revoke":
        desk.revoke(grant_id)
    with held_at(NOW + timedelta(days=31 if how == "expire" else 1)):
        newer = desk.grant(document_id)
        desk.build(newer)
        copies.open(people["citizen"], newer)
        with pytest.raises(NotFoundError):
            copies.open(people["citizen"], grant_id)


def close(how: str, document_id: str, people: dict[str, Actor]) -> None:
    with transaction():
        if how == "unpublish":
            documents.unpublish(people["archivist"], document_id)
        else:
            documents.set_level(people["archivist"], document_id, Level.WITHHELD, "Xem lại")


@pytest.mark.parametrize("how", ["unpublish", "withhold"])
def test_the_copy_is_gone_when_the_record_is_closed(
    copy: Path, grant_id: str, document_id: str, people: dict[str, Actor], how: str
) -> None:
    close(how, document_id, people)
    with pytest.raises(NotFoundError):
        copies.open(people["citizen"], grant_id)


def test_staff_who_hold_a_copy_lose_it_too_when_the_record_is_withheld(
    document_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    grant_id = desk.grant(document_id, by="administrator")
    desk.build(grant_id)
    copies.open(people["administrator"], grant_id)
    close("withhold", document_id, people)
    with pytest.raises(NotFoundError):
        copies.open(people["administrator"], grant_id)


@pytest.mark.parametrize("how", ["revoke", "expire", "unpublish", "withhold"])
@pytest.mark.parametrize("when", ["before drawing", "while drawing"])
def test_no_copy_is_kept_of_what_ended_before_it_was_done(
    grant_id: str, document_id: str, desk: Desk, people: dict[str, Actor], how: str, when: str
) -> None:
    blobs = db.session.scalar(select(func.count()).select_from(Blob))

    def end() -> None:
        if how == "revoke":
            desk.revoke(grant_id)
        elif how != "expire":
            close(how, document_id, people)

    later = NOW + timedelta(days=31 if how == "expire" else 1)
    # A record may open again while the grant holds; the copy then waits for it.
    closed = how in ("unpublish", "withhold")
    waits: AbstractContextManager[object] = pytest.raises(NotReadyError) if closed else nullcontext()
    if when == "before drawing":
        end()
        with held_at(later), waits:
            desk.build(grant_id)
    else:
        apply = copies.build(claim(grant_id))
        end()
        with held_at(later), waits, transaction():
            apply()
    assert db.session.get(Copy, grant_id) is None
    assert db.session.scalar(select(func.count()).select_from(Blob)) == blobs
    told = [notice.template for notice in notices.of(people["citizen"], Paging()).rows]
    assert "copy_ready" not in told


def test_a_record_that_opens_again_gets_its_copy(
    grant_id: str, document_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    close("unpublish", document_id, people)
    with pytest.raises(NotReadyError):
        desk.build(grant_id)
    with transaction():
        documents.publish(people["archivist"], document_id)
    desk.build(grant_id)
    path, _name = copies.open(people["citizen"], grant_id)
    assert path.exists()


def test_until_it_is_built_the_holder_is_told_to_wait(grant_id: str, people: dict[str, Actor]) -> None:
    with pytest.raises(UnavailableError) as caught:
        copies.open(people["citizen"], grant_id)
    assert caught.value.code == "copy_in_work"
    (asked,) = requests.mine(people["citizen"], Paging()).rows
    assert asked.items[0].grant is not None
    assert asked.items[0].grant.copy_ready is False


def give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have building fail for good, by the ledger as in the worker."""

    def broken(*args: object) -> None:
        raise InvalidError("file_damaged")

    work.install()
    with monkeypatch.context() as broken_sheets:
        broken_sheets.setattr(sheets, "write", broken)
        while (held := leases.claim("worker/desk", Lane.DESK)) is not None:
            if held.kind == copies.JOB:
                loop.perform(held)


def told(person: Actor) -> list[str]:
    return [notice.template for notice in notices.of(person, Paging()).rows]


def test_a_copy_that_cannot_be_built_is_said_to_everybody_concerned(
    grant_id: str, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up(monkeypatch)
    with pytest.raises(UnavailableError) as caught:
        copies.open(people["citizen"], grant_id)
    assert caught.value.code == "copy_given_up"
    (asked,) = requests.mine(people["citizen"], Paging()).rows
    assert asked.items[0].grant is not None
    assert (asked.items[0].grant.copy_ready, asked.items[0].grant.copy_failed) == (False, True)
    assert told(people["citizen"]).count("copy_failed") == 1
    assert told(people["approver"]).count("copy_stuck") == 1
    assert told(people["administrator"]).count("copy_stuck") == 1
    assert "copy_stuck" not in told(people["archivist"])
    assert trail.of("item", asked.items[0].id)[-1].action == "copy.give_up"


def test_a_copy_that_is_tried_again_after_all_is_ready(
    grant_id: str, people: dict[str, Actor], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_up(monkeypatch)
    (dead,) = records.dead()
    with transaction():
        ledger.retry(dead.job_id)
    with pytest.raises(UnavailableError) as caught:
        copies.open(people["citizen"], grant_id)
    assert caught.value.code == "copy_in_work"
    desk.build(grant_id)
    assert copies.open(people["citizen"], grant_id)[0].is_file()
    assert "copy_ready" in told(people["citizen"])


def test_a_lost_image_puts_the_copy_off_until_it_is_made_again(
    grant_id: str, document_id: str, desk: Desk
) -> None:
    page = pages.of_document(document_id)[0]
    derivatives.remove_passing(f"page/{page.id}")
    with pytest.raises(NotReadyError):
        desk.build(grant_id)
    assert db.session.get(Copy, grant_id) is None
    assert db.session.scalars(select(Job.subject).where(Job.kind == "page.render")).all() == [page.id]
    images.keep_whole(page.id, page_image(1))
    desk.build(grant_id)
    assert db.session.get(Copy, grant_id) is not None


def test_a_page_that_could_not_be_read_and_has_no_image_is_said_to_be_missing(
    grant_id: str, document_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    page_id = pages.of_document(document_id)[1].id
    with transaction():
        pages.fail(page_id, "reader_died")
    derivatives.remove_passing(f"page/{page_id}")
    desk.build(grant_id)
    path, _name = copies.open(people["citizen"], grant_id)
    assert len(texts(path)) == 3
    assert all(mark in texts(path)[2] for mark in MARKS)
    with pikepdf.open(path) as pdf:
        assert [len(page.get_images()) for page in pdf.pages] == [0, 1, 0]


def test_long_texts_run_on_to_a_second_cover_sheet(
    shelf: Shelf, people: dict[str, Actor], held: None, desk: Desk
) -> None:
    document = shelf.document(title="Về việc " * 120)
    with transaction():
        asked = requests.submit(people["citizen"], [document], "Nghiên cứu đất đai. " * 99)
    with transaction():
        granted = granted_item(people, asked.items[0].id)
    desk.build(granted)
    pages_of_text = texts(copies.open(people["citizen"], granted)[0])
    assert len(pages_of_text) == 4


def granted_item(people: dict[str, Actor], item_id: str) -> str:
    granted = decisions.grant(people["approver"], item_id, "Mục đích rõ ràng").grant
    assert granted is not None
    return granted.id


def test_a_name_in_another_script_does_not_stop_the_copy(
    document_id: str, desk: Desk, people: dict[str, Actor]
) -> None:
    with transaction():
        db.session.execute(
            update(Person).where(Person.id == people["citizen"].id).values(name="阮文 <Đức> & 🙂")
        )
    grant_id = desk.grant(document_id)
    desk.build(grant_id)
    for text in texts(copies.open(people["citizen"], grant_id)[0]):
        assert "<Đức> &" in text
        assert "YC-2026-000001" in text


def test_no_personal_data_is_logged_on_the_whole_way(
    document_id: str, desk: Desk, people: dict[str, Actor], caplog: pytest.LogCaptureFixture
) -> None:
    # The libraries that draw and query log their own arguments at DEBUG; the portal runs at INFO.
    caplog.set_level(logging.INFO)
    grant_id = desk.grant(document_id)
    desk.build(grant_id)
    for job in db.session.scalars(select(Job.subject).where(Job.kind == notices.MAIL_JOB)).all():
        run(notices.send, job)
    desk.revoke(grant_id)
    for private in ("citizen@example.vn", "Người citizen", PURPOSE, "đất", "ten-tep"):
        assert private not in caplog.text
