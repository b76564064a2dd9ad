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
from tests.web.conftest import Browsers

BUILT = PROJECT / "portal" / "static" / assets.BUILT
SEARCH_PAGE_BUDGET = 120 * 1024
"""CSS, JS and fonts of the search page, compressed, before images."""

OF_ANOTHER_HOUSE = re.compile(rb"crown|crest|gds[ _-]?transport|logotype", re.IGNORECASE)


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


def test_the_search_page_stays_within_its_budget() -> None:
    sizes = {
        name: path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))
        for name, path in built().items()
    }
    assert sum(sizes.values()) <= SEARCH_PAGE_BUDGET, sizes


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
