"""Every code that can reach a person has a text, and the values that the text names."""

from __future__ import annotations

import ast
import re

from portal.core.messages import MESSAGES
from tests.architecture.sources import modules

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def raised() -> list[tuple[str, str, set[str] | None]]:
    """Return (place, code, names of the values) of every portal error made with a literal code.

    The names are None where values come from a dictionary.
    """
    found = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not _is_portal_error(node) or not node.args:
                continue
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                names = {keyword.arg for keyword in node.keywords if keyword.arg and keyword.arg != "fields"}
                is_open = any(keyword.arg is None for keyword in node.keywords)
                found.append((f"{path}:{node.lineno}", code.value, None if is_open else names))
    return found


def _is_portal_error(node: ast.Call) -> bool:
    name = ast.unparse(node.func).rsplit(".", 1)[-1]
    return name in {"NotFoundError", "NotAllowedError", "InvalidError", "ConflictError", "UnavailableError"}


def field_codes() -> list[tuple[str, str]]:
    """Return (place, code) of every literal in a `fields={…}`."""
    return [
        (f"{path}:{node.lineno}", value.value)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "fields" and isinstance(node.value, ast.Dict)
        for value in node.value.values
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]


def test_every_code_in_use_has_a_text() -> None:
    assert len(raised()) > 20
    used = [(place, code) for place, code, _ in raised()] + field_codes()
    assert [(place, code) for place, code in used if code not in MESSAGES] == []


def test_no_text_is_left_over() -> None:
    used = {
        node.value
        for path, tree in modules().items()
        if "messages" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    # The text of a mail goes with the notice, its subject.
    assert [code for code in MESSAGES if code.removesuffix("_body") not in used] == []


def test_every_text_gets_the_values_it_names() -> None:
    lacking = [
        (place, code, set(PLACEHOLDER.findall(MESSAGES[code])) - names)
        for place, code, names in raised()
        if names is not None and code in MESSAGES and set(PLACEHOLDER.findall(MESSAGES[code])) - names
    ]
    assert lacking == []
