"""Dependencies are pinned with hashes, and no committed file names a registry."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from tests.architecture.sources import PROJECT, committed

REGISTRY_TRACES = re.compile(
    r"https?://[\w.-]*(?:py"
    r"pi|python"
    r"hosted|np"
    r"mjs|ya"
    r"rnpkg|artifact|registry|nexus|devpi|mirror)[\w.-]*"
    r"|^\s*-{1,2}(?:index-url|extra-index-url|find-links|trusted-host)\b",
    re.IGNORECASE | re.MULTILINE,
)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Return name → version of a lock."""
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    return {_plain(package): version for package, version in PIN.findall(text)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("lock", "few"), [("run.txt", 20), ("dev.txt", 20), ("node.txt", 0), ("tantivy.txt", 0)]
)
def test_every_pin_has_a_hash(lock: str, few: int) -> None:
    text = (PROJECT / "requirements" / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert len(pins(lock)) > few
    assert [block.split()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block] == []


def test_both_locks_agree() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert {name: (version, dev.get(name)) for name, version in run.items() if dev.get(name) != version} == {}


def test_what_the_project_declares_is_what_is_locked() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "dependencies"
    ]
    wanted = (PROJECT / "requirements/run.in").read_text(encoding="utf-8").splitlines()
    assert {_plain(name) for name in declared} == {_plain(line) for line in wanted if line and line[0] != "#"}
    assert {_plain(name) for name in declared} <= set(pins("run.txt"))


def test_npm_packages_are_pinned_with_hashes_and_no_address() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((PROJECT / "package.json").read_text(encoding="utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert [name for name, one in packages.items() if "integrity" not in one or "resolved" in one] == []
    direct = wanted["dependencies"] | wanted["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in direct} == direct


def test_no_committed_file_names_a_registry() -> None:
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(PROJECT)}: {match[0]}" for match in REGISTRY_TRACES.finditer(text)]
    assert found == []
