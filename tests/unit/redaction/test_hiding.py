"""What is hidden, and how it is looked for: over pixels, words and bytes alone."""

from __future__ import annotations

import io
import unicodedata

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from portal.catalogue import hiding, seeking
from portal.catalogue.hiding import Cover
from portal.catalogue.readings import Word
from portal.catalogue.seeking import Finding, Made, Trace
from tests.unit.redaction.desk import place_of, words

SAID = "Ông Nguyễn Văn Thưởng sinh tại xã"
PAGE = (900, 300)


def sheet() -> Image.Image:
    return Image.new("L", PAGE, 255)


def made(said: str, boxes: list[hiding.Box], content: bytes | None = None) -> Made:
    picture = content or hiding.png(hiding.filled(sheet(), boxes), 200)
    return Made(1, picture, said, words(said))


def test_a_word_that_a_box_touches_goes_whole_and_its_neighbours_stay() -> None:
    left, top, _, height = place_of(SAID, "Nguyễn")
    cover = hiding.cover(sheet(), words(SAID), [(left + 60, top + 5, 160, height - 5)])
    assert [SAID.split()[place] for place in cover.hidden] == ["Nguyễn", "Văn"]
    ((grown_left, grown_top, grown_width, _),) = cover.boxes
    assert grown_left < left
    assert grown_top < top
    assert grown_left + grown_width < place_of(SAID, "Thưởng")[0] + 20


def test_a_box_grows_until_no_letter_is_cut_but_not_along_a_ruled_line() -> None:
    page = sheet()
    ImageDraw.Draw(page).rectangle((100, 100, 140, 130), fill=0)
    ((left, top, width, height),) = hiding.cover(page, [], [(104, 103, 33, 24)]).boxes
    assert (left, top) == (100, 100)
    assert left + width >= 141
    assert top + height >= 131
    ImageDraw.Draw(page).line((0, 115, 900, 115), fill=0, width=2)
    ((_, _, width, _),) = hiding.cover(page, [], [(104, 103, 33, 24)]).boxes
    assert width < 70


def test_what_is_hidden_is_one_colour_and_the_file_holds_pixels_alone() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "Nguyễn Văn Thưởng")
    file = io.BytesIO()
    sheet().save(file, "PNG", pnginfo=note, exif=b"Exif\0\0Thuong", icc_profile=b"Thuong")
    with Image.open(file) as source:
        content = hiding.png(hiding.filled(source, [(10, 10, 50, 20)]), 300)
    assert set(hiding.chunks(content)) <= hiding.CHUNKS
    with Image.open(io.BytesIO(content)) as done:
        assert not hiding.is_bare(done, [(10, 10, 50, 20)])
        assert hiding.is_bare(done, [(10, 10, 51, 20)])


@pytest.mark.parametrize(
    ("needle", "said"),
    [
        ("Thưởng", "ông Thưởng khai"),
        ("Thưởng", "ong THUONG khai"),
        ("Thưởng", "(Thưởng),"),
        ("Thưởng", "vănthưởng"),
        ("Nguyễn Văn Thưởng", "nguyễnvăn thưởng"),
        ("Nguyễn Văn Thưởng", "Nguyễn Văn Thư- ởng"),
        ("Nguyễn Văn Thưởng", unicodedata.normalize("NFD", "Nguyễn Văn Thưởng")),
        ("27/QĐ-1957", "số 27 QD 1957"),
    ],
)
def test_a_word_is_found_however_it_is_written(needle: str, said: str) -> None:
    assert seeking.in_text(needle, said)
    assert seeking.in_words(needle, words(said))


@pytest.mark.parametrize(("needle", "said"), [("Thưởng", "thuở"), ("An", "Hoàng"), ("Yến", "yêu")])
def test_another_word_is_not_taken_for_it(needle: str, said: str) -> None:
    assert not seeking.in_text(needle, said)
    assert not seeking.in_words(needle, words(said))


@pytest.mark.parametrize("coding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_bytes_are_looked_through_in_every_coding(coding: str, form: str) -> None:
    content = b"\x00\x01" + unicodedata.normalize(form, "Thưởng").encode(coding) + b"\xff"
    assert seeking.in_bytes("Thưởng", content)
    assert not seeking.in_bytes("Dương", content)


def cover_of(*hidden: str) -> Cover:
    return hiding.cover(sheet(), words(SAID), [place_of(SAID, one) for one in hidden])


def traces(found: list[Finding]) -> set[Trace]:
    return {one.trace for one in found}


def test_the_proof_holds_where_nothing_of_it_is_left() -> None:
    cover = cover_of("Thưởng")
    assert seeking.proof(words(SAID), cover, made("Ông sinh tại xã", list(cover.boxes))) == []


def test_the_proof_finds_a_word_read_again_where_it_was_hidden() -> None:
    cover = cover_of("Thưởng")
    assert traces(seeking.proof(words(SAID), cover, made(SAID, list(cover.boxes)))) == {Trace.REMAINS}


def test_the_proof_tells_where_else_the_word_stands() -> None:
    cover = cover_of("Ông")
    found = seeking.proof(words(SAID), cover, made("bà Nguyễn hỏi Ông", list(cover.boxes)))
    assert traces(found) == {Trace.ELSEWHERE}
    assert found[0].box == place_of("bà Nguyễn hỏi Ông", "Ông")


def test_the_proof_finds_a_place_that_is_not_covered() -> None:
    cover = cover_of("Thưởng")
    found = seeking.proof(words(SAID), cover, made("Ông", [], hiding.png(sheet(), 200)))
    assert Trace.BARE in traces(found)


def test_the_proof_finds_words_in_the_bytes_and_whatever_is_more_than_pixels() -> None:
    cover = cover_of("Thưởng")
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "x")
    file = io.BytesIO()
    hiding.filled(sheet(), cover.boxes).save(file, "PNG", pnginfo=note)
    assert traces(seeking.proof(words(SAID), cover, made("Ông", [], file.getvalue()))) == {Trace.BYTES}
    behind = hiding.png(hiding.filled(sheet(), cover.boxes), 200) + "Thưởng".encode()
    found = seeking.proof(words(SAID), cover, made("Ông", [], behind))
    assert Finding(Trace.BYTES, "Thưởng", 1) in found


def test_the_proof_says_that_a_broken_word_goes_on_and_that_a_box_hid_nothing() -> None:
    said: list[Word] = [("Quang-", 10, 20, 100, 20, 90.0), ("nghĩa", 10, 60, 100, 20, 90.0)]
    cover = hiding.cover(sheet(), said, [(10, 20, 100, 20), (600, 200, 40, 40)])
    found = seeking.proof(said, cover, made("", list(cover.boxes)))
    assert traces(found) == {Trace.GOES_ON, Trace.UNREAD}
    assert seeking.read(seeking.written(found)) == found
