"""What tests of the search share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.search.engines import ENGINES, Shelf


@pytest.fixture(params=sorted(ENGINES))
def name(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn."""
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the index of a test's own stands."""
    return tmp_path / "public"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))
