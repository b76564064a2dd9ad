"""Canaries: words that stand only in closed records appear nowhere for people without rights."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest
from flask import Flask, url_for
from PIL import Image

from portal import work
from portal.accounts.actors import Actor
from portal.catalogue import documents, indexing, tree
from portal.catalogue.documents import Description
from portal.core.db import transaction
from portal.ingest import scans
from portal.jobs import leases, loop
from portal.jobs.models import Lane
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures import papers
from tests.web.archive import PURPOSE, STATES, Archive, secret_of
from tests.web.authorization.matrix import CONTENT, DESCRIPTION, ROLES, rows
from tests.web.browser import Browser
from tests.web.conftest import Browsers

LINK = re.compile(rb'(?:href|src|action)="(/[^"#]*)"')


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"approver", "archivist"}))
def test_nothing_hidden_from_a_role_appears_anywhere(
    app: Flask, archive: Archive, browse: Browsers, role: str
) -> None:
    indexing.drain()
    hidden = _hidden_from(role)
    assert hidden
    for address, told in _everything(app, browse(role), archive).items():
        for word in hidden:
            # The echo of one's own query is no leak, and the word is in the address then.
            if word not in address:
                found = re.search(rf"{word}\b".encode(), told)
                assert found is None, f"{word} at {address}"


def test_a_search_for_the_very_word_finds_nothing(archive: Archive, browse: Browsers) -> None:
    indexing.drain()
    browser = browse("other")
    for state in STATES:
        answer = browser.get(f"/api/v1/search?q={secret_of(state)}").json
        assert answer is not None
        assert answer["total"] == (1 if state == "open" else 0), state


def test_the_file_name_is_for_staff_only(archive: Archive, browse: Browsers) -> None:
    address = f"/r/{archive.documents['open']}"
    assert "tepbimatopen" not in browse("anonymous").get(address).text
    assert "tepbimatopen" in browse("operator").get(address).text


def test_images_carry_no_metadata_of_the_scan(archive: Archive, browse: Browsers) -> None:
    image = browse("anonymous").get(f"/p/{archive.pages['open']}/image/480.jpg").get_data()
    assert b"exif" not in image
    with Image.open(io.BytesIO(image)) as opened:
        assert not opened.getexif()


def test_the_holder_of_a_grant_sees_marked_images_only(archive: Archive, browse: Browsers) -> None:
    address = f"/p/{archive.pages['granted']}/image/960.jpg"
    assert browse("citizen").get(address).get_data() != browse("archivist").get(address).get_data()
    tiles = ("iiif/0,0,240,320/240,320/0/default.jpg", "iiif/full/120,/0/default.png")
    for part in ("image/480.jpg", "image/1600.jpg", "thumbnail.jpg", *tiles):
        address = f"/p/{archive.pages['granted']}/{part}"
        assert browse("citizen").get(address).get_data() != browse("archivist").get(address).get_data()


def test_a_page_outside_its_rights_has_no_number_of_pages(archive: Archive, browse: Browsers) -> None:
    page = browse("anonymous").get(f"/r/{archive.documents['conditional']}").text
    assert archive.pages["conditional"] not in page
    assert "Các trang</h2>" not in page


def test_what_a_pdf_says_of_itself_stays_closed_with_it(
    app: Flask, archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    """The real reading, from a PDF whose text, name and metadata hold words of their own."""
    document = _conditional_pdf(archive, people)
    secrets = [b"loibimat", b"tenbimat", b"sieudulieu"]
    known = {
        f"/r/{document}",
        f"/en/r/{document}",
        *(f"/api/v1/search?q={word.decode()}" for word in secrets),
    }
    for role in ("anonymous", "citizen", "other"):
        told = _everything(app, browse(role), archive)
        told |= {address: _told(browse(role), address) for address in known}
        found = [
            (role, address, word)
            for address, text in told.items()
            for word in secrets
            if word in text and word.decode() not in address
        ]
        assert found == []
    staff = browse("archivist")
    assert b"loibimat" in _told(staff, "/tim-kiem?q=tinh+loibimat")


def _conditional_pdf(archive: Archive, people: dict[str, Actor]) -> str:
    content = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.written_pdf([(*papers.LINES, "tỉnh loibimat")]))) as pdf:
        pdf.docinfo["/Title"] = pdf.docinfo["/Author"] = "sieudulieu"
        pdf.save(content)
    content.seek(0)
    staged = originals.stage(content)
    with transaction():
        scan = scans.take_in(people["operator"], archive.batch, "tenbimat.pdf", staged)
    assert scan.document_id is not None
    work.install()
    while (held := leases.claim("worker/1", Lane.READ)) is not None:
        loop.perform(held)
    with transaction():
        wanted = Description(subject="Về việc giao đất", level=Level.CONDITIONAL, reason="theo luật")
        version = tree.by_id(scan.document_id).version
        documents.describe(people["archivist"], scan.document_id, wanted, version)
        documents.publish(people["archivist"], scan.document_id)
    while indexing.drain():
        pass
    return scan.document_id


def _hidden_from(role: str) -> set[str]:
    """Return the words that a role must meet nowhere: in text, file names, metadata, titles, purposes."""
    content = {secret_of(state) for state in STATES if _status(CONTENT, state, role) == 404}
    names = {f"tep{word}" for word in content} | {f"exif{word}" for word in content}
    titles = {
        f"tieude{state.replace('_', '')}" for state in STATES if _status(DESCRIPTION, state, role) == 404
    }
    # The citizen wrote the purpose; of the others only those may read it who handle requests.
    purposes = set() if role in ("citizen", "archivist") else {PURPOSE.rsplit(" ", 1)[1]}
    return content | names | titles | purposes


def _status(table: dict[str, str], state: str, role: str) -> int:
    return int(table[state].split()[ROLES.index(role)])


def _everything(app: Flask, browser: Browser, archive: Archive) -> dict[str, bytes]:
    """Return headers and body of every address of the matrix, of searches, and of what these link to."""
    with app.test_request_context():
        known = {url_for(row.endpoint, **row.values) for row in rows(archive) if row.method == "GET"}
    for state in STATES:
        known |= {f"/tim-kiem?q={secret_of(state)}", f"/api/v1/search?q={secret_of(state)}"}
    known |= {
        "/tim-kiem?q=trang",
        "/tim-kiem?q=dat",
        "/en/tim-kiem?q=QĐ",
        "/tim-kiem?q=bimat",
        "/tim-kiem?q=bima",
    }
    told = {address: _told(browser, address) for address in known}
    linked = {link.decode().replace("&amp;", "&") for text in told.values() for link in LINK.findall(text)}
    return told | {address: _told(browser, address) for address in linked - known}


def _told(browser: Browser, address: str) -> bytes:
    answer = browser.get(address)
    return str(answer.headers).encode() + answer.get_data()
