"""ZIP files: each file in one comes as if alone, once; what would harm is refused before it unfolds."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import work
from portal.accounts.actors import Actor
from portal.accounts.roles import Role
from portal.core.db import db, end_reading, transaction
from portal.core.errors import FullError, NotFoundError
from portal.ingest import archives, batches, quarantine, scans, unpacking, withdrawing
from portal.ingest.archive_rows import ArchiveEntry
from portal.ingest.errors import UnusableFileError
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.scans import Received
from portal.jobs import leases, loop
from portal.jobs.errors import NotReadyError
from portal.jobs.handlers import Claim
from portal.jobs.models import Job, JobState, Lane
from portal.rights import protections
from portal.rights.levels import Level
from portal.storage import originals
from tests.fixtures import bombs, lists, papers

Send = Callable[..., Received]


@pytest.fixture
def batch(open_batch: Callable[[str], str]) -> str:
    return open_batch("P1")


@pytest.fixture
def send(operator: Actor, batch: str) -> Send:
    """Sends bytes into the batch, as a form does."""

    def sent(content: bytes, name: str = "hộp 1.zip") -> Received:
        staged = originals.stage(io.BytesIO(content))
        with transaction():
            return scans.take_in(operator, batch, name, staged)

    return sent


def unpacked(app: Flask) -> None:
    """Do what the desk has to do."""
    work.install()
    end_reading()
    while claim := leases.claim("worker/1", Lane.DESK):
        loop.perform(claim)


def claim_of(scan_id: str) -> Claim:
    return Claim("job", scans.UNPACK, scan_id, {}, Lane.DESK, "worker/1", 1, 0, 0)


def row(scan_id: str) -> Scan:
    db.session.expire_all()
    return db.session.get_one(Scan, scan_id)


def came(batch_id: str) -> dict[str, str]:
    """Return the states of the files of the batch, but the ZIP files, by their names."""
    of_batch = (Scan.batch_id == batch_id, Scan.media_type != scans.ARCHIVE)
    return dict(db.session.execute(select(Scan.file_name, Scan.state).where(*of_batch)).all())


def pictures(number: int) -> dict[str, bytes]:
    """Return so many small different pictures."""
    return {f"hộp/{one}.png": bombs.png_of(8, 8, _grey(one), bits=8) for one in range(1, number + 1)}


def _grey(seed: int) -> bytes:
    line = b"\x00" + struct.pack("<II", seed, seed * 7)
    return zlib.compress(line * 8)


def test_it_is_answered_at_once_and_its_files_come_by_a_job(
    app: Flask, operator: Actor, batch: str, send: Send
) -> None:
    received = send(bombs.zipped({"a/1.png": papers.png(), "a/thư.doc": b"MZ", "a/": b"", "Thumbs.db": b"x"}))
    assert (received.state, received.document_id) == (ScanState.RECEIVED, None)
    assert came(batch) == {}
    unpacked(app)
    assert came(batch) == {"1.png": "received", "thư.doc": "refused"}
    done = row(received.scan_id)
    assert (done.state, done.code, done.values) == (
        ScanState.SPLIT,
        "archive_unpacked",
        {"came": 1, "refused": 1},
    )
    brought = set(db.session.scalars(select(Scan.brought_by)))
    assert brought == {operator.id}
    assert unpacking.refused(operator, batch) == ([], 0)
    assert originals.holds(done.blob_sha256)


def test_300_files_come_in_order_and_a_killed_job_goes_on_behind_what_is_in(
    app: Flask, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(310)))
    real, calls = originals.stage, 0

    def dies(stream: io.BytesIO, most: int | None = None) -> object:
        nonlocal calls
        calls += 1
        if calls == 120:
            raise KeyboardInterrupt
        return real(stream, most)

    with monkeypatch.context() as patch:
        patch.setattr(originals, "stage", dies)
        with pytest.raises(KeyboardInterrupt):
            unpacking.unpack(claim_of(received.scan_id))
    assert len(came(batch)) == 119
    calls = -1000
    with monkeypatch.context() as patch:
        patch.setattr(originals, "stage", dies)
        apply = unpacking.unpack(claim_of(received.scan_id))
    assert calls == -1000 + 310 - 119
    with transaction():
        apply()
    names = db.session.scalars(
        select(Scan.file_name).where(Scan.media_type != scans.ARCHIVE).order_by(Scan.created_at, Scan.id)
    ).all()
    assert list(names) == [f"{number}.png" for number in range(1, 311)]
    assert row(received.scan_id).values == {"came": 310, "refused": 0}


def test_two_workers_on_one_zip_file_bring_each_file_once(
    app: Flask, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(3)))
    real = unpacking._staged
    is_first = True

    def overtaken(unfold: archives.Unfold, entry: archives.Entry) -> object:
        nonlocal is_first
        if is_first:
            is_first = False
            unpacking.unpack(claim_of(received.scan_id))
        return real(unfold, entry)

    monkeypatch.setattr(unpacking, "_staged", overtaken)
    unpacking.unpack(claim_of(received.scan_id))
    assert db.session.scalar(select(func.count()).select_from(ArchiveEntry)) == 3
    assert len(came(batch)) == 3


def test_other_work_comes_in_between(
    app: Flask, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(3)))
    monkeypatch.setattr(unpacking, "SLICE_SECONDS", -1.0)
    with pytest.raises(NotReadyError, match="archive_in_work"):
        unpacking.unpack(claim_of(received.scan_id))
    assert row(received.scan_id).state == ScanState.RECEIVED


def test_without_room_it_waits_and_counts_no_failure(
    app: Flask, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(2)))

    def full(*_: object) -> None:
        raise FullError("disk_full")

    monkeypatch.setattr(originals, "stage", full)
    unpacked(app)
    job = db.session.scalars(select(Job).where(Job.kind == scans.UNPACK)).one()
    assert (job.state, job.error_code, job.attempts) == (JobState.WAITING, "disk_full", 0)
    assert row(received.scan_id).state == ScanState.RECEIVED


def test_the_same_zip_file_in_the_same_batch_is_not_unpacked_again(
    app: Flask, batch: str, send: Send
) -> None:
    content = bombs.zipped(pictures(2))
    send(content)
    again = send(content, "tên khác.zip")
    assert (again.state, again.code) == (ScanState.DUPLICATE, "archive_here")
    unpacked(app)
    assert len(came(batch)) == 2


def entry_file(name: str, **changes: int) -> bytes:
    """Return a ZIP file of one picture, with fields of its directory changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), papers.png())
        info = archive.infolist()[0]
        for key, value in changes.items():
            setattr(info, key, value)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bombs.zipped_link("/etc/passwd"), "entry_is_link"),
        (entry_file("/etc/a.png"), "entry_outside"),
        (entry_file("a/../../b.png"), "entry_outside"),
        (entry_file("C:\\a.png"), "entry_outside"),
        (entry_file("a.png", flag_bits=1), "entry_locked"),
        (entry_file("a.png", compress_type=9), "entry_rare"),
        (entry_file("a.png", CRC=1), "entry_damaged"),
    ],
)
def test_a_file_that_would_harm_is_refused_with_its_reason(
    app: Flask, operator: Actor, batch: str, send: Send, content: bytes, code: str
) -> None:
    received = send(content)
    unpacked(app)
    assert came(batch) == {}
    refused, number = unpacking.refused(operator, batch)
    assert ([one.code for one in refused], number) == ([code], 1)
    assert row(received.scan_id).values == {"came": 0, "refused": 1}


