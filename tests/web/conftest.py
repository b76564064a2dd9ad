"""What tests of the site share: an archive in all states, built once and copied, and a browser per role."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask

from config import Settings
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core.db import db, transaction
from portal.web import catalogues
from tests.conftest import PASSWORD
from tests.web import archive as building
from tests.web.archive import Archive
from tests.web.browser import Browser

Browsers = Callable[[str], Browser]


@pytest.fixture(scope="session")
def texts() -> Catalog:
    """All texts that stand in code and templates: looking for them takes seconds."""
    return catalogues.extracted()


@dataclass(frozen=True)
class Built:
    """A home with people and an archive in it, to be copied: building it anew takes seconds."""

    home: Path
    people: dict[str, Actor]
    archive: Archive


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Built:
    home = tmp_path_factory.mktemp("built") / "home"
    home.mkdir()
    shutil.copy(migrated_database, home / "portal.db")
    app = create_app(
        Settings.from_environment({"PORTAL_HOME": str(home), "DEMO": "0", "SECRET_KEY": "t" * 40})
    )
    with app.app_context():
        people = _people()
        archive = building.build(people)
        db.session.remove()
        db.engine.dispose()
    return Built(home, people, archive)


@pytest.fixture
def home(tmp_path: Path, built: Built) -> Path:
    """A home of the test's own that holds the archive."""
    folder = tmp_path / "home"
    shutil.copytree(built.home, folder)
    return folder


@pytest.fixture
def people(app: Flask, built: Built) -> dict[str, Actor]:
    """One person per role, and a second citizen as 'other'; all have the password PASSWORD."""
    return dict(built.people)


@pytest.fixture
def archive(app: Flask, built: Built) -> Archive:
    """One document in every state, with requests, grants and a copy."""
    return copy.deepcopy(built.archive)


@pytest.fixture
def browse(app: Flask) -> Browsers:
    """Return a browser in which a person of the role has signed in, or nobody."""
    app.test_client_class = Browser

    def opened(role: str) -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        if role != "anonymous":
            browser.sign_in(f"{role}@example.vn")
        return browser

    return opened


def _people() -> dict[str, Actor]:
    made: dict[str, Actor] = {}
    with transaction():
        for key in [*Role, "other"]:
            role = Role.CITIZEN if key == "other" else Role(key)
            person = accounts.create(
                PORTAL, f"{key}@example.vn", role, name=f"Người {key}", password=PASSWORD
            )
            made[str(key)] = person.actor
    return made
