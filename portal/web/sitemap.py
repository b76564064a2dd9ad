"""All addresses of the site with an example of each, for scripts that visit every one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from flask import Flask, url_for
from werkzeug.routing import Rule

SAMPLES = {"id": "0000000000", "int": "480", "path": "style.css", "default": "example"}
"""By converter: values that fit the rule, so that the address can be called as it stands."""


class Address(TypedDict):
    """One endpoint."""

    endpoint: str
    methods: list[str]
    rule: str
    sample: str


def sample_addresses(app: Flask) -> list[Address]:
    """Return every rule with its methods and an address that it matches."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return [
        Address(
            endpoint=rule.endpoint,
            methods=sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            rule=rule.rule,
            sample=_sample(rule),
        )
        for rule in rules
    ]


def _sample(rule: Rule) -> str:
    parts = []
    for is_dynamic, data in rule._trace:
        if not is_dynamic:
            parts.append(data)
            continue
        converter = rule._converters[data]
        name = {"IdConverter": "id", "IntegerConverter": "int", "PathConverter": "path"}.get(
            type(converter).__name__, "default"
        )
        parts.append(SAMPLES[name])
    return "".join(parts).lstrip("|")


def of_page(app: Flask, page_id: str, widths: Sequence[int]) -> list[str]:
    """Return every address at which any part of the page can be fetched.

    It reads the URL map, so that an endpoint added tomorrow is in the answer without anybody
    remembering it.
    """
    found: list[str] = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "page_id" not in rule.arguments or "GET" not in (rule.methods or ()):
                continue
            sizes = widths if "width" in rule.arguments else (None,)
            for width in sizes:
                values: dict[str, Any] = {"page_id": page_id} | ({"width": width} if width else {})
                found.append(url_for(rule.endpoint, **values))
    return sorted(found)
