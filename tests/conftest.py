"""What all tests share: a fresh home, the application on it, one person per role."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from config import Settings
from portal.accounts import passwords
from portal.accounts import people as accounts
from portal.accounts.actors import PORTAL, Actor
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core import schema
from portal.core.db import db, transaction
from tests.fixtures import compiled

PROJECT = Path(__file__).resolve().parent.parent

WITH_PORTALS = ("tests/face", "tests/faults", "tests/journeys")
"""Folders whose modules each start a portal or a browser of their own: one process runs a module."""

PASSWORD = "mật khẩu đủ dài để thử"

compiled.keep()


class ByPortal(LoadScopeScheduling):
    """Gives tests that share a running portal to one process; all others go to whichever is free.

    Said by folder: pytest-xdist 3.8 does not see its own marks for groups under pytest 9. Portals come
    first: most of their time is waiting, which nobody fills at the end. What wants the machine for
    itself comes last, when the others are over.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.startswith(WITH_PORTALS) else nodeid


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests into the order of `ByPortal`; within it they stay as they were shuffled."""
    items.sort(key=lambda item: 2 if _is_alone(item) else not item.nodeid.startswith(WITH_PORTALS))


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what is loaded for good: a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPortal:
    """Have tests given out by `ByPortal`, in their order, whatever is said on the command line."""
    config.option.loadscopereorder = False
    return ByPortal(config, log)


@pytest.fixture(autouse=True)
def turn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The right to use the machine: beside other tests, or for one that is marked `alone` by itself."""
    folder = tmp_path_factory.getbasetemp()
    # Each process of a run has its own folder, in one of the run.
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with (shared / "turn").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if _is_alone(request.node) else fcntl.LOCK_SH)
        yield


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real test material, which lies outside the project and may be absent."""
    folder = Path(os.environ.get("PORTAL_TEST_DATA") or PROJECT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip("the folder of test material (PORTAL_TEST_DATA) is not here")
    return folder


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest migration, to be copied: migrating anew for each test is slow."""
    folder = tmp_path_factory.mktemp("migrated")
    schema.upgrade(f"sqlite:///{folder / 'portal.db'}", folder)
    return folder / "portal.db"


@pytest.fixture
def home(tmp_path: Path, migrated_database: Path) -> Path:
    """An empty, migrated home."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(migrated_database, folder / "portal.db")
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """The settings of the test's portal, as environment variables; tests may add to them."""
    return {"PORTAL_HOME": str(home), "DEMO": "0", "PORT": "0", "SECRET_KEY": "t" * 40}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return Settings.from_environment(environment)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, with an application context open for verbs."""
    application = create_app(settings)
    application.testing = True
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture(scope="session")
def kept_digest() -> str:
    """What is kept of PASSWORD: made anew for eight people it takes longer than most tests."""
    return passwords.digest(PASSWORD)


@pytest.fixture
def people(app: Flask, kept_digest: str) -> dict[str, Actor]:
    """One person per role, and a second citizen as 'other'; all have the password PASSWORD."""
    made: dict[str, Actor] = {}
    with mock.patch.object(passwords, "digest", return_value=kept_digest), transaction():
        for key in [*Role, "other"]:
            role = Role.CITIZEN if key == "other" else Role(key)
            person = accounts.create(
                PORTAL, f"{key}@example.vn", role, name=f"Người {key}", password=PASSWORD
            )
            made[str(key)] = person.actor
    return made
