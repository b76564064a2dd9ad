"""The log of reading on the site: what is opened stands there, by record, by person and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from portal.accounts.actors import Actor
from portal.core.db import transaction
from portal.rights import grants, reads, tracing
from tests.web.archive import Archive
from tests.web.browser import Browser
from tests.web.conftest import Browsers


def rows(browser: Browser, address: str) -> Sequence[Sequence[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text)))[1:]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_a_reader_opens_stands_in_the_log(
    browse: Browsers, archive: Archive, people: dict[str, Actor], prefix: str
) -> None:
    reader, page = browse("citizen"), archive.pages["granted"]
    for part in ("", "/text", "/thumbnail.jpg", "/iiif/full/max/0/default.jpg", "/image/960.jpg"):
        assert reader.get(f"/p/{page}{part}").status_code == 200
    assert reader.get(f"/ban-sao/{archive.grants['granted']}.pdf").status_code == 200
    assert browse("archivist").get(f"/p/{page}").status_code == 200
    approver = browse("approver")
    record = approver.get(f"{prefix}/nhat-ky-doc/tai-lieu/{archive.documents['granted']}").text
    assert "Người citizen" in record
    assert "Người archivist" in record
    person = f"/nhat-ky-doc/nguoi/{people['citizen'].id}"
    assert f"/nhat-ky-doc/tai-lieu/{archive.documents['granted']}" in approver.get(prefix + person).text
    found = rows(approver, f"{person}.csv")
    assert [(row[3], row[4]) for row in found] == [
        (archive.documents["granted"], number) for number in ("", "1", "1", "1", "1")
    ]
    assert len(rows(approver, f"/nhat-ky-doc/tai-lieu/{archive.documents['granted']}.csv")) == 6
    assert [row[1:3] for row in rows(approver, "/nhat-ky-doc/nam.csv")] == [["1", "1"]]


def test_open_pages_leave_nothing(browse: Browsers, archive: Archive) -> None:
    for role in ("anonymous", "citizen", "archivist"):
        assert browse(role).get(f"/p/{archive.pages['open']}").status_code == 200
    address = f"/nhat-ky-doc/tai-lieu/{archive.documents['open']}"
    assert "<table" not in browse("approver").get(address).text
    assert rows(browse("approver"), f"{address}.csv") == []


def test_a_page_that_cannot_be_noted_is_refused_in_words(
    browse: Browsers, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    reader, word = browse("citizen"), "bimatgranted"
    monkeypatch.setattr(reads, "note", broken)
    for part in ("", "/text", "/thumbnail.jpg", "/iiif/full/max/0/default.jpg"):
        answer = reader.get(f"/p/{archive.pages['granted']}{part}")
        assert answer.status_code == 503
        assert word not in answer.text
        assert "disk" not in answer.text
    assert reader.get(f"/p/{archive.pages['open']}").status_code == 200


@pytest.mark.parametrize("role", ["approver", "administrator"])
def test_a_code_on_a_page_leads_to_its_reader(browse: Browsers, archive: Archive, role: str) -> None:
    browser = browse(role)
    code = tracing.shown(grants.by_id(archive.grants["granted"]).trace)
    answer = browser.send("/nhat-ky-doc", code=f" {code.lower()} ")
    assert answer.status_code == 200
    for told in (code, "Người citizen", "Đang có hiệu lực", f"/tai-lieu/{archive.documents['granted']}"):
        assert told in answer.text
    assert ("/duyet/" in answer.text) == (role == "approver")
    for wrong, words in (("7K3-F92-QXA", "đọc nhầm"), ("7K3-F92-QXY", "Không có trang nào"), ("", "Hãy")):
        answer = browser.send("/nhat-ky-doc", code=wrong)
        assert answer.status_code == 400
        assert words in answer.text
        assert wrong in answer.text


def test_unusual_reading_stands_on_the_page(browse: Browsers, people: dict[str, Actor]) -> None:
    with transaction():
        reads.alert(str(people["citizen"].id), "citizen", 1204, 120)
    text = browse("administrator").get("/nhat-ky-doc").text
    assert "1.204 trang trong một giờ" in text
    assert f"/nhat-ky-doc/nguoi/{people['citizen'].id}" in text
