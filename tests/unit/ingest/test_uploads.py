"""Uploads in parts: what is acknowledged is here, each file comes once, and what nobody goes on with goes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import select, update

from portal.accounts.actors import Actor
from portal.catalogue import documents
from portal.core import clock, dated
from portal.core.dated import DatedValue
from portal.core.db import db, end_reading, transaction
from portal.core.errors import ConflictError, FullError, InvalidError, NotAllowedError, NotFoundError
from portal.ingest import sent, upload_tidying, uploads
from portal.ingest.models import Batch, Scan, ScanState
from portal.ingest.upload_rows import Upload
from portal.ingest.upload_states import TRANSITIONS, UploadAct, UploadState, next_state
from portal.rights.levels import Level
from portal.storage import originals, partials
from portal.storage.partials import Checksum
from tests.fixtures import papers

PAPER = papers.jpeg()
LENGTH = len(PAPER)


class Broken(io.RawIOBase):
    """A line that breaks after some bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        found = self._content.read(min(size, 100))
        if not found:
            raise ConnectionResetError
        return found


@pytest.fixture
def batch(open_batch: Callable[[str], str]) -> str:
    return open_batch("P1")


@pytest.fixture
def begun(people: dict[str, Actor], batch: str) -> str:
    with transaction():
        return uploads.begin(people["operator"], batch, "hộ/../tờ 1.jpg", LENGTH).id


def send(actor: Actor, upload_id: str, offset: int, content: bytes, checksum: Checksum | None = None) -> int:
    return uploads.append(actor, upload_id, offset, io.BytesIO(content), checksum).offset


def scans_of(batch_id: str) -> list[Scan]:
    return list(db.session.scalars(select(Scan).where(Scan.batch_id == batch_id)))


def test_a_file_that_comes_in_parts_is_a_file_of_its_batch(
    people: dict[str, Actor], batch: str, begun: str
) -> None:
    operator = people["operator"]
    assert send(operator, begun, 0, PAPER[:1000]) == 1000
    assert uploads.look(operator, begun).offset == 1000
    assert scans_of(batch) == []
    assert send(operator, begun, 1000, PAPER[1000:]) == LENGTH
    done = uploads.look(operator, begun)
    assert (done.state, done.offset) == (UploadState.DONE, LENGTH)
    assert done.sha256 == hashlib.sha256(PAPER).hexdigest()
    (scan,) = scans_of(batch)
    assert (scan.id, scan.file_name, scan.state) == (done.scan_id, "tờ 1.jpg", ScanState.RECEIVED)
    assert originals.path(done.sha256).read_bytes() == PAPER
    assert partials.size(begun) is None
    # The answer to the last part was lost: sent again, it is the same file.
    assert uploads.append(operator, begun, LENGTH, io.BytesIO(b"")).scan_id == scan.id
    assert len(scans_of(batch)) == 1


def test_a_line_that_breaks_leaves_what_came(people: dict[str, Actor], begun: str) -> None:
    with pytest.raises(ConnectionResetError):
        uploads.append(people["operator"], begun, 0, Broken(PAPER[:700]))  # type: ignore[arg-type]  # as a line
    assert uploads.look(people["operator"], begun).offset == 700
    checksum = Checksum("sha256", hashlib.sha256(PAPER).digest())
    with pytest.raises(ConnectionResetError):
        uploads.append(people["operator"], begun, 700, Broken(PAPER[700:900]), checksum)  # type: ignore[arg-type]
    assert uploads.look(people["operator"], begun).offset == 700, "of a part with a checksum all or nothing"


def test_a_part_that_changed_on_its_way_leaves_nothing(people: dict[str, Actor], begun: str) -> None:
    operator = people["operator"]
    wrong = Checksum("sha1", hashlib.sha1(b"other").digest())
    with pytest.raises(InvalidError) as refusal:
        send(operator, begun, 0, PAPER[:500], wrong)
    assert refusal.value.code == "upload_checksum"
    right = Checksum("sha1", hashlib.sha1(PAPER[:500]).digest())
    assert uploads.look(operator, begun).offset == 0
    assert send(operator, begun, 0, PAPER[:500], right) == 500


@pytest.mark.parametrize("offset", [0, 499, 501, LENGTH])
def test_a_part_that_does_not_follow_is_refused(people: dict[str, Actor], begun: str, offset: int) -> None:
    send(people["operator"], begun, 0, PAPER[:500])
    with pytest.raises(ConflictError) as refusal:
        send(people["operator"], begun, offset, PAPER[500:])
    assert refusal.value.code == "upload_offset"
    assert uploads.look(people["operator"], begun).offset == 500


