"""Level conditional, leave for a redacted version × object × surface: the hidden word is on none of them.

Page, tile, thumbnail, images, text, words, snippet, search inside, table, feed, API, copy, its name,
mail, and whatever is kept of images: each comes from the version, or does not come at all.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select

from portal.access import boxes, copies, decisions, redactions, requests
from portal.access.copies import JOB as COPY_JOB
from portal.accounts.actors import Actor
from portal.catalogue import hiding, images, indexing, pages, redacted
from portal.catalogue.images import Pixels
from portal.catalogue.readings import Reading
from portal.catalogue.redacted import Proved
from portal.catalogue.redaction_rows import RedactedPage, Redaction
from portal.core import house
from portal.core.db import db, transaction
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Lane
from portal.mail.models import Message
from portal.rights.grants import Terms
from portal.storage import originals
from tests.web.archive import Archive, secret_of
from tests.web.conftest import Browsers
from tests.web.test_visibility import PARTS

SECRET = secret_of("conditional")
LEFT = "chudelai"
"""What is read on the page that was made."""


@dataclass
class Version:
    """A confirmed version of the conditional paper, granted to the other citizen."""

    id: str
    page: str
    pixels: Pixels
    grant: str
    request: str


@pytest.fixture
def version(app: Flask, people: dict[str, Actor], archive: Archive) -> Version:
    document, page = archive.documents["conditional"], archive.pages["conditional"]
    with transaction():
        redaction_id = redactions.begin(people["archivist"], document, "Có tên người còn sống").id
        boxes.draw(people["archivist"], redaction_id, page, (100, 10, 90, 20))
    with transaction():
        redactions.make(people["archivist"], redaction_id)
    row = db.session.scalars(select(RedactedPage).where(RedactedPage.redaction_id == redaction_id)).one()
    pixels = Pixels(row.pixels)
    _make(pixels)
    with transaction():
        redactions.offer(people["archivist"], redaction_id)
    with transaction():
        made = db.session.get_one(Redaction, redaction_id)
        redactions.confirm(people["approver"], redaction_id, redactions.fingerprint(made))
    with transaction():
        asked = requests.submit(people["other"], [document], "Nghiên cứu dòng họ")
    with transaction():
        item = decisions.grant(
            people["approver"], asked.items[0].id, "Đủ điều kiện", terms=Terms(redaction_id=redaction_id)
        )
    assert item.grant is not None
    handlers.install({COPY_JOB: Work(copies.build), "mail.send": Work(lambda claim: lambda: None)})
    while claim := leases.claim("test/1", Lane.DESK):
        loop.perform(claim)
    return Version(redaction_id, page, pixels, item.grant.id, asked.id)


def _make(pixels: Pixels) -> None:
    """Keep what the job would: a picture that nobody takes for the original, and other words."""
    sheet = Image.new("RGB", (600, 800), (220, 30, 30))
    ImageDraw.Draw(sheet).rectangle((100, 10, 190, 30), fill=0)
    staged = originals.stage(io.BytesIO(hiding.png(sheet, 150)))
    said = Reading("ocr", "test", f"Trang này có {LEFT}", [(LEFT, 300, 300, 90, 20, 90.0)], 600, 800, 150, 1)
    images.keep(pixels, sheet)
    images.keep_whole(pixels, sheet)
    with transaction():
        redacted.keep(pixels, Proved(staged, said, [(SECRET, 100, 10, 90, 20, 90.0)], []))


def is_red(jpeg: bytes) -> bool:
    with Image.open(io.BytesIO(jpeg)) as image:
        red, green, _ = image.convert("RGB").getpixel((image.width // 2, image.height // 4))  # type: ignore[misc]
    return red > green + 50


@pytest.mark.parametrize("role", ["anonymous", "citizen", "other", "operator", "archivist"])
def test_every_surface_shows_the_version_to_its_reader_and_the_original_to_the_staff(
    browse: Browsers, version: Version, role: str
) -> None:
    browser = browse(role)
    wrong = []
    for surface, part in PARTS.items():
        address = f"/en/p/{version.page}" if part == "@en" else f"/p/{version.page}{part}"
        answer = browser.get(address)
        expected = 200 if role not in ("anonymous", "citizen") else 404
        if answer.status_code != expected:
            wrong.append((surface, answer.status_code))
        if answer.headers["Cache-Control"] != "private, no-store" or "ETag" in answer.headers:
            wrong.append((surface, "may be kept"))
        if expected == 404:
            continue
        if answer.mimetype.startswith("image/"):
            if is_red(answer.data) != (role == "other"):
                wrong.append((surface, "another image"))
        elif role == "other" and SECRET in answer.text:
            wrong.append((surface, "the hidden word"))
        elif surface in ("page", "text", "words") and (LEFT in answer.text) != (role == "other"):
            wrong.append((surface, "other words"))
    assert wrong == []


@pytest.mark.parametrize(
    "address",
    [
        "/tim-kiem?q={word}",
        "/tim-kiem.csv?q={word}",
        "/tim-kiem.rss?q={word}",
        "/api/v1/search?q={word}",
        "/r/{document}?q={word}",
        "/p/{page}?q={word}",
        "/yeu-cau/{request}",
    ],
)
def test_the_hidden_word_finds_nothing_for_the_reader_of_the_version(
    browse: Browsers, version: Version, archive: Archive, address: str
) -> None:
    while indexing.drain():
        pass
    document = archive.documents["conditional"]
    browser = browse("other")

    def asked(word: str) -> str:
        place = address.format(word=word, document=document, page=version.page, request=version.request)
        answer = browser.get(place)
        assert answer.status_code == 200
        # The word that was typed comes back in fields and links.
        return re.sub(r"\s+|wordthatisnone|" + SECRET, "", answer.text)

    def steady(text: str) -> str:
        return re.sub(r'nonce="[^"]*"|value="[^"]*"|q=[^"&]*', "", text)

    assert steady(asked(SECRET)) == steady(asked("wordthatisnone"))


def test_copy_name_and_mails_tell_nothing_of_it(
    browse: Browsers, version: Version, people: dict[str, Actor]
) -> None:
    answer = browse("other").get(f"/yeu-cau/ban-sao/{version.grant}")
    path, name = copies.open(people["other"], version.grant)
    assert SECRET not in name
    assert SECRET.encode() not in path.read_bytes()
    assert answer.status_code in (200, 404)
    mails = db.session.scalars(select(Message)).all()
    assert mails
    assert not any(SECRET in repr(mail.values) for mail in mails)


def test_what_is_kept_of_the_images_lies_apart(version: Version) -> None:
    kept = {place.parent.name: place for place in house.settings().uploads_folder.rglob("page/*/200.jpg")}
    assert {version.page, version.pixels} <= kept.keys()
    assert is_red(kept[version.pixels].read_bytes())
    assert not is_red(kept[version.page].read_bytes())


def test_a_version_that_is_withdrawn_stops_the_next_tile(
    browse: Browsers, version: Version, people: dict[str, Actor]
) -> None:
    browser = browse("other")
    tile = f"/p/{version.page}{PARTS['tile']}"
    assert browser.get(tile).status_code == 200
    with transaction():
        redactions.withdraw(people["archivist"], version.id, "Còn đọc được một chữ")
    assert [browser.get(f"/p/{version.page}{part}").status_code for part in ("", "/text", PARTS["tile"])] == [
        404
    ] * 3
    assert pages.by_id(version.page).id == version.page


def test_whoever_decides_at_once_chooses_the_version(
    version: Version, archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    browser, asked, item = browse("approver"), archive.requests["conditional"], archive.items["conditional"]
    for place, name in ((f"/en/duyet/{asked}/{item}", "version"), (f"/en/duyet/{asked}", f"{item}-version")):
        shown = browser.get(place).text
        assert re.search(rf'<select[^>]*name="{name}"', shown), place
        assert f'value="{version.id}"' in shown
    wrong = {"reason": "Không đủ điều kiện", "act": "refuse", "version": version.id}
    assert browser.send(f"/en/duyet/{asked}/{item}", **wrong).status_code == 400
    granted = {"reason": "Đủ điều kiện", f"{item}-act": "grant", f"{item}-version": version.id}
    assert browser.send(f"/en/duyet/{asked}", **granted).status_code == 302
    (given,) = requests.show(people["approver"], asked).items
    assert given.grant is not None
    assert given.grant.redacted == 1
