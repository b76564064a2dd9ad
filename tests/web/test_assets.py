"""What browsers load: built, named by content, kept for good, within its budget, and nobody else's brand."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.web import assets
from tests.conftest import PROJECT
from tests.web.archive import Archive
from tests.web.conftest import Browsers

BUILT = PROJECT / "portal" / "static" / assets.BUILT
KIB = 1024
SEARCH_PAGE_BUDGET = 120 * KIB
VIEWER_PAGE_BUDGET = 220 * KIB
"""CSS, JS and fonts of a page, compressed, before images."""

LOADED = re.compile(r'(?:src|href)="/static/built/([^"]+)"')

OF_ANOTHER_HOUSE = re.compile(rb"crown|\bcrest|gds[ _-]?transport|logotype", re.IGNORECASE)


def built() -> dict[str, Path]:
    names = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    return {name: BUILT / kept for name, kept in names.items()}


def test_every_built_file_is_in_the_manifest() -> None:
    assert {path.name for path in BUILT.iterdir()} == {
        *(path.name for path in built().values()),
        "manifest.json",
        "made-from",
    }
    assert all(path.stat().st_size for path in built().values())


@pytest.mark.parametrize(("kind", "budget"), [("search", SEARCH_PAGE_BUDGET), ("page", VIEWER_PAGE_BUDGET)])
def test_pages_stay_within_their_budget(archive: Archive, browse: Browsers, kind: str, budget: int) -> None:
    address = {"search": "/tim-kiem?q=trang", "page": f"/p/{archive.pages['open']}?q=trang"}[kind]
    sizes = loaded(browse("anonymous").get(address).text)
    assert sum(sizes.values()) <= budget, sizes
    assert ("viewer" in {name.split(".")[0] for name in sizes}) is (kind == "page")


def loaded(html: str) -> dict[str, int]:
    """Return what the browser loads for a page before images, with its compressed size in bytes.

    Every font counts, as if the page held letters of all of them.
    """
    names = LOADED.findall(html)
    paths = [BUILT / name for name in names] + [path for path in built().values() if path.suffix == ".woff2"]
    assert {path.suffix for path in paths} == {".css", ".js", ".woff2"}
    return {
        path.name: path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))
        for path in paths
    }


def test_nothing_built_carries_the_brand_of_another_house() -> None:
    found = {name: OF_ANOTHER_HOUSE.findall(path.read_bytes()) for name, path in built().items()}
    assert [name for name, traces in found.items() if traces] == []


def test_the_style_sheet_asks_for_nothing_from_elsewhere() -> None:
    sheet = built()["site.css"].read_text(encoding="utf-8")
    wanted = set(re.findall(r"url\(([^)]+)\)", sheet))
    there = {path.name for path in built().values()}
    assert {name for name in wanted if not name.startswith("data:")} <= there
    assert any(name.endswith(".woff2") for name in wanted)


def test_built_files_are_kept_for_good_and_others_for_an_hour(app: Flask, browse: Browsers) -> None:
    with app.test_request_context():
        address = assets.static_asset("site.css")
    browser = browse("anonymous")
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert browser.get("/static/favicon.svg").headers["Cache-Control"] == "public, max-age=3600"
    assert browser.get("/static/built/nothing.css").headers["Cache-Control"] == "private, no-store"


def test_a_portal_that_was_not_set_up_says_so_and_runs(
    app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app.static_folder = str(tmp_path)
    assets.init_app(app)
    assert "make setup" in caplog.text
    with app.test_request_context():
        assert assets.static_asset("site.css") == "/static/built/site.css"