def test_a_zip_file_in_a_zip_file_is_refused(app: Flask, batch: str, send: Send) -> None:
    send(bombs.zipped({"trong.zip": bombs.zipped({"1.png": papers.png()})}))
    unpacked(app)
    assert came(batch) == {"trong.zip": "refused"}
    assert set(db.session.scalars(select(Scan.code))) == {"archive_unpacked", "archive_nested"}


def bomb() -> bytes:
    """Return a ZIP file of 80 megabytes of zeros."""
    return bombs.zipped({"a.tif": bytes(80 * 1024**2)})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "archive_bomb"),
        (bombs.zipped({"1.png": papers.png()})[:-30], "archive_damaged"),
        (b"PK\x03\x04" + bytes(500), "archive_damaged"),
    ],
)
def test_a_whole_zip_file_that_would_harm_brings_nothing(
    app: Flask, batch: str, send: Send, content: bytes, code: str
) -> None:
    received = send(content)
    unpacked(app)
    assert came(batch) == {}
    assert (row(received.scan_id).state, row(received.scan_id).code) == (ScanState.REFUSED, code)


def test_too_many_or_too_much_is_told_by_the_directory_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(bombs.zipped(pictures(5)))
    monkeypatch.setattr(archives, "MOST_ENTRIES", 4)
    with pytest.raises(UnusableFileError, match="archive_too_many"):
        archives.entries(path)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MOST_BYTES", 100)
    with pytest.raises(UnusableFileError, match="archive_too_large"):
        archives.entries(path)
    monkeypatch.undo()
    monkeypatch.setattr(archives, "MOST_OF_DIRECTORY", 100)
    with pytest.raises(UnusableFileError, match="archive_too_many"):
        archives.entries(path)


