"""Uploads that can be resumed, as tus 1.0 speaks of them: https://tus.io/protocols/resumable-upload."""

from __future__ import annotations

import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.blueprints.intake import resumable
from portal.core import dated, house
from portal.core.dated import DatedValue
from portal.core.db import db, end_reading, transaction
from portal.ingest import uploads
from portal.ingest.models import Scan
from portal.ingest.upload_rows import Upload
from portal.storage import partials
from tests.fixtures import papers
from tests.web.archive import Archive
from tests.web.conftest import Browsers

PAPER = papers.png()
LENGTH = len(PAPER)
PART = "application/offset+octet-stream"

Ask = Callable[..., TestResponse]


@pytest.fixture
def ask(browse: Browsers) -> Ask:
    """Speak the protocol as an operator."""
    browser = browse("operator")
    token = browser.token()

    def asked(method: str, address: str, content: bytes = b"", **told: object) -> TestResponse:
        headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token}
        headers |= {name.replace("_", "-"): str(value) for name, value in told.items()}
        kind = {"content_type": PART} if method == "PATCH" or content else {}
        return browser.open(address, method=method, data=content, headers=headers, **kind)

    return asked


def name(text: str) -> str:
    return f"filename {b64encode(text.encode()).decode()},filetype {b64encode(b'image/png').decode()}"


def begin(ask: Ask, archive: Archive) -> str:
    answer = ask(
        "POST", f"/tiep-nhan/{archive.batch}/tai-len", Upload_Length=LENGTH, Upload_Metadata=name("tờ 1.png")
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Upload-Expires"].endswith("GMT")
    return answer.headers["Location"]


def checksum(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm} {b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def test_it_says_what_it_can_do(ask: Ask, browse: Browsers) -> None:
    answer = browse("anonymous").open("/tiep-nhan/tai-len", method="OPTIONS")
    assert answer.status_code == 204
    assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"].split(",") == [
        *("creation", "creation-with-upload", "checksum", "expiration", "termination")
    ]
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert answer.headers["Tus-Max-Size"] == str(uploads.MOST_BYTES)


def test_a_file_comes_in_parts(ask: Ask, archive: Archive) -> None:
    where = begin(ask, archive)
    answer = ask("PATCH", where, PAPER[:100], Upload_Offset=0, Upload_Checksum=checksum(PAPER[:100]))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "100")
    answer = ask("HEAD", where)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, "100")
    assert answer.headers["Upload-Length"] == str(LENGTH)
    assert "no-store" in answer.headers["Cache-Control"]
    answer = ask("PATCH", where, PAPER[100:], Upload_Offset=100)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(LENGTH))
    assert answer.headers["Upload-Sha256"] == hashlib.sha256(PAPER).hexdigest()
    scan = db.session.get_one(Scan, answer.headers["Upload-Scan"])
    assert (scan.file_name, scan.batch_id) == ("tờ 1.png", archive.batch)
    again = ask("PATCH", where, b"", Upload_Offset=LENGTH)
    assert again.headers["Upload-Scan"] == scan.id, "a finished upload repeated is the same file"
    assert ask("HEAD", where).headers["Upload-Scan"] == scan.id


def test_a_small_file_comes_with_its_announcement(ask: Ask, archive: Archive) -> None:
    answer = ask("POST", f"/tiep-nhan/{archive.batch}/tai-len", PAPER, Upload_Length=LENGTH)
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(LENGTH)
    assert answer.headers["Upload-Scan"]


def test_what_came_badly_with_its_announcement_is_sent_again_as_a_part(ask: Ask, archive: Archive) -> None:
    where = f"/tiep-nhan/{archive.batch}/tai-len"
    answer = ask("POST", where, PAPER, Upload_Length=LENGTH, Upload_Checksum=checksum(b"other"))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
    again = ask("PATCH", answer.headers["Location"], PAPER, Upload_Offset=0)
    assert (again.status_code, again.headers["Upload-Offset"]) == (204, str(LENGTH))


