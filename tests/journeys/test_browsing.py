"""The tree opens place by place, in Chromium with scripts and without; the address remembers it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.conftest import email_of
from tests.journeys.persons import PlainPerson, chromium
from tests.journeys.portal import Portal

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def planted(portal: Portal) -> None:
    """A fonds with a file and one open document in it."""
    archivist = PlainPerson(portal, email_of("archivist"))
    archivist.open("/sap-xep/phong/moi")
    archivist.send("/sap-xep/phong/moi", {"code": "CAY", "name": "Phông cây"})
    fonds = _value_of(archivist, "/sap-xep/ho-so/moi", "Phông cây")
    archivist.send("/sap-xep/ho-so/moi", {"parent": fonds, "code": "1", "name": "Hồ sơ cành"})
    file = _value_of(archivist, "/mo-ta/giay", "Hồ sơ cành")
    described = {"parent": file, "subject": "Văn bản lá", "level": "open"}
    archivist.send("/mo-ta/giay", described, press=("act", "publish"))


@pytest.mark.parametrize(("has_scripts", "pages_loaded"), [(True, 1), (False, 3)])
def test_the_tree_opens_where_it_stands(
    portal: Portal, planted: None, has_scripts: bool, pages_loaded: int
) -> None:
    with chromium() as browser:
        page = browser.new_context(base_url=portal.base, java_script_enabled=has_scripts).new_page()
        loaded: list[str] = []

        def count(request: Request) -> None:
            if request.is_navigation_request():
                loaded.append(request.url)

        page.on("request", count)
        page.goto("/cay")
        leaf = page.get_by_role("link", name="Văn bản lá")
        expect(leaf).to_have_count(0)
        page.get_by_role("link", name="Bên trong Phông cây").click()
        page.get_by_role("link", name="Bên trong Hồ sơ cành").click()
        expect(leaf).to_be_visible()
        assert len(loaded) == pages_loaded
        expect(page).to_have_url(re.compile(r"[?]mo=[0-9a-z]{10}[.][0-9a-z]{10}"))
        page.reload()
        expect(leaf).to_be_visible()
        page.get_by_role("link", name="Bên trong Hồ sơ cành").press("Enter")
        expect(leaf).not_to_be_visible()
        expect(page).to_have_url(re.compile(r"[?]mo=[0-9a-z]{10}(#.*)?$"))


def _value_of(person: PlainPerson, form: str, name: str) -> str:
    """Open a form and return the id of the place that it offers by this name."""
    person.open(form)
    found = re.search(rf'<option value="([0-9a-z]{{10}})"[^>]*>[^<]*{name}', person.shown())
    assert found, person.shown()
    return found[1]
