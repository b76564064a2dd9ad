"""What the documents name exists: commands, make targets, files."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from portal import cli
from tests.architecture.sources import PROJECT, committed

DOCUMENTS = [path for path in committed() if path.suffix == ".md"]
CLI = PROJECT / "docs/cli.md"
FLASK_OWN = {"db", "run", "shell", "routes"}


def commands(app: Flask) -> set[str]:
    """Return every command of the portal as it is typed: `request submit`."""
    cli.register(app)
    found: set[str] = set()

    def walk(group: click.Group, prefix: str) -> None:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                walk(command, f"{prefix}{name} ")
            elif not command.hidden:
                found.add(f"{prefix}{name}")

    walk(app.cli, "")
    return found


def test_every_command_is_documented_and_every_documented_one_exists(app: Flask) -> None:
    documented = set(
        re.findall(r"^### `flask ([a-z -]+?)(?: [A-Z\[.(-].*)?`", CLI.read_text(encoding="utf-8"), re.M)
    )
    assert documented == commands(app)


def test_every_option_of_a_command_is_documented(app: Flask) -> None:
    cli.register(app)
    text = CLI.read_text(encoding="utf-8")
    lacking = [
        f"{command.name} {option}"
        for command in _leaves(app.cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--")
        and f"`{option}" not in text
        and f"[{option}" not in text
        and f" {option}" not in text
    ]
    assert lacking == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    """Those of the user guide to addresses of the portal are looked at in `tests/web/test_guide.py`."""
    targets = re.findall(r"\]\((?!https?:|mailto:|#|/)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_make_target_that_is_named_exists(path: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z%-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8")))
    benches = {
        f"bench-{script.stem.removeprefix('bench_')}" for script in (PROJECT / "scripts").glob("bench_*.py")
    }
    assert named <= targets | benches | {"bench-"}


def _leaves(group: click.Group) -> list[click.Command]:
    return [
        leaf
        for command in group.commands.values()
        for leaf in (_leaves(command) if isinstance(command, click.Group) else [command])
    ]
