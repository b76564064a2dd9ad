"""What tests of the site share: an archive in all states, and a browser per role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.actors import Actor
from tests.web import archive as building
from tests.web.archive import Archive
from tests.web.browser import Browser

Browsers = Callable[[str], Browser]


@pytest.fixture
def archive(people: dict[str, Actor]) -> Archive:
    """One document in every state, with requests, grants and a copy."""
    return building.build(people)


@pytest.fixture
def browse(app: Flask, people: dict[str, Actor]) -> Browsers:
    """Return a browser in which a person of the role has signed in, or nobody."""
    app.test_client_class = Browser

    def opened(role: str) -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        if role != "anonymous":
            browser.sign_in(f"{role}@example.vn")
        return browser

    return opened
