"""All addresses of the site, made from its map: a new route without a way to be called fails here.

What fills the parts of an address is known by the name of the part, as it stands in the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from flask import Flask, url_for
from werkzeug.routing import Rule

Fillings = Mapping[str, Sequence[object]]
"""Name of a part of an address → what to put there, one address each."""

FIXED: Fillings = {
    "slug": ("ban-doc", "thong-bao", "khong-co"),
    "filename": ("favicon.svg",),
    "token": ("0" * 64,),
    "person_id": ("0000000000",),
    "invitation_id": ("0000000000",),
    "alias_id": ("namesa0012", "0000000000"),
    "load_id": ("0000000000",),
    "evidence_id": ("0000000000",),
    "attachment_id": ("0000000000",),
    "letter_id": ("0000000000",),
    "redaction_id": ("0000000000",),
    "exposure_id": ("0000000000",),
    "rule_id": ("0000000000",),
    "appeal_id": ("0000000000",),
    "upload_id": ("0000000000",),
    "hold_id": ("0000000000",),
    "purge_id": ("0000000000",),
    "takeout_id": ("0000000000",),
    "object_id": ("0000000000",),
    "thing": ("tai-lieu", "trang", "tep", "lo", "khong-co"),
    "flag_id": ("0000000000",),
    "job_id": ("0000000000",),
    "quiet_id": ("0000000000",),
    "failed_id": ("0000000000",),
    "delegation_id": ("0000000000",),
    "absence_id": ("0000000000",),
    "number": (1,),
    "term_id": ("term000001", "0000000000"),
    "period_id": ("per0000001", "0000000000"),
    "year": (1995, 1999),
    "first": (1990,),
    "last": (1999,),
    "width": (480, 960),
    "region": ("full",),
    "size": ("max",),
    "rotation": ("0",),
    "quality": ("default",),
    "form": ("jpg",),
    "ending": ("bib", "ris"),
    "code": ("request_granted", "khong_co"),
}
"""Parts that are the same whatever the archive holds."""


def asks(endpoint: str) -> bool:
    """Tell whether anybody at all may ask an address something that is searched for."""
    area, _, name = endpoint.partition(".")
    return area in ("reading", "api") and ("search" in name or "suggest" in name)


def of_site(app: Flask, method: str, fillings: Fillings, *, bare: bool = False) -> Iterator[tuple[str, str]]:
    """Yield endpoint and path of every rule for the method, once for each way to fill it.

    Args:
        bare: only those without parts to fill.

    Raises:
        AssertionError: a rule has a part that nobody said how to fill.
    """
    known = {**FIXED, **fillings}
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=str):
            if method not in (rule.methods or ()) or (bare and rule.arguments):
                continue
            for values in _ways(rule, known):
                yield rule.endpoint, url_for(rule.endpoint, _method=method, **values)


def _ways(rule: Rule, known: Fillings) -> Iterator[dict[str, Any]]:
    parts = sorted(rule.arguments - set(rule.defaults or ()))
    unknown = [part for part in parts if part not in known]
    assert not unknown, f"say in tests/web/addresses.py how to fill {unknown} of {rule.rule}"
    for filled in product(*(known[part] for part in parts)):
        yield dict(zip(parts, filled, strict=True))
