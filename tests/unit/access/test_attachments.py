"""Files of messages: sealed, for the two sides of one request, and gone when their time is over."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Settings
from portal.access import attachments, correspondence, decisions, handling, requests
from portal.access.attachment_rows import Attachment
from portal.access.attachments import Enclosed, clean_name
from portal.access.results import RequestView
from portal.accounts.actors import ANONYMOUS, Actor
from portal.audit import trail
from portal.core import clock
from portal.core.clock import read_instant
from portal.core.db import db, transaction
from portal.core.errors import InvalidError, NotFoundError
from tests.unit.access.conftest import PURPOSE, REASON, Shelf, run

PAPER = Enclosed("Giấy giới thiệu.pdf", "application/pdf", b"%PDF-1.7 giay gioi thieu")
KEPT_DAYS = 365


@pytest.fixture
def asked(shelf: Shelf, people: dict[str, Actor]) -> RequestView:
    with transaction():
        return requests.submit(people["citizen"], [shelf.document()], PURPOSE)


def _send(actor: Actor, asked: RequestView, *files: Enclosed) -> str:
    """Write with files; return the id of the last one."""
    with transaction():
        correspondence.write(actor, asked.id, "Gửi kèm", files)
    return correspondence.of(actor, asked.id)[-1].files[-1].id


def _open(actor: Actor, asked: RequestView, attachment_id: str) -> bytes:
    with transaction():
        return attachments.hand_out(actor, asked.id, attachment_id)[2]


def _files(settings: Settings) -> list[Path]:
    folder = settings.attachments_folder
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_files_go_both_ways_and_lie_sealed(
    asked: RequestView, people: dict[str, Actor], settings: Settings
) -> None:
    by_reader = _send(people["citizen"], asked, PAPER)
    by_staff = _send(people["archivist"], asked, Enclosed("phieu.png", "image/png", b"\x89PNG phieu"))
    for actor in (people["citizen"], people["archivist"], people["approver"]):
        assert _open(actor, asked, by_reader) == PAPER.content
        assert _open(actor, asked, by_staff) == b"\x89PNG phieu"
    kept = b"".join(path.read_bytes() for path in _files(settings))
    assert len(_files(settings)) == 2
    assert b"giay gioi thieu" not in kept
    shown = [file.name for letter in correspondence.of(people["citizen"], asked.id) for file in letter.files]
    assert shown == ["Giấy giới thiệu.pdf", "phieu.png"]


def test_nobody_else_opens_them_and_all_that_is_refused_looks_alike(
    asked: RequestView, people: dict[str, Actor], shelf: Shelf
) -> None:
    sent = _send(people["citizen"], asked, PAPER)
    with transaction():
        strange = requests.submit(people["other"], [shelf.document()], PURPOSE)
    for actor in (people["other"], people["operator"], people["administrator"], ANONYMOUS):
        with pytest.raises(NotFoundError):
            _open(actor, asked, sent)
    with pytest.raises(NotFoundError):
        _open(people["archivist"], strange, sent)
    with pytest.raises(NotFoundError):
        _open(people["citizen"], asked, "0000000000")


def test_files_of_notes_are_for_the_staff(asked: RequestView, people: dict[str, Actor], shelf: Shelf) -> None:
    with transaction():
        correspondence.note(people["archivist"], asked.id, "Xem tệp kèm", [PAPER])
    (note,) = correspondence.of(people["approver"], asked.id)
    assert _open(people["approver"], asked, note.files[0].id) == PAPER.content
    with pytest.raises(NotFoundError):
        _open(people["citizen"], asked, note.files[0].id)
    with transaction():
        own = requests.submit(people["archivist"], [shelf.document()], PURPOSE)
        correspondence.note(people["approver"], own.id, "Về đồng nghiệp", [PAPER])
    (note,) = correspondence.of(people["approver"], own.id)
    with pytest.raises(NotFoundError):
        _open(people["archivist"], own, note.files[0].id)


def test_a_question_can_bring_a_file(asked: RequestView, people: dict[str, Actor]) -> None:
    with transaction():
        handling.ask_reader(people["archivist"], asked.id, "Bạn cần bản đồ nào?", [PAPER])
    (question,) = correspondence.of(people["citizen"], asked.id)
    assert _open(people["citizen"], asked, question.files[0].id) == PAPER.content


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([PAPER] * 6, "too_many_files"),
        ([Enclosed("a.exe", "", b"MZ")], "attachment_type"),
        ([Enclosed("a.tif", "image/tiff", b"II*\x00")], "attachment_type"),
        ([Enclosed("a.pdf", "application/pdf", b"")], "attachment_size"),
        ([Enclosed("a.pdf", "application/pdf", b"x" * (attachments.MOST_BYTES + 1))], "attachment_size"),
    ],
)
def test_what_is_too_much_or_of_another_kind_is_refused_with_its_message(
    asked: RequestView, people: dict[str, Actor], settings: Settings, files: list[Enclosed], code: str
) -> None:
    with pytest.raises(InvalidError) as error, transaction():
        correspondence.write(people["citizen"], asked.id, "Gửi kèm", files)
    assert error.value.fields == {"files": code}
    assert correspondence.of(people["citizen"], asked.id) == []
    assert _files(settings) == []


@pytest.mark.parametrize(
    ("typed", "media_type", "kept"),
    [
        ("../../etc/Hồ sơ.PDF", "application/pdf", "Hồ sơ.pdf"),
        (r"C:\giay\don.jpeg", "image/jpeg", "don.jpg"),
        ("don.pdf.exe", "application/pdf", "don.pdf.exe.pdf"),
        ("gpj.\u202efdp", "image/jpeg", "gpj.fdp.jpg"),
        ("\r\nSet-Cookie: a", "image/png", "Set-Cookie a.png"),
        ("...", "image/png", "tep.png"),
        ("", "application/pdf", "tep.pdf"),
        ("x" * 300, "application/pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_tricks(typed: str, media_type: str, kept: str) -> None:
    assert clean_name(typed, media_type) == kept


def test_files_stay_while_the_request_runs_and_a_year_after_its_end(
    asked: RequestView, people: dict[str, Actor], settings: Settings
) -> None:
    sent, start = _send(people["citizen"], asked, PAPER), clock.now()
    with clock.held_at(start + timedelta(days=KEPT_DAYS + 30)):
        run(attachments.retire)
        assert _open(people["citizen"], asked, sent) == PAPER.content
    end = start + timedelta(days=KEPT_DAYS + 40)
    with clock.held_at(end), transaction():
        decisions.refuse(people["approver"], asked.items[0].id, REASON)
    with clock.held_at(end + timedelta(days=KEPT_DAYS, seconds=-1)):
        assert _open(people["citizen"], asked, sent) == PAPER.content
    with clock.held_at(end + timedelta(days=KEPT_DAYS)):
        with pytest.raises(NotFoundError):
            _open(people["citizen"], asked, sent)
        assert correspondence.of(people["citizen"], asked.id)[0].files[0].name == ""
        assert len(_files(settings)) == 1, "no worker was there"
        run(attachments.retire)
    assert _files(settings) == []
    row = db.session.scalars(select(Attachment)).one()
    assert (row.name, row.gone_at) == ("", end + timedelta(days=KEPT_DAYS))
    assert "request.attachment_gone" in {line.action for line in trail.of("request", asked.id)}


def test_the_job_takes_what_a_crash_left_and_leaves_pictures_of_cards_alone(
    asked: RequestView, people: dict[str, Actor], settings: Settings
) -> None:
    sent = _send(people["citizen"], asked, PAPER)
    left = settings.attachments_folder / "0000000000-1"
    card = settings.evidence_folder / "0000000000-1"
    for path in (left, card):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"left")
        path.touch()
    old = time.time() - 2 * attachments.UNCLAIMED_SECONDS
    os.utime(left, (old, old))
    run(attachments.retire)
    assert not left.exists()
    assert card.exists()
    assert _open(people["citizen"], asked, sent) == PAPER.content


def test_trail_lines_hold_no_names_of_files(asked: RequestView, people: dict[str, Actor]) -> None:
    _open(people["archivist"], asked, _send(people["citizen"], asked, PAPER))
    lines = trail.of("request", asked.id)
    assert "request.open_attachment" in {line.action for line in lines}
    assert "Giấy" not in str([line.details for line in lines])


MESSAGES_PER_DAY, FILES_PER_DAY = 20, 20
LATE_IN_THE_DAY = read_instant("2026-11-10T23:50")


def _write(actor: Actor, asked: RequestView, *files: Enclosed) -> None:
    with transaction():
        correspondence.write(actor, asked.id, "Tôi muốn hỏi thêm", files)


def test_a_reader_writes_so_many_messages_a_day_and_goes_on_tomorrow(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with clock.held_at(LATE_IN_THE_DAY):
        for _ in range(MESSAGES_PER_DAY):
            _write(people["citizen"], asked)
        with pytest.raises(InvalidError) as refused:
            _write(people["citizen"], asked)
        assert refused.value.fields == {"text": "too_many_messages_today"}
        assert refused.value.values["most"] == MESSAGES_PER_DAY
        _write(people["archivist"], asked)
    with clock.held_at(LATE_IN_THE_DAY + timedelta(minutes=10)):
        _write(people["citizen"], asked)


def test_the_answer_to_a_question_is_never_held_up(asked: RequestView, people: dict[str, Actor]) -> None:
    with clock.held_at(LATE_IN_THE_DAY):
        for _ in range(MESSAGES_PER_DAY):
            _write(people["citizen"], asked)
        with transaction():
            handling.take(people["archivist"], asked.id)
            handling.ask_reader(people["archivist"], asked.id, "Xin gửi giấy giới thiệu")
        _write(people["citizen"], asked, PAPER)
    assert requests.show(people["citizen"], asked.id).status == "in_review"


def test_a_reader_sends_so_many_files_a_day_and_goes_on_tomorrow(
    asked: RequestView, people: dict[str, Actor]
) -> None:
    with clock.held_at(LATE_IN_THE_DAY):
        for _ in range(FILES_PER_DAY // attachments.MOST_FILES):
            _write(people["citizen"], asked, *[PAPER] * attachments.MOST_FILES)
        with pytest.raises(InvalidError) as refused:
            _write(people["citizen"], asked, PAPER)
        assert refused.value.fields == {"files": "too_many_files_today"}
        _write(people["citizen"], asked)
        _write(people["archivist"], asked, PAPER)
    with clock.held_at(LATE_IN_THE_DAY + timedelta(minutes=10)):
        _write(people["citizen"], asked, PAPER)