def test_an_announcement_that_is_repeated_is_the_same_upload(ask: Ask, archive: Archive) -> None:
    where = f"/tiep-nhan/{archive.batch}/tai-len"
    told = f"{name('tờ 1.png')},source {b64encode('hộp/tờ 1.png|9|8'.encode()).decode()}"
    first = ask("POST", where, Upload_Length=LENGTH, Upload_Metadata=told)
    ask("PATCH", first.headers["Location"], PAPER[:100], Upload_Offset=0)
    again = ask("POST", where, PAPER, Upload_Length=LENGTH, Upload_Metadata=told)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "100")
    assert again.headers["Location"] == first.headers["Location"]
    done = ask("PATCH", first.headers["Location"], PAPER[100:], Upload_Offset=100)
    over = ask("POST", where, PAPER, Upload_Length=LENGTH, Upload_Metadata=told)
    assert over.headers["Upload-Scan"] == done.headers["Upload-Scan"]
    assert over.headers["Upload-Offset"] == str(LENGTH)
    (file,) = ask("GET", f"/tiep-nhan/{archive.batch}/da-gui").get_json()["files"]
    digest = hashlib.sha256(PAPER).hexdigest()
    assert file == {"source": "hộp/tờ 1.png|9|8", "sha256": digest, "upload": first.headers["Location"]}


