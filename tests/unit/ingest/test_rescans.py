"""A page is scanned again: the same page, other pixels, read and looked at anew; the old pixels stay."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from portal.accounts.actors import Actor
from portal.catalogue import finding, images, indexing, outbox, pages
from portal.catalogue.images import Pixels
from portal.catalogue.models import Kind, Node, Page, PageState, PageText
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import checking, completing, reading, rescans, scans, setting_aside
from portal.ingest.check_rows import CheckState, PageCheck
from portal.ingest.models import Scan
from portal.ingest.sandbox import keeper
from portal.ingest.set_aside_rows import SetAside, Why
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, JobState, Lane
from portal.rights import policy, protections
from portal.rights.reads import Use
from portal.storage import derivatives, originals
from portal.storage.collector import collect
from tests.fixtures import papers
from tests.unit.ingest.test_checking import Pile, check, pile
from tests.unit.ingest.test_checking import reading as read_as

__all__ = ["pile"]

OLD, NEW = "chucuxua", "chumoidep"


def bring(pile: Pile, check_id: str, content: bytes | None = None, *, by: Actor | None = None) -> str:
    staged = originals.stage(io.BytesIO(content or papers.png()))
    with transaction():
        return rescans.bring(by or pile.operator, check_id, "quét lại.png", staged, 1)


def asked(pile: Pile) -> tuple[str, str]:
    """Return the id of the one page of the batch and of its look, which waits for a rescan."""
    (page_id,) = pile.bring(1)
    with transaction():
        pages.keep(page_id, read_as(OLD))
    images.keep(Pixels(page_id), Image.new("L", (600, 800), 30))
    check_id = pile.next()
    pile.reject(check_id)
    catch_up()
    return page_id, check_id


def catch_up() -> None:
    while outbox.pending():
        indexing.drain()


def found(actor: Actor, word: str) -> int:
    return len(finding.search(actor, word, Paging()).rows)


def test_the_page_keeps_its_id_and_place_and_the_old_pixels_stay(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    before = pages.by_id(page_id)
    place, old_bytes = (before.document_id, before.number), before.blob_sha256
    after = bring(pile, check_id)
    page = pages.by_id(page_id)
    assert (page.document_id, page.number) == place
    assert page.blob_sha256 != old_bytes
    assert page.state == PageState.WAITING
    (old,) = db.session.scalars(select(SetAside).where(SetAside.reason == Why.REPLACED.value))
    assert (old.document_id, old.number, old.replaced_by) == (*place, page_id)
    kept = pages.by_id(old.page_id)
    assert kept.blob_sha256 == old_bytes
    assert db.session.get_one(Node, kept.document_id).kind == Kind.RESERVE
    assert not policy.sight(pile.second, kept.document_id).published
    collect()
    assert originals.verify(old_bytes)
    assert [check(one).state for one in (check_id, after)] == [CheckState.RESCANNED, CheckState.WAITING]
    assert db.session.get_one(Scan, page.scan_id).file_name == "quét lại.png"


def test_it_is_read_anew_and_what_it_said_is_found_no_more(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    assert found(pile.second, OLD) == 1
    bring(pile, check_id)
    catch_up()
    assert found(pile.second, OLD) == 0
    assert pages.seen(pile.second, page_id, Use.PAGE).text == ""
    job = db.session.scalar(select(Job).where(Job.kind == scans.READ, Job.subject == page_id))
    assert job is not None
    assert job.state == JobState.WAITING
    with transaction():
        pages.keep(page_id, read_as(NEW))
    catch_up()
    assert (found(pile.second, NEW), found(pile.second, OLD)) == (1, 0)
    versions = db.session.execute(
        select(PageText.version, PageText.text, PageText.is_current)
        .where(PageText.page_id == page_id)
        .order_by(PageText.version)
    ).all()
    assert [tuple(one) for one in versions][-2:] == [(2, OLD, False), (3, NEW, True)]


def test_no_image_of_the_old_pixels_is_left(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    pixels = Pixels(page_id)
    images.keep_whole(pixels, Image.new("L", (1200, 1600), 30))
    assert images.image(pixels, 480)
    bring(pile, check_id)
    for name in ("960", "200", "480", "whole"):
        assert derivatives.path(f"page/{page_id}/{name}.jpg") is None
        assert derivatives.path_passing(f"page/{page_id}/{name}.jpg") is None


def test_an_image_made_of_the_old_pixels_meanwhile_does_not_stay(
    pile: Pile, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_id, check_id = asked(pile)

    def slow(path: object, frame: int) -> Image.Image:
        """Bring the new file while the old pixels are drawn."""
        bring(pile, check_id)
        return Image.new("L", (1200, 1600), 30)

    monkeypatch.setattr(keeper, "image", slow)
    claim = Claim("1", images.RENDER, page_id, {}, Lane.DESK, "w/1", 1, 1, 0)
    with pytest.raises(NotReadyError):
        reading.render_again(claim)
    assert derivatives.path_passing(f"page/{page_id}/whole.jpg") is None
    assert derivatives.path(f"page/{page_id}/960.jpg") is None


def test_whoever_scanned_it_again_does_not_look_at_it(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    after = bring(pile, check_id, by=pile.second)
    with transaction():
        pages.keep(page_id, read_as(NEW))
    assert pile.take(pile.second) is None
    with pytest.raises(NotAllowedError, match="own_scan"):
        pile.accept(after, pile.second)
    assert pile.next(pile.third) == after
    pile.accept(after, pile.third)
    assert pile.count.accepted == 1


def test_an_operator_who_scans_again_still_judges_nothing_of_the_batch(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    after = bring(pile, check_id)
    with transaction():
        pages.keep(page_id, read_as(NEW))
    with pytest.raises(NotAllowedError, match="own_batch"):
        pile.accept(after, pile.operator)
    assert pile.next() == after


def test_a_page_in_use_is_not_exchanged(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    document_id = pages.by_id(page_id).document_id
    with transaction():
        protections.publish(document_id)
    assert rescans.objection(document_id) == "pages_published"
    with pytest.raises(ConflictError, match="pages_published"):
        bring(pile, check_id)
    assert check(check_id).state == CheckState.RESCAN


@pytest.mark.parametrize("content", [papers.written_pdf(), b"MZ no picture"])
def test_only_one_picture_stands_for_a_page(pile: Pile, content: bytes) -> None:
    page_id, check_id = asked(pile)
    with pytest.raises((InvalidError, scans.UnusableFileError)):
        bring(pile, check_id, content)
    staged = originals.stage(io.BytesIO(papers.tiff([papers.picture(), papers.blank()])))
    with pytest.raises(InvalidError, match="rescan_one_picture"), transaction():
        rescans.bring(pile.operator, check_id, "hai.tif", staged, 2)
    assert pages.by_id(page_id).state == PageState.READ


def test_the_same_bytes_are_no_rescan(pile: Pile) -> None:
    _, check_id = asked(pile)
    after = bring(pile, check_id)
    with transaction():
        pages.keep(check(after).page_id, read_as(NEW))
    pile.reject(pile.next())
    with pytest.raises(InvalidError, match="rescan_is_here"):
        bring(pile, after)


def test_only_a_page_that_waits_for_it_is_exchanged_and_only_once(pile: Pile) -> None:
    _, check_id = asked(pile)
    bring(pile, check_id)
    with pytest.raises(ConflictError, match="check_stands_elsewhere"):
        bring(pile, check_id, papers.png(papers.blank()))
    with pytest.raises(NotFoundError):
        rescans.show(pile.operator, check_id)
    rows = db.session.scalars(select(Page.id).where(Page.id.in_(pile.pages()))).all()
    assert len(rows) == 1


def test_a_closed_batch_takes_no_rescan(pile: Pile) -> None:
    _, check_id = asked(pile)
    with pytest.raises(ConflictError, match="batch_waits"), transaction():
        completing.close(pile.operator, pile.id, "thiếu")
    assert rescans.waiting(pile.operator, Paging()).total == 1
    with transaction():
        row = check(check_id)
        row.state = CheckState.ACCEPTED.value
        row.reason_id = None
        completing.close(pile.operator, pile.id, "không ai đếm")
        row.state, row.reason_id = CheckState.RESCAN.value, checking.reasons()[0].id
    with pytest.raises(ConflictError, match="batch_closed"):
        bring(pile, check_id)
    assert rescans.waiting(pile.operator, Paging()).total == 0


def test_what_was_replaced_does_not_come_back_beside_what_replaced_it(pile: Pile) -> None:
    _, check_id = asked(pile)
    bring(pile, check_id)
    (old,) = db.session.scalars(select(SetAside))
    with pytest.raises(ConflictError, match="page_was_replaced"), transaction():
        setting_aside.bring_back(pile.operator, old.page_id)


def test_the_list_of_rescans_says_what_is_wrong(pile: Pile) -> None:
    page_id, check_id = asked(pile)
    (one,) = rescans.waiting(pile.operator, Paging(), pile.id).rows
    assert (one.check.id, one.page.id, one.reason.code, one.check.note) == (
        check_id,
        page_id,
        "unreadable",
        "mờ",
    )
    assert db.session.scalar(select(PageCheck.id).where(PageCheck.round == 2)) is None
