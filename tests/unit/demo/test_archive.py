"""The papers of the demo: enough of them, each in its form, no letter drawn as a box, damaged for real."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from portal.demo import damage, documents, layout, truth, typeface
from portal.demo.archive import holdings, register
from portal.demo.damage import Damage
from portal.demo.documents import DemoDocument
from portal.demo.papers import Page
from portal.rights.levels import Level

DAMAGED = [one for one in Damage if one is not Damage.NONE]
REALLY_DAMAGED = 0.05
CLEAN = 0.005


@cache
def drawn() -> dict[DemoDocument, list[Page]]:
    return {document: layout.draw(document.paper) for document in documents.every()}


def test_there_are_enough_papers_pages_types_and_years() -> None:
    every = documents.every()
    assert len(every) >= 40
    assert sum(len(pages) for pages in drawn().values()) >= 100
    assert len({one.type_code for one in every} - {None}) >= 8
    years = {one.paper.issued_on.year for one in every}
    assert (min(years), max(years)) == (1990, 2025)
    assert {one.damage for one in every} == set(Damage)
    levels = [one.level for one in every]
    assert levels.count(Level.WITHHELD) == 1
    assert levels.count(Level.CONDITIONAL) >= 5


def test_no_two_papers_share_a_file_name_or_a_text() -> None:
    assert len({one.file_name for one in drawn()}) == len(drawn())
    texts = [page.text for pages in drawn().values() for page in pages]
    assert len(set(texts)) == len(texts)


def test_every_paper_was_issued_while_its_agency_existed_and_lies_in_a_file_that_is_there() -> None:
    files = {(one.fonds_code, one.code) for one in holdings.FILES}
    for one in documents.every():
        agency = one.agency
        assert agency.valid_from <= one.paper.issued_on <= (agency.valid_to or one.paper.issued_on)
        assert (agency.fonds_code, one.file_code) in files


def test_a_paper_says_what_decree_30_asks_in_its_places() -> None:
    for document, pages in drawn().items():
        paper, first = document.paper, pages[0].lines
        assert first[:3] == (paper.superior, paper.issuer, f"Số: {paper.number}")
        assert layout.MOTTO[0] in first
        assert f"Sơn Hà, ngày {paper.issued_on.day:02d} tháng {paper.issued_on.month:02d}" in pages[0].text
        assert paper.signer in "\n".join(page.text for page in pages)
        if not paper.type_name:
            assert first[3].startswith("V/v "), "a letter has its subject under the number"
        for number, page in enumerate(pages[1:], start=2):
            assert page.lines[0] == str(number), "pages are numbered from the second on"


def test_nothing_is_drawn_outside_the_sheet_or_over_its_margin() -> None:
    for pages in drawn().values():
        for page in pages:
            box = page.image.point(lambda value: 255 if value < 128 else 0).getbbox()
            assert box is not None
            assert box[0] >= layout.px(20)
            assert box[2] <= page.image.width - layout.px(10)
            assert box[3] <= page.image.height - layout.px(10)


@pytest.mark.parametrize("style", [*typeface.STYLES, typeface.TYPEWRITER])
def test_no_letter_of_any_paper_is_drawn_as_a_box(style: str) -> None:
    font = typeface.drawn(40, style)
    box = bytes(font.getmask("\uffff"))
    letters = {letter for pages in drawn().values() for page in pages for letter in page.text}
    for letter in (letters | set(typeface.VIETNAMESE)) - {" ", "\n"}:
        assert unicodedata.is_normalized("NFC", letter)
        mask = font.getmask(letter)
        assert mask.getbbox() is not None, letter
        assert bytes(mask) != box, letter


@pytest.mark.parametrize("kind", DAMAGED)
def test_the_same_seed_brings_the_same_damage_and_another_brings_another(kind: Damage) -> None:
    page = layout.draw(documents.OPEN.paper)[0].image
    once, again, other = (damage.damaged(page, kind, seed) for seed in ("a", "a", "c"))
    assert once.tobytes() == again.tobytes()
    assert once.tobytes() != page.tobytes()
    if kind is not Damage.TURNED:
        assert once.tobytes() != other.tobytes()


def test_samples_give_image_and_text_of_the_kinds_that_are_asked_for() -> None:
    found = list(truth.samples(Damage.BITONAL))
    assert {one.damage for one in found} == {Damage.BITONAL}
    assert {one.image.mode for one in found} == {"1"}
    assert [one.number for one in found][:1] == [1]
    assert all("\n" in one.text for one in found)


@pytest.mark.ocr
@pytest.mark.parametrize("kind", list(Damage))
def test_plain_reading_fails_on_what_is_damaged_and_on_nothing_else(kind: Damage, tmp_path: Path) -> None:
    paper = documents.by_file_name("2021-58-bc-ubnd.pdf").paper
    page = layout.draw(replace(paper, typed=kind in register.TYPED))[1]
    dpi = damage.dpi_of(kind)
    path = tmp_path / "page.png"
    damage.damaged(page.image, kind, "x").save(path, dpi=(dpi, dpi))
    text = subprocess.run(
        ["tesseract", str(path), "-", "-l", "vie", "--psm", "3"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    expected, found = (" ".join(unicodedata.normalize("NFC", one).split()) for one in (page.text, text))
    errors = Levenshtein.distance(expected, found) / len(expected)
    assert errors <= CLEAN if kind is Damage.NONE else errors >= REALLY_DAMAGED
