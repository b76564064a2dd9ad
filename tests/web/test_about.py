"""The pages that the footer leads to are there in both languages, and say what this installation says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.conftest import Browsers

ADDRESSES = (
    "/lien-he",
    "/quyen-rieng-tu",
    "/kha-nang-tiep-can",
    "/tai-lieu-tiep-can-co-dieu-kien",
    "/so-do-trang",
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def environment(
    environment: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> dict[str, str]:
    if "emblem" in request.node.name:
        (tmp_path / "emblem.svg").write_text(SVG, encoding="utf-8")
        environment["EMBLEM"] = str(tmp_path / "emblem.svg")
    return environment | {"CONTACT_PHONE": "0255 000 000"}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_leads_to_all_of_them(browse: Browsers, prefix: str) -> None:
    browser = browse("anonymous")
    for address in ADDRESSES:
        page = browser.get(prefix + address)
        assert page.status_code == 200
        assert all(f'href="{prefix}{other}"' in page.text for other in ADDRESSES)


def test_the_contact_page_says_what_is_known(browse: Browsers) -> None:
    page = browse("anonymous").get("/lien-he").text
    assert "0255 000 000" in page
    assert "chưa ghi địa chỉ" not in page


def test_an_emblem_is_shown_and_nothing_in_it_runs(browse: Browsers) -> None:
    browser = browse("anonymous")
    assert 'src="/bieu-trung"' in browser.get("/").text
    answer = browser.get("/bieu-trung")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
