"""Refused files: kept as they came, handed to those who take in, and to nobody else."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.actors import ANONYMOUS, Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError, NotFoundError
from portal.ingest import quarantine, reading, scans
from portal.ingest.models import Batch, Scan
from portal.ingest.scans import Received
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures import papers

CUT = papers.written_pdf()[:-200]


@pytest.fixture
def cut(bring: Callable[..., Received]) -> Received:
    """A PDF that lost its end and was refused when it was opened."""
    received: Received = bring(CUT, "quyết định.pdf")
    with transaction():
        reading.split_given_up(received.scan_id, "file_cut_off")
    return received


def test_a_refused_file_comes_back_byte_for_byte_with_a_line_in_the_trail(
    cut: Received, operator: Actor
) -> None:
    path, name = quarantine.hand_out(operator, cut.scan_id)
    assert path.read_bytes() == CUT
    assert name == "quyết định.pdf"
    line = trail.of("scan", cut.scan_id)[-1]
    assert (line.action, line.actor_id) == ("scan.hand_out", operator.id)


def test_what_is_no_page_is_not_saved_under_a_name_that_runs(
    app: Flask, operator: Actor, open_batch: Callable[[str], str]
) -> None:
    batch_id, staged = open_batch("P1"), originals.stage(io.BytesIO(b"MZ"))
    with transaction():
        refused = scans.take_in(operator, batch_id, "chạy.exe", staged)
    assert quarantine.hand_out(operator, refused.scan_id)[1] == "chạy.exe.bin"


def test_only_those_who_take_in_get_it(cut: Received, people: dict[str, Actor]) -> None:
    for actor in (ANONYMOUS, people[Role.CITIZEN], people[Role.APPROVER]):
        with pytest.raises(NotAllowedError):
            quarantine.hand_out(actor, cut.scan_id)


def test_what_was_not_refused_is_not_handed_out(bring: Callable[..., Received], operator: Actor) -> None:
    for scan_id in (bring(papers.png()).scan_id, "0000000000"):
        with pytest.raises(NotFoundError):
            quarantine.hand_out(operator, scan_id)


def test_it_is_closed_with_its_record(cut: Received, operator: Actor, people: dict[str, Actor]) -> None:
    assert cut.document_id is not None
    with transaction():
        documents.set_level(people[Role.ARCHIVIST], cut.document_id, Level.WITHHELD, "theo luật")
    with pytest.raises(NotFoundError):
        quarantine.hand_out(operator, cut.scan_id)
    assert quarantine.hand_out(people[Role.ARCHIVIST], cut.scan_id)[0].read_bytes() == CUT


def test_it_is_closed_with_its_fonds(cut: Received, operator: Actor, people: dict[str, Actor]) -> None:
    with transaction():
        scan = db.session.get_one(Scan, cut.scan_id)
        # As of another kind, which makes no document.
        scan.document_id = None
        fonds = db.session.get_one(Batch, scan.batch_id).fonds_id
        documents.set_level(people[Role.ARCHIVIST], fonds, Level.WITHHELD, "theo luật")
    with pytest.raises(NotFoundError):
        quarantine.hand_out(operator, cut.scan_id)
