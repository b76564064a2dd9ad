"""`flask batch`: how far a batch is, for people and for scripts, without a terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import Result
from flask import Flask

from portal import cli
from portal.accounts.actors import Actor
from portal.catalogue import pages
from portal.cli import batches as command
from portal.cli import telling
from portal.core import clock
from portal.core.db import transaction
from portal.ingest import forecast, steering
from portal.ingest.forecast import Circumstances
from portal.ingest.scans import Received
from portal.jobs.pace import Pace
from tests.unit.ingest.test_steering import brought

Bring = Callable[..., Received]
Run = Callable[..., Result]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=clock.LOCAL)


@pytest.fixture
def run(app: Flask) -> Run:
    cli.register(app)
    return lambda *words: app.test_cli_runner().invoke(args=["batch", *words])


def test_a_batch_is_told_with_when_it_is_ready(
    bring: Bring, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, _ = brought(bring, "A1", 3)
    now = Circumstances(NOON, Pace(0.5, 2), [], is_paused=False)
    monkeypatch.setattr(forecast, "circumstances", lambda: now)
    told = json.loads(run(batch, "--json").stdout)
    assert told["ready"] == (NOON + timedelta(seconds=6)).isoformat(timespec="seconds")
    assert (told["pages"], told["read"], told["waiting"], told["per_second"]) == (3, 0, 3, 0.5)
    with clock.held_at(NOON):
        words = run(batch).stdout
    assert words == "0 of 3 pages read, 30 pages a minute, ready about 12:00\n"


def test_before_enough_is_known_the_line_promises_nothing(bring: Bring, run: Run) -> None:
    batch, _ = brought(bring, "A1", 2)
    told = run(batch, "--json")
    assert (told.exit_code, json.loads(told.stdout)["ready"]) == (0, None)
    assert run(batch).stdout == "0 of 2 pages read\n"


def test_whoever_follows_is_let_go_when_nothing_more_happens(
    bring: Bring, run: Run, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "LOOK_SECONDS", 0.0)
    batch, page_ids = brought(bring, "A1", 2)
    with transaction():
        steering.pause(operator, batch)
    paused = run(batch, "--follow")
    assert paused.exit_code == 1
    assert paused.stderr == "0 of 2 pages read, reading is paused\n"
    with transaction():
        steering.go_on(operator, batch)
    monkeypatch.setattr(command, "GONE_SECONDS", -1.0)
    assert "no worker reads" in run(batch, "--follow").stderr
    with transaction():
        for page_id in page_ids:
            pages.fail(page_id, "page_damaged")
    over = run(batch, "--follow", "--json")
    assert (over.exit_code, json.loads(over.stdout)["failed"]) == (1, 2)


def test_a_strange_batch_is_no_batch(run: Run) -> None:
    told = run("0000000000", "--json")
    assert (told.exit_code, told.stdout) == (1, "")


def test_without_a_terminal_a_line_comes_from_time_to_time_and_the_last_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    teller = telling.Teller()
    for line in ("1 of 9", "2 of 9", "3 of 9"):
        teller.say(line)
    seconds[0] += telling.LINE_SECONDS
    teller.say("4 of 9")
    for _ in range(2):
        teller.say("9 of 9", is_last=True)
    assert capsys.readouterr().err == "1 of 9\n4 of 9\n9 of 9\n"


def test_a_moment_of_another_day_is_told_with_its_day() -> None:
    with clock.held_at(NOON):
        assert telling.moment(NOON + timedelta(minutes=5)) == "12:05"
        assert telling.moment(NOON + timedelta(days=1)) == "12:00 24/11/2026"
