"""Every setting is documented, and nothing documented is invented."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import PROJECT, modules

READERS = {"get", "_whole", "_secret"}
DOCUMENT = PROJECT / "docs/configuration.md"


def keys_in_code() -> set[str]:
    """Return every name that config.py asks the environment for."""
    keys: set[str] = set()
    for node in ast.walk(ast.parse((PROJECT / "config.py").read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        literals = [
            one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        if name in READERS and literals and re.fullmatch(r"[A-Z][A-Z_]+", literals[0]):
            keys.add(literals[0])
            if name == "_secret":
                keys.add(f"{literals[0]}_FILE")
    return keys


def keys_in_document() -> set[str]:
    """Return every key that has a row in docs/configuration.md."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    assert len(keys_in_code()) > 15
    assert keys_in_document() == keys_in_code()


def test_only_the_settings_read_the_environment() -> None:
    """Handing the whole environment to a child is not reading a setting."""
    readers = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Subscript)
            and ast.unparse(node.value) == "os.environ"
            and isinstance(node.ctx, ast.Load)
        )
        or (isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.getenv", "os.environ.get"))
    ]
    assert readers == []
