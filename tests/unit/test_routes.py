"""`flask routes`: every endpoint with an address that leads to it, by real ids where there are some."""

from __future__ import annotations

import json

from flask import Flask

from portal import cli
from portal.accounts.actors import Actor
from portal.catalogue import tree
from portal.cli import samples
from portal.core.db import transaction
from portal.web import sitemap


def test_every_rule_has_an_address_that_leads_to_it(app: Flask) -> None:
    rows = sitemap.sample_addresses(app)
    assert {row["endpoint"] for row in rows} == {rule.endpoint for rule in app.url_map.iter_rules()}
    adapter = app.url_map.bind("localhost")
    for row in rows:
        endpoint, _ = adapter.match(row["sample"], method=row["methods"][0])
        assert endpoint == row["endpoint"]


def test_samples_name_things_that_are_there(app: Flask, people: dict[str, Actor]) -> None:
    with transaction():
        fonds = tree.create_fonds(people["archivist"], code="P1", name="Phông một")
    known = samples.known()
    assert known["node_id"] == fonds.id
    assert "page_id" not in known
    cli.register(app)
    answer = app.test_cli_runner().invoke(args=["routes", "--json"])
    rows = json.loads(answer.stdout)
    assert any(fonds.id in row["sample"] for row in rows)


def test_every_id_in_the_rules_has_a_source(app: Flask) -> None:
    named = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert named - set(sitemap.FIXED) == set(samples.SOURCES)