def test_more_than_was_announced_is_refused(people: dict[str, Actor], begun: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        send(people["operator"], begun, 0, PAPER + b"x")
    assert refusal.value.code == "upload_too_long"
    assert uploads.look(people["operator"], begun).offset == 0


def test_two_do_not_write_at_once(people: dict[str, Actor], begun: str) -> None:
    with partials.held(begun), pytest.raises(ConflictError) as refusal:
        send(people["operator"], begun, 0, PAPER)
    assert refusal.value.code == "upload_busy"
    assert send(people["operator"], begun, 0, PAPER) == LENGTH


@pytest.mark.parametrize("step", ["place", "take_in", "digest"])
def test_what_was_complete_when_the_server_died_is_finished_by_who_asks(
    people: dict[str, Actor], batch: str, begun: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_words: object, **_values: object) -> None:
        raise SystemExit

    where = {"place": (partials.Partial, "place"), "digest": (partials.Partial, "digest")}
    with monkeypatch.context() as patch:
        patch.setattr(*where.get(step, (uploads.scans, "take_in")), die)
        with pytest.raises(SystemExit):
            send(people["operator"], begun, 0, PAPER)
    assert scans_of(batch) == []
    end_reading()
    found = uploads.look(people["operator"], begun)
    assert (found.state, found.offset) == (UploadState.DONE, LENGTH)
    assert [scan.id for scan in scans_of(batch)] == [found.scan_id]
    assert originals.verify(found.sha256)


def test_what_another_request_gives_its_place_meanwhile_is_not_said_to_be_gone(
    people: dict[str, Actor], begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, operator = partials.held, people["operator"]

    def held_late(upload_id: str) -> AbstractContextManager[partials.Partial]:
        # The same announcement, sent twice: the other one is done before we hold the file.
        monkeypatch.setattr(partials, "held", held)
        assert send(operator, begun, 0, PAPER) == LENGTH
        return held(upload_id)

    monkeypatch.setattr(partials, "held", held_late)
    with pytest.raises(ConflictError) as told:
        send(operator, begun, 0, PAPER)
    assert told.value.code == "upload_busy"
    assert uploads.look(operator, begun).state is UploadState.DONE


def test_what_was_cleared_away_before_it_had_a_row_is_sent_anew(
    people: dict[str, Actor], batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_words: object) -> NoReturn:
        raise SystemExit

    def announced() -> uploads.UploadView:
        with transaction():
            return uploads.begin(people["operator"], batch, "tờ 1.jpg", LENGTH, "hộp/tờ 1.jpg")

    begun = announced().id
    with monkeypatch.context() as patch:
        patch.setattr(uploads.scans, "take_in", die)
        with pytest.raises(SystemExit):
            send(people["operator"], begun, 0, PAPER)
    # The collector takes what no row names after a day; the upload lives for two.
    originals.store().purge(hashlib.sha256(PAPER).hexdigest())
    with pytest.raises(NotFoundError):
        send(people["operator"], begun, 0, PAPER)
    again = announced()
    assert (again.id, again.offset, again.state) == (begun, 0, UploadState.BEGUN)
    assert send(people["operator"], begun, 0, PAPER) == LENGTH
    assert len(scans_of(batch)) == 1


def test_what_its_writer_takes_back_meanwhile_is_not_taken_for_the_file(
    people: dict[str, Actor], batch: str, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of it was here when somebody asked; then the writer found that its checksum is wrong.
    send(people["operator"], begun, 0, PAPER[:100])
    monkeypatch.setattr(partials, "size", lambda _upload_id: LENGTH)
    with pytest.raises(ConflictError) as told:
        uploads.look(people["operator"], begun)
    assert told.value.code == "upload_busy"
    assert scans_of(batch) == []


def test_an_upload_is_its_senders_alone(people: dict[str, Actor], batch: str, begun: str) -> None:
    for key in ("archivist", "administrator"):
        if not people[key].may(uploads.Permission.TAKE_IN):
            continue
        with pytest.raises(NotFoundError):
            uploads.look(people[key], begun)
    for key in ("citizen", "approver"):
        with pytest.raises((NotAllowedError, NotFoundError)):
            uploads.look(people[key], begun)
        with pytest.raises((NotAllowedError, NotFoundError)):
            uploads.begin(people[key], batch, "a", 1)


def test_a_closed_batch_takes_no_upload(people: dict[str, Actor], batch: str, begun: str) -> None:
    with transaction():
        db.session.get_one(Batch, batch).closed_at = clock.now()
    with pytest.raises(ConflictError):
        uploads.begin(people["operator"], batch, "a", 1)
    with pytest.raises(ConflictError):
        send(people["operator"], begun, 0, PAPER)
    assert scans_of(batch) == []


def limit(key: str, value: int) -> None:
    with transaction():
        db.session.execute(update(DatedValue).where(DatedValue.key == key).values(value=str(value)))


def refused(actor: Actor, batch: str, length: int) -> str:
    with pytest.raises(InvalidError) as refusal:
        uploads.begin(actor, batch, "a", length)
    return refusal.value.code


def test_nobody_begins_more_than_one_may(people: dict[str, Actor], batch: str, begun: str) -> None:
    operator = people["operator"]
    assert refused(operator, batch, uploads.MOST_BYTES + 1) == "upload_too_large"
    limit(dated.UPLOAD_FILES, 1)
    assert refused(operator, batch, 1) == "upload_quota"
    limit(dated.UPLOAD_FILES, 10)
    limit(dated.UPLOAD_GIGABYTES, 0)
    assert refused(operator, batch, 1) == "upload_quota"
    # The limits are of each person.
    limit(dated.UPLOAD_GIGABYTES, 1)
    limit(dated.UPLOAD_FILES, 1)
    with transaction():
        uploads.begin(people["archivist"], batch, "a", 1)


def test_within_a_day_nobody_sends_more_than_one_may(
    people: dict[str, Actor], batch: str, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = people["operator"]
    send(operator, begun, 0, PAPER)
    limit(dated.UPLOAD_GIGABYTES_PER_DAY, 1)
    assert refused(operator, batch, 1024**3 - LENGTH + 1) == "upload_day_quota"
    with transaction():
        whole = uploads.begin(operator, batch, "a", 1024**3 - LENGTH).id
    # What is cancelled came all the same.
    uploads.cancel(operator, whole)
    assert refused(operator, batch, 1) == "upload_day_quota"
    tomorrow = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with transaction():
        uploads.begin(operator, batch, "a", 1)


def test_the_same_source_is_the_same_upload(people: dict[str, Actor], batch: str) -> None:
    operator, source = people["operator"], "hộp 1/tờ 1.jpg|100|5"

    def begin(name: str = source, length: int = LENGTH, who: str = "operator") -> uploads.UploadView:
        with transaction():
            return uploads.begin(people[who], batch, "tờ 1.jpg", length, name)

    first = begin().id
    send(operator, first, 0, PAPER[:700])
    assert (begin().id, begin().offset) == (first, 700)
    others = {begin("hộp 2/tờ 1.jpg|100|5").id, begin(length=5).id, begin(who="archivist").id}
    assert len({*others, first}) == 4, "another name, length or person is another upload"
    assert begin("").id != begin("").id, "who does not say is not guessed at"
    assert begin("x" * 601).id != begin("x" * 601).id
    send(operator, first, 700, PAPER[700:])
    again = begin()
    assert (again.id, again.state, again.offset) == (first, UploadState.DONE, LENGTH)
    assert len(scans_of(batch)) == 1


def test_what_was_cancelled_can_be_sent_anew(people: dict[str, Actor], batch: str) -> None:
    operator = people["operator"]
    with transaction():
        first = uploads.begin(operator, batch, "a", LENGTH, "a|1|2").id
    uploads.cancel(operator, first)
    with transaction():
        assert uploads.begin(operator, batch, "a", LENGTH, "a|1|2").id != first


def test_what_has_come_is_told_with_its_digest(
    people: dict[str, Actor], batch: str, open_batch: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = people["operator"]

    def begin(name: str, in_batch: str = batch, who: str = "operator") -> str:
        with transaction():
            return uploads.begin(people[who], in_batch, name, LENGTH, f"{name}|1").id

    done, coming = begin("a"), begin("b")
    send(operator, done, 0, PAPER)
    theirs = begin("c", who="archivist")
    send(people["archivist"], theirs, 0, PAPER)
    begin("d", who="archivist")
    begin("e", in_batch=open_batch("P2"))
    digest = hashlib.sha256(PAPER).hexdigest()
    wanted = {(done, "a|1", digest), (coming, "b|1", ""), (theirs, "c|1", digest)}
    found = sent.listing(operator, batch)
    assert {(one.upload_id, one.source, one.sha256) for one in found} == wanted
    monkeypatch.setattr(sent, "AT_ONCE", 2)
    first = sent.listing(operator, batch)
    assert [*first, *sent.listing(operator, batch, first[-1].upload_id)] == found
    scan = scans_of(batch)[0]
    assert scan.document_id is not None
    with transaction():
        documents.set_level(people["archivist"], scan.document_id, Level.WITHHELD, "vì thử")
    assert {one.upload_id for one in sent.listing(operator, batch)} == {coming}
    with pytest.raises(NotAllowedError):
        sent.listing(people["citizen"], batch)
    with pytest.raises(NotFoundError):
        sent.listing(operator, "0000000000")


def test_a_disk_without_room_takes_nothing(
    people: dict[str, Actor], batch: str, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = people["operator"]
    monkeypatch.setattr(partials.folder.shutil, "disk_usage", lambda _: _Disk())
    with pytest.raises(FullError):
        uploads.begin(operator, batch, "a", 5)
    with pytest.raises(FullError):
        send(operator, begun, 0, PAPER)


class _Disk:
    free = 1


def test_what_nobody_goes_on_with_is_forgotten(people: dict[str, Actor], begun: str) -> None:
    operator = people["operator"]
    send(operator, begun, 0, PAPER[:10])
    last = db.session.get_one(Upload, begun).expires_at
    end_reading()
    with clock.held_at(last - timedelta(seconds=1)):
        upload_tidying.tidy(None)()
        assert uploads.look(operator, begun).offset == 10
    with clock.held_at(last):
        upload_tidying.tidy(None)()
        assert uploads.look(operator, begun).state is UploadState.EXPIRED
    assert partials.size(begun) is None
    with pytest.raises(ConflictError):
        send(operator, begun, 10, PAPER[10:])


def test_nothing_ends_an_upload_while_a_part_arrives(people: dict[str, Actor], begun: str) -> None:
    operator = people["operator"]
    last = db.session.get_one(Upload, begun).expires_at
    end_reading()
    with partials.held(begun), clock.held_at(last):
        upload_tidying.tidy(None)()
        with pytest.raises(ConflictError) as refusal:
            uploads.cancel(operator, begun)
        assert refusal.value.code == "upload_busy"
    assert uploads.look(operator, begun).state is UploadState.BEGUN
    assert partials.size(begun) == 0


def test_a_part_that_breaks_puts_the_end_off(people: dict[str, Actor], begun: str) -> None:
    last = db.session.get_one(Upload, begun).expires_at
    end_reading()
    with clock.held_at(last - timedelta(minutes=1)), pytest.raises(ConnectionResetError):
        uploads.append(people["operator"], begun, 0, Broken(PAPER[:700]))  # type: ignore[arg-type]  # as a line
    with clock.held_at(last + timedelta(minutes=1)):
        upload_tidying.tidy(None)()
        assert uploads.look(people["operator"], begun).offset == 700


def test_what_ended_under_a_part_is_not_said_to_be_complete(people: dict[str, Actor], begun: str) -> None:
    class Ended(io.BytesIO):
        """A line on which the upload ends as by a mistake, though its file is held."""

        def read(self, size: int | None = -1) -> bytes:
            with transaction():
                db.session.get_one(Upload, begun).state = UploadState.EXPIRED.value
            partials.remove(begun)
            return super().read(size)

    with pytest.raises(ConflictError) as refusal:
        uploads.append(people["operator"], begun, 0, Ended(PAPER))
    assert refusal.value.code == "upload_over"
    known = uploads.look(people["operator"], begun)
    assert (known.state, known.offset, known.scan_id) == (UploadState.EXPIRED, 0, None)


def test_a_file_that_no_row_knows_goes_after_a_day(people: dict[str, Actor], begun: str) -> None:
    partials.begin("0123456789")
    with clock.held_at(clock.now() + timedelta(hours=23)):
        upload_tidying.tidy(None)()
        assert partials.size("0123456789") == 0
    with clock.held_at(clock.now() + timedelta(hours=25)):
        upload_tidying.tidy(None)()
    assert partials.size("0123456789") is None
    assert uploads.look(people["operator"], begun).offset == 0, "what is begun and not expired stays"


def test_what_is_cancelled_leaves_nothing(people: dict[str, Actor], begun: str) -> None:
    send(people["operator"], begun, 0, PAPER[:10])
    uploads.cancel(people["operator"], begun)
    assert partials.size(begun) is None
    assert uploads.look(people["operator"], begun).state is UploadState.CANCELLED
    with pytest.raises(ConflictError):
        uploads.cancel(people["operator"], begun)


@pytest.mark.parametrize("state", UploadState)
@pytest.mark.parametrize("act", UploadAct)
def test_every_state_allows_what_its_table_says_and_nothing_else(state: UploadState, act: UploadAct) -> None:
    target = TRANSITIONS.get((state, act))
    if target is not None:
        assert next_state(state.value, act) == target.value
        return
    with pytest.raises(ConflictError):
        next_state(state.value, act)


def test_only_what_has_begun_goes_on() -> None:
    assert {state for state, _act in TRANSITIONS} == {UploadState.BEGUN}
    assert len(TRANSITIONS) == len(UploadAct)
