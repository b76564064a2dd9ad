"""What is worth a look as scans come in: measured, flagged by dated limits, shown and dismissed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from sqlalchemy import select, update

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents, pages
from portal.catalogue.models import Page
from portal.catalogue.readings import Reading
from portal.core import dated
from portal.core.dated import DatedValue
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import flagging, flags, looking, scans, secret_holds, withdrawing
from portal.ingest.flag_rows import ArrivalFlag, PagePrint
from portal.ingest.flags import Flag
from portal.ingest.models import Batch, Scan
from portal.ingest.ocr.engine import BlindEngine
from portal.ingest.scans import Received
from portal.ingest.stages import measures
from portal.rights import protections
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures import papers

Bring = Callable[..., Received]

LINES = tuple(
    f"Điều {number}. Nội dung thứ {number} của văn bản này nói về việc {number}." for number in range(20)
)


def seen(tmp_path: Path, sheet: Image.Image, dpi: int | None = 200) -> Reading:
    file = tmp_path / "a.png"
    file.write_bytes(papers.png(sheet, dpi=dpi))
    return looking.look(file, 0, BlindEngine(), 10)[1]


def found(reading: Reading) -> set[Flag]:
    return set(flags.measured(reading.measures, reading.source))


def test_a_good_scan_has_no_flag(app: object, tmp_path: Path) -> None:
    assert found(seen(tmp_path, papers.picture(dpi=200))) == set()


@pytest.mark.parametrize(
    ("make", "dpi", "flag"),
    [
        (lambda: papers.picture(dpi=150), 150, Flag.COARSE),
        (lambda: papers.picture(dpi=200), None, Flag.DPI_UNKNOWN),
        (lambda: papers.picture(dpi=200).point(lambda value: value // 4), 200, Flag.DARK),
        (lambda: papers.picture(LINES, dpi=200).rotate(3, fillcolor=255), 200, Flag.SKEW),
        (lambda: papers.blank(200), 200, Flag.BLANK),
    ],
    ids=["coarse", "unknown", "dark", "skew", "blank"],
)
def test_what_is_wrong_is_flagged(
    app: object, tmp_path: Path, make: Callable[[], Image.Image], dpi: int | None, flag: Flag
) -> None:
    assert flag in found(seen(tmp_path, make(), dpi))


def test_a_pale_page_is_flagged_where_something_was_read_on_it(app: object) -> None:
    pale = papers.picture(dpi=200).point(lambda value: 215 + value // 7)
    taken = measures.of(pale, [], pale.size, 200)
    assert set(flags.measured(taken, "ocr")) == {Flag.PALE}
    assert set(flags.measured(taken, "blank")) == {Flag.BLANK}


def test_words_at_the_edge_are_cut(app: object) -> None:
    page = papers.picture(dpi=200)
    words = [("Điều", 0, 300 * one, 60, 30, 95.0) for one in range(3)]
    inside = [("Điều", 200, 300 * one, 60, 30, 95.0) for one in range(1, 3)]
    assert measures.of(page, words, page.size, 200)["cut"] == 3
    assert measures.of(page, inside, page.size, 200)["cut"] == 0
    assert set(flags.measured({"cut": 2}, "ocr")) == {Flag.CUT}
    assert flags.measured({"cut": 1}, "ocr") == {}


def test_two_scans_of_one_sheet_are_alike_and_other_sheets_are_not() -> None:
    sheet = papers.picture(LINES, dpi=150)
    again = ImageChops.offset(sheet.rotate(0.4, fillcolor=255), 7, -5).point(
        lambda value: min(255, value + 9)
    )
    others = [papers.picture(lines, dpi=150) for lines in (("Một dòng",), LINES[:9], ("", *LINES[:4]))]
    bits = [int(measures.likeness(one), 16) for one in (sheet, again, *others)]
    assert (bits[0] ^ bits[1]).bit_count() <= 8
    assert all((bits[0] ^ other).bit_count() > 8 for other in bits[2:])


def reading(text: str, likeness: str = "", taken: dict[str, int] | None = None) -> Reading:
    return Reading("ocr", "test", text, [], 600, 800, 300, 5, measures=taken or {}, likeness=likeness)


def read(received: Received, said: Reading) -> str:
    """Have the first page of a document read so."""
    with transaction():
        row = db.session.get_one(Scan, received.scan_id)
        known = db.session.scalar(select(Page).where(Page.document_id == row.document_id))
        page = known or pages.add(row.document_id or "", row.blob_sha256, 1)[0]
        pages.keep(page.id, said)
        flagging.note_page(page, said)
        return page.id


WORDS = " ".join(f"chữ{number}" for number in range(40))


def standing(page_id: str) -> dict[str, str | None]:
    rows = db.session.execute(
        select(ArrivalFlag.code, ArrivalFlag.other_id).where(ArrivalFlag.page_id == page_id)
    )
    return dict(rows.all())


def test_a_page_like_another_of_the_fonds_says_which(bring: Bring) -> None:
    first = read(bring(papers.png(), "a.png"), reading(WORDS, "00ff00ff00ff00ff"))
    near = bring(papers.png(papers.blank()), "b.png")
    assert standing(read(near, reading(WORDS, "01ff00fe00ff20ff"))) == {"alike": first}
    # Alike in looks, and other in words; other in looks; in another fonds.
    other = bring(papers.png(papers.blank(80)), "c.png")
    assert standing(read(other, reading(WORDS.replace("chữ", "từ"), "00ff00ff00ff00fe"))) == {}
    assert standing(read(other, reading(WORDS, "ffff00ff00ff0000"))) == {}
    elsewhere = bring(papers.png(papers.blank(90)), "d.png", "P2")
    assert standing(read(elsewhere, reading(WORDS, "00ff00ff00ff00ff"))) == {}


def test_separators_are_not_told_to_look_like_one_another(bring: Bring) -> None:
    sheet = replace(reading("TỜ PHÂN CÁCH", "00ff00ff00ff00ff"), codes=["MG1:S:1"])
    read(bring(papers.png(), "a.png"), sheet)
    assert standing(read(bring(papers.png(papers.blank()), "b.png"), sheet)) == {}
    # Nor does a page look like one of them; what only carries a code that is none of ours is a page.
    page = reading("TỜ PHÂN CÁCH", "00ff00ff00ff00ff")
    odd = replace(page, codes=["MG1:X"])
    first = read(bring(papers.png(papers.blank(80)), "c.png"), page)
    assert standing(first) == {}
    assert standing(read(bring(papers.png(papers.blank(90)), "d.png"), odd)) == {"alike": first}


def test_flags_are_counted_listed_and_dismissed_for_good(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    received = bring(papers.png(), "a.png")
    said = reading(WORDS, taken={"dpi": 100, "skew": 20})
    page_id = read(received, said)
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    assert flagging.counts(operator, batch_id) == {Flag.COARSE: 1, Flag.SKEW: 1}
    (view,) = flagging.listing(operator, batch_id, Flag.COARSE, Paging()).rows
    assert view.title == "a.png"
    assert (view.row.value, view.page and view.page.id) == (100, page_id)
    assert len(flagging.of_page(operator, page_id)) == 2
    assert flagging.of_page(people[Role.CITIZEN], page_id) == []
    with transaction():
        flagging.dismiss(operator, view.row.id)
    # It stays dismissed when the page is read again.
    read(received, said)
    assert flagging.counts(operator, batch_id) == {Flag.SKEW: 1}
    assert [line.action for line in trail.of("arrival_flag", view.row.id)] == ["flag.dismiss"]
    with pytest.raises(NotAllowedError):
        flagging.dismiss(people[Role.APPROVER], view.row.id)


def test_flags_of_what_is_closed_are_not_told(
    bring: Bring, operator: Actor, people: dict[str, Actor]
) -> None:
    received = bring(papers.png(), "a.png")
    page_id = read(received, reading(WORDS, "00ff00ff00ff00ff", {"dpi": 100}))
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    (view,) = flagging.listing(operator, batch_id, Flag.COARSE, Paging()).rows
    near = read(bring(papers.png(papers.blank()), "b.png"), reading(WORDS, "00ff00ff00ff00ff"))
    with transaction():
        documents.set_level(people[Role.ARCHIVIST], received.document_id or "", Level.WITHHELD, "mật")
    assert flagging.counts(operator, batch_id) == {Flag.ALIKE: 1}
    assert flagging.of_page(operator, page_id) == []
    (alike,) = flagging.of_page(operator, near)
    assert alike.other_page is None
    with pytest.raises(NotFoundError), transaction():
        flagging.dismiss(operator, view.row.id)


def test_of_a_document_that_is_held_back_no_flag_is_left(bring: Bring) -> None:
    page_id = read(bring(papers.png(), "a.png"), reading(WORDS, "00ff00ff00ff00ff", {"dpi": 100}))
    with transaction():
        secret_holds.hold(page_id, "mat")
    assert db.session.query(ArrivalFlag).count() == 0
    assert db.session.query(PagePrint).count() == 0


def codes(received: Received) -> list[str]:
    return sorted(db.session.scalars(select(ArrivalFlag.code).where(ArrivalFlag.scan_id == received.scan_id)))


def test_the_same_file_twice_in_a_batch_is_told(bring: Bring) -> None:
    assert codes(bring(papers.png(), "a.png")) == []
    assert codes(bring(papers.png(), "b.png")) == ["same_in_batch"]


def test_a_file_of_a_withdrawn_batch_says_which_when_and_by_whom(
    bring: Bring, operator: Actor, people: dict[str, Actor], open_batch: Callable[[str], str]
) -> None:
    first = bring(papers.png(), "a.png")
    batch_id = db.session.get_one(Scan, first.scan_id).batch_id
    with transaction():
        withdrawing.withdraw(operator, batch_id, "nhầm phông")
    new = open_batch("P1")
    with transaction():
        again = scans.take_in(operator, new, "b.png", originals.stage(io.BytesIO(papers.png())))
    assert codes(again) == ["was_withdrawn"]
    (view,) = flagging.listing(operator, new, Flag.WAS_WITHDRAWN, Paging()).rows
    assert view.came is not None
    assert (view.came.batch, view.came.by) == ("Lô thử", operator.name)


def test_a_file_that_was_refused_before_says_so(
    bring: Bring, operator: Actor, open_batch: Callable[[str], str]
) -> None:
    batches = [open_batch("P1"), open_batch("P1")]
    for batch_id in batches:
        with transaction():
            received = scans.take_in(operator, batch_id, "a.txt", originals.stage(io.BytesIO(b"no picture")))
    assert codes(received) == ["was_refused"]
    (view,) = flagging.listing(operator, batches[1], Flag.WAS_REFUSED, Paging()).rows
    assert view.came is not None
    assert view.came.batch == "Lô thử"
    # Its place is closed to the operator meanwhile: that it came is told, and nothing of where.
    with transaction():
        protections.set_level(db.session.get_one(Batch, batches[0]).holding_id, Level.WITHHELD, "", None)
    (view,) = flagging.listing(operator, batches[1], Flag.WAS_REFUSED, Paging()).rows
    assert view.came is None


@pytest.mark.parametrize(
    ("name", "is_by_the_rule"),
    [("K12.H01.003.pdf", True), ("HS-01.7.tif", True), ("scan001.pdf", False), ("HS-01.bay.pdf", False)],
)
def test_names_of_files_are_held_against_the_rule_where_it_is_on(
    bring: Bring, name: str, is_by_the_rule: bool
) -> None:
    assert codes(bring(papers.png(), name)) == []
    with transaction():
        db.session.execute(update(DatedValue).where(DatedValue.key == dated.FILE_NAME_RULE).values(value="2"))
    assert codes(bring(papers.png(papers.blank()), name)) == ([] if is_by_the_rule else ["file_name"])
