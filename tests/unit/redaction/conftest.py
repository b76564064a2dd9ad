"""What tests of redacted versions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.accounts.actors import Actor
from portal.ingest.sandbox import keeper
from tests.unit.redaction.desk import Desk


@pytest.fixture
def desk(app: Flask, people: dict[str, Actor]) -> Iterator[Desk]:
    yield Desk(people)
    keeper.dismiss()
