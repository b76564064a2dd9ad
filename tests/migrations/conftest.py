"""Both databases, one after the other: whatever a migration promises holds on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fixtures import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip("PostgreSQL's server is not installed (`make test` installs it as root)")
    with postgresql.running(folder) as address:
        yield address


@pytest.fixture
def postgresql_url(postgresql_server: str, request: pytest.FixtureRequest) -> str:
    """The address of a fresh, empty database."""
    name = f"test_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(postgresql_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
    return postgresql_server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'portal.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url
