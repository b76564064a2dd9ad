"""Redacted versions from the first box to the last reader: what may be done, and what is then seen."""

from __future__ import annotations

import json

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from portal.access import boxes, copies, drafts, redactions
from portal.access.proposals import Proposal
from portal.access.states import Act
from portal.accounts.actors import Actor
from portal.audit import trail
from portal.catalogue import pages, places, redacted, seeking
from portal.catalogue.models import PageText
from portal.catalogue.packing import pack
from portal.catalogue.readings import Reading
from portal.catalogue.redaction_rows import RedactedPage, Redaction
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest.sandbox import keeper
from portal.rights import policy
from portal.rights.reads import Use
from tests.unit.redaction.desk import Desk, place_of

SAID = "Ông Nguyễn Thưởng khai tại xã"
OTHER = "Trang hai kể về Thưởng khác"


def sheet(shade: int = 210) -> Image.Image:
    image = Image.new("L", (900, 300), shade)
    ImageDraw.Draw(image).line((0, 280, 900, 280), fill=60, width=3)
    return image


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine read what stands beside the black: the words of SAID whose place is bright."""

    def look(path: object, frame: int, *, is_released: bool = False) -> tuple[Image.Image, Reading]:
        image = keeper.image(path, frame)  # type: ignore[arg-type]
        kept = [
            word
            for word in SAID.split()
            if image.getpixel((place_of(SAID, word)[0] + 50, 30)) not in (0, 255)
        ]
        said: list[object] = [(word, *place_of(SAID, word), 90.0) for word in kept]
        return image, Reading("ocr", "test", " ".join(kept), said, *image.size, 200, 1)  # type: ignore[arg-type]

    monkeypatch.setattr(keeper, "look", look)


@pytest.fixture
def two(desk: Desk, quick: None) -> tuple[str, list[str]]:
    """A document of two pages; what is on the second is said by another word of the first."""
    return desk.document([sheet(), sheet(220)], [SAID, OTHER])


def of(redaction_id: str, page_id: str) -> RedactedPage:
    where = (RedactedPage.redaction_id == redaction_id, RedactedPage.page_id == page_id)
    return db.session.scalars(select(RedactedPage).where(*where)).one()


def test_a_page_is_made_anew_and_the_original_stays(desk: Desk, two: tuple[str, list[str]]) -> None:
    document_id, (first, second) = two
    before = pages.by_id(first).blob_sha256
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    made = of(redaction_id, first)
    assert made.text == "Ông Nguyễn khai tại xã"
    assert made.blob_sha256 not in (None, before)
    assert pages.by_id(first).blob_sha256 == before
    assert db.session.scalars(select(PageText.text).where(PageText.page_id == first)).all() == [SAID]
    other = of(redaction_id, second)
    assert (other.pixels, other.text, other.blob_sha256) == (second, OTHER, None)
    acts = [line.action for line in trail.of("redaction", redaction_id)]
    assert acts == [
        "redaction.begin",
        "redaction.draw",
        "redaction.make",
        "redaction.offer",
        "redaction.confirm",
    ]
    assert "Thưởng" not in json.dumps([line.details for line in trail.of("redaction", redaction_id)])


def test_whoever_has_leave_for_a_version_sees_it_on_every_way(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, second) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    desk.grant(document_id, redaction_id)
    citizen = people["citizen"]
    seen = pages.seen(citizen, first, Use.TEXT)
    assert (seen.text, seen.redacted) == ("Ông Nguyễn khai tại xã", 1)
    assert "Thưởng" not in [word[0] for word in seen.words]
    assert pages.opened(citizen, first, Use.IMAGE).pixels == of(redaction_id, first).id
    assert pages.opened(citizen, second, Use.IMAGE).pixels == second
    sight = policy.sight(citizen, document_id)
    rows = pages.of_document(document_id)
    assert places.counts(sight, rows, "Thưởng") == {second: 1}
    assert places.nearest(rows[1], "Thưởng", sight).previous_id is None
    assert places.nearest(rows[1], "Nguyễn", sight).previous_id == first
    assert pages.seen(people["approver"], first, Use.TEXT).text == SAID
    with pytest.raises(NotFoundError):
        pages.seen(people["other"], first, Use.TEXT)


def test_leave_for_the_original_goes_before(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, _) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    desk.grant(document_id, redaction_id)
    assert not policy.sight(people["citizen"], document_id).shows_original(first, 1)
    desk.grant(document_id, None)
    assert pages.seen(people["citizen"], first, Use.TEXT).text == SAID


def test_nothing_is_shown_that_nobody_confirmed(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, _) = two
    redaction_id = desk.begin(document_id)
    desk.draw(redaction_id, first, place_of(SAID, "Thưởng"))
    desk.make(redaction_id)
    with pytest.raises(ConflictError, match="redaction_not_confirmed"):
        desk.grant(document_id, redaction_id)
    desk.offer(redaction_id)
    with pytest.raises(NotAllowedError, match="own_redaction"):
        desk.confirm(redaction_id, by="archivist")


def test_what_is_withdrawn_is_shown_to_nobody_from_then_on(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, second) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    grant_id = desk.grant(document_id, redaction_id)
    made = of(redaction_id, first)
    desk.build(grant_id, [made.id, second])
    assert copies.open(people["citizen"], grant_id)[0].exists()
    with transaction():
        redactions.withdraw(people["archivist"], redaction_id, "Còn đọc được một chữ")
    for page_id in (first, second):
        with pytest.raises(NotFoundError):
            pages.opened(people["citizen"], page_id, Use.IMAGE)
    with pytest.raises(NotFoundError):
        copies.open(people["citizen"], grant_id)
    assert pages.visible(policy.sight(people["citizen"], document_id), document_id) == []


def test_a_page_that_the_version_does_not_have_is_not_shown(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, second) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    desk.grant(document_id, redaction_id)
    with transaction():
        db.session.delete(of(redaction_id, second))
    with pytest.raises(NotFoundError):
        pages.opened(people["citizen"], second, Use.IMAGE)
    sight = policy.sight(people["citizen"], document_id)
    assert [page.id for page in pages.visible(sight, document_id)] == [first]


def test_a_hidden_word_that_is_found_again_is_never_offered(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, _) = two
    redaction_id = desk.begin(document_id)
    desk.draw(redaction_id, first, place_of(SAID, "Thưởng"))
    desk.make(redaction_id)
    with transaction():
        row = of(redaction_id, first)
        row.findings = seeking.written([seeking.Finding(seeking.Trace.REMAINS, "Thưởng", 1)])
    with pytest.raises(ConflictError, match="redaction_shows_hidden"):
        desk.offer(redaction_id)


def test_words_that_stay_elsewhere_are_answered_in_writing_and_anew_when_others_appear(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    document_id, (first, second) = two
    redaction_id = desk.begin(document_id)
    desk.draw(redaction_id, first, place_of(SAID, "Thưởng"))
    desk.make(redaction_id)
    with pytest.raises(InvalidError):
        desk.offer(redaction_id, left="")
    desk.offer(redaction_id)
    with transaction():
        row = of(redaction_id, second)
        said = "Nguyễn Thưởng Thưởng"
        row.text, row.words = said, pack([(one, 10, 20, 30, 20, 90.0) for one in said.split()])
    with pytest.raises(ConflictError, match="redaction_changed"):
        desk.confirm(redaction_id)


def test_boxes_everywhere_hide_the_word_on_all_pages(desk: Desk, two: tuple[str, list[str]]) -> None:
    document_id, (first, second) = two
    redaction_id = desk.begin(document_id)
    with transaction():
        place = SAID.split().index("Thưởng")
        made = boxes.from_words(desk.people["archivist"], redaction_id, first, [place], everywhere=True)
    assert made == 2
    assert len(boxes.of_page(redaction_id, second)) == 1
    with transaction():
        assert boxes.from_words(desk.people["archivist"], redaction_id, first, [place]) == 0


def test_changes_can_be_undone_and_undo_what_was_made(desk: Desk, two: tuple[str, list[str]]) -> None:
    document_id, (first, _) = two
    archivist = desk.people["archivist"]
    redaction_id = desk.begin(document_id)
    desk.draw(redaction_id, first, (10, 20, 100, 20), (400, 20, 50, 20))
    desk.make(redaction_id)
    kept = boxes.of_page(redaction_id, first)[0].id
    with transaction():
        boxes.change(archivist, redaction_id, kept, (12, 22, 90, 18))
    assert [row.page_id for row in redactions.made_pages(redaction_id)] != [first]
    with pytest.raises(ConflictError, match="redaction_not_made"):
        desk.offer(redaction_id)
    with transaction():
        boxes.remove(archivist, redaction_id, kept)
    for count in (2, 2, 1, 0):
        with transaction():
            assert boxes.undo(archivist, redaction_id) == first
        assert len(boxes.of_page(redaction_id, first)) == count
    with pytest.raises(ConflictError, match="nothing_to_undo"), transaction():
        boxes.undo(archivist, redaction_id)


@pytest.mark.parametrize("box", [(-50, -50, 40, 40), (10, 10, 1, 40), (900, 10, 20, 20)])
def test_a_box_lies_on_its_page(
    desk: Desk, two: tuple[str, list[str]], box: tuple[int, int, int, int]
) -> None:
    document_id, (first, _) = two
    with pytest.raises(InvalidError, match="box_without_size"):
        desk.draw(desk.begin(document_id), first, box)


def test_others_do_not_draw_on_it_and_a_page_of_another_document_is_none(
    desk: Desk, two: tuple[str, list[str]]
) -> None:
    document_id, (first, _) = two
    redaction_id = desk.begin(document_id)
    with pytest.raises(NotAllowedError, match="redaction_of_others"):
        desk.draw(redaction_id, first, (10, 20, 100, 20), by="approver")
    with pytest.raises(NotAllowedError):
        desk.draw(redaction_id, first, (10, 20, 100, 20), by="operator")
    _, (foreign,) = desk.document([sheet(200)], ["một"])
    with pytest.raises(NotFoundError):
        desk.draw(redaction_id, foreign, (10, 20, 100, 20))


def test_a_copy_of_a_version_in_which_a_hidden_word_stands_is_not_kept(
    desk: Desk, two: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id, (first, second) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    grant_id = desk.grant(document_id, redaction_id)
    whole = copies.images.whole
    monkeypatch.setattr(copies.marking, "marked", lambda jpeg, mark: jpeg)
    monkeypatch.setattr(copies.images, "whole", lambda pixels: whole(pixels) + "Thưởng".encode())
    with pytest.raises(ConflictError, match="copy_shows_hidden"):
        desk.build(grant_id, [of(redaction_id, first).id, second])


def test_a_version_is_drafted_and_signed(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    from portal.access import decisions, requests

    document_id, (first, _) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    with transaction():
        item = requests.submit(people["citizen"], [document_id], "Nghiên cứu địa phương").items[0]
    with transaction():
        draft = drafts.offer(
            people["archivist"], item.id, Proposal(Act.GRANT, "Đủ điều kiện", redaction_id=redaction_id)
        )
    assert draft.redacted == 1
    with transaction():
        signed = decisions.sign(people["approver"], item.id, draft.id)
    assert signed.grant is not None
    assert signed.grant.redacted == 1
    assert pages.seen(people["citizen"], first, Use.TEXT).redacted == 1
    with pytest.raises(InvalidError, match="refusal_shows_nothing"), transaction():
        other = requests.submit(people["other"], [document_id], "Nghiên cứu địa phương").items[0]
        drafts.offer(
            people["archivist"], other.id, Proposal(Act.REFUSE, "Không đủ", redaction_id=redaction_id)
        )


def test_a_version_is_granted_by_who_decides_at_once(
    desk: Desk, two: tuple[str, list[str]], people: dict[str, Actor]
) -> None:
    from portal.access import decisions, requests

    document_id, (first, _) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    with transaction():
        item = requests.submit(people["citizen"], [document_id], "Nghiên cứu địa phương").items[0]
    proposal = Proposal(Act.GRANT, "Đủ điều kiện", pages=(1, 1), redaction_id=redaction_id)
    with transaction():
        granted = decisions.decide(people["approver"], item.id, proposal)
    assert granted.grant is not None
    assert (granted.grant.redacted, granted.grant.pages) == (1, (1, 1))
    assert pages.seen(people["citizen"], first, Use.TEXT).redacted == 1


def test_a_version_of_another_document_cannot_be_granted(desk: Desk, two: tuple[str, list[str]]) -> None:
    document_id, (first, _) = two
    redaction_id = desk.confirmed(document_id, {first: [place_of(SAID, "Thưởng")]})
    other, _ = desk.document([sheet(200)], ["một hai"])
    with pytest.raises(ConflictError, match="redaction_not_confirmed"):
        desk.grant(other, redaction_id)


def test_nothing_to_hide_is_no_version(desk: Desk, two: tuple[str, list[str]]) -> None:
    document_id, _ = two
    redaction_id = desk.begin(document_id)
    with pytest.raises(InvalidError, match="no_boxes"):
        desk.make(redaction_id)
    assert db.session.get_one(Redaction, redaction_id).version == 1
    assert redacted.version_of(redaction_id) == 1
