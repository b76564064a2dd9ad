"""`flask calendar`: what holds, what could hold, and publishing it from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from portal.accounts.actors import Actor
from portal.cli.calendar import calendar

ADMINISTRATOR = "administrator@example.vn"


def test_show_tells_the_days_and_versions(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(calendar, ["show", "2026", "--json"])
    told = json.loads(answer.output)
    assert (told["version"], told["expected"]) == (1, False)
    assert {"day": "2026-01-10", "kind": "working"}.items() <= told["days"][2].items()
    assert [one["version"] for one in told["versions"]] == [1]
    empty = json.loads(app.test_cli_runner().invoke(calendar, ["show", "2028", "--json"]).output)
    assert (empty["version"], empty["expected"], empty["days"]) == (0, True, [])


def test_a_draft_is_corrected_and_published(app: Flask, people: dict[str, Actor], tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    draft = runner.invoke(calendar, ["draft", "2028"]).output
    assert "26/01/2028; nghỉ lễ; Tết Nguyên Đán" in draft
    file = tmp_path / "2028.txt"
    file.write_text(draft + "15/03/2028; đóng cửa; Kiểm kê kho\n", encoding="utf-8")
    publish = ["publish", "2028", str(file), "--basis", "Thông báo 2", "--as", ADMINISTRATOR]
    told = json.loads(runner.invoke(calendar, [*publish, "--expected", "--json"]).output)
    assert told == {"year": 2028, "version": 1, "changed": True, "days": len(draft.splitlines()) + 1}
    again = json.loads(runner.invoke(calendar, [*publish, "--expected", "--json"]).output)
    assert (again["version"], again["changed"]) == (1, False)
    assert "Kiểm kê kho" in runner.invoke(calendar, ["draft", "2028"]).output
    assert "Kiểm kê kho" not in runner.invoke(calendar, ["draft", "2028", "--anew"]).output


@pytest.mark.parametrize(
    ("email", "line", "said"),
    [
        ("archivist@example.vn", "15/03/2028; đóng cửa; Kiểm kê kho", "not_permitted"),
        (ADMINISTRATOR, "15/03/2028; đóng cửa", "calendar_line"),
    ],
)
def test_what_is_refused_leaves_with_one(
    app: Flask, people: dict[str, Actor], tmp_path: Path, email: str, line: str, said: str
) -> None:
    file = tmp_path / "2028.txt"
    file.write_text(line, encoding="utf-8")
    answer = app.test_cli_runner().invoke(
        calendar, ["publish", "2028", str(file), "--basis", "Thông báo 2", "--as", email]
    )
    assert answer.exit_code == 1
    assert said in answer.output
