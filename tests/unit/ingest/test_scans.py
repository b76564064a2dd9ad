"""Files as they come: told by their bytes, named safely, one document each."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.audit import trail
from portal.catalogue import documents as catalogue
from portal.catalogue.models import Kind, Node
from portal.core.db import db, transaction
from portal.core.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.core.paging import Paging
from portal.ingest import batches, contents, media, scans
from portal.ingest.contents import Show
from portal.ingest.errors import UnusableFileError
from portal.ingest.media import MediaType
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.scans import Received
from portal.jobs.models import Job, Lane
from portal.rights.levels import Level
from portal.rights.models import Protection
from portal.storage import originals
from portal.storage.models import Blob
from tests.fixtures import papers

Bring = Callable[..., Received]


def documents() -> int:
    return db.session.query(Node).filter(Node.kind == Kind.DOCUMENT.value).count()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (papers.written_pdf(), MediaType.PDF),
        (b"\r\n" * 20 + papers.written_pdf(), MediaType.PDF),
        (papers.png(), MediaType.PNG),
        (papers.jpeg(), MediaType.JPEG),
        (papers.tiff([papers.blank()]), MediaType.TIFF),
        (b"MM\x00*rest", MediaType.TIFF),
        (b"II+\x00rest", MediaType.TIFF),
    ],
    ids=["pdf", "late pdf", "png", "jpeg", "tiff", "tiff MM", "big tiff"],
)
def test_a_file_is_told_by_its_bytes(content: bytes, media_type: MediaType) -> None:
    assert media.sniff(content[: media.HEAD]) is media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04 a word file named .pdf", "file_type"),
        (b"<html><script>alert(1)</script>", "file_type"),
        (b"GIF89a", "file_type"),
        (b"BM" + bytes(60), "file_type"),
    ],
)
def test_other_files_are_refused_with_a_code(content: bytes, code: str) -> None:
    with pytest.raises(UnusableFileError) as caught:
        media.sniff(content)
    assert caught.value.code == code


def test_a_received_file_has_row_document_job_and_audit_line(bring: Bring) -> None:
    received = bring(papers.png(), "tờ trình.png")
    scan = db.session.get_one(Scan, received.scan_id)
    assert (received.state, scan.file_name) == (ScanState.RECEIVED, "tờ trình.png")
    assert db.session.get(Blob, scan.blob_sha256) is not None
    node = db.session.get_one(Node, received.document_id)
    assert (node.kind, node.title, node.working_title) == ("document", "", "tờ trình.png")
    assert node.parent_id == db.session.get_one(Batch, scan.batch_id).holding_id
    job = db.session.query(Job).filter(Job.kind == scans.SPLIT).one()
    assert (job.subject, job.lane) == (scan.id, Lane.READ.value)
    assert [line.action for line in trail.of("scan", scan.id)] == ["scan.receive"]


def test_a_file_of_another_kind_stands_in_the_batch_with_its_reason_and_its_bytes(
    operator: Actor, open_batch: Callable[[str], str]
) -> None:
    batch_id = open_batch("P1")
    staged = originals.stage(io.BytesIO(b"MZ not a scan"))
    with transaction():
        received = scans.take_in(operator, batch_id, "mời họp.pdf", staged)
    assert (received.state, received.code, received.document_id) == (ScanState.REFUSED, "file_type", None)
    (file,) = contents.files(operator, batch_id, Show.ALL, Paging()).rows
    assert (file.name, file.scan.code, file.is_settled) == ("mời họp.pdf", "file_type", True)
    assert db.session.get(Blob, staged.sha256) is not None
    assert originals.verify(staged.sha256)
    assert [line.action for line in trail.of("scan", received.scan_id)] == ["scan.refuse"]
    assert documents() == 0
    with transaction():
        assert batches.retry(operator, batch_id) == 0
    assert contents.overview(operator, batch_id).retryable == 0


def test_a_kind_that_is_known_by_now_is_taken_in_though_it_was_refused_before(
    operator: Actor, open_batch: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = originals.stage(io.BytesIO(papers.png()))
    with monkeypatch.context() as before, transaction():
        before.setattr(media, "_MARKS", ())
        assert scans.take_in(operator, open_batch("P1"), "a.png", staged).state is ScanState.REFUSED
    with transaction():
        assert scans.take_in(operator, open_batch("P1"), "a.png", staged).state is ScanState.RECEIVED


def test_a_new_document_is_conditional_and_unpublished(bring: Bring) -> None:
    protection = db.session.get_one(Protection, bring(papers.png()).document_id)
    assert (protection.own_level, protection.published_at) == (Level.CONDITIONAL, None)


def test_if_anything_fails_nothing_is_received(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(scans.ledger, "enqueue", broken)
    with pytest.raises(RuntimeError):
        bring(papers.png())
    assert (documents(), db.session.query(Scan).count(), db.session.query(Blob).count()) == (0, 0, 0)


def test_the_same_bytes_in_the_same_fonds_make_no_second_document(bring: Bring) -> None:
    first = bring(papers.png(), "a.png")
    second = bring(papers.png(), "b.png")
    assert (second.state, second.code) == (ScanState.DUPLICATE, "already_here")
    assert second.document_id == first.document_id
    assert second.values == {"document": first.document_id}
    assert documents() == 1
    assert db.session.query(Job).filter(Job.kind == scans.SPLIT).count() == 1


def test_the_same_bytes_in_another_fonds_make_a_document_on_the_same_blob(bring: Bring) -> None:
    first, second = bring(papers.png(), fonds="P1"), bring(papers.png(), fonds="P2")
    assert second.state is ScanState.RECEIVED
    assert second.document_id != first.document_id
    assert db.session.query(Blob).count() == 1
    assert documents() == 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (unicodedata.normalize("NFD", "Quyết định đất ở.pdf"), "Quyết định đất ở.pdf"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\quét\\tờ 1.tif", "tờ 1.tif"),
        ("/", "?"),
        ("", "?"),
        ("..", ".."),
        ("a\nb\tc\x00.pdf", "a b c .pdf"),
        ("hồ sơ \u202efdp.exe", "hồ sơ fdp.exe"),
        ("\u2066x\u2069\u200f\u061c.png", "x .png"),
        ("\udcff.pdf", "?.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "<img src=x onerror=alert(1)>.pdf"),
        ("x" * 300 + ".pdf", "x" * 200),
    ],
)
def test_a_file_name_is_kept_safe_to_show(name: str, kept: str) -> None:
    assert scans.clean_name(name) == kept


def test_the_name_kept_in_the_catalogue_is_nfc(bring: Bring) -> None:
    received = bring(papers.png(), unicodedata.normalize("NFD", "tờ trình.png"))
    title = db.session.get_one(Node, received.document_id).working_title
    assert title == unicodedata.normalize("NFC", "tờ trình.png")


def test_a_batch_needs_the_declaration(bring: Bring, operator: Actor) -> None:
    bring(papers.png())
    fonds_id = db.session.query(Batch).one().fonds_id
    with pytest.raises(InvalidError) as caught, transaction():
        batches.open_batch(operator, fonds_id, "Lô", declared=False)
    assert caught.value.fields == {"declared": "declare_no_secret"}
    assert db.session.query(Batch).count() == 1


def test_the_declaration_is_written_down(open_batch: Callable[[str], str], operator: Actor) -> None:
    batch = db.session.get_one(Batch, open_batch("P1"))
    assert batch.operator_id == operator.id
    assert batch.declared_no_secret_at is not None
    assert trail.of("batch", batch.id)[0].details["declared_no_secret"] is True


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.APPROVER])
def test_others_take_nothing_in(
    app: Flask, people: dict[str, Actor], open_batch: Callable[[str], str], role: Role
) -> None:
    batch_id = open_batch("P1")
    staged = originals.stage(io.BytesIO(papers.png()))
    with pytest.raises(NotAllowedError), transaction():
        scans.receive(people[role], batch_id, "x.png", staged, MediaType.PNG)
    assert documents() == 0


def test_a_batch_in_a_withheld_fonds_is_for_those_who_know_of_the_fonds(
    app: Flask, people: dict[str, Actor], operator: Actor, open_batch: Callable[[str], str]
) -> None:
    batch_id, archivist = open_batch("P1"), people[Role.ARCHIVIST]
    fonds_id = db.session.get_one(Batch, batch_id).fonds_id
    with transaction():
        catalogue.set_level(archivist, fonds_id, Level.WITHHELD, "vì thử")
    assert batches.listing(operator, Paging()).total == 0
    assert list(batches.listing(operator, Paging()).rows) == []
    assert batches.listing(archivist, Paging()).total == 1
    assert contents.overview(archivist, batch_id).batch.id == batch_id
    staged = originals.stage(io.BytesIO(papers.png()))
    with pytest.raises(NotFoundError):
        contents.overview(operator, batch_id)
    with pytest.raises(NotFoundError), transaction():
        batches.retry(operator, batch_id)
    with pytest.raises(NotFoundError), transaction():
        batches.open_batch(operator, fonds_id, "Lô", declared=True)
    with pytest.raises(NotFoundError), transaction():
        scans.receive(operator, batch_id, "x.png", staged, MediaType.PNG)


def test_a_batch_that_is_not_there_or_closed_takes_nothing(
    app: Flask, operator: Actor, open_batch: Callable[[str], str]
) -> None:
    staged = originals.stage(io.BytesIO(papers.png()))
    with pytest.raises(NotFoundError), transaction():
        scans.receive(operator, "0000000000", "x.png", staged, MediaType.PNG)
    batch_id = open_batch("P1")
    with transaction():
        batch = db.session.get_one(Batch, batch_id)
        batch.closed_at = batch.created_at
    with pytest.raises(ConflictError), transaction():
        scans.receive(operator, batch_id, "x.png", staged, MediaType.PNG)