@pytest.mark.parametrize("step", ["digest", "place", "take_in"])
def test_what_came_whole_while_the_database_was_away_is_finished_by_who_announces_it_again(
    ask: Ask, archive: Archive, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def is_away(*_words: object) -> NoReturn:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    where = f"/tiep-nhan/{archive.batch}/tai-len"
    told = f"{name('tờ 1.png')},source {b64encode('hộp/tờ 1.png|9|8'.encode()).decode()}"
    with monkeypatch.context() as patch:
        patch.setattr(uploads.scans if step == "take_in" else partials.Partial, step, is_away)
        assert ask("POST", where, PAPER, Upload_Length=LENGTH, Upload_Metadata=told).status_code == 503
    # Clients that get no answer announce the file again, with its bytes or without.
    for content in (b"", PAPER):
        again = ask("POST", where, content, Upload_Length=LENGTH, Upload_Metadata=told)
        assert (again.status_code, again.headers["Upload-Offset"]) == (201, str(LENGTH)), again.text
        scan = db.session.get_one(Scan, again.headers["Upload-Scan"])
        assert scan.blob_sha256 == again.headers["Upload-Sha256"] == hashlib.sha256(PAPER).hexdigest()
    end_reading()
    assert db.session.scalar(select(func.count(Upload.id)).where(Upload.batch_id == archive.batch)) == 1


def _limit_of_a_day(gigabytes: str) -> None:
    with transaction():
        db.session.execute(
            update(DatedValue).where(DatedValue.key == dated.UPLOAD_GIGABYTES_PER_DAY).values(value=gigabytes)
        )


def test_who_has_sent_enough_is_told_so(ask: Ask, archive: Archive) -> None:
    _limit_of_a_day("0")
    answer = ask("POST", f"/tiep-nhan/{archive.batch}/tai-len", Upload_Length=LENGTH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert "trong một ngày" in answer.text


def test_what_comes_with_a_form_counts_for_the_day_and_is_refused_in_words(
    ask: Ask, archive: Archive, browse: Browsers
) -> None:
    browser, where = browse("operator"), f"/tiep-nhan/{archive.batch}"

    def by_form(name: str) -> TestResponse:
        files = [(io.BytesIO(PAPER + name.encode()), name)]
        return browser.post(where, data={"csrf_token": browser.token(), "files": files})

    assert by_form("một.png").status_code == 302
    assert db.session.scalar(select(func.sum(Upload.length))) == LENGTH + len("một.png".encode())
    _limit_of_a_day("0")
    before = db.session.scalar(select(func.count()).select_from(Scan))
    refused = by_form("hai.png")
    assert refused.status_code == 400
    assert "trong một ngày" in refused.text
    assert db.session.scalar(select(func.count()).select_from(Scan)) == before
    assert ask("POST", f"{where}/tai-len", Upload_Length=1).status_code == 507


@contextmanager
def all_places_taken() -> Iterator[None]:
    """As many parts arrive as may: half of the threads of a web process."""
    with ExitStack() as taken:
        for _ in range(house.settings().web_threads // 2):
            taken.enter_context(resumable._place())
        yield


def test_where_no_place_is_free_nothing_is_begun(ask: Ask, archive: Archive) -> None:
    before = db.session.scalar(select(func.count()).select_from(Upload))
    with all_places_taken():
        full = ask("POST", f"/tiep-nhan/{archive.batch}/tai-len", PAPER, Upload_Length=LENGTH)
    assert full.status_code == 503
    end_reading()
    assert db.session.scalar(select(func.count()).select_from(Upload)) == before


def test_a_form_is_no_part_and_stays_within_the_limit_of_forms(
    ask: Ask, archive: Archive, app: Flask, monkeypatch: pytest.MonkeyPatch, browse: Browsers
) -> None:
    where, browser = begin(ask, archive), browse("operator")
    headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": browser.token(), "Upload-Offset": "0"}
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    form = {"file": (io.BytesIO(bytes(5000)), "one.bin")}
    answer = browser.patch(where, data=form, headers=headers, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert ask("PATCH", where, PAPER, Upload_Offset=0).status_code == 204, "of parts it is none"


@pytest.mark.parametrize(
    ("status", "told", "content"),
    [
        (412, {"Tus_Resumable": "0.2.2"}, PAPER),
        (409, {"Upload_Offset": 5}, PAPER[5:]),
        (400, {"Upload_Offset": "-1"}, PAPER),
        (400, {"Upload_Offset": "mười"}, PAPER),
        (460, {"Upload_Checksum": checksum(b"other")}, PAPER),
        (460, {"Upload_Checksum": checksum(b"other", "sha1")}, PAPER),
        (400, {"Upload_Checksum": "crc32 AAAA"}, PAPER),
        (400, {"Upload_Checksum": "sha256 *"}, PAPER),
        (413, {}, PAPER + b"more"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    ask: Ask, archive: Archive, status: int, told: dict[str, object], content: bytes
) -> None:
    where = begin(ask, archive)
    values = {"Upload_Offset": 0, **told}
    if "mười" in values.values():
        values["Upload_Offset"] = "10a"
    answer = ask("PATCH", where, content, **values)
    assert answer.status_code == status
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert ask("HEAD", where).headers["Upload-Offset"] == "0"


def test_a_part_of_another_kind_is_refused(ask: Ask, archive: Archive, browse: Browsers) -> None:
    browser = browse("operator")
    headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": browser.token(), "Upload-Offset": "0"}
    answer = browser.patch(begin(ask, archive), data=PAPER, headers=headers, content_type="image/png")
    assert answer.status_code == 415


def test_an_announcement_without_a_length_is_refused(ask: Ask, archive: Archive) -> None:
    where = f"/tiep-nhan/{archive.batch}/tai-len"
    assert ask("POST", where).status_code == 400
    assert ask("POST", where, Upload_Length=uploads.MOST_BYTES + 1).status_code == 413
    assert ask("POST", where, Upload_Length=1, Upload_Metadata="filename *").status_code == 400
    assert ask("POST", "/tiep-nhan/0000000000/tai-len", Upload_Length=1).status_code == 404


def test_what_is_cancelled_is_gone(ask: Ask, archive: Archive) -> None:
    where = begin(ask, archive)
    assert ask("DELETE", where).status_code == 204
    assert ask("HEAD", where).status_code == 410
    assert ask("PATCH", where, PAPER, Upload_Offset=0).status_code == 409


def test_an_upload_is_not_for_colleagues(ask: Ask, archive: Archive, browse: Browsers) -> None:
    where, other = begin(ask, archive), browse("archivist")
    headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": other.token(), "Upload-Offset": "0"}
    for method in ("HEAD", "PATCH", "DELETE"):
        answer = other.open(where, method=method, headers=headers, content_type=PART)
        assert answer.status_code == 404, method


def test_without_the_token_nothing_comes(ask: Ask, archive: Archive, browse: Browsers) -> None:
    where = begin(ask, archive)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    answer = browse("operator").patch(where, data=PAPER, headers=headers, content_type=PART)
    assert answer.status_code == 400
    assert ask("HEAD", where).headers["Upload-Offset"] == "0"


def test_while_another_part_arrives_or_all_places_are_taken_it_says_when_to_come_back(
    ask: Ask, archive: Archive
) -> None:
    where = begin(ask, archive)
    with partials.held(where.rpartition("/")[2]):
        busy = ask("PATCH", where, PAPER, Upload_Offset=0)
    assert (busy.status_code, busy.headers["Retry-After"]) == (423, "2")
    with all_places_taken():
        full = ask("PATCH", where, PAPER, Upload_Offset=0)
    assert (full.status_code, full.headers["Retry-After"]) == (503, "2")
    assert ask("PATCH", where, PAPER, Upload_Offset=0).status_code == 204


def test_a_full_disk_is_told_and_it_goes_on_when_there_is_room(ask: Ask, archive: Archive) -> None:
    where, before = begin(ask, archive), house.settings()
    house.configure(replace(before, disk_reserve_bytes=2**60))
    try:
        full = ask("PATCH", where, PAPER, Upload_Offset=0)
        assert (full.status_code, full.headers["Retry-After"]) == (507, "60")
        again = ask("POST", f"/tiep-nhan/{archive.batch}/tai-len", Upload_Length=1)
        assert again.status_code == 507
    finally:
        house.configure(before)
    assert ask("PATCH", where, PAPER, Upload_Offset=0).status_code == 204
