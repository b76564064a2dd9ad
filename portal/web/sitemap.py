"""All addresses of the site with an example of each, for scripts that visit every one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from flask import Flask, url_for
from werkzeug.routing import Rule

from portal.catalogue.images import THUMBNAIL, WIDTHS
from portal.web import locale

UNKNOWN_ID = "0000000000"
"""Has the form of an id and is none, for homes that hold nothing of a kind yet."""

FIXED: Mapping[str, Any] = {
    "width": next(width for width in WIDTHS if width != THUMBNAIL),
    "filename": "favicon.svg",
    "token": "example",
    "slug": "ten-tinh",
    "region": "full",
    "size": "max",
    "rotation": "0",
    "quality": "default",
    "form": "jpg",
    "thing": "tai-lieu",
    "first": 1990,
    "last": 1999,
    "year": 1995,
    "number": 1,
    "ending": "bib",
    "code": "request_granted",
}


class Address(TypedDict):
    """One endpoint."""

    endpoint: str
    methods: list[str]
    rule: str
    sample: str


def sample_addresses(app: Flask, known: Mapping[str, str] | None = None) -> list[Address]:
    """Return every rule with its methods and an address that it matches.

    Args:
        known: ids of things that are there, by the name they have in rules: page_id, record_id.
    """
    values = {**FIXED, **(known or {})}
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    with app.test_request_context():
        return [
            Address(
                endpoint=rule.endpoint,
                methods=sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) or ["OPTIONS"],
                rule=rule.rule,
                sample=_sample(rule, values),
            )
            for rule in rules
        ]


def of_page(app: Flask, page_id: str, widths: Sequence[int]) -> list[str]:
    """Return every address at which any part of the page can be fetched, in both languages.

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
                values: dict[str, Any] = {name: FIXED[name] for name in rule.arguments if name in FIXED}
                values |= {"page_id": page_id} | ({"width": width} if width else {})
                found.append(url_for(rule.endpoint, **values))
    return sorted([*found, *(locale.PREFIX + address for address in found)])


def _sample(rule: Rule, values: Mapping[str, Any]) -> str:
    return url_for(rule.endpoint, **{name: values.get(name, UNKNOWN_ID) for name in rule.arguments})
