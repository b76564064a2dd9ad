"""Signatures of PDFs: unbroken, altered, not to be checked; trusted by the roots that were laid down."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pikepdf
import pytest

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import pages
from portal.core import house
from portal.core.db import db, transaction
from portal.core.errors import NotAllowedError
from portal.core.paging import Paging
from portal.ingest import reading, scans, secret_holds, signed
from portal.ingest.models import Scan
from portal.ingest.sandbox import answers, keeper
from portal.ingest.sandbox.process import LyingError
from portal.ingest.scans import Received
from portal.ingest.signature_rows import FileSignature
from portal.jobs import handlers, leases, loop
from portal.jobs.handlers import Work
from portal.jobs.models import Lane
from tests.fixtures import papers
from tests.fixtures import signed as paper

Bring = Callable[..., Received]


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    handlers.install(
        {
            scans.SPLIT: Work(reading.split, when_dead=reading.split_given_up),
            scans.READ: Work(lambda claim: lambda: None),
            signed.JOB: Work(signed.check),
        }
    )
    yield
    handlers.install({})
    keeper.dismiss()


@pytest.fixture(scope="module")
def made() -> tuple[bytes, str]:
    return paper.made(papers.written_pdf())


def work() -> None:
    while claim := leases.claim("test/1", Lane.READ):
        loop.perform(claim)


def checked(bring: Bring, content: bytes) -> tuple[Received, list[tuple[str, str, bool]]]:
    received = bring(content, "a.pdf")
    work()
    rows = db.session.query(FileSignature).filter_by(scan_id=received.scan_id).order_by(FileSignature.number)
    return received, [(row.signer, row.state, row.is_trusted) for row in rows]


def lay_down(root: str) -> None:
    house.settings().trust_folder.mkdir()
    (house.settings().trust_folder / "goc.pem").write_text(f"Gốc\n{root}", encoding="utf-8")


def test_an_unbroken_signature_is_trusted_by_the_roots_alone_that_were_laid_down(
    bring: Bring, made: tuple[bytes, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    content, root = made
    received, found = checked(bring, content)
    assert found == [(paper.SIGNER, "unbroken", False)]
    lay_down(root)
    _, found = checked(bring, content + b"\n")
    assert found == [(paper.SIGNER, "unbroken", True)]
    (line,) = [one for one in trail.of("scan", received.scan_id) if one.action == "scan.signatures"]
    assert line.details == {"states": ["unbroken"]}
    assert paper.SIGNER not in caplog.text


def test_what_was_altered_after_signing_is_told_whoever_is_trusted(
    bring: Bring, made: tuple[bytes, str]
) -> None:
    content, root = made
    lay_down(root)
    broken = content.replace(b"/Creator", b"/Kreator", 1)
    assert broken != content
    assert checked(bring, broken)[1] == [(paper.SIGNER, "altered", False)]
    with pikepdf.open(io.BytesIO(content)) as document:
        document.pages[0].Rotate = 90
        saved = io.BytesIO()
        document.save(saved)
    assert checked(bring, saved.getvalue())[1][0][1:] == ("altered", False)


def test_a_signature_that_is_none_cannot_be_checked_and_stops_nothing(
    bring: Bring, made: tuple[bytes, str]
) -> None:
    content, _ = made
    start = content.index(b"/Contents <") + 11
    empty = content[:start] + b"30" + b"0" * 200 + content[start + 202 :]
    received, found = checked(bring, empty)
    assert [(state, is_trusted) for _, state, is_trusted in found] == [("unknown", False)]
    assert db.session.get_one(Scan, received.scan_id).state == "split"


def test_a_file_without_signatures_costs_no_look(bring: Bring) -> None:
    received, found = checked(bring, papers.written_pdf())
    assert found == []
    assert [line.action for line in trail.of("scan", received.scan_id)] == ["scan.receive", "scan.split"]


def test_who_takes_in_sees_them_and_of_what_is_held_back_none_is_left(
    bring: Bring, made: tuple[bytes, str], operator: Actor, people: dict[str, Actor]
) -> None:
    received, _ = checked(bring, made[0])
    batch_id = db.session.get_one(Scan, received.scan_id).batch_id
    (file,) = signed.listing(operator, batch_id, Paging()).rows
    assert [one.signer for one in file.signatures] == [paper.SIGNER]
    with pytest.raises(NotAllowedError):
        signed.listing(people[Role.CITIZEN], batch_id, Paging())
    page, *_ = pages.of_document(received.document_id or "")
    with transaction():
        secret_holds.hold(page.id, "mat")
    assert db.session.query(FileSignature).count() == 0
    assert signed.count(operator, batch_id) == 0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"signatures": [["a"]]},
        {"signatures": [["a", "", "fine", False]]},
        {"signatures": [["a", "", "altered", True]]},
        {"signatures": [["a" * 999, "", "altered", False]]},
    ],
)
def test_a_child_that_was_taken_over_cannot_say_anything(told: dict[str, object]) -> None:
    with pytest.raises(LyingError):
        answers.signatures(told)
