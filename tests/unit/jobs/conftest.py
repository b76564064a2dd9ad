"""The ledger alone, on SQLite and on PostgreSQL: its four tables, no archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table

from config import Settings
from portal.core import house
from portal.core.db import Base, db
from portal.jobs import handlers
from portal.jobs.models import Job, JobAttempt
from portal.jobs.pauses import Pause
from portal.jobs.rests import QuietHours
from tests.fixtures import postgresql


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL database; tests that need it skip where no server is installed."""
    programs = postgresql.binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgresql.running(programs) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def bare(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that has the ledger's tables and nothing else, outside any context."""
    house.configure(Settings.from_environment({"PORTAL_HOME": str(tmp_path), "SECRET_KEY": "t" * 40}))
    application = Flask("ledger")
    application.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(application)
    models = (Job, JobAttempt, Pause, QuietHours)
    tables: list[Table] = [Base.metadata.tables[model.__tablename__] for model in models]
    with application.app_context():
        Base.metadata.create_all(db.engine, tables=tables)
    handlers.install({})
    yield application
    with application.app_context():
        db.session.remove()
        Base.metadata.drop_all(db.engine, tables=tables)
        db.engine.dispose()
    handlers.install({})


@pytest.fixture
def ledger_app(bare: Flask) -> Iterator[Flask]:
    """The same with a context open."""
    with bare.app_context():
        yield bare
