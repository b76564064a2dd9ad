"""What tests of intake share: an archivist's fonds, a batch, and a hand that brings files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.catalogue import tree
from portal.core import house
from portal.core.db import transaction
from portal.ingest import batches, scans
from portal.ingest.sandbox import keeper
from portal.ingest.scans import Received
from portal.storage import originals
from tests.fixtures import inside
from tests.fixtures.inside import Run

Bring = Callable[..., Received]
UseEngine = Callable[[str | Path], None]


@pytest.fixture
def operator(people: dict[str, Actor]) -> Actor:
    return people[Role.OPERATOR]


@pytest.fixture
def open_batch(app: Flask, people: dict[str, Actor]) -> Callable[[str], str]:
    """Opens a batch in the fonds of a code, which is made if it is not there; returns its id."""

    def opened(code: str) -> str:
        with transaction():
            fonds = tree.fonds_by_code(code) or tree.create_fonds(
                people[Role.ARCHIVIST], code=code, name=f"Phông {code}"
            )
            return batches.open_batch(people[Role.OPERATOR], fonds.id, "Lô thử", declared=True).id

    return opened


@pytest.fixture
def bring(operator: Actor, open_batch: Callable[[str], str]) -> Bring:
    """Brings bytes into a fonds, as a form or a command does."""
    opened: dict[str, str] = {}

    def brought(content: bytes, name: str = "scan.pdf", fonds: str = "P1") -> Received:
        batch_id = opened.setdefault(fonds, open_batch(fonds))
        staged = originals.stage(io.BytesIO(content))
        media_type = scans.sniff(staged)
        with transaction():
            return scans.receive(operator, batch_id, name, staged, media_type)

    return brought


@pytest.fixture
def use_engine(app: Flask) -> Iterator[UseEngine]:
    """Sets the command of the recognition engine; no child outlives the test."""

    def used(command: str | Path) -> None:
        house.configure(replace(house.settings(), tesseract_cmd=str(command)))

    yield used
    keeper.dismiss()


@pytest.fixture(params=[inside.as_ourselves, inside.as_an_ordinary_user], ids=["as root", "as a user"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a hostile program behind the walls; returns what it said."""
    found: Run = request.param
    return found
