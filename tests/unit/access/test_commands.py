"""`flask request …` and `flask grant …` as scripts use them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.accounts.actors import Actor
from portal.cli import requests as commands
from portal.core import clock
from portal.core.db import db
from portal.rights.levels import Level
from tests.unit.access.conftest import PURPOSE, REASON, Desk, Shelf


@pytest.fixture
def flask(app: Flask) -> Any:
    """Run a command as `flask …` does."""
    groups = {command.name: command for command in commands.COMMANDS}

    def run(*words: str) -> Result:
        result = app.test_cli_runner().invoke(groups[words[0]], words[1:])
        db.session.rollback()
        return result

    return run


def answered(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def submitted(flask: Any, *documents: str, by: str = "citizen@example.vn") -> Result:
    words = ("request", "submit", *documents, "--purpose", PURPOSE, "--as", by, "--json")
    result: Result = flask(*words)
    return result


def decided(flask: Any, item: str, decision: str, *more: str, by: str = "approver@example.vn") -> Result:
    words = ("request", "decide", item, decision, "--reason", REASON, "--as", by, "--json", *more)
    result: Result = flask(*words)
    return result


def test_a_request_goes_its_whole_way_by_commands(flask: Any, shelf: Shelf, desk: Desk) -> None:
    first, second = shelf.document(), shelf.document()
    asked = answered(submitted(flask, first, second))
    assert [(item["document"], item["state"]) for item in asked["items"]] == [
        (first, "submitted"),
        (second, "submitted"),
    ]
    one, two = (item["id"] for item in asked["items"])
    granted = answered(decided(flask, one, "grant"))
    assert (granted["item"], granted["state"]) == (one, "granted")
    refused = answered(decided(flask, two, "refuse"))
    assert refused == {"item": two, "state": "refused", "grant": None}

    words = ("request", "show", asked["request"], "--as", "citizen@example.vn", "--json")
    shown = answered(flask(*words))
    assert [item["state"] for item in shown["items"]] == ["granted", "refused"]
    (grant,) = shown["grants"]
    assert grant["id"] == granted["grant"]
    assert grant["copy"].endswith(f"/ban-sao/{grant['id']}.pdf")
    assert grant["copy_ready"] is False
    desk.build(grant["id"])
    assert answered(flask(*words))["grants"][0]["copy_ready"] is True

    words_of_end = (
        "grant",
        "revoke",
        grant["id"],
        "--reason",
        REASON,
        "--as",
        "approver@example.vn",
        "--json",
    )
    assert answered(flask(*words_of_end)) == {"grant": grant["id"], "item": one, "state": "revoked"}
    after = answered(flask(*words))
    assert after["items"][0]["state"] == "revoked"
    assert "trail" not in after
    seen_by_approver = answered(
        flask("request", "show", asked["request"], "--as", "approver@example.vn", "--json")
    )
    assert [(step["action"], step["who"]) for step in seen_by_approver["trail"]] == [
        ("request.submit", "Người citizen"),
        ("request.grant", "Người approver"),
        ("request.refuse", "Người approver"),
        ("request.decide", "machine"),
        ("copy.build", "machine"),
        ("grant.revoke", "Người approver"),
    ]


def test_the_end_can_be_given_as_a_day_of_viet_nam(
    flask: Any, shelf: Shelf, people: dict[str, Actor]
) -> None:
    last_day = clock.today() + timedelta(days=7)
    asked = answered(submitted(flask, shelf.document()))
    answered(decided(flask, asked["items"][0]["id"], "grant", "--until", last_day.isoformat()))
    shown = answered(flask("request", "show", asked["request"], "--as", "approver@example.vn", "--json"))
    assert shown["grants"][0]["until"] == f"{last_day.isoformat()}T16:59:59+00:00"


@pytest.mark.parametrize("level", [Level.OPEN, Level.WITHHELD])
def test_what_cannot_be_asked_for_ends_with_code_one_and_a_reason_on_stderr(
    flask: Any, shelf: Shelf, level: Level
) -> None:
    result = submitted(flask, shelf.document(level))
    assert (result.exit_code, result.stdout) == (1, "")
    assert {Level.OPEN: "already_open", Level.WITHHELD: "not_found"}[level] in result.stderr


def test_an_approver_cannot_grant_the_own_request(flask: Any, shelf: Shelf) -> None:
    asked = answered(submitted(flask, shelf.document(), by="approver@example.vn"))
    result = decided(flask, asked["items"][0]["id"], "grant")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "own_request" in result.stderr


def test_others_cannot_show_a_request(flask: Any, shelf: Shelf) -> None:
    asked = answered(submitted(flask, shelf.document()))
    result = flask("request", "show", asked["request"], "--as", "other@example.vn", "--json")
    assert result.exit_code == 1
    assert "not_found" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("request", "submit", "--purpose", PURPOSE, "--as", "citizen@example.vn"),
        ("request", "submit", "0123456789", "--as", "citizen@example.vn"),
        ("request", "submit", "0123456789", "--purpose", PURPOSE),
        ("request", "decide", "0123456789", "perhaps", "--reason", REASON, "--as", "approver@example.vn"),
        ("request", "decide", "0123456789", "grant", "--as", "approver@example.vn"),
        (
            "request",
            "decide",
            "0",
            "grant",
            "--until",
            "soon",
            "--reason",
            REASON,
            "--as",
            "approver@example.vn",
        ),
        ("request", "decide", "0", "refuse", "--until", "2099-01-01", "--reason", REASON, "--as", "a@b.vn"),
        ("grant", "revoke", "0123456789", "--as", "approver@example.vn"),
    ],
)
def test_wrong_usage_ends_with_code_two(flask: Any, words: tuple[str, ...]) -> None:
    result = flask(*words)
    assert (result.exit_code, result.stdout) == (2, "")


def test_an_unknown_person_ends_with_code_one(flask: Any, people: dict[str, Actor]) -> None:
    result = submitted(flask, "0123456789", by="nobody@example.vn")
    assert result.exit_code == 1
    assert "no_such_person" in result.stderr
