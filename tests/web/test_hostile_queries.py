"""Queries made to break the search or to keep it busy: each is answered, and the next reader is, too.

How long they take is measured by `make bench-hostile`; here it is only said what they may not do.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from portal.catalogue import indexing
from tests.fixtures import queries
from tests.web.archive import Archive
from tests.web.conftest import Browsers

HOSTILE = queries.hostile()

PATHS = ("/tim-kiem", "/en/tim-kiem", "/tim-kiem/goi-y", "/tim-kiem.csv", "/tim-kiem.rss", "/api/v1/search")


def test_there_are_sixty_kinds() -> None:
    assert len(HOSTILE) >= 60
    assert max(map(len, HOSTILE.values())) == queries.LONG


@pytest.mark.parametrize("role", ["anonymous", "archivist"])
def test_every_query_is_answered_and_so_is_the_next(archive: Archive, browse: Browsers, role: str) -> None:
    while indexing.drain():
        pass
    browser = browse(role)
    usual = "/api/v1/search?q=trang"
    before = browser.get(usual).get_data()
    for kind, query in HOSTILE.items():
        for path in PATHS:
            assert browser.get(f"{path}?q={quote(query)}").status_code in (200, 400), f"{kind} at {path}"
        assert browser.get(usual).get_data() == before, kind


def test_nothing_closed_is_found_by_any(archive: Archive, browse: Browsers) -> None:
    """Whoever has no rights finds at most what everybody may find by browsing."""
    while indexing.drain():
        pass
    public = {archive.documents[state] for state in ("open", "conditional", "granted", "expired", "revoked")}
    browser = browse("anonymous")
    for kind, query in HOSTILE.items():
        results = browser.get(f"/api/v1/search?q={quote(query)}").get_json()["results"]
        assert {one["document"] for one in results} <= public, kind
        assert {one["page"] for one in results} <= {archive.pages["open"], None}, kind


def test_what_is_looked_at_with_such_a_query_is_shown(archive: Archive, browse: Browsers) -> None:
    browser = browse("anonymous")
    for kind, query in HOSTILE.items():
        for address in (f"/r/{archive.documents['open']}", f"/p/{archive.pages['open']}"):
            assert browser.get(f"{address}?q={quote(query)}").status_code in (200, 400), kind
