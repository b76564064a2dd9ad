"""Building what browsers load: which Node is good enough, and when there is nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import assets


@pytest.mark.parametrize(
    ("version", "is_good"), [("v18.19.0", False), ("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True)]
)
def test_node_counts_by_its_version(tmp_path: Path, version: str, is_good: bool) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    node.chmod(0o755)
    assert assets.is_new_enough([str(node)]) is is_good


def test_no_node_and_a_broken_one_are_not_good_enough(tmp_path: Path) -> None:
    assert not assets.is_new_enough([str(tmp_path / "absent")])
    assert not assets.is_new_enough(["false"])


def test_what_is_built_already_asks_for_no_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(python: Path) -> None:
        raise AssertionError("a tool was looked for")

    monkeypatch.setattr(assets, "tools", refuse)
    assets.prepare(Path("python"), with_tests=False)


def test_a_changed_source_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "PROJECT", tmp_path)
    source = tmp_path / "site.scss"
    source.write_text("a", encoding="utf-8")
    before = assets.digest([source])
    source.write_text("b", encoding="utf-8")
    assert assets.digest([source]) != before
