"""Live progress: resumes, beats, ends, keeps its rights, and never starves the readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.accounts import people as accounts
from portal.accounts.actors import Actor
from portal.catalogue import documents, pages
from portal.core import house
from portal.core.db import db, transaction
from portal.jobs.models import JobAttempt
from portal.rights.levels import Level
from portal.web import streams
from portal.web.streams import Place, Places, Seen
from tests.web.archive import Archive
from tests.web.conftest import Browsers


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "wait", lambda self, seconds: None)


class Clock:
    """Goes on by one second with each question."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1.0
        return self.seconds


def happens() -> None:
    """Let a job end, as far as streams are told of it."""
    with transaction() as session:
        session.add(JobAttempt(job_id="job0000000", token=1, owner="test", outcome="done"))


def events_of(lines: Iterator[str], number: int) -> list[str]:
    return [next(lines) for _ in range(number)]


def opened(browser: Any, archive: Archive, **headers: str) -> Any:
    return browser.open(
        f"/en/tiep-nhan/tien-do/truc-tiep?batch={archive.batch}", buffered=False, headers=headers
    )


def fields(event: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in event.decode().strip().splitlines() if ": " in line)


def test_a_stream_tells_how_far_the_batch_is(archive: Archive, browse: Browsers) -> None:
    happens()
    answer = opened(browse("operator"), archive)
    assert (answer.mimetype, answer.headers["X-Accel-Buffering"]) == ("text/event-stream", "no")
    lines = iter(answer.response)
    assert next(lines).startswith(b"retry:")
    event = fields(next(lines))
    (batch,) = json.loads(event["data"])["batches"]
    assert event["id"] == "1" or int(event["id"]) > 0
    assert (batch["id"], batch["done"], batch["total"], batch["settled"]) == (archive.batch, 9, 9, False)
    assert batch["words"].startswith("9 of 9 pages read")
    answer.close()


def test_a_stream_resumes_where_the_browser_was(archive: Archive, browse: Browsers) -> None:
    happens()
    browser = browse("operator")
    answer = opened(browser, archive)
    lines = iter(answer.response)
    next(lines)
    last = fields(next(lines))["id"]
    answer.close()
    again = opened(browser, archive, **{"Last-Event-ID": last})
    lines = iter(again.response)
    next(lines)
    with transaction() as session:
        session.execute(
            text("UPDATE pages SET state = 'waiting' WHERE id = :id"), {"id": archive.pages["open"]}
        )
    happens()
    event = fields(next(lines))
    assert int(event["id"]) > int(last), "what the browser knew already is not sent again"
    assert json.loads(event["data"])["batches"][0]["done"] == 8
    again.close()


def test_a_stream_holds_no_database_session_while_it_waits(
    app: Flask, archive: Archive, browse: Browsers
) -> None:
    happens()
    browser = browse("operator")
    db.session.remove()
    held = db.engine.pool.checkedout()
    answer = opened(browser, archive)
    lines = iter(answer.response)
    assert db.engine.pool.checkedout() == held
    events_of(lines, 2)
    assert db.engine.pool.checkedout() == held
    answer.close()


def test_a_stream_keeps_to_the_rights_of_now(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    happens()
    answer = opened(browse("operator"), archive)
    lines = iter(answer.response)
    events_of(lines, 2)
    with transaction():
        documents.set_level(people["archivist"], archive.fonds, Level.WITHHELD, "vì thử")
    happens()
    assert json.loads(fields(next(lines))["data"]) == {"batches": []}
    answer.close()


def test_a_stream_of_a_closed_account_ends(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    happens()
    answer = opened(browse("operator"), archive)
    lines = iter(answer.response)
    events_of(lines, 2)
    with transaction():
        accounts.disable(people["administrator"], str(people["operator"].id))
        pages.wait_again(archive.pages["open"])
    happens()
    # There is news, and it is not for somebody whose account is closed.
    assert next(lines, b"") == b""


@pytest.mark.parametrize(("role", "status"), [("anonymous", 302), ("citizen", 403), ("approver", 403)])
def test_only_those_who_take_in_are_given_a_stream(
    archive: Archive, browse: Browsers, role: str, status: int
) -> None:
    assert opened(browse(role), archive).status_code == status


def test_what_may_not_be_known_has_no_stream(
    archive: Archive, people: dict[str, Actor], browse: Browsers
) -> None:
    with transaction():
        documents.set_level(people["archivist"], archive.fonds, Level.WITHHELD, "vì thử")
    assert opened(browse("operator"), archive).status_code == 404
    assert browse("operator").get(f"/tiep-nhan/tien-do?batch={archive.batch}").status_code == 404


def test_asking_from_time_to_time_tells_the_same(archive: Archive, browse: Browsers) -> None:
    (batch,) = browse("operator").get(f"/en/tiep-nhan/tien-do?batch={archive.batch}").get_json()["batches"]
    assert (batch["done"], batch["total"], batch["settled"]) == (9, 9, False)


def test_where_no_place_is_free_the_answer_says_so_and_readers_are_served(
    app: Flask, archive: Archive, browse: Browsers
) -> None:
    most = streams.places(app)._most
    assert most == house.settings().web_threads // 4 > 0
    others = [streams.places(app).take(f"somebody else {number}") for number in range(most)]
    first = others[0]
    assert first is not None
    browser = browse("operator")
    assert opened(browser, archive).status_code == 503
    assert browser.get("/").status_code == 200
    first.leave()
    answer = opened(browser, archive)
    assert answer.status_code == 200
    answer.close()
    assert streams.places(app).taken == most - 1


def test_a_stream_that_nobody_read_gives_its_place_back(
    app: Flask, archive: Archive, browse: Browsers
) -> None:
    answer = opened(browse("operator"), archive)
    assert streams.places(app).taken == 1
    answer.close()
    assert streams.places(app).taken == 0


def test_a_browser_has_one_stream_and_the_older_gives_way() -> None:
    places = Places(2)
    first = places.take("browser")
    assert first is not None
    lines = streams.events(first, lambda cursor: None, "", Clock())
    next(lines)
    first.end(displaced=True)
    assert list(lines) == ["event: moved\ndata: \n\n"]
    assert places.taken == 0
    second = places.take("browser")
    assert second is not None


def test_a_silent_stream_beats_every_fifteen_seconds_and_ends_after_two_minutes() -> None:
    place = Places(1).take("browser")
    assert place is not None
    clock = Clock()
    lines = list(streams.events(place, lambda cursor: None, "", clock))
    assert lines[0].startswith("retry:")
    assert set(lines[1:]) == {": still here\n\n"}
    assert clock.seconds == pytest.approx(streams.LIFE_SECONDS, abs=10)
    assert len(lines) - 1 <= streams.LIFE_SECONDS / streams.HEARTBEAT_SECONDS
    assert len(lines) - 1 >= 3


def test_the_same_numbers_are_sent_once() -> None:
    place = Places(1).take("browser")
    assert place is not None
    found = iter([Seen("1", "a"), Seen("2", "a"), Seen("3", "b", is_last=True)])
    lines = list(streams.events(place, lambda cursor: next(found), "", Clock()))
    assert [line.splitlines()[0] for line in lines[1:]] == ["id: 1", "id: 3"]


def test_a_stopping_process_ends_its_streams_and_begins_none() -> None:
    places = Places(4)
    place = places.take("browser")
    assert place is not None
    lines = streams.events(place, lambda cursor: None, "", Clock())
    next(lines)
    places.close()
    assert list(lines) == []
    assert places.take("another") is None
