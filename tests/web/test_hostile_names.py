"""Names that hold HTML are shown as they are written, on every page of every role."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from portal.catalogue import indexing
from tests.web.archive import Archive
from tests.web.authorization.matrix import rows
from tests.web.conftest import Browsers

HOSTILE = ("<script>alert", "<img src=x", "<b>đậm", "<i>nhân", "<b>đất", "<em>này")


@pytest.mark.parametrize(
    "role", ["anonymous", "citizen", "operator", "archivist", "approver", "administrator"]
)
def test_names_are_escaped_everywhere(app: Flask, archive: Archive, browse: Browsers, role: str) -> None:
    indexing.drain()
    browser = browse(role)
    seen = ""
    for row in rows(archive):
        with app.test_request_context():
            address = url_for(row.endpoint, **row.values)
        answer = browser.get(address)
        if answer.mimetype == "text/html":
            seen += answer.text
            assert not any(name in answer.text for name in HOSTILE), address
    assert "&lt;script&gt;alert" in seen, "the names must have been on some page"


def test_the_query_is_escaped_where_it_is_echoed(browse: Browsers) -> None:
    page = browse("anonymous").get("/tim-kiem?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_texts_read_by_machine_are_escaped_then_marked(archive: Archive, browse: Browsers) -> None:
    indexing.drain()
    page = browse("anonymous").get("/tim-kiem?q=trang").text
    assert "<mark>Trang</mark> &lt;em&gt;này&lt;/em&gt;" in page
