"""The same rules where there is nothing to show yet, and where something went wrong."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import url_for
from playwright.sync_api import Page

from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL
from portal.accounts.roles import Role
from portal.accounts.signing import TRIES_PER_ACCOUNT
from portal.core.db import transaction
from portal.web.guards import SMALL_FORM_BYTES
from tests.conftest import PASSWORD
from tests.face.conftest import Site
from tests.face.onlooker import Onlooker, judge
from tests.face.served import served
from tests.face.visits import LANGUAGES, WIDTHS, Visit, in_turn
from tests.journeys.persons import chromium
from tests.web.authorization.matrix import ROLES, rows
from tests.web.conftest import Built, built  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser]

NO_PAGES = ("health.", "api.", "static", "requesting.ask")
"""What is no page, or shows nothing without a record."""

FILES = (".csv", ".json", ".pdf")
"""How the address of what a browser saves, and does not show, ends."""

SEND = """([name, value]) => {
  const field = document.querySelector(`main form [name=${name}]`);
  field.value = value;
  field.form.submit();
}"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Site]:
    """An archive without records, with one person of each role."""
    home = tmp_path_factory.mktemp("empty") / "home"
    home.mkdir()
    shutil.copy(migrated_database, home / "portal.db")
    with served(home) as (app, base):
        with app.app_context(), transaction():
            for role in Role:
                accounts.create(PORTAL, f"{role}@example.vn", role, name=f"Người {role}", password=PASSWORD)
        yield app, base


@pytest.fixture(scope="module")
def onlooker(empty: Site) -> Iterator[Onlooker]:
    with chromium() as browser:
        yield Onlooker(browser, empty[1])


def test_an_empty_archive_breaks_no_rule(
    empty: Site,
    onlooker: Onlooker,
    built: Built,  # noqa: F811
) -> None:
    every = list(_visits(empty, built))
    chosen = every if os.environ.get("LONG") else in_turn(every)
    assert len(chosen) > 20
    found = {str(visit): wrong for visit in chosen if (wrong := onlooker.judge(visit))}
    print(f"\naxe, empty: {len(chosen)} pages, {len(found)} with violations")
    assert found == {}
    assert onlooker.refused == []


def test_what_went_wrong_breaks_no_rule(onlooker: Onlooker) -> None:
    every = list(itertools.product(FAILURES.items(), LANGUAGES, WIDTHS))
    # Every fifth is each failure once, languages and widths taking turns.
    chosen = every if os.environ.get("LONG") else every[::5] + every[-1:]
    found: dict[str, list[str]] = {}
    for (name, (role, fail, status)), language, width in chosen:
        page = onlooker.window(role)
        page.set_viewport_size({"width": width, "height": 800})
        statuses: list[int] = []

        def note(answer: object, statuses: list[int] = statuses) -> None:
            statuses.append(getattr(answer, "status", 0))

        page.on("response", note)
        fail(page, language)
        page.remove_listener("response", note)
        assert status in statuses, f"{name}: {statuses}"
        if wrong := judge(page):
            found[f"{name} {language} {width}"] = wrong
    print(f"\naxe, failures: {len(chosen)} pages, {len(found)} with violations")
    assert found == {}


def _visits(empty: Site, made: Built) -> Iterator[Visit]:
    """Yield the pages that name no record, in each language and width."""
    for row in rows(made.archive):
        role = next((one for one in ROLES if one != "other" and row.status_for(one) == 200), None)
        if row.method != "GET" or row.values or role is None or row.endpoint.startswith(NO_PAGES):
            continue
        with empty[0].test_request_context():
            address = url_for(row.endpoint, **row.form)
        if address.partition("?")[0].endswith(FILES):
            continue
        for language, width in itertools.product(LANGUAGES, WIDTHS):
            yield Visit(row.endpoint, address, role, language, width)
    for language, width in itertools.product(LANGUAGES, WIDTHS):
        yield Visit("reading.nothing_found", "/tim-kiem?q=khongcogi", "anonymous", language, width)


def _missing(page: Page, language: str) -> None:
    page.goto(f"{language}/khong-co")


def _forbidden(page: Page, language: str) -> None:
    page.goto(f"{language}/duyet")


def _expired(page: Page, language: str) -> None:
    page.goto(f"{language}/dang-nhap")
    page.fill("main [name=email]", "ai@example.vn")
    _send(page, "csrf_token", "x")


def _too_large(page: Page, language: str) -> None:
    page.goto(f"{language}/dang-nhap")
    _send(page, "csrf_token", "x" * (SMALL_FORM_BYTES + 1))


def _too_often(page: Page, language: str) -> None:
    for _ in range(TRIES_PER_ACCOUNT + 1):
        page.goto(f"{language}/dang-nhap")
        page.fill("main [name=email]", "ai@example.vn")
        _send(page, "password", "sai")


def _send(page: Page, name: str, value: str) -> None:
    with page.expect_navigation():
        page.evaluate(SEND, [name, value])


FAILURES: dict[str, tuple[str, Callable[[Page, str], None], int]] = {
    "missing": ("anonymous", _missing, 404),
    "forbidden": ("citizen", _forbidden, 403),
    "expired": ("anonymous", _expired, 400),
    "too large": ("anonymous", _too_large, 413),
    "too often": ("anonymous", _too_often, 429),
}
"""By name: as whom, how it is brought about, and the status of the answer."""
