"""`/healthz`: readers are sent away only when nobody can read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import db
from portal.ingest.sandbox import walls
from portal.ingest.sandbox.walls import Walls
from portal.jobs import liveness

KEYS = {"status", "version", "worker_alive", "sandboxed", "queue", "index_pending", "index", "disk_free"}


@pytest.fixture(autouse=True)
def closed_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walls that stand, whatever the machine of the test can build."""
    monkeypatch.setattr(walls, "standing", lambda: Walls(True, "bubblewrap"))


def test_a_portal_without_walls_around_its_readers_is_degraded_and_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    liveness.note("worker", os.getpid(), "worker-1")
    liveness.beat()
    monkeypatch.setattr(walls, "standing", lambda: Walls(False, "limits alone: no bwrap"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"], answer.json["sandboxed"]) == (200, "degraded", False)


def test_a_portal_with_a_worker_is_well(client: FlaskClient) -> None:
    liveness.note("worker", os.getpid(), "worker-1")
    liveness.beat()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"], answer.json["worker_alive"]) == (200, "ok", True)
    assert set(answer.json) == KEYS


def test_a_portal_without_a_worker_is_degraded_and_still_serves_readers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"], answer.json["worker_alive"]) == (
        200,
        "degraded",
        False,
    )
    assert client.get("/").status_code == 200


def test_a_portal_whose_database_does_not_answer_is_down(app: Flask, client: FlaskClient, home: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    (home / "portal.db").unlink()
    (home / "portal.db").mkdir()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "down")
    assert set(answer.json) == KEYS
    assert (answer.json["queue"], answer.json["index_pending"], answer.json["index"]) == (None, None, None)
