"""Every address of the site gives every role what the matrix says, with real sessions and tokens."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from portal.web import guards
from tests.web.archive import STATES, Archive
from tests.web.authorization.matrix import CONTENT, DESCRIPTION, ROLES, Row, rows
from tests.web.browser import Browser
from tests.web.conftest import Browsers


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says(
    app: Flask, archive: Archive, browse: Browsers, role: str
) -> None:
    browser = browse(role)
    token = browser.token()
    wrong = []
    for row in rows(archive):
        got = _call(app, browser, row, token)
        if got != row.status_for(role):
            wrong.append(f"{row.method} {row.endpoint} {row.values}: {got}, not {row.status_for(role)}")
    assert wrong == []


def test_every_address_of_the_site_is_in_the_matrix(app: Flask, archive: Archive) -> None:
    listed = {(row.endpoint, row.method) for row in rows(archive)}
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        # An address that only says what the server can do is one, too.
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"} or rule.methods or set()
    }
    assert there - listed == set()
    assert listed - there == set()


def test_every_state_of_the_archive_is_in_the_matrix() -> None:
    assert set(DESCRIPTION) == set(CONTENT) == set(STATES)


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    unmarked = [name for name, view in app.view_functions.items() if guards.need_of(view) is None]
    assert unmarked == []


def test_a_view_without_a_mark_is_refused(app: Flask, browse: Browsers) -> None:
    browser = browse("administrator")
    app.view_functions["reading.home"] = lambda: "secret"
    assert browser.get("/").status_code == 404


def _call(app: Flask, browser: Browser, row: Row, token: str) -> int:
    with app.test_request_context():
        address = url_for(row.endpoint, **row.values)
    if row.method == "GET":
        return browser.get(address).status_code
    if row.method == "POST":
        return browser.post(address, data={"csrf_token": token, **row.form}).status_code
    return browser.open(address, method=row.method, headers={"X-CSRFToken": token}).status_code