def test_names_of_before_unicode_are_read() -> None:
    info = zipfile.ZipInfo()
    for raw in (lists.TCVN3_BYTES, lists.TCVN3_SENTENCE.encode(), lists.cp1258(lists.TCVN3_SENTENCE)):
        info.orig_filename = info.filename = raw.decode("cp437")
        assert archives._name(info) == lists.TCVN3_SENTENCE


def test_a_zip_file_that_begins_with_a_whole_pdf_is_no_pdf(app: Flask, batch: str, send: Send) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("1.pdf", papers.written_pdf())
    received = send(file.getvalue())
    assert received.document_id is None
    unpacked(app)
    assert came(batch) == {"1.pdf": "received"}


def test_documents_of_office_programs_are_no_zip_files(batch: str, send: Send) -> None:
    received = send(lists.xlsx([["a"]]), "a.xlsx")
    assert (received.state, received.code) == (ScanState.REFUSED, "file_type")


def test_a_withdrawn_batch_is_unpacked_when_it_comes_back(
    app: Flask, operator: Actor, batch: str, send: Send
) -> None:
    send(bombs.zipped(pictures(2)))
    with transaction():
        withdrawing.withdraw(operator, batch, "Nhầm phông")
    unpacked(app)
    assert came(batch) == {}
    with transaction():
        withdrawing.restore(operator, batch)
    unpacked(app)
    assert len(came(batch)) == 2


def test_one_that_an_archivist_sent_to_a_withheld_place_is_unpacked(
    app: Flask, people: dict[str, Actor], batch: str
) -> None:
    archivist = people[Role.ARCHIVIST]
    with transaction():
        fonds_id = db.session.get_one(Batch, batch).fonds_id
        protections.set_level(fonds_id, Level.WITHHELD, "Theo quyết định", archivist.id)
    staged = originals.stage(io.BytesIO(bombs.zipped(pictures(2))))
    with transaction():
        received = scans.take_in(archivist, batch, "hộp 1.zip", staged)
    unpacked(app)
    assert len(came(batch)) == 2
    assert (row(received.scan_id).state, row(received.scan_id).code) == (ScanState.SPLIT, "archive_unpacked")
    assert set(db.session.scalars(select(Scan.brought_by))) == {archivist.id}


def _gone(*_: object) -> None:
    raise NotFoundError("not_found")


def test_one_whose_batch_is_withdrawn_at_this_moment_waits_for_it(
    app: Flask, operator: Actor, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(2)))
    real = unpacking._staged

    def withdrawn(unfold: archives.Unfold, entry: archives.Entry) -> object:
        with transaction():
            withdrawing.withdraw(operator, batch, "Nhầm phông")
        return real(unfold, entry)

    monkeypatch.setattr(unpacking, "_staged", withdrawn)
    unpacked(app)
    assert (row(received.scan_id).state, came(batch)) == (ScanState.RECEIVED, {})


def test_one_whose_place_is_gone_without_a_withdrawal_is_given_up_and_says_so(
    app: Flask, batch: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = send(bombs.zipped(pictures(2)))
    monkeypatch.setattr(unpacking, "_bring_all", _gone)
    unpacked(app)
    assert (row(received.scan_id).state, row(received.scan_id).code) == (ScanState.REFUSED, "not_found")
    assert batches.retryable_number(batch) == 1


def test_one_that_was_given_up_is_tried_again_behind_what_came_and_handed_to_nobody(
    app: Flask, operator: Actor, batch: str, send: Send
) -> None:
    received = send(bombs.zipped(pictures(3)))
    first = archives.entries(originals.path(row(received.scan_id).blob_sha256))[:1]
    with archives.opened(originals.path(row(received.scan_id).blob_sha256)) as unfold:
        unpacking._bring_all(operator, received.scan_id, unfold, first)
    with transaction():
        unpacking.given_up(received.scan_id, "internal")
    with transaction(), pytest.raises(NotFoundError):
        quarantine.hand_out(operator, received.scan_id)
    assert batches.retryable_number(batch) == 1
    with transaction():
        assert batches.retry(operator, batch) == 1
    unpacked(app)
    assert len(came(batch)) == 3
    assert row(received.scan_id).values == {"came": 3, "refused": 0}
    assert batches.retryable_number(batch) == 0
