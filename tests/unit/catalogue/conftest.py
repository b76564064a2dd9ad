"""An archive on a fresh home, with real indexes."""

from __future__ import annotations

import pytest

from portal.accounts.actors import Actor
from tests.unit.catalogue.archive import Archive


@pytest.fixture
def archive(people: dict[str, Actor]) -> Archive:
    return Archive(people["archivist"], people["operator"])
