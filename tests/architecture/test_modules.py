"""Habits that hold for every module of the portal."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

from tests.architecture.sources import PROJECT, committed, modules

ROOMS_WITHOUT_A_SUBJECT = {"utils", "helpers", "common", "misc", "manager", "base"}

CATCH_ALL = {
    Path("portal/core/db.py"),  # the runner of commit hooks
    Path("portal/jobs/loop.py"),  # the worker loop
    Path("portal/jobs/forks.py"),  # the end of a copy, which must not go on as its parent
}


def test_every_module_says_what_it_holds() -> None:
    silent = [
        str(path)
        for path, tree in modules().items()
        if not ast.get_docstring(tree) and not _is_migration(path)
    ]
    assert silent == []


def test_every_room_has_a_subject() -> None:
    assert [str(path) for path in modules() if path.stem in ROOMS_WITHOUT_A_SUBJECT] == []


def test_only_few_named_places_catch_everything() -> None:
    catching = {
        path
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not _raises_again(node)
    }
    assert catching <= CATCH_ALL


def test_no_module_has_grown_past_seeing() -> None:
    """300 lines are the aim; 400 mean two subjects in one room."""
    lines = {path: (PROJECT / path).read_text(encoding="utf-8").count("\n") for path in modules()}
    assert {
        str(path): count for path, count in lines.items() if count > 400 and not _is_migration(path)
    } == {}


def test_all_text_is_nfc() -> None:
    decomposed = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if not unicodedata.is_normalized("NFC", text):
            decomposed.append(str(path.relative_to(PROJECT)))
    assert decomposed == []


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    found = [
        f"{path.relative_to(PROJECT)}: {word}"
        for path in committed()
        if path.suffix in (".py", ".html", ".md", ".toml", ".css", ".js", ".sh")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


def _is_migration(path: Path) -> bool:
    return path.is_relative_to("portal/migrations/versions")


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
